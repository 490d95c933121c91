"""Waiting for what happens in other processes, without guessing how long it takes."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(question: Callable[[], T], within: float = 30, every: float = 0.05, saying: str = "") -> T:
    """The first true answer to `question`; AssertionError when none comes `within` seconds."""
    until, pause = time.monotonic() + within, threading.Event()
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > until:
            raise AssertionError(f"not within {within} s: {saying or question} (last answer {answer!r})")
        pause.wait(every)
