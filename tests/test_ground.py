"""The ground: health, jobs after commit, sealed secrets, logs, proxies, events, time."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import structlog
from cryptography.fernet import Fernet
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from advocacy.cache import celery_url, get_redis
from advocacy.clock import from_local, local_day, midnight, start_of_month, start_of_quarter, start_of_week
from advocacy.db import db
from advocacy.events import announce, listen
from advocacy.health import HEARTBEAT, heartbeat
from advocacy.jobs import celery, nudge
from advocacy.logs import init_logs
from advocacy.networks.models import Account
from advocacy.proxies import client_address
from advocacy.sealing import CannotOpen, Secret, reseal, seal, unseal
from advocacy.web import safe_next
from tests.visitor import Visitor
from tests.world import World

ROOT = Path(__file__).parent.parent


def test_healthz_is_about_the_process_alone(
    visit: Callable[..., Visitor], set_environment: Callable[..., None]
) -> None:
    assert visit().get("/healthz").json == {"status": "ok"}


def test_readyz_names_what_is_missing(visit: Callable[..., Visitor]) -> None:
    answer = visit().get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "unavailable",
        "checks": {"database": True, "redis": True, "worker": False, "migrations": True},
    }
    heartbeat()
    assert get_redis().ttl(HEARTBEAT) > 0
    assert visit().get("/readyz").status_code == 200


def queued() -> int:
    return int(get_redis().llen("celery"))


def test_a_nudge_goes_only_with_its_transaction(ctx: Flask) -> None:
    task = celery.tasks["health.heartbeat"]
    nudge(task)
    assert queued() == 0
    db.session.rollback()
    db.session.commit()
    assert queued() == 0, "a transaction that was undone sends nothing"
    nudge(task)
    with db.session.begin_nested():
        db.session.execute(text("select 1"))
    assert queued() == 0, "a savepoint is not a commit"
    db.session.commit()
    assert queued() == 1
    db.session.commit()
    assert queued() == 1


NO_BROKER = """
from advocacy.factory import create_app
from advocacy.jobs import celery, nudge
from advocacy.db import db
from sqlalchemy import text
with create_app().app_context():
    nudge(celery.tasks["health.heartbeat"])
    db.session.execute(text("insert into visitor_salt (day, salt) values ('2026-01-01', 'x')"))
    db.session.commit()
