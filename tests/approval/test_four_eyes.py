"""The four-eyes rule: nobody approves or publishes alone what they wrote, where an organisation says so."""

from contextlib import contextmanager
from datetime import timedelta

import pytest

from advocacy.approval import chains, four_eyes, service
from advocacy.approval.chains import StepDraft
from advocacy.approval.rounds import last_round_of
from advocacy.approval.stand_ins import name_stand_in
from advocacy.clock import utcnow
from advocacy.content import bulk, history, versions
from advocacy.content import service as content
from advocacy.content.models import Post, PostVersion, Topic
from advocacy.content.service import NotReady
from advocacy.db import db
from advocacy.errors import Forbidden, Invalid
from advocacy.people import service as people
from advocacy.people.models import Organisation, Role
from tests import letters
from tests.visitor import words


@contextmanager
def refused(kind, sentence):
    """It is refused, with this in its sentence."""
    with pytest.raises(kind) as caught:
        yield
    assert sentence in str(caught.value.sentence)


def hold(desk, at=None, on=True):
    desk.act(lambda: people.hold_to_four_eyes(db.session.get_one(Organisation, (at or desk.root).id), on=on))


def write(desk, person, post, summary):
    """The person saves the post with other words."""

    def saved():
        found = db.session.get_one(Post, post.id)
        versions.begin(found)
        found.summary = summary
        versions.record(found, desk.me(person), versions.EDITED)
        service.note_change(content.PostChanged(found.id, person.id, "edited"))

    desk.act(saved)


def publish(desk, person, post):
    desk.act(lambda: content.publish(desk.me(person), db.session.get_one(Post, post.id)))


def writers(desk, post):
    return desk.act(lambda: four_eyes.writers_of(db.session.get_one(Post, post.id)))


@pytest.fixture
def second(desk):
    return desk.world.person(desk.root, Role.EDITOR, "Priya S.")


@pytest.fixture
def post(desk):
    """A draft that the editor wrote."""
    return desk.world.post(desk.root, "A claim", state="draft", publish_at=None, author_id=desk.editor.id)


def test_off_by_default_who_wrote_it_publishes_it(desk, post):
    write(desk, desk.editor, post, "Mine.")
    publish(desk, desk.editor, post)
    assert desk.state(post) == "published"


def test_who_wrote_it_does_not_publish_it_alone(desk, post, second):
    hold(desk)
    with refused(NotReady, "you wrote this version"):
        publish(desk, desk.editor, post)
    write(desk, desk.editor, post, "Mine.")
    with refused(NotReady, "Four-eyes rule"):
        publish(desk, desk.editor, post)
    publish(desk, second, post)
    assert desk.state(post) == "published"


def test_the_rule_holds_everywhere_below_and_nowhere_beside(desk, second):
    north = desk.world.organisation("North", desk.root)
    deep = desk.world.organisation("Deep", north)
    south = desk.world.organisation("South", desk.root)
    hold(desk, north)
    for body, held in ((north, True), (deep, True), (south, False), (desk.root, False)):
        found = desk.act(lambda body=body: people.asks_four_eyes(db.session.get_one(Organisation, body.id)))
        assert (found is not None) == held
    draft = desk.world.post(deep, state="draft", publish_at=None, author_id=desk.editor.id)
    with pytest.raises(NotReady):
        publish(desk, desk.editor, draft)
    hold(desk, deep)
    hold(desk, deep, on=False)
    with pytest.raises(NotReady):
        publish(desk, desk.editor, draft)


def test_everybody_who_wrote_since_it_was_public_is_a_writer(desk, post, second):
    write(desk, desk.editor, post, "First.")
    write(desk, second, post, "Second.")
    assert writers(desk, post) == {desk.editor.id, second.id}
    publish(desk, desk.editor, post)
    assert writers(desk, post) == set()
    desk.act(lambda: content.withdraw(desk.me(second), db.session.get_one(Post, post.id)))
    hold(desk)
    write(desk, second, post, "Third.")
    assert writers(desk, post) == {second.id}
    with pytest.raises(NotReady):
        publish(desk, second, post)
    write(desk, second, post, "Second.")
    publish(desk, second, post)
    assert desk.state(post) == "published", "nothing new is said"


