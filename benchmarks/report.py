"""RESULTS.md: ratios first, then what they were made of, on which machine and when."""

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure, Table, plain

ELSEWHERE = """## Others, as measured elsewhere, 2026-11-22

On another machine (2 cores, Debian 12, PostgreSQL 15, loopback), and so to be read as orders of magnitude only.

| what | figure |
|---|---|
| Kutt 3.2, redirect with its click, PostgreSQL / Redis queue | 238 / 607 a second: 0.3–0.8 % of nginx in that minute |
| YOURLS (PHP-FPM, MariaDB), the same | 600 a second: 0.7 % of nginx |
| a bare WSGI redirect behind granian, the same | 26,700 a second: 36–47 % of nginx |
| CTFd, 82,000 people: top 10 cold / cached; my place | 1.5–2.5 s / 2 ms; 4.5–5.5 s |
| CTFd, the full scoreboard | 27–32 s, 15 MB |
"""


def write(
    path: Path,
    sizes: Mapping[str, int],
    rounds: int,
    tables: list[Table],
    delivered: list[str],
    grown: Table | None,
    seconds: float,
) -> None:
    """Write the page."""
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    made = ", ".join(f"{size:,} {name}" for name, size in sizes.items())
    parts = [
        "# Results",
        "",
        f"{now} · {machine()} · {rounds} round{'s' if rounds > 1 else ''} in {seconds / 60:.0f} minutes · {made}.",
        "",
        "Each figure stands beside a limit of the same minute; the ratio counts: it hardly depends on the machine.",
        "`make bench` writes this page anew.",
        "",
    ]
    for table in tables:
        parts += [f"## {table.title}", "", *_rows(table), ""]
    parts += ["## Due shares over a network that answers after 100 ms", "", *delivered, ""]
    if grown is not None:
        parts += ["## Ten times as large", "", *_growth(tables[0], grown), ""]
    path.write_text("\n".join([*parts, ELSEWHERE]))


def machine() -> str:
    """What this ran on."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}{load}"


def _rows(table: Table) -> list[str]:
    first = next(iter(table.figures.values()))
    per_second = first.unit == "a second"
    aside = "p99, ms" if per_second else "CPU, ms" if "page" in first.limit else "p95, ms"
    unit = "a second" if per_second else "ms"
    found = [
        f"| what | of {first.limit} | spread | {unit} | limit | {aside} | goal | statements |",
        "|---|---|---|---|---|---|---|---|",
    ]
    return found + [_row(one, per_second=per_second) for one in table.figures.values()]


def _row(one: Figure, *, per_second: bool) -> str:
    ratio = sorted(one.ratios)[len(one.ratios) // 2] if one.ratios else 0.0
    limit = sorted(one.limits)[len(one.limits) // 2]
    aside = sorted(one.aside)[len(one.aside) // 2]
    goal = "" if one.most is None else f"≤ {one.most:g} ms {'✓' if one.value <= one.most else '✗'}"
    shown = f"{ratio:.0%}" if per_second else f"{plain(ratio)} ×"
    number = "{:,.0f}" if per_second else "{:.2f}"
    cells = (one.name, f"**{shown}**", one.spread, number.format(one.value), number.format(limit), f"{aside:.2f}", goal)
    return f"| {' | '.join(cells)} | {one.statements or ''} |"


def _growth(small: Table, large: Table) -> list[str]:
    found = ["| what | 1 ×, ms | 10 ×, ms | growth |", "|---|---|---|---|"]
    for name, one in small.figures.items():
        if name in large.figures and one.value:
            more = large.figures[name].value
            found.append(f"| {name} | {one.value:.2f} | {more:.2f} | **{more / one.value:.1f} ×** |")
    return found
