"""A post is called back: nothing more goes out, each owner is asked, and what is online goes, until none is left."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from advocacy.clock import utcnow
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.errors import Conflict, Forbidden, Invalid, NotFound
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role
from advocacy.sharing import recall
from advocacy.sharing.models import Recall, Share
from advocacy.sharing.recall_tasks import follow_recalls
from advocacy.sharing.tasks import deliver_due, remove_due
from tests import letters
from tests.visitor import page, words


@pytest.fixture
def editor(scene):
    letters.throw_away()
    return scene.world.person(scene.root, Role.EDITOR, "Maëlle T.")


def call_back(scene, editor, reason="The figure was wrong."):
    with scene.app.app_context():
        recall.recall(db.session.get_one(Person, editor.id), db.session.get_one(Post, scene.post.id), reason)
        db.session.commit()


def published(scene):
    share_id = scene.share()
    with scene.app.app_context():
        deliver_due()
    assert scene.now(share_id).state == "published"
    return share_id


def run(scene, task):
    with scene.app.app_context():
        return task()


def counts(scene):
    with scene.app.app_context():
        return recall.counts_of(recall.last_recall(scene.post.id))


def test_one_press_deletes_it_at_the_network_until_none_is_left(scene, editor, visit):
    share_id = published(scene)
    assert len(scene.online()) == 1
    call_back(scene, editor)
    assert (counts(scene).waiting, counts(scene).left) == (1, 1)
    [mail] = [mail for mail in letters.delivered(scene.app) if mail["to"] == scene.person.email]
    assert "The figure was wrong." in letters.text_of(mail)
    owner = visit(scene.person)
    assert "1 share is called back" in words(owner.get("/shares"))
    form = page(owner.get(letters.path_in(mail))).css_first("form[action$='/recalled/delete']")
    assert owner.post(form.attributes["action"]).status_code == 303
    assert counts(scene).being_deleted == 1
    run(scene, remove_due)
    assert scene.online() == []
    assert run(scene, follow_recalls)["closed"] == 1
    assert (counts(scene).left, counts(scene).deleted) == (0, 1)
    assert scene.now(share_id).state == "removed"
    assert "None is left" in words(visit(editor).get(f"/studio/posts/{scene.post.id}/recall"))


def test_what_relais_cannot_delete_is_declared(scene, editor, visit):
    share_id = published(scene)
    with scene.app.app_context():
        db.session.execute(update(Share).where(Share.id == share_id).values(external_id=None))
        db.session.commit()
    call_back(scene, editor)
    assert counts(scene).by_hand == 1
    owner = visit(scene.person)
    shown = page(owner.get("/shares/recalled"))
    assert shown.css_first("form[action$='/recalled/delete']") is None
    assert owner.post(f"/shares/{share_id}/recalled/delete").status_code == 409
    assert owner.post(f"/shares/{share_id}/recalled/done").status_code == 303
    assert owner.post(f"/shares/{share_id}/recalled/done").status_code == 409
    assert (counts(scene).left, counts(scene).declared, counts(scene).deleted) == (0, 1, 0)
    with scene.app.app_context():
        assert db.session.scalars(select(Recall)).one().closed_at is not None


def test_nothing_more_of_it_goes_out(scene, editor):
    waiting = scene.share()
    call_back(scene, editor)
    run(scene, deliver_due)
    assert (scene.now(waiting).state, scene.now(waiting).failure) == ("failed", "post_gone")
    assert scene.online() == []


def test_a_share_that_was_on_its_way_is_asked_about_as_well(scene, editor):
    share_id = published(scene)
    with scene.app.app_context():
        db.session.execute(update(Share).where(Share.id == share_id).values(state="unconfirmed"))
        db.session.commit()
    call_back(scene, editor)
    assert (counts(scene).unsettled, counts(scene).left) == (1, 1)
    assert run(scene, follow_recalls)["closed"] == 0
    with scene.app.app_context():
        db.session.execute(update(Share).where(Share.id == share_id).values(state="published"))
        db.session.commit()
    assert run(scene, follow_recalls)["asked"] == 1
    assert counts(scene).waiting == 1


def test_at_expiry_the_owners_are_asked_once(scene, editor):
    published(scene)
    assert run(scene, follow_recalls)["begun"] == 0
    with scene.app.app_context():
        db.session.execute(
            update(Post).where(Post.id == scene.post.id).values(expires_at=utcnow() - timedelta(seconds=1))
        )
        db.session.commit()
    assert [run(scene, follow_recalls)["begun"] for _run in range(2)] == [1, 0]
    assert len([mail for mail in letters.delivered(scene.app) if mail["to"] == scene.person.email]) == 1


def test_nobody_is_reminded_more_than_twice(scene, editor):
    share_id = published(scene)
    call_back(scene, editor)
    for _day in range(4):
        with scene.app.app_context():
            long_ago = utcnow() - timedelta(days=4)
            db.session.execute(update(Share).where(Share.id == share_id).values(recall_asked_at=long_ago))
            db.session.commit()
        run(scene, follow_recalls)
        run(scene, follow_recalls)
    assert len([mail for mail in letters.delivered(scene.app) if mail["to"] == scene.person.email]) == 3


def test_only_editors_of_the_post_call_it_back_and_say_why(scene, editor, visit):
    published(scene)
    stranger = scene.world.person(scene.world.organisation("Elsewhere"), Role.EDITOR)
    for person, error in ((scene.person, Forbidden), (stranger, NotFound)):
        with pytest.raises(error):
            call_back(scene, person)
    with pytest.raises(Invalid):
        call_back(scene, editor, "  ")
    call_back(scene, editor)
    with pytest.raises(Conflict):
        call_back(scene, editor)


def test_a_draft_cannot_be_called_back_and_others_shares_are_not_mine(scene, editor, visit):
    draft = scene.world.post(scene.root, state="draft")
    answer = visit(editor).post(f"/studio/posts/{draft.id}/recall", {"reason": "x"})
    assert answer.status_code == 409
    share_id = published(scene)
    me = visit(scene.person)
    assert me.post(f"/shares/{share_id}/recalled/done").status_code == 404
    call_back(scene, editor)
    other = visit(scene.world.person(scene.root))
    assert other.post(f"/shares/{share_id}/recalled/delete").status_code == 404
    assert "Light heart" not in other.get("/shares/recalled").text


def test_editors_see_numbers_and_no_names(scene, editor, visit):
    published(scene)
    call_back(scene, editor)
    shown = words(visit(editor).get(f"/studio/posts/{scene.post.id}/recall"))
    assert "1 share is left" in shown
    assert scene.person.name not in shown


def name_them(scene, on):
    with scene.app.app_context():
        people.name_in_recalls(db.session.get_one(Organisation, scene.root.id), on=on)
        db.session.commit()


def test_names_are_shown_to_editors_only_where_the_programme_says_so(scene, editor, visit):
    published(scene)
    call_back(scene, editor)
    me, owner, path = visit(editor), visit(scene.person), f"/studio/posts/{scene.post.id}/recall"
    shown = words(me.get(path))
    assert scene.person.name not in shown and "Numbers only" in shown and "1 share is left" in shown
    assert "never whose" in words(owner.get("/shares/recalled"))
    name_them(scene, on=True)
    assert scene.person.name in words(me.get(path))
    assert "editors see your name" in words(owner.get("/shares/recalled"))
    name_them(scene, on=False)
    assert scene.person.name not in words(me.get(path))


def test_a_name_goes_with_the_share(scene, editor, visit):
    share_id = published(scene)
    call_back(scene, editor)
    name_them(scene, on=True)
    with scene.app.app_context():
        recall.declare_deleted(db.session.get_one(Person, scene.person.id), share_id)
        db.session.commit()
    shown = words(visit(editor).get(f"/studio/posts/{scene.post.id}/recall"))
    assert scene.person.name not in shown and "Nobody’s" in shown


def test_only_the_admin_of_the_whole_programme_has_names_shown(scene, visit):
    below = scene.world.organisation("Below", scene.root)
    local = visit(scene.world.person(below, Role.ADMIN))
    assert "recall_names" not in local.get(f"/admin/organisations/{below.id}").text
    assert local.post(f"/admin/organisations/{below.id}", {"recall_names": "y"}).status_code == 422
    assert local.post(f"/admin/organisations/{scene.root.id}", {"recall_names": "y"}).status_code == 403
    admin = visit(scene.world.person(scene.root, Role.ADMIN))
    assert admin.post(f"/admin/organisations/{scene.root.id}", {"recall_names": "y"}).status_code == 302
    with scene.app.app_context():
        assert people.names_in_recalls(db.session.get_one(Organisation, below.id))
