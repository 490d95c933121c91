"""The command itself: one sentence and exit code 1 for what can't work, exit code 0 after Ctrl-C."""

import os
import sys
from pathlib import Path

from advocacy.engines import EngineFailed
from advocacy.launch.course import Course
from advocacy.launch.interruptions import Interrupted, Interruptions
from advocacy.launch.place import Refused, read_place
from advocacy.launch.screen import say


def main() -> int:
    """Launch, watch until told to stop, stop; the exit code."""
    interruptions = Interruptions()
    try:
        course = Course(read_place(os.environ, Path(__file__).parents[2]), os.environ, interruptions)
    except Refused as refusal:
        print(f"Relais: {refusal}", file=sys.stderr)
        return 1
    try:
        course.run()
    except Interrupted:
        say()
        code = 0
    except (Refused, EngineFailed) as refusal:
        print(f"Relais: {refusal}", file=sys.stderr, flush=True)
        code = 1
    finally:
        course.stop()
    return code


if __name__ == "__main__":
    sys.exit(main())
