"""A body's own version: what it takes along, and how it follows the original."""

import pytest
from sqlalchemy import select

from advocacy.cascade import following, replies
from advocacy.cascade.copies import changes_of, content_of, parts_changed
from advocacy.cascade.models import Answer, OfferReply
from advocacy.content import attachments, versions
from advocacy.content import service as content
from advocacy.content.drafts import WordingDraft
from advocacy.content.models import Post
from advocacy.content.telling import Names
from advocacy.db import db
from advocacy.errors import BadRequest, Conflict
from tests import letters
from tests.cascade.conftest import small_pdf


@pytest.fixture
def adapted(nation):
    """A rich national post, and what Grand-Val made of it."""
    topic = nation.world.topic(nation.root, "Health")
    post = nation.world.post(
        nation.root, "National", image="a" * 8, image_alt="A hall", focus_x=30, focus_y=40, wordings=("One", "Two"),
        countries=["FR"], utm_campaign="autumn",
    )  # fmt: skip
    nation.edit(post.id, topic_ids=frozenset({topic.id}))
    nation.act(
        lambda: attachments.attach(nation.me(nation.editor), db.session.get_one(Post, post.id), small_pdf(), "plan.pdf")
    )
    nation.offer(post)
    return post, nation.answer(post, 0, Answer.ADAPTED)


def reply_of(nation, post):
    return db.session.get_one(OfferReply, nation.reply_id(post, nation.bodies[0]))


def changed(nation, post):
    with nation.app.app_context():
        row = reply_of(nation, post)
        return parts_changed(row.seen, content_of(db.session.get_one(Post, post.id)))


def follow(nation, post, part, take=True):
    number = nation.reply_id(post, nation.bodies[0])
    act = following.take_over if take else following.note_seen
    return nation.act(lambda: act(nation.me(nation.locals[0]), number, part))


def test_it_takes_everything_along_and_belongs_to_the_body(nation, adapted):
    post, copy_id = adapted
    with nation.app.app_context():
        copy, original = db.session.get_one(Post, copy_id), db.session.get_one(Post, post.id)
        assert content_of(copy) == content_of(original)
        assert (copy.organisation_id, copy.state, copy.author_id) == (nation.bodies[0].id, "draft", nation.locals[0].id)
        assert [row.audience.organisation_id for row in copy.audiences] == [nation.bodies[0].id]
        assert (copy.countries, copy.utm_campaign, copy.publish_at) == (["FR"], "autumn", None)
        assert [one.what for one in versions.versions_of(copy)] == ["edited"]
    assert nation.seen_by(post) == [False, False, False]
    nation.edit(copy_id, by=nation.locals[0], title="Ours")
    nation.act(lambda: content.publish(nation.me(nation.locals[0]), db.session.get_one(Post, copy_id)))
    with nation.app.app_context():
        db.session.get_one(Post, copy_id).countries = db.session.get_one(Post, post.id).countries = None
        db.session.commit()
    assert nation.seen_by(nation.post(copy_id)) == [True, False, False]
    assert nation.post(post.id).title == "National"


def test_a_change_of_the_original_is_told_field_by_field_and_taken_over(nation, adapted):
    post, copy_id = adapted
    assert changed(nation, post) == []
    nation.edit(copy_id, by=nation.locals[0], title="Ours", summary="Our summary")
    nation.edit(post.id, title="National, renewed", summary="A new summary", pinned_until=None, featured=True)
    assert changed(nation, post) == ["title", "summary"]
    with nation.app.app_context():
        found = changes_of(reply_of(nation, post), db.session.get_one(Post, post.id), Names())
        title = found[0].fields[0]
        assert "".join(one.text for one in title.pieces if one.kind == "new") == ", renewed"
        assert title.own == ["Ours"]
    follow(nation, post, "summary")
    follow(nation, post, "title", take=False)
    copy = nation.post(copy_id)
    assert (copy.title, copy.summary) == ("Ours", "A new summary")
    assert changed(nation, post) == []
    with nation.app.app_context():
        assert reply_of(nation, post).seen_version == db.session.get_one(Post, post.id).version


def test_what_nobody_copied_is_no_change(nation, adapted):
    post, _copy = adapted
    nation.edit(post.id, featured=True, utm_campaign="winter")
    with nation.app.app_context():
        assert reply_of(nation, post).seen_version == db.session.get_one(Post, post.id).version
    assert changed(nation, post) == []


