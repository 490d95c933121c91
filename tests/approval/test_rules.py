"""Blocked words, regular expressions and what shares end with."""

import time

import pytest

from advocacy.approval import disclosure, rules
from advocacy.approval.patterns import check_pattern, matches
from advocacy.approval.rules import Where
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.errors import Conflict, Forbidden, Invalid, NotFound
from advocacy.people.models import Organisation, Role


@pytest.mark.parametrize(
    ("kind", "pattern", "text", "words"),
    [
        ("words", "guérit", "Ce soin GUÉRIT tout, il guerit.", ["GUÉRIT", "guerit"]),
        ("words", "guérit", "Ce soin ne guéritait rien", []),
        ("words", "best price", "The best\n price in town", ["best\n price"]),
        ("words", "c++", "We love C++!", ["C++"]),
        ("words", "100 %", "à 100 % sûr", ["100 %"]),
        ("regex", r"\b\d{2,3} ?%", "5 % or 95% or 120 %", ["95%", "120 %"]),
        ("regex", r"cure[sd]?", "It Cures, it cured", ["Cures", "cured"]),
        ("regex", r"^secret", "No secret here", []),
    ],
)
def test_matching_words_are_shown_as_they_stand(kind, pattern, text, words):
    assert matches(kind, pattern, text) == words


@pytest.mark.parametrize("bomb", ["(a+)+$", "(a|aa)+$", "(.*a){20}$", r"(\w+\s?)*!$x", "(x+x+)+y"])
def test_expressions_that_explode_are_refused_at_once(app, bomb):
    began = time.monotonic()
    with app.test_request_context(), pytest.raises(Invalid):
        check_pattern("regex", bomb)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("pattern", ["(", "", "x*", "a" * 201, "[z-a]"])
def test_expressions_that_are_no_use_are_refused(app, pattern):
    with app.test_request_context(), pytest.raises(Invalid):
        check_pattern("regex", pattern)


def test_rules_hold_below_and_say_where(desk):
    body = desk.world.organisation("Lyon", desk.root)
    post = desk.world.post(
        body, "We cure", summary="Nothing", state="draft", wordings=("Fine", "It cures; a miracle cure"), link_title=""
    )
    elsewhere = desk.world.post(desk.root, "We cure", state="draft", wordings=())

    def add(at, pattern, level):
        rules.add_rule(
            desk.me(desk.admin), db.session.get_one(Organisation, at.id), kind="words", pattern=pattern, level=level
        )

    desk.act(lambda: add(desk.root, "cure", "block"))
    desk.act(lambda: add(body, "miracle", "warn"))

    def found(one):
        post = db.session.get_one(Post, one.id)
        read = rules.findings_in(post.organisation, Where.of_post(post))
        return [(finding.where.field, finding.words, finding.blocks) for finding in read]

    assert desk.act(lambda: found(post)) == [
        ("title", ("cure",), True),
        ("captions", ("cure",), True),
        ("captions", ("miracle",), False),
    ]
    assert [field for field, _words, _blocks in desk.act(lambda: found(elsewhere))] == ["title", "link"]
    assert desk.flaws(post) == ["title", "captions"]


def test_only_admins_make_rules_and_only_their_own(desk):
    stranger = desk.world.person(desk.world.organisation("Elsewhere"), Role.ADMIN)
    given = {"kind": "words", "pattern": "x", "level": "warn"}
    for person, error in ((desk.editor, Forbidden), (stranger, NotFound)):
        with pytest.raises(error):
            desk.act(
                lambda person=person: rules.add_rule(
                    desk.me(person), db.session.get_one(Organisation, desk.root.id), **given
                )
            )
    rule_id = desk.act(
        lambda: rules.add_rule(desk.me(desk.admin), db.session.get_one(Organisation, desk.root.id), **given).id
    )
    with pytest.raises(NotFound):
        desk.act(lambda: rules.drop_rule(desk.me(stranger), rule_id))
    desk.act(lambda: rules.drop_rule(desk.me(desk.admin), rule_id))


def test_disclosures_by_country_and_network(desk):
    world = desk.world
    desk.act(lambda: setattr(db.session.get_one(Organisation, desk.root.id), "disclosure", "#Team"))
    belgium = world.organisation("Liège", desk.root, country="BE")
    office = world.organisation("Office", belgium)
    here, there = world.person(office), world.person(desk.root)

    def add(at=desk.root, **given):
        disclosure.add_rule(
            desk.me(desk.admin),
            db.session.get_one(Organisation, at.id),
            **{"network": "", "country": "", "text": "#x", **given},
        )

    def ends(person, network):
        return desk.act(lambda: disclosure.disclosure_for(desk.me(person), network))

    assert ends(here, "linkedin") == "#Team"
    desk.act(lambda: add(network="linkedin", text="#Net"))
    assert (ends(here, "linkedin"), ends(here, "other"), ends(here, None)) == ("#Net", "#Team", "#Team")
    desk.act(lambda: add(country="be", text="#Land"))
    assert (ends(here, "linkedin"), ends(there, "linkedin"), ends(here, "other")) == ("#Land", "#Net", "#Land")
    desk.act(lambda: add(at=office, network="linkedin", country="BE", text="#Both"))
    assert ends(here, "linkedin") == "#Both"
    with pytest.raises(Conflict):
        desk.act(lambda: add(country="BE", text="#Twice"))
    with pytest.raises(Invalid):
        desk.act(lambda: add(country="Belgium"))
