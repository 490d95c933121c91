"""Ctrl-C and its relatives: the first asks for an orderly stop, the second for an immediate one."""

import os
import select
import signal
from types import FrameType


class Interrupted(Exception):
    """The person (or the system) asked us to stop."""


class Interruptions:
    """Counts the requests to stop, and makes every pause end with the first."""

    def __init__(self) -> None:
        """Listen to SIGINT, SIGTERM and SIGHUP from now on."""
        self.count = 0
        self._wake, writing = os.pipe()
        for end in (self._wake, writing):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._counted)

    def pause(self, seconds: float) -> None:
        """Wait; raises Interrupted as soon as somebody asks to stop, or if somebody had."""
        if not self.count:
            select.select([self._wake], [], [], seconds)
        if self.count:
            raise Interrupted

    def impatient(self) -> bool:
        """Whether we were asked to stop more than once."""
        return self.count > 1

    def _counted(self, _number: int, _frame: FrameType | None) -> None:
        self.count += 1
