"""Every route says whom it is for, and keeps everybody else out."""

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter, Rule

from advocacy.people.models import Role
from tests.visitor import Visitor
from tests.world import World

NOT_PAGES = {"health.healthz", "health.readyz", "static"}
FILLING = {"int": 999_999, "default": "aaaaaaaa", "path": "x"}


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in NOT_PAGES]


def address(app: Flask, rule: Rule) -> str:
    values = {
        name: (1 if isinstance(converter, IntegerConverter) else "aaaaaaaa")
        for name, converter in rule._converters.items()
    }
    with app.test_request_context():
        return str(
            app.url_map.bind("relais.test").build(
                rule.endpoint, values, method=next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"}))
            )
        )


def test_every_view_says_whom_it_is_for(app: Flask) -> None:
    unmarked = [rule.endpoint for rule in rules(app) if not hasattr(app.view_functions[rule.endpoint], "access")]
    assert unmarked == []


def test_signed_out_people_are_sent_to_sign_in(app: Flask, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    for rule in rules(app):
        if app.view_functions[rule.endpoint].access != "signed in":
            continue
        for method in (rule.methods or set()) & {"GET", "POST"}:
            answer = visitor.get(address(app, rule)) if method == "GET" else visitor.post(address(app, rule))
            assert answer.status_code == 302, (rule, method)
            assert answer.location.startswith("/sign-in"), rule


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.EDITOR, Role.ADMIN])
def test_ids_of_another_programme_do_not_exist(
    app: Flask, world: World, visit: Callable[..., Visitor], role: Role
) -> None:
    """Id 1 of everything belongs to a foreign programme; whoever asks is told nothing and changes nothing."""
    foreign = world.organisation("Foreign")
    stranger = world.person(foreign, Role.ADMIN)
    (
        world.post(foreign, "A secret title"),
        world.group(foreign, stranger, name="A secret group"),
        world.account(stranger),
    )
    home = world.organisation("Home")
    visitor = visit(world.person(home, None if role is Role.EMPLOYEE else role))
    for rule in rules(app):
        ids = [name for name, converter in rule._converters.items() if isinstance(converter, IntegerConverter)]
        if not ids or rule.endpoint == "home.welcome":
            continue
        for method in (rule.methods or set()) & {"GET", "POST"}:
            answer = (
                visitor.get(address(app, rule))
                if method == "GET"
                else visitor.post(address(app, rule), {"online": "yes"})
            )
            assert answer.status_code in (403, 404), (rule, method, answer.status_code)
            assert "secret" not in answer.text, rule


def test_forms_without_their_token_are_refused(app: Flask, world: World, visit: Callable[..., Visitor]) -> None:
    visitor = visit(world.person(world.organisation(), Role.ADMIN))
    for rule in rules(app):
        if "POST" in (rule.methods or set()):
            answer = visitor.client.post(address(app, rule), data={"x": "y"}, headers={"Accept": "text/html"})
            assert answer.status_code == 400, rule


def test_every_answer_carries_the_headers(visit: Callable[..., Visitor], world: World) -> None:
    visitor = visit(world.person(world.organisation()))
    for path in ("/", "/nowhere", "/sign-in", "/shares", "/media/none"):
        headers = visitor.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe-inline" not in headers["Content-Security-Policy"].split("style-src-attr")[0]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Request-Id"]


def test_problems_are_json_for_programs(visit: Callable[..., Visitor]) -> None:
    answer = visit().client.get("/nowhere", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["status"] == 404


def test_unknown_pages_say_so_in_both_languages(visit: Callable[..., Visitor]) -> None:
    assert "n’existe pas" in visit(language="fr").get("/nowhere").text
    assert "does not exist" in visit(language="en").get("/nowhere").text
