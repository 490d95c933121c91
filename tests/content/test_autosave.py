"""Words that were not saved are kept beside a draft, offered again, and never change the post."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from advocacy.clock import utcnow
from advocacy.content import autosave
from advocacy.content.autosave_tasks import forget_old_words
from advocacy.content.models import Post, PostAutosave
from advocacy.db import db
from advocacy.people.models import Role
from tests.visitor import page, words


@pytest.fixture
def root(world):
    return world.organisation("Aubrelle")


@pytest.fixture
def draft(world, root):
    return world.post(root, "As it was", state="draft", wordings=("An old caption.",))


@pytest.fixture
def me(world, visit, root):
    return visit(world.person(root, Role.EDITOR))


def typed(draft, **values):
    return {
        "version": draft.version,
        "title": "Half a thou",
        "summary": "Not yet",
        "language": "en",
        "timing": "now",
        "wordings-0-text": "A new caption",
        "wordings-0-language": "en",
        "wordings-0-network": "",
        **values,
    }


def kept(app):
    with app.app_context():
        rows = db.session.scalars(select(PostAutosave)).all()
        return [(row.post_id, row.typed) for row in rows]


def title(app, number):
    with app.app_context():
        return db.session.get(Post, number).title


def test_kept_offered_taken_up_and_cleared_by_saving(app, draft, me):
    path = f"/studio/posts/{draft.id}"
    assert "not saved" not in words(me.get(path))
    answer = me.post(f"{path}/autosave", typed(draft))
    assert answer.status_code == 200
    assert "Your words were kept at" in words(answer)
    me.post(f"{path}/autosave", typed(draft, title="Half a thought"))
    assert len(kept(app)) == 1
    assert "csrf_token" not in kept(app)[0][1]
    assert title(app, draft.id) == "As it was"
    shown = me.get(path)
    assert "You have words from" in words(shown)
    assert page(shown).css_first("#title").attributes["value"] == "As it was"
    taken = page(me.get(f"{path}?kept=1"))
    assert taken.css_first("#title").attributes["value"] == "Half a thought"
    assert taken.css_first("textarea[name=wordings-0-text]").text().strip() == "A new caption"
    assert taken.css_first("input[name=version]").attributes["value"] == str(draft.version)
    assert me.post(path, typed(draft, act="save")).status_code == 303
    assert kept(app) == []
    assert title(app, draft.id) == "Half a thou"


def test_dropped(app, draft, me):
    path = f"/studio/posts/{draft.id}"
    me.post(f"{path}/autosave", typed(draft))
    assert me.post(f"{path}/autosave/drop").status_code == 303
    assert kept(app) == []
    assert me.post(f"{path}/autosave/drop").status_code == 303
    assert me.get(f"{path}?kept=1").status_code == 200


def test_everybody_has_their_own(app, world, visit, root, draft, me):
    path = f"/studio/posts/{draft.id}"
    me.post(f"{path}/autosave", typed(draft))
    other = visit(world.person(root, Role.EDITOR))
    assert "You have words from" not in words(other.get(path))
    assert page(other.get(f"{path}?kept=1")).css_first("#title").attributes["value"] == "As it was"
    other.post(f"{path}/autosave/drop")
    assert len(kept(app)) == 1


def test_a_version_that_is_old_is_told_when_the_words_are_saved(app, world, visit, root, draft, me):
    path = f"/studio/posts/{draft.id}"
    me.post(f"{path}/autosave", typed(draft))
    other = visit(world.person(root, Role.EDITOR))
    assert other.post(path, typed(draft, title="Theirs", act="save")).status_code == 303
    version = page(me.get(f"{path}?kept=1")).css_first("input[name=version]").attributes["value"]
    assert me.post(path, typed(draft, version=version, act="save")).status_code == 409
    assert title(app, draft.id) == "Theirs"
    assert len(kept(app)) == 1, "a save that was refused clears nothing"


def test_only_drafts_and_only_what_is_small(app, world, root, draft, me):
    live = world.post(root)
    assert me.post(f"/studio/posts/{live.id}/autosave", typed(live)).status_code == 409
    answer = me.post(f"/studio/posts/{draft.id}/autosave", typed(draft, summary="x" * 500_000))
    assert answer.status_code == 422
    assert me.post(f"/studio/posts/{draft.id}/autosave", typed(draft, version="-5")).status_code == 200
    assert me.post(f"/studio/posts/{draft.id}/autosave", typed(draft, version="9" * 30)).status_code == 200
    assert me.get(f"/studio/posts/{draft.id}?kept=1").status_code == 200


def test_roles_and_foreign_ids(world, visit, root, draft, me):
    foreign = world.post(world.organisation("Elsewhere"), state="draft")
    employee = visit(world.person(root))
    for act in ("autosave", "autosave/drop"):
        assert me.post(f"/studio/posts/{foreign.id}/{act}", typed(foreign)).status_code == 404
        assert me.post(f"/studio/posts/{10**6}/{act}", typed(foreign)).status_code == 404
        assert employee.post(f"/studio/posts/{draft.id}/{act}", typed(draft)).status_code == 403
        assert visit().post(f"/studio/posts/{draft.id}/{act}", typed(draft)).status_code == 302


def test_words_nobody_came_back_for_are_forgotten(app, world):
    root = world.organisation("Aubrelle")
    editor, posts = world.person(root, Role.EDITOR), [world.post(root, state="draft") for _ in range(5)]
    with app.app_context():
        for number, post in enumerate(posts):
            at = utcnow() - autosave.KEPT + timedelta(hours=(1 if number < 2 else -1))
            db.session.add(PostAutosave(post_id=post.id, person_id=editor.id, version=1, typed={"title": ["A"]}, at=at))
        db.session.commit()
        assert autosave.forget_old(utcnow(), 2) == 2
        db.session.commit()
        with db.engine.connect() as saving:
            held = select(PostAutosave.post_id).where(PostAutosave.post_id == posts[-1].id).with_for_update()
            left = set(db.session.scalars(select(PostAutosave.post_id)))
            db.session.commit()
            if posts[-1].id in left:
                saving.execute(held)
            forget_old_words()
            assert set(db.session.scalars(select(PostAutosave.post_id))) >= {posts[0].id, posts[1].id}
            db.session.commit()
        forget_old_words()
        assert set(db.session.scalars(select(PostAutosave.post_id))) == {posts[0].id, posts[1].id}
