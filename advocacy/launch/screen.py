"""What the launcher says: a line a step, and how to sign in."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from advocacy.launch.networks import STANDINS
from advocacy.launch.place import Place
from config.demo import DEMO_SIGN_INS

_SLOW = 1.0


def say(text: str = "", end: str = "\n") -> None:
    """Print at once; a terminal that has gone away is no reason to stop."""
    try:
        print(text, end=end, flush=True)
    except OSError:
        return


@contextmanager
def step(text: str) -> Iterator[None]:
    """Announce a step, and its duration when it was slow."""
    say(f"{text} …", end="")
    begin = time.monotonic()
    try:
        yield
    except BaseException:
        say()
        raise
    seconds = time.monotonic() - begin
    say(f" {seconds:.1f} s" if seconds >= _SLOW else "")


def show_welcome(place: Place, demo: bool) -> None:
    """Where to go, and as whom."""
    say()
    say(f"Relais is ready: {place.url}")
    if demo:
        rows = [("E-mail", "Password", "Who", "Language"), *[tuple(map(str, row)) for row in DEMO_SIGN_INS]]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        say()
        for row in rows:
            say("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        say()
        say(f"The sandbox network: {place.sandbox_url}")
        for standin in STANDINS:
            say(f"{standin.label}, a stand-in: http://127.0.0.1:{place.standins[standin.name]}")
        say(f"Mails that were sent: {place.url}/mailbox")
    say(f"Logs: {place.var / 'log'}")
    say("Ctrl-C stops everything; the data stays.")
