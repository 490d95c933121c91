"""How often one engine ended lately, and when it may be started again."""

import time
from collections import deque
from collections.abc import Callable
from typing import Final

WITHIN: Final = 300.0
"""Seconds within which deaths of one engine count together."""
MOST: Final = 5
"""So many deaths of one engine within WITHIN end the launch."""
LONGEST_DELAY: Final = 30.0


class Falls:
    """The deaths of one engine. The first is mended at once, each further one after twice as long; what lies back more
    than WITHIN is forgotten."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Nothing has died yet; `now` tells seconds."""
        self._now = now
        self._moments: deque[float] = deque(maxlen=MOST)
        self._down = False

    def note(self) -> bool:
        """The engine is seen dead. True the first time after each start; later looks at the same death are none."""
        if self._down:
            return False
        self._down = True
        self._moments.append(self._now())
        return True

    def mended(self) -> None:
        """The engine was started again."""
        self._down = False

    @property
    def hopeless(self) -> bool:
        """Whether it keeps ending."""
        return self._lately() >= MOST

    @property
    def delay(self) -> float:
        """Seconds between the last death and the restart: 0, 2, 4, 8 …"""
        before = self._lately() - 1
        return min(LONGEST_DELAY, 2.0**before) if before > 0 else 0.0

    @property
    def due(self) -> bool:
        """Whether it is down and its delay has passed."""
        return self._down and self._now() >= self._moments[-1] + self.delay

    def _lately(self) -> int:
        since = self._moments[-1] - WITHIN if self._moments else 0.0
        return sum(moment >= since for moment in self._moments)
