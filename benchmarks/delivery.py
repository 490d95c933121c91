"""How long due shares take over a network that answers after 100 ms, beside the ideal and beside one task a share.

`python -m benchmarks.delivery [--shares N] [--threads N] [--processes N]` measures once, without the rest.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis
from celery import Celery
from sqlalchemy import Engine, create_engine, text

from advocacy.cache import celery_url
from benchmarks.cpu import memory_of, used_by
from benchmarks.stand import FLASK, ROOT, Stand, raised
from benchmarks.wrk import load

LATENCY = 0.1
SHARES = 10_000
THREADS, PROCESSES = 128, 2
SHARES_OF_AN_ACCOUNT = 5
LONGEST = 600.0
_EMPTY = "truncate share, point_entry, standing, measurement_plan, share_figures, text_print cascade"
_ACCOUNTS = """
insert into account (person_id, network, host, external_id, name, state, access_token, scopes, connected_at, created_at)
select id, 'linkedin', '', 'member' || id, name, 'connected', (select access_token from account limit 1),
       '{w_member_social}', now(), now()
  from person where deactivated_at is null and id not in (select person_id from account)
"""
_DUE = """
insert into share (code, person_id, post_id, account_id, organisation_id, network, submission, text, language, alike,
                   state, link, wanted_at, due_at, priority, attempt, uncertain, settled_by_person, created_at)
select substr(md5(random()::text), 1, 12), a.person_id, p.id, a.id, a.organisation_id, 'linkedin', gen_random_uuid(),
       'Words of my own, ' || a.id, 'fr', 0, 'scheduled', 'https://aubrelle.example/' || p.id,
       now() - interval '1 minute', now() - interval '1 minute', 1, 0, false, false, now()
  from (select account.id, person_id, organisation_id from account join person on person.id = person_id
         where deactivated_at is null and account.state = 'connected' order by account.id limit :accounts) as a
 cross join (select id from post where state = 'published' and expires_at is null order by id limit :posts) as p
 order by p.id, a.id
returning id
"""


@dataclass(frozen=True)
class Way:
    """How workers go about it: the Celery app, its options, a process's calls side by side, and those of all."""

    app: str
    options: list[str]
    threads: int
    open: int


@dataclass(frozen=True)
class Run:
    """What came of a delivery."""

    shares: int
    left: int
    seconds: float
    queued: float
    """Seconds until every message was sent."""
    ideal: float
    """Seconds: calls × latency ÷ calls that may be open side by side."""
    memory: int
    """MB of the workers, at most."""
    spent: dict[str, float]
    """Milliseconds of processor a share, by whose they are."""

    @property
    def rate(self) -> float:
        """Shares a second."""
        return (self.shares - self.left) / self.seconds


def filled(stand: Stand) -> str:
    """A database with people who have accounts and posts without pictures: its name."""
    database = "delivery"
    stand.engines.create_database(database)
    values = stand.environment(database)
    subprocess.run([*FLASK, "db", "upgrade"], cwd=ROOT, env=values, check=True, stderr=subprocess.DEVNULL)
    mark = stand.var / f"{database}.filled"
    if not mark.exists():
        sizes = ["--people=2500", "--organisations=10", "--groups=10", "--posts=100", "--shares=500"]
        subprocess.run([*FLASK, "seed-scale", *sizes], cwd=ROOT, env=values, check=True, stdout=subprocess.DEVNULL)
        with _asking(stand, database) as engine, engine.begin() as rows:
            rows.execute(text(_ACCOUNTS))
            rows.execute(text("update post set image = null, expires_at = null"))
        mark.touch()
    return database


def deliver(stand: Stand, database: str, shares: int, threads: int, processes: int) -> Run:
    """Have workers send so many due shares in batches, and wait for the last answer to be recorded."""
    way = Way("app:celery", ["--pool=prefork", f"--concurrency={processes}"], threads, threads * processes)
    return _run(stand, database, shares, way, lambda app, _ids: _nudge(app, processes))


def deliver_one_each(stand: Stand, database: str, shares: int, threads: int) -> Run:
    """The same by one task a share, on as many threads: Celery's own are its fastest pool for that."""
    way = Way("benchmarks.one_each:celery", ["--pool=threads", f"--concurrency={threads}"], threads, threads)
    return _run(stand, database, shares, way, _enqueue_each)


def _run(stand: Stand, database: str, shares: int, way: Way, enqueue: Callable[[Celery, list[int]], None]) -> Run:
    with network(LATENCY) as (url, network_pid), _asking(stand, database) as engine:
        ids = _make_due(engine, shares)
        values = {
            **stand.environment(database),
            "RELAIS_LINKEDIN_API_URL": url,
            "RELAIS_DELIVERY_THREADS": str(way.threads),
            "RELAIS_PUBLIC_URL": "https://advocacy.aubrelle.example",
        }
        with _queue(values) as app, worker(values, way, stand.var / "delivery.log") as pid:
            pids = {"workers": pid, "PostgreSQL": _pid(stand, "postgres/postmaster.pid"), "network": network_pid}
            before = {name: used_by(each) for name, each in pids.items()}
            began = time.monotonic()
            enqueue(app, ids)
            queued = time.monotonic() - began
            left, memory = len(ids), 0
            while left and time.monotonic() - began < LONGEST:
                time.sleep(0.1)
                memory = max(memory, memory_of(pid))
                left = _left(engine)
            seconds = time.monotonic() - began
            spent = {name: (used_by(each) - before[name]) * 1000 / len(ids) for name, each in pids.items()}
    return Run(len(ids), left, seconds, queued, len(ids) * LATENCY / way.open, memory, spent)


