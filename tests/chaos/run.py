"""A chaos run: real workers, stand-ins of every network that misbehave, kills and restarts while shares leave."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from redis.exceptions import RedisError
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from advocacy.cache import get_redis
from advocacy.db import db
from advocacy.engines import Engines, Postgres, Valkey
from advocacy.engines.accounts import choose_account
from advocacy.engines.folders import open_socket_folder, socket_folder_of
from advocacy.media import get_image_store
from advocacy.people.models import Organisation
from advocacy.sharing.models import Share
from tests.chaos.audit import Audit, audit
from tests.chaos.stagehands import Network, know_servers
from tests.networks.contract.samples import jpeg
from tests.sharing import crowds
from tests.workers import Worker, send
from tests.world import World

SHARES_OF_AN_ACCOUNT = 20
PICTURE_EACH = 5
ONE_PER_CENT = 0.01
HELD_SECONDS = 4.0
TASKS = ("sharing.deliver_due", "sharing.settle_due", "sharing.sweep", "sharing.announce_due")


@dataclass
class Run:
    """One run. `minutes` bounds it; `say` hears what happens."""

    app: Flask
    engines: Engines
    networks: list[Network]
    folder: Path
    shares: int
    minutes: float = 12.0
    workers_wanted: int = 2
    say: Callable[[str], None] = print
    workers: list[Worker] = field(default_factory=list)
    started: float = 0.0

    def make(self) -> None:
        """People, accounts, and shares that are all due at once."""
        world = World(self.app)
        root = world.organisation("Chaos")
        bodies = [root, *(world.organisation(parent=root) for _ in range(4))]
        know_servers(self.app, self.networks)
        each = max(self.shares // (SHARES_OF_AN_ACCOUNT * len(self.networks)), 1)
        accounts: list[int] = []
        pictured: set[int] = set()
        for number, network in enumerate(self.networks):
            owners = crowds.people(self.app, bodies[number % len(bodies)], each)
            kept = crowds.keep_accounts(self.app, network.members(owners))
            accounts += kept
            pictured |= set(kept) if network.needs_picture else set()
        self._share(world, root, accounts, pictured)
        for network in self.networks:
            for kind in ("429", "500", "cut_after"):
                network.break_down(kind, ONE_PER_CENT)
            network.break_down("hang_before", ONE_PER_CENT / 2, seconds=HELD_SECONDS)
            network.break_down("hang_after", ONE_PER_CENT / 2, seconds=HELD_SECONDS)

    def _share(self, world: World, root: Organisation, accounts: list[int], pictured: set[int]) -> None:
        """A post a round for everybody: each fifth of a picture alone, the others of a link; a picture beside the link
        for those who can't do without one.
        """
        with self.app.app_context():
            picture = get_image_store().put(jpeg()).key
        left, turn = self.shares, 0
        while left > 0:
            taking, turn = accounts[:left], turn + 1
            shown = {"image": picture, "image_alt": "A square"}
            alone = turn % PICTURE_EACH == 0
            plain = [account for account in taking if alone or account not in pictured]
            left -= len(crowds.shares(self.app, plain, world.post(root, **({**shown, "link": None} if alone else {}))))
            if not alone and (others := [account for account in taking if account in pictured]):
                left -= len(crowds.shares(self.app, others, world.post(root, **shown)))

    def go(self) -> Audit:
        """Start workers, let things happen, wait for the end, look."""
        self.started = time.monotonic()
        self._man()
        happenings = iter(self._happenings())
        done, next_at = 0.0, next(happenings, None)
        while time.monotonic() - self.started < self.minutes * 60:
            self._nudge()
            done = self._progress()
            while next_at is not None and done >= next_at[0]:
                self.say(f"{self._clock()} {done:4.0%}  {next_at[1]}")
                next_at[2]()
                next_at = next(happenings, None)
            self._man()
            if done >= 1:
                break
            self._hours_pass()
            threading.Event().wait(1.0)
        self.say(f"{self._clock()} {done:4.0%}  the end")
        for network in self.networks:
            network.heal()
        for worker in self.workers:
            worker.kill()
        return audit(self.app, self.networks)

    def _happenings(self) -> list[tuple[float, str, Callable[[], None]]]:
        return [
            (0.10, "a worker is killed", self._kill_one),
            (0.20, "Redis is restarted", lambda: self._restart(self.engines.valkey)),
            (0.35, "all workers are killed", self._kill_all),
            (0.45, "PostgreSQL is restarted", lambda: self._restart(self.engines.postgres)),
            (0.60, "the broker loses everything", lambda: get_redis().flushall()),
            (0.70, "a worker is killed", self._kill_one),
            (0.80, "PostgreSQL and Redis are restarted", self._restart_both),
            (0.90, "all workers are killed", self._kill_all),
        ]

    def _man(self) -> None:
        self.workers = [worker for worker in self.workers if worker.process.poll() is None]
        while len(self.workers) < self.workers_wanted:
            self.workers.append(Worker(self.folder / "workers.log", concurrency=2))

    def _kill_one(self) -> None:
        self.workers[0].kill()

    def _kill_all(self) -> None:
        for worker in self.workers:
            worker.kill()

    def _restart(self, engine: Postgres | Valkey | None) -> None:
        assert engine is not None
        account = choose_account(list(engine.binaries()), [engine.data])
        sockets = open_socket_folder(socket_folder_of(self.engines.var), account)
        engine.stop(lambda: True)
        engine.start(account, sockets)

    def _restart_both(self) -> None:
        self._restart(self.engines.postgres)
        self._restart(self.engines.valkey)

    def _nudge(self) -> None:
        """As beat does."""
        with suppress(Exception):  # a broker that is away hears it the next time
            for name in TASKS:
                send(name)

    def _progress(self) -> float:
        """The part of the shares that came to an end, those being asked about not counted."""
        ended = Share.state.in_(["published", "failed"]) | ((Share.state == "unconfirmed") & Share.ask_at.is_(None))
        with self._database() as asked:
            return int(asked.scalar(select(func.count()).where(ended)) or 0) / self.shares
        return 0.0

    def _hours_pass(self) -> None:
        """What was told to come back hours later comes back now; calls that are over are asked about."""
        with self._database() as asked:
            asked.execute(text("update share set due_at = now() where state = 'scheduled' and due_at > now()"))
            asked.execute(
                text(
                    "update share set ask_at = now() where state = 'unconfirmed' and ask_at is not null"
                    " and armed_at < now() - interval '8 seconds' and ask_at > now() + interval '5 seconds'"
                )
            )
            asked.commit()
        with suppress(RedisError):
            keys = [*get_redis().scan_iter("relais:pace:*"), "relais:places:closed"]
            get_redis().delete(*keys)

    @contextmanager
    def _database(self) -> "Iterator[db.Session]":  # type: ignore[name-defined]
        with self.app.app_context(), suppress(DBAPIError):
            yield db.session

    def _clock(self) -> str:
        return f"{time.monotonic() - self.started:6.1f} s"


def environment(engines: Engines, folder: Path) -> dict[str, str]:
    """What workers of a run are started with, beside the networks."""
    return {
        "DATABASE_URL": engines.database_url,
        "REDIS_URL": engines.redis_url,
        "RELAIS_VAR": str(folder / "instance"),
        "RELAIS_NETWORK_SECONDS": "2",
        "RELAIS_DELIVERY_LEASE": "15",
        "RELAIS_LINKEDIN_IMAGE_WAIT": "0",
        "RELAIS_CIRCUIT_FAILURES": "10",
        "PYTHONUNBUFFERED": "1",
        **{name: value for name, value in os.environ.items() if name == "PATH"},
    }
