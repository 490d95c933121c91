"""Tokens, passwords, keys and codes are looked for wherever they could have been told, after a run in which much fails."""

import base64
import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import requests
from flask import Flask
from sqlalchemy import text

from advocacy.cache import get_redis
from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.networks import service, tasks
from advocacy.networks.models import Account, NetworkApp
from advocacy.networks.registry import get_adapter
from advocacy.people.models import Organisation, Person, Role
from advocacy.sharing import tasks as sharing_tasks
from advocacy.sharing.models import Share, ShareCap
from config.settings import get_settings
from tests.networks.consenting import consent
from tests.networks.standing import Town, town
from tests.visitor import Visitor, page, words
from tests.world import World

PUBLISH = {
    "linkedin": "/rest/posts",
    "mastodon": "/api/v1/statuses",
    "bluesky": "/xrpc/com.atproto.repo.createRecord",
    "x": "/2/tweets",
}
RENEW = {
    "linkedin": ("/oauth/v2/accessToken",),
    "bluesky": ("/xrpc/com.atproto.server.refreshSession", "/oauth/token"),
    "x": ("/2/oauth2/token",),
}
FAILURES = ("500", "malformed", "cut_after", "429", "403", "expired_token", "revoked_token")


class Search:
    """Everything that was told, and everything that nobody may read."""

    def __init__(self, place: Town, visitor: Visitor) -> None:
        self.place, self.visitor = place, visitor
        self.secrets: dict[str, str] = {}
        self.told: list[tuple[str, str]] = []

    def hide(self, what: str, secret: str | None) -> None:
        """From now on this must have been told nowhere."""
        if secret:
            self.secrets[secret] = what

    def see(self, answer: Any) -> Any:
        """A page and its headers."""
        self.told.append((f"page {answer.request.path} {answer.status_code}", f"{answer.headers}\n{answer.text}"))
        return answer

    def get(self, path: str, **options: Any) -> Any:
        return self.see(self.visitor.get(path, **options))

    def post(self, path: str, data: dict[str, Any] | None = None) -> Any:
        return self.see(self.visitor.post(path, data))

    def gather(self) -> None:
        """The secrets of all that is connected now; what prints itself says none of them."""
        with self.place.app.app_context():
            for account in db.session.scalars(db.select(Account)):
                held = (("access token", account.access_token), ("refresh token", account.refresh_token))
                for what, secret in (*held, ("key", account.key)):
                    self.hide(f"{what} of {account.network}", secret and secret.reveal())
                if account.key is not None:
                    jwk = json.loads(json.loads(account.key.reveal()).get("jwk") or "{}")
                    self.hide("private part of a DPoP key", jwk.get("d"))
                shown = (account, service.credentials_of(account), get_adapter(account.network), account.__dict__)
                self.told.append((f"repr of {account.network}", " ".join(repr(each) for each in shown)))
            for app in db.session.scalars(db.select(NetworkApp)):
                self.hide("secret of an app", app.client_secret.reveal())
                self.told.append(("repr of an app", f"{app!r} {app.__dict__!r}"))
            db.session.rollback()

    def dump(self) -> None:
        """What lies in the database and in Redis; messages of Celery are opened."""
        with self.place.app.app_context():
            for table in db.metadata.sorted_tables:
                rows = db.session.scalars(text(f'select "{table.name}"::text from "{table.name}"'))
                self.told += [(f"table {table.name}", row) for row in rows]
            db.session.rollback()
        store = get_redis()
        for key in store.scan_iter("*"):
            kind = store.type(key)
            readers: dict[str, Callable[[], Any]] = {
                "string": lambda key=key: store.get(key),
                "list": lambda key=key: store.lrange(key, 0, -1),
                "hash": lambda key=key: store.hgetall(key),
                "set": lambda key=key: store.smembers(key),
                "zset": lambda key=key: store.zrange(key, 0, -1),
            }
            found = readers.get(kind, lambda: "")()
            self.told.append((f"redis {key}", str(found)))
            for message in found if kind == "list" else ():
                opened = base64.b64decode(json.loads(message)["body"]).decode()
                self.told.append((f"message in {key}", opened))

    def findings(self) -> set[tuple[str, str]]:
        """Which secret was told where."""
        assert len(self.secrets) >= 15, self.secrets.values()
        return {(what, where) for where, said in self.told for secret, what in self.secrets.items() if secret in said}