def test_an_approver_who_wrote_it_is_not_asked(desk, post):
    wrote, other, _third = desk.approvers
    desk.chain(StepDraft("Legal", "all", (wrote.id, other.id)))
    hold(desk)
    write(desk, wrote, post, "Mine.")
    desk.submit(post)
    with refused(Forbidden, "you wrote this version"):
        desk.decide(wrote, post)
    assert desk.act(lambda: service.waiting_count(desk.me(wrote))) == 0
    assert desk.act(lambda: service.waiting_count(desk.me(other))) == 1
    asked = [mail["to"] for mail in letters.delivered(desk.app)]
    assert asked == [other.email]
    desk.decide(other, post)
    assert desk.flaws(post) == []
    publish(desk, desk.editor, post)


def test_the_yes_of_a_second_person_lets_the_writer_publish(desk, post):
    desk.chain()
    hold(desk)
    write(desk, desk.editor, post, "Mine.")
    desk.submit(post, goes_live=True)
    desk.decide(desk.approvers[0], post)
    assert desk.state(post) == "published"


def test_a_step_that_asks_only_who_wrote_it_can_not_be_opened(desk, post):
    desk.chain(StepDraft("Legal", "any", (desk.approvers[0].id,)))
    hold(desk)
    write(desk, desk.approvers[0], post, "Mine.")
    with refused(Invalid, "only who wrote this version is asked in the step “Legal”"):
        desk.submit(post)


def test_who_wrote_it_does_not_stand_in_for_an_approver(desk, post):
    away, wrote, third = desk.approvers
    desk.chain(StepDraft("Legal", "all", (away.id,)))
    hold(desk)
    today, week = utcnow().date(), timedelta(days=7)
    for other in (wrote, third):
        desk.act(lambda other=other: name_stand_in(desk.me(away), desk.me(other), today - week, today + week))
    write(desk, wrote, post, "Mine.")
    desk.submit(post)
    assert desk.act(lambda: service.waiting_count(desk.me(wrote))) == 0
    with refused(Forbidden, "Four-eyes rule"):
        desk.decide(wrote, post)
    assert wrote.email not in [mail["to"] for mail in letters.delivered(desk.app)]
    desk.decide(third, post)
    assert desk.flaws(post) == []


def test_nobody_stands_in_for_who_wrote_it(desk, post):
    wrote, other, third = desk.approvers
    desk.chain(StepDraft("Legal", "all", (wrote.id, third.id)))
    hold(desk)
    today, week = utcnow().date(), timedelta(days=7)
    desk.act(lambda: name_stand_in(desk.me(wrote), desk.me(other), today - week, today + week))
    write(desk, wrote, post, "Mine.")
    desk.submit(post)
    with pytest.raises(Forbidden):
        desk.decide(other, post)


def test_a_yes_from_before_the_rule_by_who_wrote_it_counts_no_more(desk, post):
    wrote = desk.approvers[0]
    desk.chain()
    write(desk, wrote, post, "Mine.")
    desk.submit(post)
    desk.decide(wrote, post)
    assert desk.flaws(post) == []
    hold(desk)
    with refused(NotReady, "approved by who wrote it"):
        publish(desk, desk.editor, post)
    desk.submit(post)
    desk.decide(desk.approvers[1], post)
    publish(desk, desk.editor, post)


def test_nobody_changes_alone_what_is_live(desk, post, second):
    write(desk, desk.editor, post, "First.")
    write(desk, desk.editor, post, "Second.")
    hold(desk)
    publish(desk, second, post)
    first = desk.act(lambda: history.versions_of(db.session.get_one(Post, post.id))[-1].number)
    with refused(NotReady, "what is live or planned"):
        desk.act(lambda: history.restore(desk.me(second), db.session.get_one(Post, post.id), first))
    with refused(NotReady, "what is live or planned"):
        desk.act(
            lambda: service.restrict(
                desk.me(second), db.session.get_one(Post, post.id), locked=True, countries=[], roles=[]
            )
        )


def test_a_proposer_is_the_writer_of_what_an_editor_took_as_it_was(desk):
    proposer = desk.approvers[2]
    taken = desk.world.post(
        desk.root, state="draft", publish_at=None, author_id=desk.editor.id, proposed_by_id=proposer.id
    )
    hold(desk)
    assert writers(desk, taken) == {proposer.id}
    publish(desk, desk.editor, taken)


