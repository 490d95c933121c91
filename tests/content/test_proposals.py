"""Anybody proposes; the proposer sees what becomes of it; nothing typed is lost."""

import io

import pytest
from sqlalchemy import select

from advocacy.content.models import Post, Proposal
from advocacy.content.proposals import MOST_A_DAY
from advocacy.db import db
from advocacy.groups.models import Group, Membership, ProposalRule
from advocacy.people.models import Role
from advocacy.recognition.models import PointEntry
from config import points
from tests.content.proposing import LINK, fields, picture, sent_by, stored
from tests.letters import delivered, text_of, throw_away
from tests.statements import statements
from tests.visitor import page, words


@pytest.fixture
def root(world):
    return world.organisation("Aubrelle")


@pytest.fixture
def north(world, root):
    return world.organisation("North", root)


@pytest.fixture
def ines(world, north):
    return world.person(north, name="Inès B.", language="fr")


@pytest.fixture
def editor(world, root):
    return world.person(root, Role.EDITOR, name="Éd R.")


@pytest.fixture
def me(visit, ines):
    return visit(ines)


@pytest.fixture
def desk(visit, editor):
    return visit(editor)


def rule_of(app, group, rule):
    with app.app_context():
        db.session.get(Group, group.id).proposals = rule.value
        db.session.commit()


def earned(app, person):
    with app.app_context():
        rows = db.session.scalars(select(PointEntry).where(PointEntry.person_id == person.id).order_by(PointEntry.id))
        return [(row.reason, row.subject, row.points, row.note.get("why"), row.rules_version) for row in rows]


def test_three_fields_then_returned_then_accepted_then_live_with_credit(app, world, visit, root, ines, me, desk):
    throw_away()
    number = sent_by(me)
    mine = words(me.get("/proposals"))
    assert "A garden that drinks the rain" in mine
    path = f"/studio/proposals/{number}"
    assert "Inès B." in words(desk.get("/studio/proposals"))
    assert "Our own site" in words(desk.get(path))
    assert desk.post(f"{path}/return", {"note": "Which site is it?", "times_sent": 1}).status_code == 303
    assert "Which site is it?" in words(me.get("/proposals"))
    form = page(me.get(f"/proposals/{number}"))
    assert form.css_first("#title").attributes["value"] == "A garden that drinks the rain"
    assert me.post(f"/proposals/{number}", fields(why="Our own site, in Nantes.")).status_code == 303
    assert (stored(app, number).state, stored(app, number).times_sent) == ("waiting", 2)
    accepted = desk.post(f"{path}/accept", {"times_sent": 2})
    post_id = stored(app, number).post_id
    assert accepted.headers["Location"] == f"/studio/posts/{post_id}"
    assert page(desk.get(f"/studio/posts/{post_id}")).css_first("#summary").text() == "Our own site, in Nantes."
    letters = delivered(app)
    assert [letter["To"] for letter in letters] == [ines.email, ines.email]
    assert "Which site is it?" in text_of(letters[0])
    assert f"/proposals#p{number}" in text_of(letters[1])
    with app.app_context():
        post = db.session.get(Post, post_id)
        assert (post.state, post.link, post.proposed_by_id, post.organisation_id) == ("draft", LINK, ines.id, root.id)
        version = post.version
    live = {"title": "Rain", "link": LINK, "language": "en", "bodies": root.id, "timing": "now", "version": version}
    assert desk.post(f"/studio/posts/{post_id}/publish", live).status_code == 303
    reader = visit(world.person(root))
    assert "Suggested by Inès B." in words(reader.get(f"/posts/{post_id}"))
    assert "Suggested by Inès B." in words(reader.get("/"))
    assert f'href="/posts/{post_id}"' in me.get("/proposals").text
    assert me.post(f"/proposals/{number}/credit", {"named": "0"}).status_code == 303
    assert "Suggested by" not in words(reader.get(f"/posts/{post_id}"))
    assert earned(app, ines) == [("proposal", f"proposal:{number}", points.PROPOSAL, None, points.VERSION)]
    assert str(points.PROPOSAL) in words(me.get("/points"))


