"""Processor time that processes have used, children included; 0 where the system does not tell (/proc)."""

import os
import subprocess
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def used_by(*roots: int) -> float:
    """Seconds of the processes with these ids and all below them."""
    parents: dict[int, int] = {}
    seconds: dict[int, float] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        fields = text.rpartition(")")[2].split()
        pid = int(text.split()[0])
        parents[pid] = int(fields[1])
        seconds[pid] = (int(fields[11]) + int(fields[12])) / _TICKS
    return sum(seconds[pid] for pid in seconds if _below(pid, parents, set(roots)))


def memory_of(root: int) -> int:
    """Resident megabytes of the process with this id and those it started, now."""
    listed = subprocess.run(
        ["ps", "-o", "rss=", "--pid", str(root), "--ppid", str(root)], check=False, capture_output=True, text=True
    )
    return sum(int(size) for size in listed.stdout.split()) // 1024


def _below(pid: int, parents: dict[int, int], roots: set[int]) -> bool:
    while pid > 1:
        if pid in roots:
            return True
        pid = parents.get(pid, 0)
    return False
