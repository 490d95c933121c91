"""The pages of who offers and of who answers."""

import csv
import io

import pytest

from advocacy.cascade.models import Answer, OfferReply
from advocacy.cascade.tasks import tell_offered
from advocacy.db import db
from advocacy.people.models import Person, Role
from tests import letters
from tests.cascade.conftest import many_bodies
from tests.statements import statements
from tests.visitor import page, words


def offer_with_every_answer(nation):
    """Three bodies: inherited, adapted with a change since, declined; and one that waits. The post and its offer."""
    waiting = nation.world.organisation("Zone d’attente", nation.root)
    nation.world.person(waiting, Role.EDITOR)
    post = nation.world.post(nation.root, "Take care", wordings=("One", "Two"))
    offer = nation.offer(post, note="Ours to yours.")
    nation.answer(post, 0, Answer.INHERITED)
    adapted = nation.answer(post, 1, Answer.ADAPTED)
    nation.answer(post, 2, Answer.DECLINED, "=SUM(1) we did this last month")
    nation.edit(post.id, title="Take better care")
    return post, offer, adapted


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_renders(nation, visit, language):
    post, offer, adapted = offer_with_every_answer(nation)
    national = nation.world.person(nation.root, Role.EDITOR, language=language)
    local = nation.world.person(nation.bodies[1], Role.EDITOR, language=language)
    number = nation.reply_id(post, nation.bodies[1])
    paths = {
        national: [
            "/studio/offers", "/studio/offers/made", f"/studio/offers/{offer}", f"/studio/offers/{offer}?show=waiting",
            f"/studio/posts/{post.id}/offer", f"/studio/posts/{post.id}", "/studio",
        ],
        local: [
            "/studio/offers", "/studio/offers?show=answered", "/studio/offers/made", f"/studio/offers/replies/{number}",
            f"/studio/posts/{adapted}",
        ],
    }  # fmt: skip
    for person, listed in paths.items():
        me = visit(person, language)
        for path in listed:
            answer = me.get(path)
            assert answer.status_code == 200, (path, answer.text[:2000])
            assert len(page(answer).css("h1")) == 1, path
            ids = [node.attributes["id"] for node in page(answer).css("[id]")]
            assert len(ids) == len(set(ids)), (path, ids)


def test_the_parent_sees_who_did_what(nation, visit):
    post, offer, adapted = offer_with_every_answer(nation)
    me = visit(nation.editor)
    assert page(me.get(f"/studio/posts/{post.id}")).css_first(f'a[href="/studio/offers/{offer}"]') is not None
    shown = me.get(f"/studio/offers/{offer}")
    rows = [[" ".join(cell.text().split()) for cell in row.css("th, td")] for row in page(shown).css("tbody tr")]
    assert [row[0] for row in rows] == ["Grand-Val", "Îles", "Rives-Nord", "Zone d’attente"]
    assert [row[1] for row in rows] == ["Inherited", "Adapted", "Declined", "Waiting"]
    assert "we did this last month" in rows[2][3]
    assert "has not seen your last change" in rows[1][4]
    assert page(shown).css_first(f'tbody a[href="/studio/posts/{adapted}"]') is not None
    only = page(me.get(f"/studio/offers/{offer}?show=declined")).css("tbody tr")
    assert len(only) == 1
    table = me.get(f"/studio/offers/{offer}/answers.csv")
    told = list(csv.reader(io.StringIO(table.data.decode("utf-8-sig"))))
    assert [row[1] for row in told] == ["answer", "inherited", "adapted", "declined", "waiting"]
    assert told[3][4].startswith("'=SUM")
    assert told[2][5].endswith(f"/studio/posts/{adapted}") and told[2][6] == "no"
    assert table.headers["Content-Disposition"] == f'attachment; filename="offer-{offer}.csv"'


