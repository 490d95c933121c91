"""`python -m advocacy.networks.sandbox`: serve the sandbox network until SIGTERM or Ctrl-C."""

import signal
import sys
import threading
from types import FrameType

from advocacy.networks.sandbox.options import read_arguments
from advocacy.networks.sandbox.server import Sandbox


def main() -> int:
    """Serve until asked to stop; 0 after a stop, 1 with one clear sentence when it could not start."""
    options = read_arguments()
    asked_to_stop = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        asked_to_stop.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        sandbox = Sandbox(options)
    except OSError as problem:
        sys.stderr.write(f"The sandbox network cannot start: {problem}\n")
        return 1
    with sandbox:
        sys.stdout.write(f"Sandbox network on {sandbox.url}\n")
        sys.stdout.flush()
        asked_to_stop.wait()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
