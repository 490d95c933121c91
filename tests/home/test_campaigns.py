"""How a campaign goes: figures that a plain second computation agrees with, shown to whom they may be."""

import random
from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advocacy.clock import utcnow
from advocacy.content.models import Campaign
from advocacy.db import db
from advocacy.home.campaigns import SMALLEST, Row, fold, results_of
from advocacy.people.models import Role
from tests.home.conftest import Deeds
from tests.statements import statements
from tests.visitor import page, words
from tests.world import World


@pytest.fixture
def campaign(app: Any, programme: Any) -> Any:
    """campaign(…) → the id of one that began yesterday."""

    def made(**values: Any) -> int:
        with app.app_context():
            row = Campaign(
                **{
                    "root_id": programme.root_id,
                    "organisation_id": programme.id,
                    "name": "Light heart",
                    "aim": "Walk more.",
                    "slug": "light-heart",
                    "starts_on": utcnow().date() - timedelta(days=1),
                    **values,
                }
            )
            db.session.add(row)
            db.session.commit()
            return int(row.id)

    return made


def test_a_second_computation_agrees(app: Any, world: World, programme: Any, deeds: Deeds, campaign: Any) -> None:
    chance = random.Random(7)
    number = campaign(target_kind="shares", target_number=10)
    bodies = [world.organisation(f"Body {n}", programme) for n in range(4)]
    below = world.organisation("Below", bodies[0])
    posts = [world.post(programme, campaign_id=number) for _ in range(3)]
    other = world.post(programme)
    sizes = (12, 9, 2, 1)
    people = [(world.person(body), body) for body, size in zip(bodies, sizes, strict=True) for _ in range(size)]
    people += [(world.person(below), bodies[0]), (world.person(programme), programme)]
    facts = []
    for person, body in people:
        for _ in range(chance.randint(1, 3)):
            network = chance.choice(["linkedin", "linkedin", "elsewhere"])
            declared, readers = chance.random() < 0.1, chance.randint(0, 9)
            reach = chance.choice([None, chance.randint(0, 500)])
            state = chance.choice(["published", "published", "removed", "scheduled", "failed", "cancelled"])
            post = chance.choice([*posts, other])
            share = deeds.share(person, post, network=network, state=state, settled_by_person=declared)
            deeds.figures(share, humans=readers, reach=reach)
            if post is not other and state in ("published", "removed"):
                facts.append((person.id, body.id, network, declared, readers, reach))
    with app.app_context():
        found = results_of(db.session.get_one(Campaign, number))
    assert found.total.people == len({fact[0] for fact in facts})
    assert found.total.readers == sum(fact[4] for fact in facts)
    assert (found.total.shares, found.total.declared) == (
        sum(not fact[3] for fact in facts),
        sum(fact[3] for fact in facts),
    )
    by_body = defaultdict(list)
    for fact in facts:
        by_body[fact[1]].append(fact)
    counts = {body: len({fact[0] for fact in these}) for body, these in by_body.items()}
    for row in found.bodies:
        assert row.people is not None
        assert row.people >= SMALLEST
        if row.key:
            these = by_body[int(row.key)]
            assert (row.people, row.readers) == (counts[int(row.key)], sum(fact[4] for fact in these))
    assert sum(row.readers for row in found.bodies) == found.total.readers
    for row in found.reach:
        these = [fact for fact in facts if fact[2] == row.key]
        known = [fact[5] for fact in these if fact[5] is not None]
        assert (row.reach, row.known, row.shares + row.declared) == (sum(known), len(known), len(these))


ROWS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 50)), max_size=8).map(
    lambda pairs: [Row(str(n), f"Body {n}", people, 0, people, readers) for n, (people, readers) in enumerate(pairs)]
)


@given(ROWS)
def test_no_row_and_no_difference_stands_for_fewer_than_eight(rows: list[Row]) -> None:
    shown = fold(rows, "Together")
    assert all((row.people or 0) >= SMALLEST for row in shown)
    hidden = sum(row.people or 0 for row in rows) - sum(row.people or 0 for row in shown)
    assert hidden == 0 or not shown
    if shown:
        assert sum(row.readers for row in shown) == sum(row.readers for row in rows)


@given(ROWS)
def test_networks_whose_people_overlap_are_folded_more_carefully(rows: list[Row]) -> None:
    for row in fold(rows, "Together", apart=False):
        together = [one for one in rows if one.key not in {shown.key for shown in fold(rows, "", apart=False)}]
        assert (row.people or 0) >= SMALLEST or (
            row.people is None and max(one.people or 0 for one in together) >= SMALLEST
        )


