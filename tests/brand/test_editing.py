"""Pages are written, published, taken back and restored; nothing typed is lost, nothing is another programme's."""

import pytest
from sqlalchemy import select

from advocacy.brand.models import BrandPage, BrandVersion
from advocacy.db import db
from advocacy.people.models import Role
from tests.brand.conftest import typed
from tests.visitor import page, words


def stored(app, number):
    with app.app_context():
        return db.session.get_one(BrandPage, number)


def count(app, model=BrandPage):
    with app.app_context():
        return len(db.session.scalars(select(model.id)).all())


def test_from_a_blank_page_to_its_readers_and_back(app, visit, world, root, editor):
    me, reader = visit(editor), visit(world.person(root))
    assert page(me.get("/studio/brand/new")).css_first(f"input[name=bodies][value='{root.id}'][checked]") is not None
    answer = me.post("/studio/brand/new", typed(bodies=root.id))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/studio/brand/1")
    assert reader.get("/brand/1").status_code == 404
    assert (
        me.post(
            "/studio/brand/1", typed(version=1, bodies=root.id, body_en="Be *very* plain.", act="publish")
        ).status_code
        == 303
    )
    assert page(reader.get("/brand/1")).css_first("article em").text() == "very"
    version = stored(app, 1).version
    assert me.post("/studio/brand/1", typed(version=version, bodies=root.id, act="take_back")).status_code == 303
    assert reader.get("/brand/1").status_code == 404
    assert count(app, BrandVersion) == 3
    assert "Tone" in words(me.get("/studio/brand"))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title_en": ""}, "Give it a title, in one language at least."),
        ({"title_en": "x" * 121}, "120 characters at most."),
        ({"body_fr": "x" * 60_001}, "60,000 characters at most."),
        ({"position": "10000"}, "A number between 0 and 9,999."),
        ({"section": "nowhere"}, "Not a valid choice"),
        ({"bodies": "999999"}, "choice"),
        ({"act": "publish", "body_en": ""}, "Write its title and its text, in one language at least."),
        ({"act": "publish", "bodies": None}, "Choose whom it is for."),
    ],
)
def test_what_can_not_be_is_said_and_what_was_typed_stays(app, visit, root, editor, changed, sentence):
    answer = visit(editor).post(
        "/studio/brand/new",
        typed(
            **{
                "bodies": root.id,
                "title_fr": "Le ton",
                **changed,
                **({"title_fr": ""} if changed.get("title_en") == "" else {}),
            }
        ),
    )
    assert answer.status_code == 422, words(answer)
    assert sentence in words(answer)
    if "body_en" not in changed:
        assert page(answer).css_first("#body_en").text().strip() == "Be *plain*."
    assert count(app) == 0


def test_a_published_page_stays_readable(app, visit, root, editor, write):
    number = write()
    answer = visit(editor).post(
        f"/studio/brand/{number}", typed(version=stored(app, number).version, bodies=root.id, body_en="")
    )
    assert answer.status_code == 422
    assert stored(app, number).body_en == "Some words."


def test_a_preview_saves_nothing(app, visit, root, editor):
    answer = visit(editor).post("/studio/brand/new", typed(act="preview", body_en="# Big\n\n<script>alert(1)</script>"))
    assert answer.status_code == 200
    assert page(answer).css_first("article[lang=en] h2").text() == "Big"
    assert page(answer).css_first("article script") is None
    assert count(app) == 0


def test_the_second_of_two_editors_loses_nothing(app, visit, world, root, editor, write):
    number, other = write(), world.person(root, Role.EDITOR)
    version = stored(app, number).version
    first, second = visit(editor), visit(other)
    assert (
        first.post(f"/studio/brand/{number}", typed(version=version, bodies=root.id, body_en="First.")).status_code
        == 303
    )
    answer = second.post(f"/studio/brand/{number}", typed(version=version, bodies=root.id, body_en="Second."))
    assert answer.status_code == 409
    assert "Somebody else saved this page meanwhile." in words(answer)
    shown = page(answer)
    assert shown.css_first("#body_en").text().strip() == "Second."
    assert stored(app, number).body_en == "First."
    again = shown.css_first("[name=version]").attributes["value"]
    assert (
        second.post(f"/studio/brand/{number}", typed(version=again, bodies=root.id, body_en="Second.")).status_code
        == 303
    )
    assert stored(app, number).body_en == "Second."


def test_an_older_version_is_shown_and_put_back(app, visit, root, editor, write):
    number, me = write(title_en="Tone", body_en="Old **words**."), visit(editor)
    me.post(f"/studio/brand/{number}", typed(version=stored(app, number).version, bodies=root.id, body_en="New words."))
    shown = page(me.get(f"/studio/brand/{number}/history?version=1"))
    assert shown.css_first("article strong").text() == "words"
    assert "Maëlle T." in shown.body.text()
    assert me.post(f"/studio/brand/{number}/restore", {"version": 1}).status_code == 303
    assert stored(app, number).body_en == "Old **words**."
    assert len(page(me.get(f"/studio/brand/{number}/history")).css("nav[aria-label=Versions] li")) == 3
    for wrong in ("99", "-1", "x", str(2**40)):
        assert me.post(f"/studio/brand/{number}/restore", {"version": wrong}).status_code == 404


def test_only_editors_of_the_body_write(visit, world, root, body, write):
    number = write()
    paths = [f"/studio/brand/{number}", f"/studio/brand/{number}/history"]
    posts = [
        f"/studio/brand/{number}",
        *(f"/studio/brand/{number}/{what}" for what in ("restore", "files", "post", "files/1/remove")),
    ]
    stranger = world.person(world.organisation("Foreign"), Role.ADMIN)
    for person, status in ((world.person(root), 403), (world.person(body, Role.EDITOR), 403), (stranger, 404)):
        me = visit(person)
        assert {me.get(path).status_code for path in paths} == {status}
        assert {me.post(path, typed()).status_code for path in posts} == {status}
    assert visit(world.person(root)).get("/studio/brand").status_code == 403


def test_what_is_for_others_is_not_the_local_editors_to_change(app, visit, world, root, body, editor, write):
    number = write(owner=body, bodies=[root, body])
    local = visit(world.person(body, Role.EDITOR))
    version = stored(app, number).version
    assert local.post(f"/studio/brand/{number}", typed(version=version)).status_code == 303
    with app.app_context():
        found = db.session.get_one(BrandPage, number)
        assert [row.audience.organisation_id for row in found.audiences] == [root.id]


def test_a_position_is_shared_by_its_post(app, visit, world, root, editor, write):
    number = write(title_en="On energy", body_en="We use **less**.", shareable=True)
    me, reader = visit(editor), visit(world.person(root))
    answer = me.post(f"/studio/brand/{number}/post")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/studio/posts/1")
    assert page(me.get("/studio/posts/1")).css_first("#title").attributes["value"] == "On energy"
    assert me.post(f"/studio/brand/{number}/post").headers["Location"] == "/studio/posts/1"
    assert page(reader.get(f"/brand/{number}")).css_first("a[href='/posts/1/share']") is None
    live = world.post(root, "On energy")
    with app.app_context():
        db.session.get_one(BrandPage, number).post_id = live.id
        db.session.commit()
    assert page(reader.get(f"/brand/{number}")).css_first(f"a[href='/posts/{live.id}/share']") is not None
    plain = write(title_en="Colours", body_en="Blue.")
    assert me.post(f"/studio/brand/{plain}/post").status_code == 422