def test_a_rule_publishes_nothing_alone(desk):
    hold(desk)
    found = desk.world.post(desk.root, state="draft", publish_at=None, proposed_by_id=desk.editor.id)
    with refused(NotReady, "somebody else looks at it"):
        desk.act(lambda: content.publish_by_rule(db.session.get_one(Post, found.id)))


def test_restrictions_are_part_of_the_history_and_make_a_writer(desk, post, second):
    desk.act(
        lambda: service.restrict(
            desk.me(second), db.session.get_one(Post, post.id), locked=True, countries=[], roles=[]
        )
    )
    assert second.id in writers(desk, post)
    assert desk.act(lambda: db.session.query(PostVersion).filter_by(post_id=post.id).count()) == 2


def test_the_pages_say_so(desk, post, visit):
    wrote = desk.approvers[0]
    desk.chain()
    hold(desk)
    write(desk, wrote, post, "Mine.")
    me, path = visit(desk.editor), f"/studio/posts/{post.id}/approval"
    shown = words(me.get(path))
    assert "Four-eyes rule of Aubrelle" in shown and f"Who wrote this version: {wrote.name}" in shown
    desk.submit(post)
    assert f"{wrote.name} wrote this version: no say in it" in words(me.get(path))
    admin = visit(desk.admin)
    assert "holds at Aubrelle" in words(admin.get("/admin/approval"))
    assert "four eyes" in words(admin.get("/admin/organisations"))


def test_a_writer_who_is_asked_for_others_reads_why_not(desk, post, visit):
    away, wrote, third = desk.approvers
    desk.chain(StepDraft("Legal", "any", (away.id, third.id)))
    hold(desk)
    today, week = utcnow().date(), timedelta(days=7)
    desk.act(lambda: name_stand_in(desk.me(away), desk.me(wrote), today - week, today + week))
    write(desk, wrote, post, "Mine.")
    desk.submit(post)
    me = visit(wrote)
    assert "you wrote this version" in words(me.get(f"/approvals/{post.id}"))
    refused = me.post(f"/approvals/{post.id}", {"answer": "approve"})
    assert refused.status_code == 403


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_admin_switches_it_on_and_off(desk, visit, language):
    north = desk.world.organisation("North", desk.root)
    me = visit(desk.world.person(desk.root, Role.ADMIN, language=language), language)
    path = f"/admin/organisations/{desk.root.id}"
    assert me.post(path, {"country": "", "four_eyes": "y"}).status_code == 302
    assert 'name="four_eyes" type="checkbox" value="y" checked' in me.get(path).text or "checked" in me.get(path).text
    assert "Aubrelle" in words(me.get(f"/admin/organisations/{north.id}"))
    assert me.post(path, {"country": ""}).status_code == 302
    assert desk.act(lambda: people.asks_four_eyes(db.session.get_one(Organisation, north.id))) is None
    local = visit(desk.world.person(north, Role.ADMIN))
    assert local.post(path, {"four_eyes": "y"}).status_code == 403


def test_topics_of_a_live_post_are_not_changed_past_the_gates(desk, post, second):
    topic = desk.world.topic(desk.root)
    hold(desk)
    publish(desk, second, post)
    [outcome] = desk.act(lambda: bulk.add_topic(desk.me(second), [post.id], topic.id))
    assert "Four-eyes rule" in str(outcome.refusal)
    assert desk.act(lambda: db.session.get_one(Post, post.id).topics) == []
    assert desk.act(lambda: chains.applying_chains(db.session.get_one(Post, post.id))) == []
    assert desk.act(lambda: db.session.get(Topic, topic.id)) is not None
    assert desk.act(lambda: last_round_of(db.session.get_one(Post, post.id))) is None


def test_what_a_page_says_does_not_change_a_live_post_past_the_gates(desk, post, second):
    """Reading the link of a live post again is a change like any other."""
    publish(desk, second, post)
    hold(desk)

    def read():
        shown = db.session.get_one(Post, post.id)
        content.show_link(desk.me(second), shown, "Another title", "Other words", None, "")

    with pytest.raises(NotReady):
        desk.act(read)
    assert desk.act(lambda: db.session.get_one(Post, post.id).link_title) != "Another title"
