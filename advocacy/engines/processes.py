"""Child processes: bound to our life, ended with certainty, recognised when a former run left them behind."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

Hurry = Callable[[], bool]
"""Asked while waiting for an end; True means: don't wait any longer, kill."""

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


class EngineFailed(Exception):
    """An engine can't be started or reached; the text is one sentence that says what failed and where its log is."""


def never() -> bool:
    """The patient answer to `Hurry`."""
    return False


def end_with_parent(end: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn` that sends the child `end` when its parent dies (Linux; elsewhere None).

    The kernel means the thread that forked, and forking with such a function is safe without other threads only: with
    any, None. What is left behind then is stopped by the next start.
    """
    if _libc is None or threading.active_count() > 1:
        return None
    libc, number = _libc, int(end)

    def bind() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, number)

    return bind


def stop_process(
    process: subprocess.Popen[bytes], ends: list[tuple[signal.Signals, float]], hurry: Hurry = never
) -> None:
    """Send each signal in turn and wait its seconds, then SIGKILL; returns when the process is gone and reaped."""
    for end, patience in ends:
        if hurry():
            break
        if process.poll() is None:
            process.send_signal(end)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and not hurry():
            try:
                process.wait(0.05)
                return
            except subprocess.TimeoutExpired:
                continue
    process.kill()
    process.wait()


def command_line(pid: int) -> str | None:
    """What a process was started with, or None when there is no such process (or it only waits to be reaped)."""
    if Path("/proc/self/cmdline").exists():
        try:
            return (
                Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip() or None
            )
        except OSError:
            return None
    ps = shutil.which("ps") or "/bin/ps"
    shown = subprocess.run([ps, "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout.strip() or None


def stop_stale(pid: int, mark: str, ends: list[tuple[signal.Signals, float]], *, group: bool = False) -> bool:
    """End a process that a former run left, if its command line contains `mark`; False when the pid is another's.

    With `group`, the rest of its process group is killed after it.
    """
    if mark not in (command_line(pid) or ""):
        return False
    for end, patience in [*ends, (signal.SIGKILL, 5.0)]:
        _signal(pid, end)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and mark in (command_line(pid) or ""):
            time.sleep(0.05)
        if mark not in (command_line(pid) or ""):
            break
    if group:
        kill_group(pid)
    return True


def kill_group(pid: int) -> None:
    """SIGKILL whatever is left in the process group that `pid` led."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def read_pid(path: Path) -> int | None:
    """The pid in the first line of a file, or None when there is none."""
    try:
        return abs(int(path.read_text().split("\n", 1)[0])) or None
    except (OSError, ValueError):
        return None


def last_words(log: Path, *marks: str, since: int = 0) -> str:
    """The last line of a log, from byte `since` on, with one of the marks in it, else the last: for a sentence."""
    try:
        with log.open("rb") as file:
            file.seek(max(since, log.stat().st_size - 20_000))
            lines = [line.strip() for line in file.read().decode(errors="replace").splitlines() if line.strip()]
    except OSError:
        lines = []
    chosen = [line for line in lines if any(mark in line for mark in marks)] or lines
    return chosen[-1][-300:].rstrip(".") if chosen else "it said nothing"


def open_log(log: Path) -> IO[bytes]:
    """The log, to add to; ours alone to read, also one that an earlier version left open to others."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.fchmod(descriptor, 0o600)
    return os.fdopen(descriptor, "ab")


def write_pid(path: Path, pid: int) -> None:
    """Note a pid for a later run to find; ours alone to read."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{pid}\n")


def rotate(log: Path, limit: int = 5_000_000) -> None:
    """Move a log of more than `limit` bytes aside, to the same name with `.1`, in place of the one before."""
    if log.exists() and log.stat().st_size > limit:
        log.replace(log.with_name(f"{log.name}.1"))


def _signal(pid: int, end: signal.Signals) -> None:
    try:
        os.kill(pid, end)
    except (ProcessLookupError, PermissionError):
        return
