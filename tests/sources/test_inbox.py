"""Items become drafts, or go. Both once, by those who may."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from advocacy.clock import utcnow
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.people.models import Role
from advocacy.sources.models import Item
from tests.sources.site import Page
from tests.visitor import page, words


def png(colour="red"):
    out = io.BytesIO()
    Image.new("RGB", (640, 335), colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def item(app, world, root):
    def made(organisation=None, **values):
        with app.app_context():
            row = Item(
                **{
                    "organisation_id": (organisation or root).id,
                    "guid": str(values.get("link")),
                    "title": "From the feed",
                    "summary": "Its summary",
                    "found_at": utcnow(),
                    **values,
                }
            )
            db.session.add(row)
            db.session.commit()
            return row.id

    return made


def posts(app):
    with app.app_context():
        return [
            (
                post.title,
                post.link,
                post.link_title,
                post.link_description,
                bool(post.image),
                post.image_alt,
                post.language,
                post.state,
            )
            for post in db.session.scalars(select(Post).order_by(Post.id))
        ]


def test_taking_an_item_makes_one_draft_with_what_its_page_says(app, world, visit, root, site, item):
    site.pages["/a"] = Page(
        b"<html lang=en><head><meta property='og:title' content='The page &amp; its title'>"
        b"<meta property='og:description' content='Said by the page'><meta property='og:image' content='/i.png'>"
        b"<meta property='og:image:alt' content='A red square'></head>"
    )
    site.pages["/i.png"] = Page(png(), headers={"Content-Type": "image/png"})
    number = item(link=f"{site.url}/a", title="T" * 250)
    me = visit(world.person(root, Role.EDITOR, language="fr"))
    first = me.post(f"/studio/inbox/{number}/take")
    assert first.status_code == 303
    again = me.post(f"/studio/inbox/{number}/take")
    assert again.headers["Location"] == first.headers["Location"]
    assert posts(app) == [
        (
            "T" * 199 + "…",
            f"{site.url}/a",
            "The page & its title",
            "Said by the page",
            True,
            "A red square",
            "en",
            "draft",
        )
    ]
    assert me.get(first.headers["Location"]).status_code == 200
    assert "From the feed" not in words(me.get("/studio/inbox"))


def test_a_page_that_can_not_be_read_costs_nothing_but_its_title(app, world, visit, root, site, item):
    number = item(link=f"{site.url}/missing")
    me = visit(world.person(root, Role.EDITOR))
    answer = me.get(me.post(f"/studio/inbox/{number}/take").headers["Location"])
    assert "status 404" in words(answer)
    assert posts(app)[0][:3] == ("From the feed", f"{site.url}/missing", "From the feed")


@pytest.mark.parametrize(
    "picture", [Page(b"no picture"), Page(b"", 500), Page(b"", 302, {"Location": "http://10.0.0.1/x"})]
)
def test_a_picture_that_fails_is_left_out(app, world, visit, root, site, item, picture):
    site.pages["/a"] = Page(b"<title>Hello</title><meta property='og:image' content='/i.png'>")
    site.pages["/i.png"] = picture
    number = item(link=f"{site.url}/a")
    assert visit(world.person(root, Role.EDITOR)).post(f"/studio/inbox/{number}/take").status_code == 303
    assert posts(app)[0][4] is False


def test_letting_go_and_bringing_back(world, visit, root, item):
    number = item(link="https://aubrelle.example/1")
    me = visit(world.person(root, Role.EDITOR))
    me.post(f"/studio/inbox/{number}/dismiss")
    answer = me.get("/studio/inbox")
    assert "From the feed" not in words(answer)
    undo = page(answer).css_first(".flash form").attributes["action"]
    me.post(undo)
    assert "From the feed" in words(me.get("/studio/inbox"))


def test_an_item_without_a_link_is_taken_as_it_is(app, world, visit, root, item):
    number = item(link=None)
    me = visit(world.person(root, Role.EDITOR))
    assert me.post(f"/studio/inbox/{number}/take").status_code == 303
    assert me.post(f"/studio/inbox/{number}/dismiss").status_code == 409
    assert posts(app)[0][1] is None


def test_the_inbox_shows_newest_first_page_by_page_and_only_ones_own(world, visit, root, item):
    other, branch = world.organisation("Elsewhere"), world.organisation("Branch", root)
    for number in range(25):
        item(branch if number % 2 else root, link=f"https://aubrelle.example/{number}", title=f"Item {number:02}")
    item(other, link="https://elsewhere.example/1", title="Not ours")
    me = visit(world.person(root, Role.EDITOR))
    first = me.get("/studio/inbox")
    titles = [one.text() for one in page(first).css("main li h2")]
    onwards = page(first).css_first("a[rel=next]").attributes["href"]
    titles += [one.text() for one in page(me.get(onwards)).css("main li h2")]
    assert titles == [f"Item {number:02}" for number in reversed(range(25))]
    below = visit(world.person(branch, Role.EDITOR))
    assert all(int(one.text()[-2:]) % 2 for one in page(below.get("/studio/inbox")).css("main li h2"))


def test_roles_and_foreign_ids(world, visit, root, item):
    other, branch = world.organisation("Elsewhere"), world.organisation("Branch", root)
    mine, foreign = item(link="https://a.example"), item(other, link="https://b.example")
    editor = visit(world.person(root, Role.EDITOR))
    below = visit(world.person(branch, Role.EDITOR))
    employee = visit(world.person(root))
    for act in ("take", "dismiss", "restore"):
        assert editor.post(f"/studio/inbox/{foreign}/{act}").status_code == 404
        assert editor.post(f"/studio/inbox/{2**63}/{act}").status_code == 404
        assert editor.post(f"/studio/inbox/{2**70}/{act}").status_code == 404
        assert below.post(f"/studio/inbox/{mine}/{act}").status_code == 403
        assert employee.post(f"/studio/inbox/{mine}/{act}").status_code == 403
        assert visit().post(f"/studio/inbox/{mine}/{act}").status_code in (302, 400, 401)
    assert employee.get("/studio/inbox").status_code == 403
    assert visit().get("/studio/inbox").status_code == 302