def test_who_prefers_not_to_be_named_is_not(app, world, visit, root, ines, me, desk):
    number = sent_by(me, names_person=None)
    desk.post(f"/studio/proposals/{number}/accept")
    with app.app_context():
        post = db.session.get(Post, stored(app, number).post_id)
        assert (post.proposed_by_id, post.suggested_by) == (ines.id, None)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": ""}, "Say in a few words what it is."),
        ({"title": " \u0000 "}, "Say in a few words what it is."),
        ({"title": "x" * 201}, "200 characters at most."),
        ({"why": ""}, "Say in a sentence why it matters."),
        ({"why": "x" * 1001}, "1,000 characters at most."),
        ({"link": "javascript:alert(1)"}, "A link begins with"),
        ({"link": "data:text/html,x"}, "A link begins with"),
        ({"link": "https://user:pw@news.example/"}, "A link begins with"),
        ({"link": "https://news.example/" + "x" * 2000}, "A link begins with"),
        ({"link": "a page I saw"}, "A link begins with"),
        ({"where": "x"}, "could not coerce"),
        ({"picture": (b"<svg/>", "a.svg")}, "This is no picture we can read."),
        ({"picture": "real"}, "Describe the picture"),
        ({"picture": "real", "image_alt": "x" * 501}, "500 characters at most."),
    ],
)
def test_what_can_t_be_sent_is_said_and_kept(app, world, root, visit, changed, sentence):
    visitor = visit(world.person(root))
    sent = dict(changed)
    if sent.get("picture") == "real":
        sent["picture"] = picture()
    elif "picture" in sent:
        sent["picture"] = (io.BytesIO(sent["picture"][0]), sent["picture"][1])
    answer = visitor.post("/propose", fields(**sent))
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert page(answer).css_first("#errors") is not None
    if "why" not in changed:
        assert page(answer).css_first("#why").text() == "Our own site, and nobody knows."
    if changed.get("picture") == "real":
        assert page(answer).css_first("input[name=image]").attributes["value"], "the picture is kept meanwhile"
    with app.app_context():
        assert db.session.scalars(select(Proposal)).all() == []


def test_markup_stays_text(app, world, root, visit):
    evil = "<script>alert(1)</script>"
    visitor, desk = visit(world.person(root)), visit(world.person(root, Role.EDITOR))
    number = sent_by(visitor, title=evil, why=f"{evil} {{{{ 7*7 }}}}")
    for seen in (visitor.get("/proposals"), desk.get("/studio/proposals"), desk.get(f"/studio/proposals/{number}")):
        assert evil not in seen.text
        assert "alert(1)" in words(seen)
    desk.post(f"/studio/proposals/{number}/decline", {"reason": "own", "words": evil})
    assert evil not in visitor.get("/proposals").text


def test_a_picture_is_encoded_anew_and_comes_along(app, me, desk):
    number = sent_by(me, link=None, picture=picture(), image_alt="A garden in the rain")
    found = stored(app, number)
    assert len(found.image) == 40
    with me.get(f"/media/{found.image}") as shown:
        assert shown.mimetype == "image/webp"
    desk.post(f"/studio/proposals/{number}/accept")
    with app.app_context():
        post = db.session.get(Post, stored(app, number).post_id)
        assert (post.image, post.image_alt, post.link) == (found.image, "A garden in the rain", None)


@pytest.mark.parametrize(
    ("query", "link", "title", "why"),
    [
        (f"url={LINK}&title=Rain&text=Look", LINK, "Rain", "Look"),
        (f"title=Rain&text=Look+{LINK}", LINK, "Rain", "Look"),
        ("url=javascript:alert(1)&title=x", "", "x", ""),
        (f"url={LINK}&title={LINK}", LINK, "", ""),
        ("text=" + "x" * 5000, "", "", "x" * 1000),
        ("", "", "", ""),
    ],
)
def test_a_shared_page_fills_the_form(me, query, link, title, why):
    form = page(me.get(f"/propose?{query}"))
    assert form.css_first("#link").attributes["value"] == link
    assert form.css_first("#title").attributes["value"] == title
    assert form.css_first("#why").text() == why
    assert "checked" in form.css_first("#names_person").attributes


def test_twenty_a_day_and_a_second_press_is_none(app, me):
    first = sent_by(me)
    assert sent_by(me) == first
    for number in range(MOST_A_DAY - 1):
        sent_by(me, title=f"Find {number}")
    answer = me.post("/propose", fields(title="One more"))
    assert answer.status_code == 429
    assert page(answer).css_first("#title").attributes["value"] == "One more"


def test_to_a_group_of_ones_own_only(app, world, visit, root, north, ines, me):
    mine, other = world.group(north, ines, name="Gardeners"), world.group(north, name="Others")
    assert "Gardeners" in words(me.get("/propose"))
    assert "Others" not in words(me.get("/propose"))
    for foreign in (other.id, 10**6, -4, 2**70):
        assert me.post("/propose", fields(where=foreign)).status_code == 404
    number = sent_by(me, where=mine.id)
    assert (stored(app, number).group_id, stored(app, number).organisation_id) == (mine.id, north.id)
    elsewhere = world.group(world.organisation("Vélonne"), ines)
    assert me.post("/propose", fields(where=elsewhere.id)).status_code == 404


