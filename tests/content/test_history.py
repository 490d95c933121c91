"""Versions of a post, going back to one, and two editors at the same post."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from advocacy.clock import utcnow
from advocacy.content import service, versions
from advocacy.content.aims import Aim
from advocacy.content.drafts import PostDraft, WordingDraft
from advocacy.content.history import pieces, restore, versions_of
from advocacy.content.merging import differences, draft_of, merged
from advocacy.content.models import Post, PostVersion
from advocacy.db import db
from advocacy.errors import Forbidden, NotFound
from advocacy.people.models import Person, Role
from tests.visitor import page, words

PER_EXAMPLE = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
CAPTION = st.builds(
    WordingDraft, st.text("abc é", min_size=1, max_size=8).filter(str.strip), st.sampled_from(["fr", "en"])
)
CAPTIONS = st.lists(CAPTION, max_size=4, unique=True).map(tuple)
TYPED = st.fixed_dictionaries(
    {"title": st.text("abcé ", max_size=9), "summary": st.text("xyz\n", max_size=9), "wordings": CAPTIONS}
)


@pytest.fixture
def root(world):
    return world.organisation("Aubrelle")


@pytest.fixture
def editor(world, root):
    return world.person(root, Role.EDITOR, name="Maëlle Roy")


def get(model, row):
    return db.session.get(model, row.id)


def plain(post):
    return {key: value for key, value in versions.snapshot_of(post).items() if key != "state"}


def test_each_act_is_written_down(app, world, root, editor):
    with app.app_context():
        me = get(Person, editor)
        post = service.draft(me, get(type(root), root))
        service.edit(
            me,
            post,
            post.version,
            PostDraft(title="One", language="en", link="https://a.example", aim=Aim(frozenset({root.id}))),
        )
        typed = draft_of(versions.snapshot_of(post))
        service.edit(me, post, post.version, typed)
        service.publish(me, post)
        service.withdraw(me, post)
        found = versions_of(post)
        assert [(one.number, one.what) for one in found] == [(3, "withdrawn"), (2, "published"), (1, "edited")]
        assert {one.person_id for one in found} == {me.id}
        assert [one.snapshot["state"] for one in found] == ["withdrawn", "published", "draft"]


@PER_EXAMPLE
@given(st.lists(TYPED, min_size=2, max_size=4), st.data())
def test_restoring_brings_back_exactly_that_version(app, world, root, editor, rounds, data):
    topic = world.topic(root)
    with app.app_context():
        me = get(Person, editor)
        post = service.draft(me, get(type(root), root), title="Start")
        for number, typed in enumerate(rounds):
            more = {
                "topic_ids": frozenset({topic.id} if number % 2 else ()),
                "expires_at": utcnow() + timedelta(days=number + 1),
            }
            service.edit(me, post, post.version, PostDraft(**typed, **more, aim=Aim(frozenset({root.id}))))
        db.session.commit()
        wanted = data.draw(st.sampled_from(versions_of(post)))
        number, snapshot = wanted.number, {k: v for k, v in wanted.snapshot.items() if k != "state"}
        last = versions_of(post)[0].number
        assert restore(me, post, number).number == last + 1
        db.session.commit()
        db.session.expire_all()
        assert plain(get(Post, post)) == snapshot


@given(st.text(max_size=120), st.text(max_size=120))
def test_a_difference_holds_both_texts(before, after):
    found = pieces(before, after)
    assert "".join(one.text for one in found if one.kind != "new") == before
    assert "".join(one.text for one in found if one.kind != "gone") == after


FIELDS = ("title", "summary", "image_alt", "topic_ids", "wordings", "aim", "expires_at")
VALUES = {
    "title": st.text("ab", max_size=4),
    "summary": st.text("ab", max_size=4),
    "image_alt": st.text("ab", max_size=4),
    "topic_ids": st.frozensets(st.integers(1, 5), max_size=4),
    "wordings": CAPTIONS,
    "aim": st.builds(Aim, st.frozensets(st.integers(1, 4)), st.frozensets(st.integers(1, 4))),
    "expires_at": st.none() | st.integers(1, 5).map(lambda day: utcnow().replace(day=day)),
}
DRAFT = st.fixed_dictionaries(VALUES)


@given(DRAFT, DRAFT, DRAFT, st.frozensets(st.sampled_from(FIELDS)))
def test_disjoint_changes_merge_and_lose_nothing(start, first, second, theirs_fields):
    base = PostDraft(**start)
    theirs = replace(base, **{name: first[name] for name in theirs_fields})
    mine = replace(base, **{name: second[name] for name in FIELDS if name not in theirs_fields})
    found = differences(base, theirs, mine)
    assert not any(one.clash for one in found)
    together = merged(mine, found, {})
    for name in (one.name for one in fields(PostDraft)):
        source = theirs if name in theirs_fields else mine
        a, b = getattr(together, name), getattr(source, name)
        assert a == b or (name == "expires_at" and a.day == b.day)


@given(DRAFT, DRAFT, DRAFT)
def test_what_both_added_is_all_there(start, first, second):
    base, theirs, mine = PostDraft(**start), PostDraft(**first), PostDraft(**second)
    found = differences(base, theirs, mine)
    together = merged(mine, found, {one.name: "both" for one in found})
    added = (theirs.topic_ids - base.topic_ids) | (mine.topic_ids - base.topic_ids)
    assert added <= together.topic_ids
    assert set(mine.wordings) - set(base.wordings) <= set(together.wordings)
    assert set(theirs.wordings) - set(base.wordings) <= set(together.wordings)
    assert merged(mine, found, {one.name: "theirs" for one in found}).title == theirs.title


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_of_the_history(app, world, root, visit, language):
    person = world.person(root, Role.EDITOR, name="Maëlle Roy", language=language)
    post = world.post(root, "A <b>first</b> title", state="draft", publish_at=None)
    me = visit(person, language)
    path = f"/studio/posts/{post.id}"
    form = {"title": "A second title", "language": "en", "timing": "now", "bodies": root.id, "version": post.version}
    assert (
        me.post(
            path, {**form, "wordings-0-text": "New", "wordings-0-language": "en", "wordings-0-network": ""}
        ).status_code
        == 303
    )
    found = page(me.get(f"{path}/history"))
    assert "first" in found.css_first("del").text()
    assert "second" in found.css_first("ins").text()
    assert "Maëlle Roy" in found.css_first("main").text()
    answer = me.post(f"{path}/history/1/restore")
    assert answer.location == path
    with app.app_context():
        assert get(Post, post).title == "A <b>first</b> title"
        assert db.session.scalars(select(PostVersion.what).order_by(PostVersion.number)).all() == [
            "before",
            "edited",
            "restored 1",
        ]
    assert me.get(f"{path}/history").status_code == 200
    assert me.post(f"{path}/history/99/restore").status_code == 404
    assert me.post(f"{path}/history/{10**12}/restore").status_code == 404


def test_a_live_post_is_not_brought_back_to_what_can_not_be_live(app, world, root, editor, visit):
    post = world.post(root, "", state="draft", link=None, wordings=(), summary="Only this")
    me = visit(editor)
    with app.app_context():
        get(Post, post).title = ""
        db.session.commit()
        person, it = get(Person, editor), get(Post, post)
        service.edit(
            person, it, it.version, PostDraft(title="Fit", link="https://a.example", aim=Aim(frozenset({root.id})))
        )
        service.publish(person, it)
        db.session.commit()
    me.post(f"/studio/posts/{post.id}/history/1/restore")
    assert "Give it a title." in words(me.get(f"/studio/posts/{post.id}/history"))
    with app.app_context():
        assert get(Post, post).title == "Fit"


def test_roles_and_foreign_ids(app, world, root, visit):
    foreign = world.post(world.organisation("Elsewhere"))
    mine = world.post(root)
    employee, editor = visit(world.person(root)), visit(world.person(root, Role.EDITOR))
    for number, who, status in ((foreign.id, editor, 404), (foreign.id, employee, 404), (mine.id, employee, 403)):
        assert who.get(f"/studio/posts/{number}/history").status_code == status
        for act in ("history/1/restore", "merge", "presence"):
            assert who.post(f"/studio/posts/{number}/{act}", {"title": "x"}).status_code == status
    branch = world.organisation("Branch", root)
    with app.app_context(), pytest.raises(Forbidden):
        restore(get(Person, world.person(branch, Role.EDITOR)), get(Post, mine), 1)
    with app.app_context(), pytest.raises(NotFound):
        restore(get(Person, world.person(root, Role.EDITOR)), get(Post, mine), 1)


def typed(post, **values):
    return {
        "title": post.title,
        "summary": post.summary,
        "link": post.link,
        "language": "en",
        "timing": "now",
        "bodies": post.organisation_id,
        "version": post.version,
        "wordings-0-text": "A suggested wording.",
        "wordings-0-language": "en",
        "wordings-0-network": "",
        **values,
    }


def sent_again(form):
    found = {}
    for one in form.css("input"):
        given = one.attributes
        if given.get("type") == "hidden" or "checked" in given:
            found[given["name"]] = given.get("value") or ""
    return {name: value for name, value in found.items() if name != "csrf_token"}


def test_two_editors_and_one_post(app, world, root, editor, visit):
    post = world.post(root, "Base", state="draft", publish_at=None, summary="Base summary")
    path = f"/studio/posts/{post.id}"
    first, second = visit(editor), visit(world.person(root, Role.EDITOR, name="Jonas Weil"))
    assert first.post(path, typed(post, title="Their title")).status_code == 303
    answer = second.post(
        path,
        typed(
            post,
            summary="My summary",
            **{"wordings-1-text": "Mine too", "wordings-1-language": "fr", "wordings-1-network": ""},
        ),
    )
    assert answer.status_code == 409
    text = words(answer)
    assert "Maëlle Roy" in text
    for line in ("Their title", "Base", "My summary", "Base summary", "Mine too", "Only you changed this."):
        assert line in text
    form = page(answer).css_first("#merge")
    assert form.attributes["action"] == f"{path}/merge"
    done = second.post(f"{path}/merge", sent_again(form))
    assert (done.status_code, done.location) == (303, path)
    with app.app_context():
        it = get(Post, post)
        assert (it.title, it.summary) == ("Their title", "My summary")
        assert [one.text for one in it.wordings] == ["A suggested wording.", "Mine too"]


def test_a_clash_is_chosen_and_a_third_editor_is_no_loss(app, world, root, editor, visit):
    post = world.post(root, "Base", state="draft", publish_at=None)
    path = f"/studio/posts/{post.id}"
    first, second = visit(editor), visit(world.person(root, Role.EDITOR))
    first.post(path, typed(post, title="Theirs"))
    form = page(second.post(path, typed(post, title="Mine"))).css_first("#merge")
    with app.app_context():
        newer = get(Post, post)
        db.session.expunge_all()
    first.post(path, typed(post, title="Theirs", summary="Later", version=newer.version))
    again = second.post(f"{path}/merge", {**sent_again(form), "choice-title": "theirs"})
    assert again.status_code == 409
    assert "Mine" in words(again)
    assert "Later" in words(again)
    done = second.post(f"{path}/merge", {**sent_again(page(again).css_first("#merge")), "choice-title": "mine"})
    assert done.status_code == 303
    with app.app_context():
        assert (get(Post, post).title, get(Post, post).summary) == ("Mine", "Later")


def test_a_merge_that_can_not_be_kept_says_so(world, root, editor, visit):
    post = world.post(root, "Base", state="draft", publish_at=None)
    path = f"/studio/posts/{post.id}"
    first, second = visit(editor), visit(world.person(root, Role.EDITOR))
    first.post(path, typed(post, title="Theirs"))
    answer = second.post(path, typed(post, title="x" * 300))
    assert answer.status_code == 409
    refused = second.post(f"{path}/merge", sent_again(page(answer).css_first("#merge")))
    assert refused.status_code == 422
    assert "200 characters at most" in words(refused)
