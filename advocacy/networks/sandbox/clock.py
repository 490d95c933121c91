"""The sandbox's own time, which tests and demos can push forward."""

import time
from datetime import UTC, datetime


class Clock:
    """Real time plus an offset in seconds."""

    def __init__(self) -> None:
        self.offset = 0.0

    def now(self) -> float:
        """Seconds since the Unix epoch."""
        return time.time() + self.offset

    def advance(self, seconds: float) -> None:
        """Push the sandbox's time forward: codes and tokens age, daily limits come to an end."""
        self.offset += seconds

    def day(self) -> str:
        """The current UTC day, as 2026-11-23."""
        return datetime.fromtimestamp(self.now(), UTC).date().isoformat()


def written(moment: float | None) -> str | None:
    """An epoch moment in ISO 8601, UTC; None stays None."""
    return None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat()


def read_moment(text: str) -> float:
    """The epoch moment of an ISO 8601 text; without an offset it is taken as UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