def test_a_group_that_publishes_at_once(app, world, visit, north, ines, me, editor, desk):
    member, other = world.person(north, name="Hugo P."), world.person(north)
    group = world.group(north, ines, member, name="Gardeners")
    assert desk.post(f"/admin/groups/{group.id}", {"section": "rule", "publish": "1"}).status_code == 302
    assert "checked" in page(desk.get(f"/admin/groups/{group.id}")).css_first("input[name=publish]").attributes
    number = sent_by(me, where=group.id)
    found = stored(app, number)
    assert (found.state, found.decided_by_id) == ("accepted", None)
    assert visit(member).get(f"/posts/{found.post_id}").status_code == 200
    assert visit(other).get(f"/posts/{found.post_id}").status_code == 404
    assert earned(app, ines) == [("proposal", f"proposal:{number}", 0, "by_rule", points.VERSION)]
    assert desk.post(f"/studio/proposals/{number}/decline", {"reason": "later"}).status_code == 409
    held = sent_by(me, where=group.id, link=None, title="No link, so an editor looks")
    assert stored(app, held).state == "waiting"
    assert desk.post(f"/admin/groups/{group.id}", {"section": "rule"}).status_code == 302
    assert stored(app, sent_by(me, where=group.id, title="By hand again")).state == "waiting"


def test_the_rule_is_the_editors_to_set(app, world, visit, north, ines, me):
    group = world.group(north, ines)
    assert me.post(f"/admin/groups/{group.id}", {"section": "rule", "publish": "1"}).status_code == 403
    stranger = visit(world.person(world.organisation("Vélonne"), Role.ADMIN))
    assert stranger.post(f"/admin/groups/{group.id}", {"section": "rule", "publish": "1"}).status_code == 404
    with app.app_context():
        assert db.session.get(Group, group.id).proposals == ProposalRule.APPROVE


def test_taken_back_while_it_waits_and_no_later(app, me, desk):
    number = sent_by(me)
    assert me.get(f"/proposals/{number}").headers["Location"] == f"/proposals#p{number}"
    assert me.post(f"/proposals/{number}/withdraw").status_code == 303
    assert stored(app, number).state == "withdrawn"
    assert me.post(f"/proposals/{number}/withdraw").status_code == 409
    late = desk.post(f"/studio/proposals/{number}/accept")
    assert late.status_code == 409
    assert "Inès B. took this proposal back meanwhile." in words(late)
    answer = me.post(f"/proposals/{number}", fields(why="Typed in vain?"))
    assert answer.status_code == 409
    assert page(answer).css_first("#why").text() == "Typed in vain?"


def test_somebody_elses_proposal_is_nobodys_business(app, world, visit, root, me):
    number = sent_by(me)
    other = visit(world.person(root))
    for path in (f"/proposals/{number}/withdraw", f"/proposals/{number}/credit", f"/proposals/{number}"):
        assert other.post(path, fields()).status_code == 404
    assert other.get(f"/proposals/{number}").status_code == 404
    assert "garden" not in words(other.get("/proposals"))
    assert other.get("/studio/proposals").status_code == 403
    assert other.get(f"/studio/proposals/{number}").status_code == 403


def test_left_group_is_said_at_the_next_sending(app, world, north, ines, me, desk):
    group = world.group(north, ines)
    number = sent_by(me, where=group.id)
    desk.post(f"/studio/proposals/{number}/return", {"note": "More, please."})
    with app.app_context():
        db.session.delete(db.session.get(Membership, (group.id, ines.id)))
        db.session.commit()
    assert me.post(f"/proposals/{number}", fields(where=group.id)).status_code == 404
    assert me.post(f"/proposals/{number}", fields(where=0)).status_code == 303
    assert stored(app, number).group_id is None


def test_the_list_takes_few_queries(app, world, root, ines, me, desk):
    for number in range(12):
        posted = sent_by(me, title=f"Find {number}", link=f"https://news.example/{number}")
        if number % 2:
            desk.post(f"/studio/proposals/{posted}/accept")
    for visitor, path in ((me, "/proposals"), (desk, "/studio/proposals"), (desk, "/studio/proposals?state=decided")):
        with statements(app) as sent:
            assert visitor.get(path).status_code == 200
        assert len(sent) <= 8, (path, len(sent), sent)
