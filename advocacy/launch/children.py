"""The processes beside the engines: each in its own group with its own log, restarted when it dies, ended whole."""

import signal
import subprocess
import time
from pathlib import Path

from advocacy.engines.processes import (
    Hurry,
    end_with_parent,
    kill_group,
    last_words,
    open_log,
    read_pid,
    rotate,
    stop_process,
    stop_stale,
    write_pid,
)

_SETTLED = 60.0
_LONGEST_DELAY = 30.0


class Child:
    """One long-running process. `mark` is a part of its command line that no other copy of Relais has."""

    def __init__(self, name: str, command: list[str], mark: str, patience: float = 15.0) -> None:
        """Name it; nothing is started. `patience` is how many seconds it has between SIGTERM and SIGKILL."""
        self.name = name
        self.command = command
        self.mark = mark
        self.patience = patience
        self.failures = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._due = 0.0
        self._begin = 0

    def stop_stale(self, run: Path) -> None:
        """End the process that a killed launch left behind, with all that it started."""
        trace = run / f"{self.name}.pid"
        pid = read_pid(trace)
        if pid is not None:
            stop_stale(pid, self.mark, [(signal.SIGTERM, self.patience)], group=True)
        trace.unlink(missing_ok=True)

    def start(self, environment: dict[str, str], root: Path, log: Path, run: Path) -> None:
        """Start it and note its pid, for a later launch to find."""
        self._begin = log.stat().st_size if log.exists() else 0
        self._process = begin(self.command, environment, root, log)
        self._started = time.monotonic()
        write_pid(run / f"{self.name}.pid", self._process.pid)

    def died(self) -> str | None:
        """Once after each death: how, in words. A restart is then due after a delay that grows with each in a row."""
        if self._process is None or (code := self._process.poll()) is None:
            return None
        kill_group(self._process.pid)
        self._process = None
        now = time.monotonic()
        self.failures = 1 if now - self._started > _SETTLED else self.failures + 1
        self._due = now + self.delay
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    @property
    def delay(self) -> float:
        """Seconds between the last death and the restart."""
        return min(_LONGEST_DELAY, 2.0 ** (self.failures - 1))

    @property
    def due(self) -> bool:
        """Whether it died and its delay has passed."""
        return self._process is None and time.monotonic() >= self._due

    def last_words(self, log: Path) -> str:
        """What it said last since its last start."""
        return last_words(log, since=self._begin)

    def stop(self, run: Path, hurry: Hurry) -> None:
        """End it in good order, then whatever it left in its group; returns when it is gone."""
        if self._process is not None:
            stop_process(self._process, [(signal.SIGTERM, self.patience)], hurry)
            kill_group(self._process.pid)
            self._process = None
        (run / f"{self.name}.pid").unlink(missing_ok=True)


def begin(command: list[str], environment: dict[str, str], root: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start a command in its own process group, so that a Ctrl-C of the terminal reaches the launcher alone."""
    rotate(log)
    with open_log(log) as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=root,
            env=environment,
            process_group=0,
            preexec_fn=end_with_parent(signal.SIGTERM),  # noqa: PLW1509 - one system call, and no threads
        )