"""


def test_a_transaction_stands_though_the_broker_is_gone(ctx: Flask) -> None:
    gone = {**os.environ, "REDIS_URL": "redis://127.0.0.1:1/0"}
    done = subprocess.run(
        [sys.executable, "-c", NO_BROKER], cwd=ROOT, env=gone, capture_output=True, text=True, check=True
    )
    assert "nudge_lost" in done.stderr
    assert db.session.scalar(text("select count(*) from visitor_salt")) == 1


@given(st.text(min_size=1))
def test_seals_open_and_hide(environment: dict[str, str], secret: str) -> None:
    sealed = seal(Secret(secret))
    assert unseal(sealed).reveal() == secret
    assert repr(Secret(secret)) == str(Secret(secret)) == "Secret(***)"


def test_keys_rotate(environment: dict[str, str], set_environment: Callable[..., None]) -> None:
    old, new = environment["RELAIS_SEAL_KEYS"], Fernet.generate_key().decode()
    sealed = seal(Secret("token"))
    set_environment(RELAIS_SEAL_KEYS=f"{new},{old}")
    assert unseal(sealed).reveal() == "token"
    again = reseal(sealed)
    set_environment(RELAIS_SEAL_KEYS=new)
    assert unseal(again).reveal() == "token"
    with pytest.raises(CannotOpen):
        unseal(sealed)


def test_the_command_seals_every_token_anew(
    app: Flask, world: World, environment: dict[str, str], set_environment: Callable[..., None]
) -> None:
    account = world.account(world.person(world.organisation()))
    old, new = environment["RELAIS_SEAL_KEYS"], Fernet.generate_key().decode()
    set_environment(RELAIS_SEAL_KEYS=f"{new},{old}")
    assert "account: 1 rows" in app.test_cli_runner().invoke(args=["reseal"]).output
    set_environment(RELAIS_SEAL_KEYS=new)
    with app.app_context():
        token = db.session.get_one(Account, account.id).access_token
        assert token is not None
        assert token.reveal().startswith("token-")
        stored = db.session.scalar(text("select access_token from account"))
        assert "token-" not in str(stored)


def test_logs_are_json_without_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    init_logs()
    logging.getLogger("outside").warning("GET /x?code=abcdef&state=1 Authorization: Bearer abcdefghijkl")
    structlog.get_logger("inside").warning("connected", access_token="abcdef", network="linkedin")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    assert "abcdef" not in json.dumps(lines)
    assert lines[-1]["event"] == "connected"
    assert lines[-1]["access_token"] == "***"


TRUSTED = (ip_network("10.0.0.0/8"),)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.7", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_only_trusted_proxies_are_believed(peer: str, forwarded: str, address: str) -> None:
    assert client_address({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}, TRUSTED) == address


def test_unix_sockets_as_celery_writes_them() -> None:
    assert celery_url("unix:///tmp/x.sock?db=3") == "redis+socket:///tmp/x.sock?virtual_host=3"
    assert celery_url("redis://host/1") == "redis://host/1"


class Rang:
    """An event for the test."""


def test_listeners_are_joined_once() -> None:
    heard: list[Rang] = []
    for _again in range(2):
        listen(Rang, heard.append)
    announce(Rang())
    assert len(heard) == 1


ZONES = st.sampled_from(["Europe/Paris", "America/New_York", "Pacific/Auckland", "UTC", "Africa/Casablanca"])


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), ZONES)
def test_midnight_is_on_its_day(day: date, zone: str) -> None:
    assert local_day(midnight(day, zone), zone) == day
    assert start_of_week(day) <= day
    assert start_of_week(day).weekday() == 0
    assert start_of_quarter(day) <= start_of_month(day) <= day
    assert start_of_quarter(day).month in (1, 4, 7, 10)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), ZONES)  # noqa: DTZ001
def test_wall_clocks_come_back(naive: datetime, zone: str) -> None:
    back = from_local(naive, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert back == naive or abs(back - naive).total_seconds() == 3600, "only an hour that does not exist moves"


def test_the_hour_that_exists_twice_is_the_first() -> None:
    assert from_local(datetime(2026, 10, 25, 2, 30), "Europe/Paris") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # noqa: DTZ001


@given(st.text())
def test_going_back_never_leaves_the_site(app: Flask, target: str) -> None:
    with app.test_request_context("/"):
        chosen = safe_next(target)
    assert chosen.startswith("/")
    assert not chosen.startswith(("//", "/\\"))


DEAD = """
from advocacy.factory import create_app
client = create_app().test_client()
with client.session_transaction() as session:
    session["_user_id"], session["language"] = "1.0", "fr"
answer = client.get("/shares", headers={"Accept": "text/html"})
print(answer.status_code, answer.text)
"""


def test_a_dead_database_is_one_calm_page(environment: dict[str, str]) -> None:
    dead = {**os.environ, "DATABASE_URL": "postgresql+psycopg://nobody:sesame-42@127.0.0.1:1/none"}
    done = subprocess.run([sys.executable, "-c", DEAD], cwd=ROOT, env=dead, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("503")
    assert "La base de données ne répond pas" in done.stdout
    assert "sesame-42" not in done.stdout + done.stderr


def test_ids_beyond_the_databases_are_not_found(visit: Callable[..., Visitor], world: World) -> None:
    visitor = visit(world.person(world.organisation()))
    assert visitor.get(f"/shares/{2**63}").status_code == 404
    assert visitor.get(f"/shares?before={2**70}").status_code < 500