@pytest.fixture
def place(app: Flask, clean: None, set_environment: Callable[..., None]) -> Iterator[Town]:
    with town(app, set_environment, RELAIS_NETWORK_SECONDS="2") as standing:
        yield standing


@pytest.fixture
def root(app: Flask, world: World) -> Organisation:
    made = world.organisation()
    with app.app_context():
        db.session.add(ShareCap(organisation_id=made.id, a_person_a_day=100))
        db.session.commit()
    return made


@pytest.fixture
def ada(world: World, root: Organisation) -> Person:
    return world.person(root, Role.ADMIN, name="Ada Lark")


@pytest.fixture
def search(place: Town, visit: Callable[..., Visitor], ada: Person) -> Search:
    return Search(place, visit(ada))


def fault(place: Town, network: str, path: str, kind: str) -> None:
    url = place.sandbox.url if network == "linkedin" else place.standins[network].url
    answer = requests.post(f"{url}/_sandbox/faults", json={"path": path, "method": "POST", "kind": kind}, timeout=10)
    assert answer.ok, answer.text


def clear_faults(place: Town) -> None:
    for url in (place.sandbox.url, *(standin.url for standin in place.standins.values())):
        requests.delete(f"{url}/_sandbox/faults", timeout=10)


def leave(search: Search, network: str, **typed: str) -> str:
    answer = search.post(f"/accounts/{network}/connect", typed)
    assert answer.status_code == 200, words(answer)
    [refresh] = [each.attributes["content"] or "" for each in page(answer).css("meta[http-equiv=refresh]")]
    return refresh.removeprefix("0;url=")


def come_back(search: Search, network: str, answer: dict[str, str]) -> Any:
    search.hide(f"code of {network}", answer.get("code"))
    return search.get(f"/accounts/{network}/callback", query_string=answer)


def connect(search: Search, network: str, choice: dict[str, str], **typed: str) -> None:
    assert come_back(search, network, consent(leave(search, network, **typed), **choice)).status_code == 302
    search.gather()


def connect_all(search: Search, stranger: Visitor) -> None:
    """One account on each, two on Bluesky; before, what goes wrong on the way."""
    place = search.place
    for path, network, typed in (
        (RENEW["x"][0], "x", {"agreed": "1"}),
        (RENEW["linkedin"][0], "linkedin", {}),
        ("/oauth/token", "mastodon", {"server": place.standins["mastodon"].host}),
    ):
        answer = consent(leave(search, network, **typed), name="Ada")
        fault(place, network, path, "malformed")
        come_back(search, network, answer)
    clear_faults(place)
    assert come_back(search, "x", {"state": "made-up", "code": "a-made-up-code-of-somebody"}).status_code == 400
    search.see(
        stranger.get("/accounts/x/callback?state=made-up&code=a-made-up-code-of-somebody", follow_redirects=True)
    )
    connect(search, "linkedin", {"name": "Ada"})
    connect(search, "mastodon", {"name": "Ada"}, server=place.standins["mastodon"].host)
    connect(search, "x", {"name": "Ada"}, agreed="1")
    sky = place.standins["bluesky"]
    ada, cloud = sky.introduce("Ada Sky"), sky.introduce("Ada Cloud")
    password, own = ada.facts["app_passwords"][0], str(ada.facts["password"])
    for number, typed in enumerate((own, "not-her-password-at-all", password)):
        search.hide(f"password {number}", typed)
        search.post("/accounts/bluesky/connect", {"way": "password", "handle": ada.handle, "password": typed})
    connect(search, "bluesky", {"sub": cloud.id}, way="handle", handle=cloud.handle)