def test_an_editor_offers_and_bodies_answer_by_their_pages(app, nation, visit):
    post = nation.world.post(nation.root, "Take care")
    me = visit(nation.editor)
    path = f"/studio/posts/{post.id}/offer"
    assert (
        page(me.get(f"/studio/posts/{post.id}")).css_first(f'a[href="{path}"]').text().strip()
        == "Offer to organisations"
    )
    refused = me.post(path, {"whom": "chosen"})
    assert refused.status_code == 422 and "Choose at least one organisation" in words(refused)
    kept = me.post(path, {"whom": "direct", "reply_by": "2001-01-01", "note": "Kept words"})
    assert kept.status_code == 422 and "Kept words" in kept.text
    sent = me.post(path, {"whom": "direct", "note": "Ours to yours."})
    assert sent.status_code == 303
    local = visit(nation.locals[0])
    desk = local.get("/studio/offers")
    assert "Take care" in words(desk) and "Ours to yours." in words(desk)
    assert page(desk).css_first('.rail a[href="/studio/offers"] .count').text() == "1"
    number = nation.reply_id(post, nation.bodies[0])
    pressed = local.post(f"/studio/offers/replies/{number}", {"answer": "inherited", "was": ""})
    assert (pressed.status_code, pressed.location) == (303, "/studio/offers")
    assert page(local.get("/studio/offers")).css_first('.rail a[href="/studio/offers"] .count') is None
    assert "Take care" in words(visit(nation.employees[0]).get("/"))
    assert "Take care" not in words(visit(nation.employees[1]).get("/"))
    late = local.post(f"/studio/offers/replies/{number}", {"answer": "declined", "was": "", "reason": "Too late"})
    assert late.status_code == 409 and "answered meanwhile" in words(late) and "Too late" in late.text
    assert local.post(f"/studio/offers/replies/{number}", {"answer": "maybe"}).status_code == 400
    adapted = visit(nation.locals[1]).post(
        f"/studio/offers/replies/{nation.reply_id(post, nation.bodies[1])}", {"answer": "adapted", "was": ""}
    )
    with app.app_context():
        row = db.session.get_one(OfferReply, nation.reply_id(post, nation.bodies[1]))
        assert adapted.location == f"/studio/posts/{row.adapted_id}"


def test_the_difference_is_shown_and_settled_by_the_pages(nation, visit):
    post, _offer, adapted = offer_with_every_answer(nation)
    me, number = visit(nation.locals[1]), nation.reply_id(post, nation.bodies[1])
    composer = me.get(f"/studio/posts/{adapted}")
    assert "The original has changed since" in words(composer)
    assert page(composer).css_first(f'a[href="/studio/offers/replies/{number}"]') is not None
    assert "To look at again" in words(me.get("/studio/offers"))
    shown = page(me.get(f"/studio/offers/replies/{number}"))
    assert "better" in shown.css_first(".diff ins").text()
    path = f"/studio/offers/replies/{number}/changes"
    assert me.post(path, {"part": "title", "act": "x"}).status_code == 400
    assert me.post(path, {"part": "nothing", "act": "take"}).status_code == 400
    assert me.post(path, {"part": "title", "act": "take"}).status_code == 303
    assert nation.post(adapted).title == "Take better care"
    assert "The original has changed since" not in words(me.get(f"/studio/posts/{adapted}"))
    assert "To look at again" not in words(me.get("/studio/offers"))


def test_other_programmes_and_other_bodies_are_told_nothing(nation, visit):
    post, offer, adapted = offer_with_every_answer(nation)
    number = nation.reply_id(post, nation.bodies[1])
    stranger = visit(nation.world.person(nation.world.organisation("Elsewhere"), Role.ADMIN))
    neighbour, employee = visit(nation.locals[0]), visit(nation.employees[1])
    ways = [
        ("get", f"/studio/offers/{offer}"),
        ("get", f"/studio/offers/{offer}/answers.csv"),
        ("post", f"/studio/offers/{offer}/remind"),
        ("post", f"/studio/offers/{offer}/take-back"),
        ("get", f"/studio/posts/{post.id}/offer"),
        ("post", f"/studio/posts/{post.id}/offer"),
        ("get", f"/studio/offers/replies/{number}"),
        ("post", f"/studio/offers/replies/{number}"),
        ("post", f"/studio/offers/replies/{number}/changes"),
    ]
    for way, path in ways:
        for who, status in ((stranger, 404), (neighbour, 403), (employee, 403)):
            data = {} if way == "get" else {"data": {"answer": "declined", "act": "take", "part": "title"}}
            answer = getattr(who, way)(path, **data)
            assert answer.status_code == status, (way, path, answer.status_code)
            assert "care" not in answer.text
    for path in ("/studio/offers", "/studio/offers/made"):
        assert employee.get(path).status_code == 403
        assert "care" not in stranger.get(path).text
    assert neighbour.get(f"/studio/posts/{adapted}").status_code == 403


