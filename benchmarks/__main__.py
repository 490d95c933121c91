"""`python -m benchmarks` = `make bench`: raises the stand, measures, writes RESULTS.md."""

import argparse
import os
import sys
import time
from pathlib import Path

from benchmarks.wrk import find_wrk

RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> int:
    """0, or 1 and one sentence."""
    asked = _arguments()
    if find_wrk() is None:
        print("The benchmarks need wrk: install it, or name it by RELAIS_WRK.", file=sys.stderr)
        return 1
    began = time.monotonic()
    from benchmarks.figures import Table  # the app reads its settings once, from what the stand has set
    from benchmarks.report import write
    from benchmarks.stand import fill, raised

    with raised() as stand:
        database, sizes = fill(stand, asked.times)
        os.environ.update(stand.environment(database))
        questions = Table("SQL: the feed, the board, its search, the audience count")
        _ask(questions, asked.rounds)
        sites, clicks = (
            Table("Pages through granian, one connection"),
            Table("Redirects through granian, 16 connections"),
        )
        from benchmarks.pages import rounds_of

        rounds_of(stand, database, sites, clicks, asked.rounds)
        from benchmarks.delivery import rounds_of as deliveries

        delivered = deliveries(stand, asked.rounds)
        grown = None
        if asked.growth:
            large, _sizes = fill(stand, asked.times * 10)
            os.environ.update(stand.environment(large))
            grown = Table("ten times")
            _ask(grown, 1)
    write(asked.into, sizes, asked.rounds, [questions, sites, clicks], delivered, grown, time.monotonic() - began)
    print(f"Written: {asked.into}")
    return 0


def _ask(table, rounds: int) -> None:
    from advocacy.factory import create_app
    from benchmarks.questions import round_of
    from config.settings import get_settings

    get_settings.cache_clear()
    with create_app().app_context():
        for number in range(1, rounds + 1):
            print(f"Questions, round {number} of {rounds} …", flush=True)
            round_of(table)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--times", type=float, default=1.0, help="size of the nation; 1 is 82,000 people and 100,000 posts"
    )
    parser.add_argument("--growth", action="store_true", help="ask the same of a nation ten times as large")
    parser.add_argument("--into", type=Path, default=RESULTS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