def test_captions_of_both_come_together(nation, adapted):
    post, copy_id = adapted
    one, two, local, late = (WordingDraft(text, "en") for text in ("One", "Two", "From us", "Three"))
    nation.edit(copy_id, by=nation.locals[0], wordings=(one, two, local))
    nation.edit(post.id, wordings=(one, late))
    follow(nation, post, "wordings")
    assert {wording.text for wording in nation.post(copy_id).wordings} == {"One", "Three", "From us"}


def test_picture_link_topics_restrictions_and_file(nation, adapted):
    post, copy_id = adapted
    nation.edit(
        post.id, image="b" * 8, image_alt="A garden", focus=(10, 20), link="https://aubrelle.example/new",
        topic_ids=frozenset(), language="fr",
    )  # fmt: skip
    with nation.app.app_context():
        original = db.session.get_one(Post, post.id)
        content.show_link(nation.me(nation.editor), original, "The new page", "What it says", None, "")
        attachments.detach(nation.me(nation.editor), original)
        original.countries = ["BE", "FR"]
        db.session.commit()
    assert changed(nation, post) == ["link", "language", "image", "topics", "attachment", "restrictions"]
    for part in changed(nation, post):
        follow(nation, post, part)
    with nation.app.app_context():
        assert content_of(db.session.get_one(Post, copy_id)) == content_of(db.session.get_one(Post, post.id))
    assert changed(nation, post) == []
    with pytest.raises(BadRequest):
        follow(nation, post, "owner")


def test_the_file_stays_as_long_as_either_has_it(nation, adapted):
    post, copy_id = adapted

    def place():
        return attachments.path_of(attachments.find_attachment(copy_id))

    nation.act(
        lambda: attachments.discard(attachments.detach(nation.me(nation.editor), db.session.get_one(Post, post.id)))
    )
    assert nation.act(place).is_file()
    path = nation.act(place)
    released = follow(nation, post, "attachment")
    nation.act(lambda: attachments.discard(released))
    assert not path.exists()


def test_locked_words_stay_locked(nation):
    post = nation.world.post(nation.root, "Exact words", wordings=("These words.",), locked=True)
    nation.offer(post)
    copy_id = nation.answer(post, 0, Answer.ADAPTED)
    assert nation.post(copy_id).locked

    def publish():
        actor = nation.me(nation.locals[0])
        content.publish(actor, content.get_editable(actor, copy_id, locked=True))

    nation.edit(copy_id, by=nation.locals[0], title="Ours", wordings=(WordingDraft("Other words.", "en"),))
    with pytest.raises(content.NotReady):
        nation.act(publish)
    nation.edit(copy_id, by=nation.locals[0], wordings=(WordingDraft("These words.", "en"),))
    with nation.app.app_context():
        db.session.get_one(Post, copy_id).locked = False
        db.session.commit()
    with pytest.raises(content.NotReady):
        nation.act(publish)
    with nation.app.app_context():
        db.session.get_one(Post, copy_id).locked = True
        db.session.commit()
    nation.act(publish)


def test_a_withdrawn_original_is_told(nation, adapted):
    post, copy_id = adapted
    nation.act(lambda: content.publish(nation.me(nation.locals[0]), db.session.get_one(Post, copy_id)))
    letters.throw_away()
    nation.act(lambda: content.withdraw(nation.me(nation.editor), db.session.get_one(Post, post.id)))
    assert changed(nation, post) == ["withdrawn"]
    [letter] = [one for one in letters.delivered(nation.app) if "withdrawn" in one["Subject"]]
    assert letter["To"] == nation.locals[0].email
    with pytest.raises(Conflict):
        nation.answer(post, 1, Answer.INHERITED)
    nation.answer(post, 1, Answer.DECLINED)
    assert nation.post(copy_id).state == "published"
    follow(nation, post, "withdrawn")
    assert nation.post(copy_id).state == "withdrawn"
    assert changed(nation, post) == []


def test_there_is_nothing_to_follow_without_a_version_of_ones_own(nation, adapted):
    post, _copy = adapted
    nation.answer(post, 0, Answer.INHERITED, was="adapted")
    with pytest.raises(Conflict):
        follow(nation, post, "title")
    with nation.app.app_context():
        assert replies.find_reply_of(db.session.get_one(Post, _copy)) is None
        assert len(db.session.scalars(select(Post)).all()) == 2