def test_one_letter_a_person_in_their_language_and_one_reminder_a_day(app, nation, visit):
    both = nation.world.person(nation.bodies[0], Role.EDITOR, name="Both", language="fr")
    with app.app_context():
        from advocacy.people.models import RoleGrant

        db.session.add(RoleGrant(person_id=both.id, organisation_id=nation.bodies[1].id, role="editor"))
        gone = db.session.get_one(Person, nation.locals[2].id)
        gone.deactivated_at = gone.created_at
        db.session.commit()
    post = nation.world.post(nation.root, "Take care")
    offer = nation.offer(post, *nation.bodies, note="Ours to yours.")
    for _ in range(2):
        with app.app_context():
            tell_offered()
    sent = letters.delivered(app)
    assert sorted(one["To"] for one in sent) == sorted(one.email for one in (both, *nation.locals[:2]))
    french = next(one for one in sent if one["To"] == both.email)
    assert "Grand-Val, Îles" in letters.text_of(french) and letters.path_in(french) == "/studio/offers"
    english = next(one for one in sent if one["To"] == nation.locals[0].email)
    assert english["Subject"] == "Offered to you: Take care" and "Ours to yours." in letters.text_of(english)
    assert letters.path_in(english) == f"/studio/offers/replies/{nation.reply_id(post, nation.bodies[0])}"
    nation.answer(post, 0, Answer.INHERITED)
    letters.throw_away()
    me = visit(nation.editor)
    for _ in range(2):
        me.post(f"/studio/offers/{offer}/remind")
        with app.app_context():
            tell_offered()
    again = letters.delivered(app)
    assert sorted(one["To"] for one in again) == sorted(one.email for one in (both, nation.locals[1]))
    assert all("Take care" in one["Subject"] and "Offered" not in one["Subject"] for one in again)


def test_an_offer_to_156_bodies_is_a_bounded_number_of_queries(app, nation, visit):
    few = nation.world.post(nation.root, "Few")
    small = nation.offer(few, nation.bodies[0])
    me, counts = visit(nation.editor), {}

    def count(name, path):
        me.get(path)
        with statements(app) as sent:
            assert me.get(path).status_code == 200
        counts.setdefault(name, []).append(len(sent))

    count("show", f"/studio/offers/{small}")
    count("csv", f"/studio/offers/{small}/answers.csv")
    count("form", f"/studio/posts/{few.id}/offer")
    count("edit", f"/studio/posts/{few.id}")
    bodies = many_bodies(nation)
    post = nation.world.post(nation.root, "Many")
    with statements(app) as sent:
        offer = nation.offer(post, *bodies)
    assert len(sent) <= 20
    with app.app_context(), statements(app) as sent:
        assert tell_offered() == 157
    with app.app_context():
        rows = db.session.query(OfferReply).filter_by(offer_id=offer).all()
        for n, row in enumerate(rows[:100]):
            row.answer, row.answered_at = ("inherited", "declined")[n % 2], row.told_at
            row.answered_by_id = nation.editor.id
        db.session.commit()
    count("show", f"/studio/offers/{offer}")
    count("csv", f"/studio/offers/{offer}/answers.csv")
    count("form", f"/studio/posts/{post.id}/offer")
    count("edit", f"/studio/posts/{post.id}")
    for name, (before, after) in counts.items():
        assert after <= before + 1, (name, before, after)
        assert after <= 35, (name, after)
    names, path = [], f"/studio/offers/{offer}"
    while path:
        shown = page(me.get(path))
        names += [row.text(strip=True) for row in shown.css("tbody th")]
        onwards = shown.css_first("a[rel=next]")
        path = onwards.attributes["href"] if onwards else None
    assert names == [body.name for body in bodies]
    desk = visit(nation.world.person(bodies[0], Role.EDITOR))
    with statements(app) as sent:
        desk.get("/studio/offers")
    assert len(sent) <= 20
