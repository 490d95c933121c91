"""`python -m advocacy.networks.standins x:8002 mastodon:8004`: serve these stand-ins until SIGTERM or Ctrl-C."""

import argparse
import signal
import sys
import threading
from contextlib import ExitStack
from importlib import import_module
from types import FrameType

from advocacy.networks.standins.standin import Standin

KNOWN = {
    "x": "advocacy.networks.standins.x:X",
    "bluesky": "advocacy.networks.standins.bluesky:Bluesky",
    "mastodon": "advocacy.networks.standins.mastodon:Mastodon",
    "threads": "advocacy.networks.standins.threads:Threads",
    "facebook": "advocacy.networks.standins.facebook:Facebook",
    "instagram": "advocacy.networks.standins.instagram:Instagram",
}


def main() -> int:
    """Serve until asked to stop; 0 after a stop, 1 with one clear sentence when it could not start."""
    parser = argparse.ArgumentParser(prog="python -m advocacy.networks.standins")
    parser.add_argument("places", nargs="+", metavar="network:port", help=", ".join(KNOWN))
    parser.add_argument("--member", action="append", default=[], help="somebody who is there from the start")
    given = parser.parse_args()
    asked_to_stop = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        asked_to_stop.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with ExitStack() as running:
        for place in given.places:
            try:
                standin = running.enter_context(start(place))
            except (OSError, ValueError) as problem:
                sys.stderr.write(f"The stand-in {place} cannot start: {problem}\n")
                return 1
            for name in given.member:
                standin.introduce(name)
            sys.stdout.write(f"{standin.name} on {standin.url}\n")
        sys.stdout.flush()
        asked_to_stop.wait()
    return 0


def start(place: str) -> Standin:
    """The stand-in of `network:port`, serving. Raises ValueError for a network that has none, OSError."""
    name, _colon, port = place.partition(":")
    if name not in KNOWN or not port.isdecimal():
        raise ValueError(f"known are {', '.join(KNOWN)}, each with a port")
    module, _colon, kind = KNOWN[name].partition(":")
    served: Standin = getattr(import_module(module), kind)(port=int(port))
    return served


if __name__ == "__main__":
    raise SystemExit(main())
