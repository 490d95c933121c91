"""The board: who stands in which column, what may be moved where, and how little it asks of the database."""

from datetime import timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select

from advocacy.clock import utcnow
from advocacy.content import gates, moves, offers
from advocacy.content.board import PAGE, USUAL, Filters, board_for, columns_for, move
from advocacy.content.drafts import Flaw
from advocacy.content.listing import Standing, standing_of
from advocacy.content.models import Post, PostVersion
from advocacy.content.moves import NeedsMoment
from advocacy.db import db
from advocacy.errors import Conflict, Forbidden
from advocacy.people.models import Person, Role
from tests.statements import statements
from tests.visitor import page, words

DAY = timedelta(days=1)


@pytest.fixture
def root(world):
    return world.organisation("Aubrelle")


@pytest.fixture
def editor(world, root):
    return world.person(root, Role.EDITOR, name="Maëlle Roy")


def place(world, body, standing, title="", **values):
    now = utcnow()
    where = {
        "draft": {"state": "draft"},
        "review": {"state": "review"},
        "withdrawn": {"state": "withdrawn"},
        "scheduled": {"publish_at": now + DAY},
        "live": {},
        "expired": {"publish_at": now - 2 * DAY, "expires_at": now - DAY},
    }
    return world.post(body, title or f"A {standing} post", **{**where[standing], **values})


def stand(app, post):
    with app.app_context():
        return standing_of(db.session.get(Post, post.id)).value


def test_each_post_stands_in_its_column(app, world, root, editor):
    for standing in Standing:
        place(world, root, standing.value)
    place(world, world.organisation("Elsewhere"), "draft")
    with app.app_context():
        board = board_for(db.session.get(Person, editor.id), Filters())
        shown = {one.standing.value: [post.title for post in one.posts] for one in board.columns}
        assert shown == {one.value: [f"A {one.value} post"] for one in USUAL}
        assert set(board.counts.values()) == {1}


def test_a_long_column_goes_on(world, root, editor, visit):
    for number in range(PAGE + 5):
        place(world, root, "draft", f"Number {number:02}")
    me = visit(editor)
    first = page(me.get("/studio"))
    assert first.css_first("#lane-draft").parent.css_first(".count").text() == str(PAGE + 5)
    more = first.css_first("[data-lane=draft] a.btn.wide")
    second = page(me.get(more.attributes["href"]))
    titles = [one.text(strip=True) for found in (first, second) for one in found.css(".ticket h3")]
    assert len(titles) == len(set(titles)) == PAGE + 5
    assert second.css_first("[data-lane=draft] a.btn.wide") is None
    assert me.get("/studio?before=x").status_code == 400


def test_a_long_search_goes_on_in_its_own_order(world, root, editor, visit):
    """The best first, each post once, however old or new it is."""
    for number in range(45):
        named = "Solstice" if number % 3 else f"Solstice {number} solstice solstice"
        world.post(root, f"{named} no. {number}", state="draft", publish_at=None, author_id=editor.id)
    me, seen, address = visit(editor), [], "/studio?lane=draft&q=solstice"
    while address:
        page = LexborHTMLParser(me.get(address).text)
        seen += [link.attributes["href"] for link in page.css("[data-lane=draft] .ticket h3 a")]
        onwards = page.css_first("[data-lane=draft] a.btn.wide")
        address = onwards.attributes["href"] if onwards is not None else None
    assert len(seen) == len(set(seen)) == 45


