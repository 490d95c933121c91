"""What runs on this machine for a folder of ours, and the folder itself."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from advocacy.engines.folders import socket_folder_of
from advocacy.engines.processes import command_line


@contextmanager
def open_folder() -> Iterator[Path]:
    """A `var` that any account may pass to, as in a clone in /srv; at the end no process may be left, and nothing is."""
    base = Path(tempfile.mkdtemp(prefix="relais-test-"))
    base.chmod(0o755)
    try:
        yield base / "var"
        assert processes_of(base / "var") == []
    finally:
        shutil.rmtree(socket_folder_of(base / "var"), ignore_errors=True)
        shutil.rmtree(base)


def processes_of(folder: Path) -> list[str]:
    """The command lines of what names the folder or its sockets, or has it as RELAIS_VAR."""
    names = (f"{folder}/", f"{socket_folder_of(folder)}/", f"{folder} ")
    return [line for pid, line in _running() if any(name in f"{line} " for name in names) or _lives_in(pid, folder)]


def _running() -> list[tuple[int, str]]:
    if Path("/proc/self").exists():
        pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        return [(pid, line) for pid in pids if pid != os.getpid() and (line := command_line(pid))]
    listed = subprocess.run(["ps", "-eww", "-o", "pid=,command="], capture_output=True, text=True, check=True).stdout
    return [(int(pid), line) for pid, _, line in (row.strip().partition(" ") for row in listed.splitlines())]


def _lives_in(pid: int, folder: Path) -> bool:
    try:
        return f"RELAIS_VAR={folder}\0".encode() in Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False