def _make_due(engine: Engine, shares: int) -> list[int]:
    """Their ids."""
    with engine.begin() as rows:
        rows.execute(text(_EMPTY))
        posts = SHARES_OF_AN_ACCOUNT
        ids = list(rows.scalars(text(_DUE), {"accounts": shares // posts, "posts": posts}))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as rows:
        rows.execute(text("vacuum analyze"))
    return ids


def _left(engine: Engine) -> int:
    with engine.connect() as rows:
        return int(
            rows.scalar(text("select count(*) from share where state in ('scheduled', 'claimed', 'armed')")) or 0
        )


@contextmanager
def network(seconds: float) -> Iterator[tuple[str, int]]:
    """The network that answers after so many seconds: its address and pid."""
    command = [sys.executable, "-m", "benchmarks.slow_network", str(seconds)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().decode().strip(), process.pid
    finally:
        process.kill()
        process.wait()


@contextmanager
def worker(values: dict[str, str], way: Way, log: Path) -> Iterator[int]:
    """A worker that has nothing else to do: its pid."""
    command = [sys.executable, "-m", "celery", "-A", way.app, "worker", *way.options]
    command += ["--without-gossip", "--without-mingle", "--loglevel=INFO"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=values, stdout=output, stderr=output)
    try:
        while b" ready." not in log.read_bytes():
            time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(120)


@contextmanager
def _queue(values: dict[str, str]) -> Iterator[Celery]:
    app = Celery(broker=celery_url(values["REDIS_URL"]))
    app.conf.broker_transport_options = {"visibility_timeout": 900}
    with redis.Redis.from_url(values["REDIS_URL"]) as broker:
        broker.flushdb()  # what an earlier run left
    yield app
    app.close()


def _nudge(app: Celery, times: int) -> None:
    for _ in range(times):
        app.send_task("sharing.deliver_due")


def _enqueue_each(app: Celery, ids: list[int]) -> None:
    with app.producer_pool.acquire(block=True) as producer:
        for share_id in ids:
            app.send_task("benchmarks.deliver_one", [share_id], producer=producer)


@contextmanager
def _asking(stand: Stand, database: str) -> Iterator[Engine]:
    engine = create_engine(stand.engines.database_url_of(database))
    try:
        yield engine
    finally:
        engine.dispose()


def _pid(stand: Stand, name: str) -> int:
    return int((stand.var / name).read_text().split()[0])


def rounds_of(stand: Stand, rounds: int) -> list[str]:
    """Both ways, `rounds` times, as lines of a page; those of the middle round by time."""
    database, batches, each = filled(stand), list[Run](), list[Run]()
    for number in range(1, rounds + 1):
        print(f"Deliveries, round {number} of {rounds} …", flush=True)
        batches.append(deliver(stand, database, SHARES, THREADS, PROCESSES))
        each.append(deliver_one_each(stand, database, SHARES // 10, THREADS * PROCESSES))
    with network(0) as (url, _pid):
        ceiling = load(f"{url}/rest/posts", 3, 64).rate
    ours, theirs = (sorted(runs, key=lambda run: run.seconds / run.shares)[rounds // 2] for runs in (batches, each))
    return [
        f"**{ours.rate / theirs.rate:.1f} ×** one task a share. {PROCESSES} processes with {THREADS} calls each, and as"
        f" many threads for one task a share. The network itself would answer {ceiling:,.0f} a second. Ideal: calls ×"
        " latency ÷ calls open side by side. Time runs until the last answer is recorded.",
        "",
        "| way | shares | seconds | ideal | of the ideal | a second | queued in | MB | processor a share, ms |",
        "|---|---|---|---|---|---|---|---|---|",
        _row("batches", ours),
        _row("one task a share", theirs),
    ]


def _row(way: str, run: Run) -> str:
    spent = ", ".join(f"{name} {cost:.2f}" for name, cost in run.spent.items())
    cells = (
        way, f"{run.shares:,}", f"{run.seconds:.1f}", f"{run.ideal:.1f}", f"**{run.seconds / run.ideal:.1f} ×**",
        f"{run.rate:,.0f}", f"{run.queued:.2f} s", f"{run.memory}", f"{sum(run.spent.values()):.2f} ({spent})",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def said(run: Run, busy: float) -> str:
    """A run in one line."""
    spent = ", ".join(f"{name} {cost:.2f}" for name, cost in run.spent.items())
    return (
        f"{run.shares} shares: {run.seconds:.1f} s, {run.rate:.0f} a second, {run.left} left;"
        f" queued in {run.queued:.2f} s;"
        f" ideal {run.ideal:.1f} s, ratio {run.seconds / run.ideal:.1f}; {run.memory} MB at most;"
        f" ms of processor a share: {spent}, together {sum(run.spent.values()):.2f}; load {busy:.1f}"
    )


def main() -> int:
    """Measure once."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.delivery", description=__doc__)
    asked.add_argument("--shares", type=int, default=SHARES)
    asked.add_argument("--threads", type=int, default=THREADS)
    asked.add_argument("--processes", type=int, default=PROCESSES)
    asked.add_argument("--one-each", action="store_true", help="by one task a share")
    wanted = asked.parse_args()
    with raised() as stand:
        database = filled(stand)
        if wanted.one_each:
            run = deliver_one_each(stand, database, wanted.shares, wanted.threads * wanted.processes)
        else:
            run = deliver(stand, database, wanted.shares, wanted.threads, wanted.processes)
    print(said(run, os.getloadavg()[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