def test_filters_are_an_address(world, root, editor, visit):
    branch = world.organisation("Branch", root)
    other = world.person(root, Role.EDITOR, name="Jonas Weil")
    topic = world.topic(root, "Health", "Santé")
    mine = place(world, root, "draft", "Mine", author_id=editor.id)
    theirs = place(world, branch, "live", "Theirs", author_id=other.id, language="fr")
    with world.app.app_context():
        db.session.get(Post, theirs.id).topics = [db.session.merge(topic)]
        db.session.commit()
    me = visit(editor)

    def titles(query):
        return [one.text(strip=True) for one in page(me.get(f"/studio?{query}")).css(".ticket h3")]

    assert sorted(titles("")) == ["Mine", "Theirs"]
    assert titles("mine=1") == titles(f"owner={editor.id}") == titles("lang=en") == [mine.title]
    for query in (f"topic={topic.id}", "lang=fr", f"body={branch.id}", f"owner={other.id}", "q=their"):
        assert titles(query) == ["Theirs"], query
    assert sorted(titles(f"body={root.id}")) == ["Mine", "Theirs"]
    for query in (f"campaign={2**62}", f"topic={10**30}", "owner=x&q=nowhere", "body=999"):
        assert titles(query) == ([] if query[0] != "t" else ["Mine", "Theirs"]), query
    assert titles("") == titles(""), "remembered nowhere"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_pages_render(world, root, visit, language):
    me = visit(world.person(root, Role.EDITOR, language=language), language)
    for standing in Standing:
        place(world, root, standing.value, language="fr", updated_at=utcnow() - 3 * DAY)
    for path in ("/studio", "/studio?q=nowhere", "/studio?q=post", "/studio?lane=withdrawn", "/studio/calendar"):
        answer = me.get(path)
        assert answer.status_code == 200, answer.text[:2000]
        assert page(answer).css_first("html").attributes["lang"] == language
        assert len(page(answer).css("h1")) == 1
    assert page(me.get("/studio")).css_first(".late") is not None


def test_every_move_that_there_is_and_none_other(app, world, root, editor, visit):
    me = visit(editor)
    for origin in Standing:
        for to in Standing:
            post = place(world, root, origin.value)
            answer = me.post(f"/studio/posts/{post.id}/move", {"to": to.value, "back": "/studio?mine=1"})
            assert answer.status_code == 303
            allowed = to in moves.moves_from(origin)
            if to is Standing.SCHEDULED and allowed:
                assert stand(app, post) == origin.value if origin is not Standing.DRAFT else True
                continue
            assert stand(app, post) == (to.value if allowed else origin.value), (origin, to)
            assert answer.location == "/studio?mine=1"


def test_a_post_without_a_moment_goes_to_the_composer(app, world, root, editor, visit):
    post = place(world, root, "draft", publish_at=utcnow() - DAY)
    me = visit(editor)
    answer = me.post(f"/studio/posts/{post.id}/move", {"to": "scheduled"})
    assert answer.location == f"/studio/posts/{post.id}#timing"
    told = me.post(f"/studio/posts/{post.id}/move", {"to": "scheduled"}, headers={"Accept": "application/json"})
    assert told.json == {"go": f"/studio/posts/{post.id}#timing"}
    planned = place(world, root, "draft", publish_at=utcnow() + DAY)
    me.post(f"/studio/posts/{planned.id}/move", {"to": "scheduled"})
    assert stand(app, planned) == "scheduled"


def test_what_is_missing_is_said(app, world, root, editor, visit):
    post = place(world, root, "draft", link=None, wordings=())
    me = visit(editor)
    told = me.post(f"/studio/posts/{post.id}/move", {"to": "live"}, headers={"Accept": "application/json"})
    assert (told.status_code, told.mimetype) == (422, "application/problem+json")
    assert "Add a link" in told.json["detail"]
    me.post(f"/studio/posts/{post.id}/move", {"to": "live"})
    assert "Add a link" in words(me.get("/studio"))
    assert stand(app, post) == "draft"


def test_a_gate_keeps_a_ticket_back_and_a_wired_review_is_asked(app, world, root, editor, monkeypatch):
    monkeypatch.setattr(gates, "_gates", [lambda post, at: [Flaw("title", "Not approved yet.")]])
    monkeypatch.setattr(moves, "_review", {})
    asked = []
    moves.wire_review(
        lambda actor, post: asked.append("submit") or setattr(post, "state", "review"),
        lambda actor, post: asked.append("back") or setattr(post, "state", "draft"),
    )
    post = place(world, root, "draft")
    with app.app_context():
        me, it = db.session.get(Person, editor.id), db.session.get(Post, post.id)
        with pytest.raises(Exception, match="NotReady"):
            move(me, it, Standing.LIVE)
        move(me, it, Standing.REVIEW)
        move(me, it, Standing.DRAFT)
        assert asked == ["submit", "back"]
        kinds = db.session.scalars(select(PostVersion.what).order_by(PostVersion.number)).all()
        assert kinds == ["before", "moved", "moved"]
        with pytest.raises(Conflict):
            move(me, it, Standing.EXPIRED)
        it.publish_at = None
        with pytest.raises(NeedsMoment):
            move(me, it, Standing.SCHEDULED)