def share(search: Search, world: World, root: Organisation, words_of_hers: str) -> None:
    """On every account, then a worker."""
    post = world.post(root)
    with search.place.app.app_context():
        accounts = list(db.session.scalars(db.select(Account.id).where(Account.state == "connected")))
    fields = {"submission": str(uuid4()), "account": accounts, "text": words_of_hers, "language": "en", "when": "now"}
    answer = search.post(f"/posts/{post.id}/share", fields)
    assert answer.status_code == 303, words(answer)
    with search.place.app.app_context():
        sharing_tasks.deliver_due()
        sharing_tasks.settle_due()
    search.gather()
    search.get(answer.location)


def test_no_secret_is_told(
    place: Town,
    search: Search,
    world: World,
    root: Organisation,
    visit: Callable[..., Visitor],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.INFO)
    connect_all(search, visit())
    share(search, world, root, "It went well.")
    for number, kind in enumerate(FAILURES):
        for network, path in PUBLISH.items():
            fault(place, network, path, kind)
        share(search, world, root, f"Nothing went well, number {number}.")
        clear_faults(place)
    renew(search)
    break_a_table(search)
    for path in ("/accounts", "/shares", "/settings", "/admin/networks", "/admin/deliveries"):
        search.get(path)
    search.dump()
    leave_all(search)
    search.dump()
    settings = get_settings()
    search.told.append(("repr of the settings", repr(settings)))
    for name in ("linkedin_client_secret", "x_client_secret", "secret_key", "seal_keys"):
        search.hide(name, getattr(settings, name).get_secret_value())
    captured = capfd.readouterr()
    search.told += [("log", caplog.text), ("output", captured.out), ("output", captured.err)]
    assert search.findings() == set()
    assert "revocation_failed" in captured.err + caplog.text, "the log was heard"
    where = {where.split(" ")[0] for where, _said in search.told}
    assert where == {"page", "repr", "table", "redis", "message", "log", "output"}
    with place.app.app_context():
        states = set(db.session.scalars(db.select(Share.state)))
    assert {"published", "failed", "unconfirmed"} <= states, states


def renew(search: Search) -> None:
    """A renewal that fails, then one that does not."""
    for network, paths in RENEW.items():
        for path in paths:
            fault(search.place, network, path, "500")
    for _attempt in range(2):
        with search.place.app.app_context():
            for account in db.session.scalars(db.select(Account).where(Account.refresh_token.is_not(None))):
                account.expires_at, account.renew_at = utcnow() + timedelta(seconds=30), utcnow()
            db.session.commit()
            tasks.renew_due()
        clear_faults(search.place)
    search.gather()


def break_a_table(search: Search) -> None:
    """A grant comes back while the database can't take it: the error tells what was to be written."""
    answer = consent(leave(search, "linkedin"), name="Ada")
    rename(search.place.app, "limits", "limits_away")
    try:
        assert come_back(search, "linkedin", answer).status_code == 500
    finally:
        rename(search.place.app, "limits_away", "limits")


def rename(app: Flask, before: str, after: str) -> None:
    with app.app_context():
        db.session.execute(text(f"alter table account rename column {before} to {after}"))
        db.session.commit()


def leave_all(search: Search) -> None:
    """Disconnect everything while half of the networks do not answer well."""
    fault(search.place, "linkedin", "/oauth/v2/revoke", "500")
    fault(search.place, "x", "/2/oauth2/revoke", "malformed")
    with search.place.app.app_context():
        numbers = list(db.session.scalars(db.select(Account.id)))
    for number in numbers:
        assert search.post(f"/accounts/{number}/disconnect").status_code == 302
        search.get("/accounts")
