"""An editor cuts the picture for a network by hand: kept by network, told when it goes too close, undone with the rest."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from advocacy.approval.snapshot import content_of
from advocacy.content import history, versions
from advocacy.content.crops import LINK_CARD, cut_for
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.media import get_image_store
from advocacy.people.models import Person, Role
from tests.content.test_composer import typed
from tests.visitor import page, words


@pytest.fixture
def root(world):
    return world.organisation("Aubrelle")


@pytest.fixture
def editor(world, root):
    return world.person(root, Role.EDITOR)


@pytest.fixture
def me(visit, editor):
    return visit(editor)


def picture(app, width=1200, height=1200):
    sent = io.BytesIO()
    Image.new("RGB", (width, height), (width % 256, height % 256, 9)).save(sent, "PNG")
    with app.app_context():
        return get_image_store().put(sent.getvalue()).key


def cut(root, post, key, own=True, **values):
    numbers = {"zoom": 150, "x": 10, "y": 90, **values}
    ours = {f"crops-0-{name}": value for name, value in numbers.items()}
    given = typed(root, version=post.version, image=key, image_alt="A field", link=post.link or "", **ours)
    return {**given, "crops-0-network": "linkedin", **({"crops-0-own": "y"} if own else {})}


def kept(app, post):
    with app.app_context():
        return db.session.get_one(Post, post.id).crops


@pytest.fixture
def draft(app, world, root):
    return world.post(root, state="draft", image=picture(app), image_alt="A field")


def test_a_network_is_shown_in_its_own_shape(me, world, root, draft, app):
    shown = page(me.get(f"/studio/posts/{draft.id}"))
    frame = shown.css_first("fieldset.frame")
    assert "On LinkedIn" in frame.text() and "Card of a link, 1.91 : 1" in frame.text()
    assert "--ratio:1.91" in frame.css_first("[data-crop=crops-0]").attributes["style"]
    zoom = frame.css_first("input[type=range][name=crops-0-zoom]")
    assert (zoom.attributes["max"], zoom.attributes["value"]) == ("217", "100")
    alone = world.post(root, state="draft", image=draft.image, image_alt="A field", link=None)
    assert "Square, 1 : 1" in page(me.get(f"/studio/posts/{alone.id}")).css_first("fieldset.frame").text()
    bare = world.post(root, state="draft")
    assert page(me.get(f"/studio/posts/{bare.id}")).css("fieldset.frame") == []


def test_a_crop_is_kept_shown_and_given_up(app, me, root, draft):
    path = f"/studio/posts/{draft.id}"
    assert me.post(path, cut(root, draft, draft.image)).status_code == 303
    assert kept(app, draft) == {"linkedin": [10, 90, 150]}
    frame = page(me.get(path)).css_first("fieldset.frame")
    assert "--x:10;--y:90;--zoom:150" in frame.css_first("[data-crop]").attributes["style"]
    assert "checked" in frame.css_first("[name=crops-0-own]").attributes
    with app.app_context():
        now = db.session.get_one(Post, draft.id)
        assert cut_for(now, "linkedin", "card", has_link=True).zoom == 150
        assert cut_for(now, "elsewhere", "card", has_link=True) is None
        draft.version = now.version
    assert me.post(path, cut(root, draft, draft.image, own=False)).status_code == 303
    assert kept(app, draft) is None


def test_without_script_it_is_shown_before_it_is_saved(app, me, root, draft):
    answer = me.post(f"/studio/posts/{draft.id}", {**cut(root, draft, draft.image), "act": "frame"})
    assert answer.status_code == 200
    assert "--zoom:150" in page(answer).css_first("fieldset.frame [data-crop]").attributes["style"]
    assert kept(app, draft) is None


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"zoom": 218}, "Closer than 217 % leaves LinkedIn fewer than 552 pixels across: it would be blurred."),
        ({"zoom": 99}, "A number from 100 to 400."),
        ({"zoom": 401}, "A number from 100 to 400."),
        ({"x": 101}, "A number from 0 to 100."),
        ({"y": -1}, "A number from 0 to 100."),
    ],
)
def test_what_can_not_be(app, me, root, draft, values, said):
    answer = me.post(f"/studio/posts/{draft.id}", cut(root, draft, draft.image, **values))
    assert answer.status_code == 422
    assert said in words(answer)
    assert kept(app, draft) is None


def test_a_small_picture_is_told(app, me, root, world):
    post = world.post(root, state="draft", image=picture(app, 400, 300), image_alt="A field")
    shown = words(me.get(f"/studio/posts/{post.id}"))
    assert "fewer than 552 pixels across there: it will look blurred" in shown
    assert me.post(f"/studio/posts/{post.id}", cut(root, post, post.image, zoom=100)).status_code == 303
    assert kept(app, post) == {"linkedin": [10, 90, 100]}


def test_another_picture_is_another_crop(app, me, root, draft):
    sent = io.BytesIO()
    Image.new("RGB", (900, 900), "red").save(sent, "PNG")
    sent.seek(0)
    given = {**cut(root, draft, draft.image), "picture": (sent, "red.png")}
    answer = me.post(f"/studio/posts/{draft.id}", given, content_type="multipart/form-data")
    assert answer.status_code == 303
    assert kept(app, draft) is None
    with app.app_context():
        assert db.session.scalar(select(Post.image).filter_by(id=draft.id)) != draft.image


def test_networks_that_are_not_offered_are_left_out(app, me, root, draft):
    given = {**cut(root, draft, draft.image), "crops-0-network": "nowhere"}
    assert me.post(f"/studio/posts/{draft.id}", given).status_code == 303
    assert kept(app, draft) is None


def test_history_brings_it_back_and_approval_sees_it(app, me, editor, root, draft):
    with app.app_context():
        assert "crops" not in content_of(db.session.get_one(Post, draft.id))
    assert me.post(f"/studio/posts/{draft.id}", cut(root, draft, draft.image)).status_code == 303
    assert "LinkedIn: 10 %, 90 %, closer by 150 %" in words(me.get(f"/studio/posts/{draft.id}/history"))
    with app.app_context():
        post, actor = db.session.get_one(Post, draft.id), db.session.get_one(Person, editor.id)
        assert content_of(post)["crops"] == {"linkedin": [10, 90, 150]}
        assert post.image == draft.image
        history.restore(actor, post, 1)
        db.session.commit()
        assert post.crops is None
        history.restore(actor, post, 2)
        db.session.commit()
        assert versions.snapshot_of(post)["crops"] == {"linkedin": [10, 90, 150]}
        assert cut_for(post, "linkedin", LINK_CARD.key, has_link=True).focus == (10, 90)
