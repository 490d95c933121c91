"""A form that can't be taken any more: what was typed in it is shown, once, to whoever typed it."""

from collections.abc import Callable

import pytest

from tests.visitor import Visitor, page
from tests.world import World

OURS = {"Origin": "http://localhost", "Referer": "http://localhost/propose"}
TYPED = {
    "title": "Sixty bakers",
    "why": "A <b>dough</b>\nand its story",
    "password": "four words of mine",
    "where": "1",
}


@pytest.fixture
def visitor(world: World, visit: Callable[..., Visitor]) -> Visitor:
    return visit(world.person(world.organisation("Aubrelle")))


def _kept(answer: object) -> list[str | None]:
    return [area.text() for area in page(answer).css("textarea")]  # type: ignore[arg-type]


def test_words_of_a_page_that_was_open_too_long_are_shown(visitor: Visitor) -> None:
    answer = visitor.post("/propose", {**TYPED, "csrf_token": "old"}, headers=OURS)
    assert answer.status_code == 400
    assert _kept(answer) == ["Sixty bakers", "A <b>dough</b>\nand its story"]
    assert page(answer).css_first(".empty a.primary").attributes["href"] == "/propose"
    assert "four words of mine" not in answer.text


def test_words_of_somebody_signed_out_meanwhile_are_shown(visitor: Visitor) -> None:
    visitor.get("/propose")
    token = visitor.token
    with visitor.client.session_transaction() as session:
        session.pop("_user_id")
    answer = visitor.post("/propose", {**TYPED, "csrf_token": token or ""}, headers=OURS)
    assert answer.status_code == 401
    assert _kept(answer)[0] == "Sixty bakers"


@pytest.mark.parametrize("origin", ["http://elsewhere.test", "null", ""])
def test_words_of_another_site_are_not(visitor: Visitor, origin: str) -> None:
    answer = visitor.post("/propose", {**TYPED, "csrf_token": "old"}, headers={**OURS, "Origin": origin})
    assert answer.status_code == 400
    assert not _kept(answer)
    assert "dough" not in answer.text


def test_the_way_back_stays_on_this_site(visitor: Visitor) -> None:
    headers = {**OURS, "Referer": "http://elsewhere.test/x"}
    answer = visitor.post("/propose", {**TYPED, "csrf_token": "old"}, headers=headers)
    assert page(answer).css_first(".empty a.primary").attributes["href"] == "/"