def test_roles_and_foreign_ids(world, root, visit):
    branch, other = world.organisation("Branch", root), world.organisation("Elsewhere")
    mine, foreign = place(world, root, "draft"), place(world, other, "draft", "Secret")
    below, employee = visit(world.person(branch, Role.EDITOR)), visit(world.person(root))
    for visitor in (below, employee):
        assert visitor.post(f"/studio/posts/{mine.id}/move", {"to": "review"}).status_code == 403
        assert visitor.post(f"/studio/posts/{foreign.id}/move", {"to": "review"}).status_code == 404
    assert employee.get("/studio").status_code == employee.get("/studio/calendar").status_code == 403
    assert employee.post("/studio/bulk", {"posts": mine.id, "act": "review"}).status_code == 403
    answer = below.post("/studio/bulk", {"posts": [mine.id, foreign.id, 2**63 - 1], "act": "review"})
    assert "0 of 3 done." in words(answer)
    assert "Secret" not in answer.text


def test_several_at_once_each_told(app, world, root, editor, visit):
    topic, foreign = world.topic(root, "Health"), world.topic(world.organisation("Elsewhere"), "Foreign")
    other, nobody = world.person(root, Role.EDITOR, name="Jonas Weil"), world.person(root, name="Ada Lark")
    live, draft = place(world, root, "live"), place(world, root, "draft")
    me = visit(editor)

    def act(**values):
        return words(me.post("/studio/bulk", {"posts": [live.id, draft.id], **values}))

    assert "1 of 2 done." in (told := act(act="withdraw"))
    assert "This post is not in the feed." in told
    assert (stand(app, live), stand(app, draft)) == ("withdrawn", "draft")
    assert "2 of 2 done." in act(act="topic", topic=topic.id)
    assert "0 of 2 done." in act(act="topic", topic=foreign.id)
    assert "2 of 2 done." in act(act="owner", owner=other.id)
    assert "Ada Lark is no editor of Aubrelle." in act(act="owner", owner=nobody.id)
    assert "1 of 2 done." in act(act="review")
    with app.app_context():
        for post in db.session.scalars(select(Post)):
            assert (post.author_id, [one.id for one in post.topics]) == (other.id, [topic.id])
    assert me.post("/studio/bulk", {"act": "review"}).status_code == 400
    assert me.post("/studio/bulk", {"posts": draft.id, "act": "burn"}).status_code == 400


def test_ideas_are_shown_where_somebody_offers_them(world, root, editor, visit, monkeypatch):
    idea = offers.Idea(1, "A day with a nurse", "en", "Karim Daoud", utcnow(), "/studio/topics")
    monkeypatch.setattr(offers, "_ideas", [lambda actor, limit: offers.Ideas([idea], 3, "/studio/topics")])
    text = words(visit(editor).get("/studio"))
    assert "A day with a nurse" in text
    assert "All proposals" in text
    monkeypatch.setattr(offers, "_ideas", [])
    assert "Proposals" not in page(visit(editor).get("/studio")).css_first("[data-kanban]").text()


def test_a_hundred_tickets_and_a_search_ask_little(app, world, root, editor, visit, monkeypatch):
    branch, topic = world.organisation("Branch", root), world.topic(root)
    for standing in USUAL:
        for number in range(PAGE):
            post = place(world, (root, branch)[number % 2], standing.value, author_id=editor.id)
            with app.app_context():
                db.session.get(Post, post.id).topics = [db.session.merge(topic)]
                db.session.commit()
    with app.app_context():
        me = db.session.get(Person, editor.id)
        assert sum(len(one.posts) for one in columns_for(me, Filters())) == 5 * PAGE
    monkeypatch.setattr(offers, "_ideas", [])
    me = visit(editor)
    with statements(app) as few:
        me.get("/settings")
    for query in ("", "?q=post", "?q=a+post&mine=1&lang=en"):
        with statements(app) as sent:
            me.get(f"/studio{query}")
        assert len(sent) <= len(few) + 10, (few, sent)


def test_who_owns_a_board_is_no_outsider(app, world, root):
    with app.app_context():
        assert columns_for(db.session.get(Person, world.person(root).id), Filters())[0].posts == []
    post = place(world, root, "draft")
    with app.app_context(), pytest.raises(Forbidden):
        move(db.session.get(Person, world.person(root).id), db.session.get(Post, post.id), Standing.REVIEW)
