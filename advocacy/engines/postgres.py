"""PostgreSQL from its wheel: initialised once, started, recovered after a crash, stopped."""

import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from advocacy.engines.accounts import Account
from advocacy.engines.binaries import find_postgres_folder
from advocacy.engines.processes import (
    EngineFailed,
    Hurry,
    last_words,
    never,
    open_log,
    read_pid,
    stop_process,
    stop_stale,
)

_ROLE = "relais"
_PORT = 5432
_ENDS = [(signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0)]
_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "128MB",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """One PostgreSQL server with its data in `var/postgres`, reached by a unix socket and a password kept in `var`."""

    name = "PostgreSQL"

    def __init__(self, var: Path, durable: bool) -> None:
        """Name the folder; nothing is written yet."""
        self.data = var / "postgres"
        self.log = var / "log" / "postgres.log"
        self._secret = var / "postgres.password"
        self._settings = _SETTINGS if durable else {**_SETTINGS, **_FORGETFUL}
        self._process: subprocess.Popen[bytes] | None = None
        self._account: Account | None = None
        self._sockets: Path | None = None

    @property
    def alive(self) -> bool:
        """Whether our server process is running."""
        return self._process is not None and self._process.poll() is None

    def binaries(self) -> list[Path]:
        """The programs it needs, the server first. Raises EngineFailed."""
        folder = find_postgres_folder()
        return [folder / "postgres", folder / "initdb"]

    def url(self, database: str) -> str:
        """The address of a database as SQLAlchemy takes it. Raises EngineFailed before the first start."""
        if self._sockets is None:
            raise EngineFailed("The embedded PostgreSQL has no address before its first start.")
        host = quote(str(self._sockets), safe="")
        return f"postgresql+psycopg://{_ROLE}:{self._password()}@/{quote(database)}?host={host}&port={_PORT}"

    def start(self, account: Account, sockets: Path) -> None:
        """Bring the server up with the database `relais`; what a former run left is recovered. Raises EngineFailed."""
        self._account, self._sockets = account, sockets
        if not (self.data / "PG_VERSION").exists():
            self._initialise(account, sockets)
        self._take_over()
        deadline = time.monotonic() + 15
        while (reason := self._launch(account, sockets)) is not None:
            # Backends of a server that was killed hold its memory for a moment longer.
            if "shared memory block" not in reason or time.monotonic() > deadline:
                raise EngineFailed(f"PostgreSQL did not start ({reason}): see {self.log}.")
            time.sleep(0.2)
        self.create_database(_ROLE)

    def restart(self) -> None:
        """Start again, as the last time, after the server died. Raises EngineFailed."""
        if self._account is None or self._sockets is None:
            raise EngineFailed("The embedded PostgreSQL was never started.")
        self.start(self._account, self._sockets)

    def stop(self, hurry: Hurry = never) -> None:
        """Fast shutdown: sessions are ended, everything committed is on disk, no process is left."""
        if self._process is not None:
            stop_process(self._process, _ENDS, hurry)
            self._process = None

    def create_database(self, name: str) -> None:
        """Create a database if it is missing."""
        with self._connection() as connection:
            if connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone() is None:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))

    def _initialise(self, account: Account, sockets: Path) -> None:
        """Run initdb beside the final name and move it there when complete: an interrupted one is simply done again."""
        fresh = self.data.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        account.owns(fresh)
        password = sockets / "password"
        password.unlink(missing_ok=True)
        with os.fdopen(os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(self._password())
        account.owns(password)
        command = [
            str(self.binaries()[1]),
            "-D",
            str(fresh),
            f"--username={_ROLE}",
            f"--pwfile={password}",
        ]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions"]
        command.append("--no-sync" if "fsync" in self._settings else "--data-checksums")
        # Known to every platform alike, and it knows the upper and lower case of accented letters.
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        try:
            with open_log(self.log) as log:
                begin = log.tell()
                code = account.popen(command, log, signal.SIGTERM).wait()
        finally:
            password.unlink(missing_ok=True)
        if code != 0:
            reason = last_words(self.log, "error:", "FATAL", since=begin)
            raise EngineFailed(f"PostgreSQL could not prepare its folder {self.data} ({reason}): see {self.log}.")
        if self.data.exists():
            self.data.rmdir()
        fresh.rename(self.data)

    def _take_over(self) -> None:
        """Stop a server that a former run left on this data, and clear its traces."""
        trace = self.data / "postmaster.pid"
        pid = read_pid(trace)
        if pid is not None and not stop_stale(pid, f"-D {self.data} ", _ENDS) and trace.exists():
            # The number may by now be another process of the same account, for which PostgreSQL would refuse to start.
            # Our own number, its parent's, it knows to be stale; by the rest of the file it checks old memory.
            lines = trace.read_text().split("\n")
            with trace.open("r+") as file:
                file.write("\n".join([str(os.getpid()), *lines[1:]]))
                file.truncate()
        if self._sockets is not None:
            for name in (f".s.PGSQL.{_PORT}", f".s.PGSQL.{_PORT}.lock"):
                (self._sockets / name).unlink(missing_ok=True)

    def _launch(self, account: Account, sockets: Path) -> str | None:
        """Start the process, wait until it answers; its last words if it ended. Raises EngineFailed after 90 s."""
        command = [str(self.binaries()[0]), "-D", str(self.data), "-k", str(sockets), "-p", str(_PORT)]
        for name, value in self._settings.items():
            command += ["-c", f"{name}={value}"]
        with open_log(self.log) as log:
            begin = log.tell()
            self._process = account.popen(command, log, signal.SIGINT)
        deadline = time.monotonic() + 90
        while self._process.poll() is None:
            try:
                self._connection().close()
                return None
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    self.stop()
                    raise EngineFailed(f"PostgreSQL did not answer within 90 seconds: see {self.log}.") from error
            time.sleep(0.03)
        return last_words(self.log, "FATAL", "PANIC", since=begin)

    def _connection(self) -> psycopg.Connection:
        host = str(self._sockets)
        return psycopg.connect(
            host=host, port=_PORT, user=_ROLE, password=self._password(), dbname="postgres", autocommit=True
        )

    def _password(self) -> str:
        """The password, created with the data folder and kept beside it, readable by the launching account alone."""
        if not self._secret.exists():
            with os.fdopen(os.open(self._secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(24))
        return self._secret.read_text().strip()
