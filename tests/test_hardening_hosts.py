"""A name that is not ours: requests under it are refused, and it never comes into a mailed link."""

from collections.abc import Callable

import pytest
from flask import Flask

from config.settings import get_settings
from tests import letters
from tests.visitor import Visitor
from tests.world import World

FOREIGN = ["evil.example", "relais.test.evil.example", "evil.example:80", "relais.test@evil.example", "10.1.2.3"]


@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.parametrize("path", ["/", "/sign-in", "/nowhere", "/readyz"])
def test_a_foreign_name_gets_400_and_no_page(visit: Callable[..., Visitor], host: str, path: str) -> None:
    answer = visit().client.get(path, headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text
    assert answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("host", ["relais.test", "relais.test:8000", "localhost:5000", "127.0.0.1"])
def test_our_own_names_are_answered(visit: Callable[..., Visitor], host: str) -> None:
    assert visit().client.get("/sign-in", headers={"Host": host}).status_code == 200


def test_a_foreign_name_never_comes_into_a_mailed_link(app: Flask, world: World, visit: Callable[..., Visitor]) -> None:
    letters.throw_away()
    person = world.person(world.organisation())
    visitor = visit()
    visitor.get("/forgot")
    assert visitor.post("/forgot", {"email": person.email}, headers={"Host": "evil.example"}).status_code == 400
    assert letters.delivered(app) == []
    forwarded = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    assert visitor.post("/forgot", {"email": person.email}, headers=forwarded).status_code < 400
    [mail] = letters.delivered(app)
    assert "http://relais.test/reset/" in letters.text_of(mail)
    assert "evil" not in mail.as_string()


def test_other_names_can_be_added(
    app: Flask, clean: None, set_environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_environment(RELAIS_TRUSTED_HOSTS="Intra.Example, .lan.example")
    settings = get_settings()
    assert settings.answered_hosts == ["relais.test", "localhost", "127.0.0.1", "intra.example", ".lan.example"]
    assert app.config["TRUSTED_HOSTS"] == ["relais.test", "localhost", "127.0.0.1"]
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", settings.answered_hosts)
    client = app.test_client()
    wanted = {"intra.example": 200, "a.lan.example": 200, "other.example": 400}
    assert {host: client.get("/healthz", headers={"Host": host}).status_code for host in wanted} == wanted
