"""The sources' pages: a feed is added after it was read, and looked after."""

import pytest
from sqlalchemy import select

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.people.models import Role
from advocacy.sources.models import Item, Source
from tests.sources.site import FEED, Page, rss
from tests.visitor import page, words

ONE = ("g1", "https://aubrelle.example/1", "One")


@pytest.fixture
def me(world, visit, root):
    return visit(world.person(root, Role.EDITOR))


def sources(app):
    with app.app_context():
        return list(db.session.scalars(select(Source).order_by(Source.id)))


def test_a_feed_is_added_with_its_items(app, me, root, site):
    site.pages["/feed"] = Page(rss(ONE), headers={**FEED, "ETag": '"a"'})
    assert me.post("/studio/sources", {"url": f"{site.url}/feed", "body": root.id}).status_code == 303
    (source,) = sources(app)
    assert (source.title, source.url, source.etag, source.failure) == ("Aubrelle news", f"{site.url}/feed", '"a"', None)
    assert "One" in words(me.get("/studio/inbox"))
    again = me.post("/studio/sources", {"url": f"{site.url}/feed", "body": root.id})
    assert again.status_code == 422
    assert "among your sources already" in words(again)
    assert len(sources(app)) == 1


def test_a_page_that_names_its_feed_will_do(app, me, root, site):
    site.pages["/"] = Page(b"<head><link rel=alternate type='application/rss+xml' href='/feed'>")
    site.pages["/feed"] = Page(rss(ONE), headers=FEED)
    assert me.post("/studio/sources", {"url": f"{site.url}/", "body": root.id}).status_code == 303
    assert sources(app)[0].url == f"{site.url}/feed"


def test_of_several_feeds_one_is_chosen(app, me, root, site):
    site.pages["/"] = Page(
        b"<head><link rel=alternate type='application/rss+xml' title='Everything &amp; all' href='/feed'>"
        b"<link rel=alternate type='application/atom+xml' href='/b'>"
    )
    site.pages["/b"] = Page(rss(ONE, title="The second"), headers=FEED)
    asked = me.post("/studio/sources", {"url": f"{site.url}/", "body": root.id})
    assert asked.status_code == 200
    assert sources(app) == []
    offered = [one.attributes["value"] for one in page(asked).css("input[name=feed]")]
    assert offered == [f"{site.url}/feed", f"{site.url}/b"]
    assert "Everything & all" in words(asked)
    me.post("/studio/sources", {"url": f"{site.url}/", "body": root.id, "feed": offered[1]})
    assert [(one.title, one.url) for one in sources(app)] == [("The second", f"{site.url}/b")]
    for inside in ("http://10.0.0.1/feed", "javascript:alert(1)"):
        refused = me.post("/studio/sources", {"url": f"{site.url}/", "body": root.id, "feed": inside})
        assert refused.status_code == 422
    assert len(sources(app)) == 1


@pytest.mark.parametrize(
    ("answered", "sentence"),
    [
        (Page(b"<title>A page</title>"), "This is no feed"),
        (Page(b""), "the answer was empty"),
        (Page(b"", 500), "status 500"),
        (Page(b"", 429), "come back later"),
        (
            Page(b"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a 'b'>]><rss><channel>&a;</channel></rss>", headers=FEED),
            "entities",
        ),
        (Page(b"<head><link rel=alternate type='application/rss+xml' href='http://10.0.0.1/feed'>"), "private network"),
    ],
)
def test_what_can_not_be_read_is_not_added(app, me, root, site, answered, sentence):
    site.pages["/feed"] = answered
    answer = me.post("/studio/sources", {"url": f"{site.url}/feed", "body": root.id})
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert sources(app) == []


def test_a_source_is_read_now_paused_resumed_removed(app, me, root, site):
    site.pages["/feed"] = Page(rss(), headers=FEED)
    me.post("/studio/sources", {"url": f"{site.url}/feed", "body": root.id})
    path = f"/studio/sources/{sources(app)[0].id}"
    site.pages["/feed"] = Page(rss(ONE), headers=FEED)
    me.post(f"{path}/read")
    assert "1 new item" in words(me.get(path))
    me.post(f"{path}/pause")
    assert sources(app)[0].disabled_at is not None
    site.pages["/feed"] = Page(b"", 404)
    me.post(f"{path}/read")
    assert "status 404" in words(me.get(path))
    me.post(f"{path}/resume")
    assert (sources(app)[0].disabled_at, sources(app)[0].failures) == (None, 0)
    me.post(f"{path}/remove")
    assert sources(app) == []
    with app.app_context():
        assert db.session.scalars(select(Item)).all() == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_renders(app, world, visit, root, site, language):
    world.organisation("Branch", root)
    me = visit(world.person(root, Role.EDITOR, language=language), language)
    for path in ("/studio/inbox", "/studio/sources"):
        assert me.get(path).status_code == 200
    site.pages["/feed"] = Page(rss(ONE), headers=FEED)
    me.post("/studio/sources", {"url": f"{site.url}/feed", "body": root.id})
    number = sources(app)[0].id
    for path in (
        "/studio/inbox",
        f"/studio/inbox?source={number}",
        "/studio/inbox?source=nonsense",
        "/studio/sources",
        f"/studio/sources/{number}",
    ):
        answer = me.get(path)
        assert answer.status_code == 200
        assert page(answer).css_first("html").attributes["lang"] == language
        assert len(page(answer).css("h1")) == 1


def test_roles_and_foreign_ids(app, world, visit, root, site):
    other, branch = world.organisation("Elsewhere"), world.organisation("Branch", root)
    with app.app_context():
        rows = [
            Source(organisation_id=one.id, url="https://x.example/feed", next_read_at=utcnow()) for one in (root, other)
        ]
        db.session.add_all(rows)
        db.session.commit()
        mine, foreign = rows[0].id, rows[1].id
    people = {
        "editor": visit(world.person(root, Role.EDITOR)),
        "below": visit(world.person(branch, Role.EDITOR)),
        "employee": visit(world.person(root)),
    }
    expected = {"editor": 404, "below": 404, "employee": 404}
    for who, visitor in people.items():
        assert visitor.get(f"/studio/sources/{foreign}").status_code == expected[who]
        assert visitor.get(f"/studio/sources/{2**64}").status_code == 404
        for act in ("read", "pause", "resume", "remove"):
            assert visitor.post(f"/studio/sources/{foreign}/{act}").status_code == 404
            if who != "editor":
                assert visitor.post(f"/studio/sources/{mine}/{act}").status_code == 403
    assert people["employee"].get("/studio/sources").status_code == 403
    assert people["employee"].post("/studio/sources", {"url": "https://x.example"}).status_code == 403
    assert visit().get("/studio/sources").status_code == 302
