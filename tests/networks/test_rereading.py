"""Limits of networks are read anew: weekly, daily for a quota in use, and before something goes out after long."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from flask import Flask

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.networks import apps, circuits, rereading, tasks
from advocacy.networks.base import ClientApp
from advocacy.networks.models import Account
from advocacy.networks.standins.mastodon import Mastodon as MastodonStandIn
from advocacy.networks.standins.threads import Threads as ThreadsStandIn
from advocacy.people.models import Person
from advocacy.sealing import Secret
from advocacy.sharing import service as sharing
from advocacy.sharing.models import Share
from advocacy.sharing.service import Wish
from advocacy.sharing.tasks import deliver_due
from tests.networks.contract.stages.mastodon import SCOPES
from tests.world import World

INSTANCE = "/api/v2/instance"


@pytest.fixture
def server(app: Flask, world: World, set_environment: Callable[..., None]) -> Iterator[MastodonStandIn]:
    with MastodonStandIn(max_characters=500) as running:
        set_environment(RELAIS_MASTODON_ENABLED="1", RELAIS_NETWORK_SECONDS="2")
        yield running


@pytest.fixture
def threads(clean: None, set_environment: Callable[..., None]) -> Iterator[ThreadsStandIn]:
    with ThreadsStandIn() as running:
        set_environment(
            RELAIS_THREADS_CLIENT_ID=running.client_id,
            RELAIS_THREADS_CLIENT_SECRET=running.client_secret,
            RELAIS_THREADS_API_URL=running.url,
            RELAIS_THREADS_SITE_URL=running.url,
        )
        yield running


def account_on(app: Flask, world: World, server: Any, limits_at: datetime | None, **values: Any) -> Account:
    member = server.new_member("Ada Lark")
    scopes = SCOPES if server.name == "mastodon" else tuple(sorted(server.all_scopes))
    given = server.grant(member, scopes)
    host = urlsplit(server.url).netloc if server.name == "mastodon" else ""
    if host:
        with app.app_context():
            if apps.find_app(server.name, host) is None:
                secret = Secret(given["client_secret"])
                apps.keep_app(server.name, host, "http://relais.test", ClientApp(given["client_id"], secret))
                db.session.commit()
    known = {"host": host, "external_id": member.id, "access_token": Secret(given["access_token"])}
    more = {"scopes": list(scopes), "limits_at": limits_at, "expires_at": None, **values}
    return world.account(world.person(world.organisation()), server.name, **known, **more)


def asked(server: Any, path: str) -> int:
    return sum(one["path"] == path for one in server.log.entries_so_far())


def read(app: Flask) -> int:
    with app.app_context():
        return int(tasks.read_limits())


def now_of(app: Flask, account: Account) -> Account:
    with app.app_context():
        return db.session.get_one(Account, account.id)


def days(number: float) -> datetime:
    return utcnow() - timedelta(days=number)


def test_a_server_is_asked_once_a_week_for_all_its_members(app: Flask, world: World, server: MastodonStandIn) -> None:
    ada, ben = (account_on(app, world, server, days(8), limits={"max_length": 10}) for _ in range(2))
    server.max_characters = 3000
    assert read(app) == 1
    assert asked(server, INSTANCE) == 1
    assert [now_of(app, each).limits["max_length"] for each in (ada, ben)] == [3000, 3000]
    assert read(app) == 0, "for a week it is fresh"
    assert asked(server, INSTANCE) == 1


@pytest.mark.parametrize(
    ("values", "due"),
    [
        ({"limits_at": None}, True),
        ({"limits_at": days(6), "limits": {"max_length": 10}}, False),
        ({"limits_at": days(2), "limits": {}}, True),
        ({"limits_at": days(0.5), "limits": {}}, False),
        ({"limits_at": days(9), "state": "reconnect"}, False),
        ({"limits_at": days(9), "network": "linkedin"}, False),
    ],
)
def test_when_it_is_due(app: Flask, world: World, server: MastodonStandIn, values: dict[str, Any], due: bool) -> None:
    world.account(world.person(world.organisation()), **{"network": "mastodon", "host": "m.example", **values})
    with app.app_context():
        assert bool(rereading.stale_ids(utcnow(), 10)) == due


def test_a_quota_in_use_is_read_daily(app: Flask, world: World, threads: ThreadsStandIn) -> None:
    said = {"posts_a_while": 250, "while_seconds": 86_400, "posts_used": 3}
    used = account_on(app, world, threads, days(2), limits=said, last_used_at=days(1))
    idle = account_on(app, world, threads, days(2), limits=said, last_used_at=days(3))
    threads.posts_a_day = 100
    assert read(app) == 1
    assert now_of(app, used).limits == {"posts_a_while": 100, "while_seconds": 86_400, "posts_used": 0}
    assert now_of(app, idle).limits == said


def test_a_server_that_is_silent_leaves_what_was_known(app: Flask, world: World, server: MastodonStandIn) -> None:
    ada = account_on(app, world, server, days(8), limits={"max_length": 10})
    server.faults.add({"method": "GET", "path": INSTANCE, "kind": "503"})
    assert read(app) == 0
    assert now_of(app, ada).limits == {"max_length": 10}
    assert read(app) == 1, "asked again the next time"


def test_a_server_that_is_down_is_left_alone(
    app: Flask, world: World, server: MastodonStandIn, set_environment: Callable[..., None]
) -> None:
    set_environment(RELAIS_CIRCUIT_FAILURES="1")
    ada = account_on(app, world, server, days(8))
    circuits.note_failure(f"mastodon|{ada.host}", "unavailable")
    assert read(app) == 0
    assert asked(server, INSTANCE) == 0


def test_before_a_first_use_after_long(app: Flask, world: World, server: MastodonStandIn) -> None:
    """No worker has read them for weeks: what goes out now goes by what the server takes now."""
    ada = account_on(app, world, server, days(20), limits={"max_length": 10})
    with app.app_context():
        person = db.session.get_one(Person, ada.person_id)
        post = world.post(person.organisation, link=None)
        [made] = sharing.schedule(person, post, uuid4(), [Wish(ada.id, "Short.")], "en", None)
        made.text = "Longer than it took before."
        db.session.commit()
        deliver_due()
        assert db.session.get_one(Share, made.id, populate_existing=True).state == "published"
    assert now_of(app, ada).limits["max_length"] == 500
    assert asked(server, INSTANCE) == 1