def test_editors_see_figures_and_employees_the_way_to_the_target(
    world: World, visit: Any, programme: Any, body: Any, deeds: Deeds, campaign: Any
) -> None:
    number = campaign(target_kind="readers", target_number=40)
    shown = world.post(programme, "For all", campaign_id=number)
    world.post(programme, "For others", campaign_id=number, audience=world.organisation("Else", programme))
    for _ in range(9):
        share = deeds.share(world.person(body), shown)
        deeds.figures(share, humans=2, reach=100)
    employee = visit(world.person(body)).get(f"/campaigns/{number}")
    assert "18 of 40 readers of the links" in words(employee)
    assert page(employee).css_first("[role=meter]").attributes["aria-valuenow"] == "45"
    assert "For all" in words(employee)
    assert "For others" not in words(employee)
    assert page(employee).css_first("table") is None
    assert page(employee).css_first(".figures") is None
    editor = visit(world.person(programme, Role.EDITOR)).get(f"/campaigns/{number}")
    assert "measured by LinkedIn, 9 of 9 shares" in words(editor)
    assert page(editor).css_first("section[aria-labelledby=by-body] tbody th").text().strip() == "Hautes-Combes"
    assert "For others" in words(editor)
    local = visit(world.person(body, Role.EDITOR)).get(f"/campaigns/{number}")
    assert page(local).css_first("table") is None


def test_few_people_are_not_shown_by_themselves(
    world: World, visit: Any, programme: Any, body: Any, deeds: Deeds, campaign: Any
) -> None:
    number = campaign()
    share = deeds.share(world.person(body), world.post(programme, campaign_id=number))
    deeds.figures(share, humans=2, reach=100)
    editor = visit(world.person(programme, Role.EDITOR)).get(f"/campaigns/{number}")
    assert page(editor).css_first("table") is None
    assert "Members reached" not in words(editor)
    assert "so that nobody is singled out" in words(editor)


def test_who_may_know_of_a_campaign(world: World, visit: Any, programme: Any, body: Any, campaign: Any) -> None:
    begun = campaign()
    coming = campaign(slug="coming", starts_on=utcnow().date() + timedelta(days=3))
    employee, editor = visit(world.person(body)), visit(world.person(programme, Role.EDITOR))
    stranger = visit(world.person(world.organisation(), Role.ADMIN))
    for number, wanted in ((begun, (200, 200, 404)), (coming, (404, 200, 404)), (99, (404, 404, 404))):
        for path in (f"/campaigns/{number}", f"/?campaign={number}"):
            assert tuple(one.get(path).status_code for one in (employee, editor, stranger)) == wanted


def test_the_feed_of_a_campaign(world: World, visit: Any, programme: Any, body: Any, campaign: Any) -> None:
    number = campaign()
    world.post(programme, "In it", campaign_id=number)
    world.post(programme, "Not in it")
    world.post(programme, "Not mine", campaign_id=number, audience=world.organisation("Else", programme))
    me = visit(world.person(body))
    seen = page(me.get(f"/?campaign={number}"))
    assert [node.text() for node in seen.css("article h2")] == ["In it"]
    assert "Walk more." in seen.body.text()
    chip = page(me.get("/")).css_first(f"article a[href='/?campaign={number}']")
    assert chip is not None


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_in_both_languages(world: World, visit: Any, programme: Any, campaign: Any, language: str) -> None:
    number = campaign(target_kind="people", target_number=3)
    for role in (None, Role.EDITOR):
        answer = visit(world.person(programme, role, language=language)).get(f"/campaigns/{number}")
        assert page(answer).css_first("html").attributes["lang"] == language


def test_the_page_takes_few_questions(world: World, visit: Any, programme: Any, deeds: Deeds, campaign: Any) -> None:
    number = campaign()
    for _ in range(12):
        post = world.post(programme, campaign_id=number)
        deeds.figures(deeds.share(world.person(programme), post), humans=1)
    for role, most in ((Role.EDITOR, 9), (None, 12)):
        me = visit(world.person(programme, role))
        with statements(deeds.app) as sent:
            assert me.get(f"/campaigns/{number}").status_code == 200
        assert len(sent) <= most, "\n".join(sent)
