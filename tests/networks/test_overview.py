"""The accounts page: what is said of each account, whatever networks there are, by capabilities alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.networks.models import Account
from advocacy.people.models import Person
from advocacy.sealing import Secret
from tests.visitor import Visitor, page, words
from tests.world import World

EVERYTHING = {
    "RELAIS_MASTODON_ENABLED": "1",
    "RELAIS_BLUESKY_ENABLED": "1",
    "RELAIS_X_CLIENT_ID": "x",
    "RELAIS_X_CLIENT_SECRET": "x-secret",
    "RELAIS_FACEBOOK_CLIENT_ID": "f",
    "RELAIS_FACEBOOK_CLIENT_SECRET": "f-secret",
    "RELAIS_LINKEDIN_ANALYTICS_CLIENT_ID": "second",
    "RELAIS_LINKEDIN_ANALYTICS_CLIENT_SECRET": "second-secret",
    "RELAIS_PUBLIC_URL": "https://relais.test",
}
X_SCOPES = ["media.write", "offline.access", "tweet.read", "tweet.write", "users.read"]
MASTODON_SCOPES = ["profile", "write:media", "write:statuses"]


@pytest.fixture(autouse=True)
def every_network(set_environment: Callable[..., None]) -> None:
    set_environment(**EVERYTHING)


@pytest.fixture
def ada(world: World) -> Person:
    return world.person(world.organisation(), name="Ada Lark")


@pytest.fixture
def visitor(visit: Callable[..., Visitor], ada: Person) -> Visitor:
    return visit(ada)


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """What the database was asked meanwhile."""
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        heard.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def test_nothing_connected(visitor: Visitor) -> None:
    shown = words(visitor.get("/accounts"))
    assert "No account is connected yet" in shown
    assert "no application may post for a private person" in shown
    assert "Wants your express consent" in shown
    assert "LinkedIn Analytics" not in shown, "figures of posts that can’t be made yet"


def test_two_servers_of_one_network(world: World, visitor: Visitor, ada: Person) -> None:
    for host in ("one.example", "two.example"):
        world.account(
            ada, "mastodon", host=host, handle="ada", name=f"Ada at {host}", scopes=MASTODON_SCOPES, expires_at=None,
            limits={"max_length": 1234, "link_length": 30, "most_pictures": 4},
        )  # fmt: skip
    answer = visitor.get("/accounts")
    shown = words(answer)
    for host in ("one.example", "two.example"):
        assert f"Ada at {host} connected @ada@{host}" in shown
        assert f"What {host} says it takes:" in shown
    for said in ("1,234 characters", "a link counts as 30 characters", "no end in sight", "not used yet"):
        assert said in shown
    assert "opens more than that" not in shown
    assert [link.text() for link in page(answer).css("a[href='/accounts/mastodon/connect']")] == [
        "Connect another Mastodon"
    ]


def test_what_a_grant_really_allows(world: World, visitor: Visitor, ada: Person) -> None:
    world.account(ada, "x", scopes=X_SCOPES, last_used_at=utcnow() - timedelta(hours=3), matching_agreed_at=utcnow())
    shown = words(visitor.get("/accounts"))
    assert "last used" in shown and "You agreed on" in shown
    assert "read the figures of those posts: views, likes, comments, reshares" in shown
    assert "know people reached: X does not tell" in shown
    assert "By X’s own rules this key opens more than that" in shown
    assert all(scope in shown for scope in X_SCOPES)


def test_a_grant_without_media(world: World, visitor: Visitor, ada: Person) -> None:
    world.account(ada, "mastodon", host="one.example", scopes=["profile", "write:statuses"], expires_at=None)
    answer = visitor.get("/accounts")
    assert "without pictures or videos: connect again to allow them" in words(answer)
    fields = {
        field.attributes["name"]: field.attributes["value"]
        for field in page(answer).css("form[action='/accounts/mastodon/connect'] input[type=hidden]")
    }
    assert (fields["way"], fields["server"]) == ("server", "one.example")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"refresh_token": Secret("r")}, "renews by itself"),
        ({"refresh_token": Secret("r"), "refresh_expires_at": utcnow() + timedelta(days=300)}, "at the latest"),
        ({"refresh_token": Secret("r"), "refresh_expires_at": utcnow() + timedelta(days=51, hours=1)}, "at the latest"),
        ({"expires_at": None}, "no end in sight"),
        ({"expires_at": utcnow() + timedelta(days=40)}, "until"),
        ({"state": "reconnect", "broken_reason": "revoked"}, "The access was withdrawn there."),
        ({"state": "reconnect", "broken_reason": "strange"}, "The network no longer accepts the key."),
        ({"state": "reconnect", "refresh_token": Secret("r")}, "being renewed"),
        ({"network": "gone"}, "No longer offered here"),
    ],
)
def test_until_when(world: World, visitor: Visitor, ada: Person, values: dict[str, Any], said: str) -> None:
    world.account(ada, **{"network": "linkedin", **values})
    assert said in words(visitor.get("/accounts"))


def test_figures_by_a_second_consent_stand_beside_their_network(world: World, visitor: Visitor, ada: Person) -> None:
    world.account(ada, scopes=["openid", "profile", "w_member_social"])
    shown = words(visitor.get("/accounts"))
    assert "LinkedIn Analytics lets Relais read the figures of your posts there: a consent apart" in shown
    world.account(ada, "linkedin-analytics", scopes=["r_member_postAnalytics"])
    shown = words(visitor.get("/accounts"))
    assert "reads the figures of your posts, and does nothing else" in shown
    assert "reads the figures of those posts" in shown


def test_agreeing_once_is_enough_and_leaving_withdraws_it(
    app: Flask, world: World, visitor: Visitor, ada: Person
) -> None:
    agreed = utcnow() - timedelta(days=30)
    account = world.account(ada, "x", state="reconnect", scopes=X_SCOPES, matching_agreed_at=agreed, broken_reason="x")
    answer = visitor.post("/accounts/x/connect", {"way": "consent"})
    assert answer.status_code == 200, "no box to tick again"
    with app.app_context():
        db.session.delete(db.session.get_one(Account, account.id))
        db.session.commit()
    assert visitor.post("/accounts/x/connect", {"way": "consent"}).status_code == 422


def test_coming_from_a_share_one_goes_back_there(visitor: Visitor) -> None:
    answer = visitor.get("/accounts?next=/posts/7/share%3Fwording%3D3")
    back = [link.attributes["href"] for link in page(answer).css("a.back")]
    assert back == ["/posts/7/share?wording=3"]
    assert {field.attributes["value"] for field in page(answer).css("input[name=next]")} == set(back)
    assert "next=/posts/7/share" in answer.text
    assert page(visitor.get("/accounts?next=https://elsewhere.example/")).css_first("a.back[href^=https]") is None


def test_the_page_asks_the_database_no_more_for_more_accounts(
    app: Flask, world: World, visitor: Visitor, ada: Person
) -> None:
    def asked() -> int:
        with statements(app) as heard:
            assert visitor.get("/accounts").status_code == 200
        return len(heard)

    world.account(ada, "mastodon", host="one.example", scopes=MASTODON_SCOPES)
    visitor.get("/accounts")
    few = asked()
    for number in range(6):
        world.account(ada, "mastodon", host=f"{number}.example", scopes=MASTODON_SCOPES, refresh_token=Secret("r"))
    world.account(ada), world.account(ada, "x", scopes=X_SCOPES)
    assert asked() == few
    assert few <= 8, few
