"""A pasted address becomes a draft; an address where we do not go becomes a sentence."""

import pytest
from sqlalchemy import func, select

from advocacy.content.models import Post
from advocacy.db import db
from advocacy.people.models import Role
from advocacy.sources.models import Item
from tests.sources.site import Page
from tests.sources.test_inbox import png, posts
from tests.visitor import page, words


@pytest.fixture
def me(world, visit, root):
    return visit(world.person(root, Role.EDITOR))


def counts(app):
    with app.app_context():
        return db.session.scalar(select(func.count(Post.id))), db.session.scalar(select(func.count(Item.id)))


def test_a_pasted_page_becomes_a_draft_once(app, me, root, site):
    site.pages["/a?utm_source=mail"] = site.pages["/a"] = Page(
        b"<html lang=fr-FR><meta name='twitter:title' content='Un &lt;b&gt;titre&lt;/b&gt;'><meta name=description content='Dit'>"
        b"<meta name='twitter:image' content='/i.png'>"
    )
    site.pages["/i.png"] = Page(png(), headers={"Content-Type": "image/png"})
    first = me.post("/studio/paste", {"url": f"{site.url}/a?utm_source=mail", "body": root.id})
    assert first.status_code == 303
    title, link, link_title, said, image, _alt, language, state = posts(app)[0]
    assert (title, link, link_title, said, image, language, state) == (
        "Un titre", f"{site.url}/a", "Un titre", "Dit", True, "fr", "draft"
    )  # fmt: skip
    again = me.post("/studio/paste", {"url": f"{site.url}/a#part", "body": root.id})
    assert again.headers["Location"] == first.headers["Location"]
    assert counts(app) == (1, 1)


REFUSED = {
    "": "Paste an address first.",
    "javascript:alert(1)": "begins with https:// or http://",
    "ftp://aubrelle.example/x": "begins with https:// or http://",
    "http://me:secret@aubrelle.example/": "no address we can read",
    "http://10.0.0.1/": "private network",
    "http://192.168.0.1/": "private network",
    "http://169.254.169.254/latest/meta-data": "private network",
    "http://[fd00::1]/": "private network",
    "http://0x0a000001/": "private network",
    "https://" + "a" * 3000: "too long",
    "http://aubrelle.invalid/": "no site of that name",
}


@pytest.mark.parametrize("address", REFUSED)
def test_where_we_do_not_go(app, me, root, address):
    for path in ("/studio/paste", "/studio/sources"):
        answer = me.post(path, {"url": address, "body": root.id})
        assert answer.status_code == 422
        assert REFUSED[address] in words(answer)
        shown = page(answer).css_first("input[name=url]").attributes.get("value", "")
        assert shown in (address, "http://10.0.0.1/")
    assert counts(app) == (0, 0)


@pytest.mark.parametrize(
    "target", ["http://10.0.0.1/", "http://169.254.169.254/", "file:///etc/passwd", "http://[::ffff:10.1.1.1]/"]
)
def test_a_redirect_to_where_we_do_not_go(app, me, root, site, target):
    site.pages["/a"] = Page(b"", 302, {"Location": target})
    for path in ("/studio/paste", "/studio/sources"):
        assert me.post(path, {"url": f"{site.url}/a", "body": root.id}).status_code == 422
    assert counts(app) == (0, 0)


def test_loopback_is_closed_unless_a_setting_opens_it(app, me, root, site, set_environment):
    set_environment(RELAIS_FETCH_ALLOW_LOOPBACK=None)
    site.pages["/a"] = Page(b"<title>Inner</title>")
    answer = me.post("/studio/paste", {"url": f"{site.url}/a", "body": root.id})
    assert "private network" in words(answer)
    assert site.asked == []


@pytest.mark.parametrize(
    ("answered", "sentence"),
    [(Page(b"", 404), "status 404"), (Page(b"", 410), "gone for good"), (Page(b"x" * 7_000_000), "too large")],
)
def test_a_page_that_can_not_be_read(app, me, root, site, answered, sentence):
    site.pages["/a"] = answered
    answer = me.post("/studio/paste", {"url": f"{site.url}/a", "body": root.id})
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert counts(app) == (0, 0)


def test_only_for_bodies_where_the_person_is_editor(app, world, visit, root, site):
    other, branch = world.organisation("Elsewhere"), world.organisation("Branch", root)
    site.pages["/a"] = Page(b"<title>Hello</title>")
    below = visit(world.person(branch, Role.EDITOR))
    for foreign in (root.id, other.id, 10**30, "x", ""):
        assert below.post("/studio/paste", {"url": f"{site.url}/a", "body": foreign}).status_code == 422
    assert visit(world.person(root)).post("/studio/paste", {"url": f"{site.url}/a", "body": root.id}).status_code == 403
    assert counts(app) == (0, 0)
    assert below.post("/studio/paste", {"url": f"{site.url}/a", "body": branch.id}).status_code == 303


def test_reading_the_link_from_the_composer_keeps_what_was_typed(app, me, root, site):
    site.pages["/a"] = Page(b"<title>Of the page</title><meta property='og:image' content='/i.png'>")
    site.pages["/i.png"] = Page(png("blue"), headers={"Content-Type": "image/png"})
    typed = {
        "body": root.id,
        "link": f"{site.url}/a",
        "summary": "Mine",
        "language": "en",
        "timing": "now",
        "bodies": root.id,
        "act": "read_link",
    }
    moved = me.post("/studio/posts/new", typed)
    assert moved.status_code == 307
    answer = me.post(moved.headers["Location"], typed)
    assert answer.status_code == 303
    composer = page(me.get(answer.headers["Location"]))
    assert composer.css_first("#title").attributes["value"] == "Of the page"
    assert composer.css_first("#summary").text().strip() == "Mine"
    assert posts(app)[0][2] == "Of the page"
    assert posts(app)[0][4] is True


def test_reading_a_link_of_another_programme_is_not_found(world, me):
    other = world.organisation("Elsewhere")
    assert me.post(f"/studio/posts/{world.post(other).id}/link").status_code == 404
