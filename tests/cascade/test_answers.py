"""A post is offered; each body inherits, adapts or declines, and its people see what their body wants."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from advocacy.approval.models import ApprovalRound
from advocacy.cascade import following, replies, service
from advocacy.cascade.models import Answer, OfferReply
from advocacy.clock import local_day, utcnow
from advocacy.content import service as content
from advocacy.content.aims import Aim, aim_of
from advocacy.content.models import Post, PostAudience
from advocacy.db import db
from advocacy.errors import Conflict, Forbidden, Invalid, NotFound
from advocacy.i18n import speaking
from advocacy.people.models import Role

INHERITED, ADAPTED, DECLINED = Answer.INHERITED, Answer.ADAPTED, Answer.DECLINED


def test_nobody_of_a_body_sees_it_before_the_body_inherits(nation):
    post = nation.world.post(nation.root, "National")
    other = nation.world.organisation("Not asked", nation.root)
    bystander, at_the_root = nation.world.person(other), nation.world.person(nation.root)
    assert nation.seen_by(post) == [True, True, True]
    nation.offer(post, *nation.bodies)
    assert nation.seen_by(post) == [False, False, False]
    assert nation.sees(bystander, post) and nation.sees(at_the_root, post)
    nation.answer(post, 0, INHERITED)
    nation.answer(post, 1, DECLINED, "Not here")
    assert nation.seen_by(post) == [True, False, False]
    assert nation.sees(bystander, post) and nation.sees(at_the_root, post)


def test_inheriting_brings_a_post_that_is_not_for_everybody_and_follows_it(nation):
    group = nation.world.group(nation.root)
    moment = utcnow() + timedelta(hours=2)
    post = nation.world.post(nation.root, "Planned", audience=group, publish_at=moment)
    nation.offer(post)
    nation.answer(post, 0, INHERITED)
    assert nation.seen_by(post) == [False, False, False]
    nation.edit(post.id, title="Planned, with a new title", link=post.link)
    nation.act(
        lambda: content.publish(nation.me(nation.editor), content.get_editable(nation.me(nation.editor), post.id))
    )
    assert nation.seen_by(post) == [True, False, False]
    nation.edit(post.id, title="Live, and changed")
    shown = nation.act(lambda: [one.title for one in content.feed_for(nation.me(nation.employees[0])).posts])
    assert shown == ["Live, and changed"]
    nation.act(lambda: content.withdraw(nation.me(nation.editor), db.session.get_one(Post, post.id)))
    assert nation.seen_by(post) == [False, False, False]


def test_minds_may_change_while_the_offer_is_open(nation):
    group = nation.world.group(nation.root)
    post = nation.world.post(nation.root, audience=group)
    offer = nation.offer(post)
    nation.answer(post, 0, INHERITED)
    assert nation.sees(nation.employees[0], post)
    nation.answer(post, 0, DECLINED, "Second thoughts", was="inherited")
    assert not nation.sees(nation.employees[0], post)
    with nation.app.app_context():
        assert len(db.session.scalars(select(PostAudience).filter_by(post_id=post.id)).all()) == 1
    nation.answer(post, 0, INHERITED, was="declined")
    assert nation.sees(nation.employees[0], post)
    nation.act(lambda: service.take_back(nation.me(nation.editor), offer))
    with pytest.raises(Conflict):
        nation.answer(post, 0, DECLINED, was="inherited")
    with pytest.raises(Conflict):
        nation.answer(post, 1, INHERITED)
    assert nation.seen_by(post) == [True, False, False]
    assert nation.offer(post) == offer
    nation.answer(post, 1, INHERITED)
    assert nation.seen_by(post) == [True, True, False]


def test_of_the_bodies_above_a_person_the_nearest_answer_counts(nation):
    region = nation.bodies[0]
    below = [nation.world.organisation(name, region) for name in ("Waits", "Declines", "Inherits", "Not asked")]
    people = [nation.world.person(one) for one in below]
    post = nation.world.post(nation.root)
    nation.offer(post, region, *below[:3])
    assert [nation.sees(one, post) for one in people] == [False] * 4

    def say(body, wanted, was=None):
        number = nation.reply_id(post, body)
        nation.act(lambda: replies.answer(nation.me(nation.locals[0]), number, wanted, was))

    say(region, INHERITED)
    assert [nation.sees(one, post) for one in people] == [True] * 4
    say(below[1], DECLINED)
    assert [nation.sees(one, post) for one in people] == [True, False, True, True]
    say(region, DECLINED, "inherited")
    say(below[2], INHERITED)
    assert [nation.sees(one, post) for one in people] == [False, False, True, False]


def test_the_editor_of_the_original_changes_its_audience_without_undoing_answers(nation):
    post = nation.world.post(nation.root, audience=nation.bodies[0])
    nation.offer(post)
    nation.answer(post, 0, INHERITED)
    nation.answer(post, 1, INHERITED)
    with nation.app.app_context():
        assert aim_of(db.session.get_one(Post, post.id)).organisation_ids == {nation.bodies[0].id}
    nation.edit(post.id, aim=Aim(frozenset({nation.root.id})))
    assert nation.seen_by(post) == [True, True, False]
    nation.edit(post.id, aim=Aim(frozenset({nation.bodies[1].id, nation.bodies[2].id})))
    assert nation.seen_by(post) == [True, True, False]
    nation.answer(post, 1, DECLINED, was="inherited")
    assert nation.seen_by(post) == [True, False, False]


def test_an_approval_stands_when_bodies_inherit(nation):
    from advocacy.approval import chains
    from advocacy.approval import service as approval
    from advocacy.approval.chains import ChainDraft, StepDraft

    admin, approver = nation.world.person(nation.root, Role.ADMIN), nation.world.person(nation.root, Role.APPROVER)
    step = StepDraft("Legal", "any", (approver.id,))
    nation.act(lambda: chains.make_chain(nation.me(admin), db.session.merge(nation.root), ChainDraft("Legal", (step,))))
    post = nation.world.post(nation.root, "A claim", state="draft")
    with pytest.raises(content.NotReady):
        nation.offer(post)
    nation.act(lambda: approval.submit(nation.me(nation.editor), db.session.get_one(Post, post.id)))
    nation.act(lambda: approval.decide(nation.me(approver), db.session.get_one(Post, post.id), True))
    nation.offer(post)
    nation.answer(post, 0, INHERITED)
    nation.act(lambda: content.publish(nation.me(nation.editor), db.session.get_one(Post, post.id)))
    assert nation.seen_by(post) == [True, False, False]
    adapted = nation.answer(post, 1, ADAPTED)
    nation.edit(adapted, by=nation.locals[1], title="Our claim")
    with pytest.raises(content.NotReady):
        nation.act(lambda: content.publish(nation.me(nation.locals[1]), db.session.get_one(Post, adapted)))
    with nation.app.app_context():
        assert db.session.scalars(select(ApprovalRound.state)).all() == ["approved"]


def test_only_bodies_below_and_only_what_could_go_live(nation):
    elsewhere = nation.world.organisation("Elsewhere")
    post = nation.world.post(nation.root)
    for wrong in (elsewhere, nation.root):
        with pytest.raises(NotFound):
            nation.offer(post, wrong)
    local = nation.world.post(nation.bodies[0])
    with pytest.raises(NotFound):
        nation.offer(local, nation.bodies[1], by=nation.locals[0])
    with pytest.raises(Invalid):
        nation.offer(local, by=nation.locals[0])
    with pytest.raises(Forbidden):
        nation.offer(post, by=nation.locals[0])
    with pytest.raises(NotFound):
        nation.offer(post, by=nation.world.person(elsewhere, Role.ADMIN))
    with pytest.raises(content.NotReady):
        nation.offer(nation.world.post(nation.root, link=None, wordings=(), state="draft"))
    for over in (
        nation.world.post(nation.root, state="withdrawn"),
        nation.world.post(
            nation.root, publish_at=utcnow() - timedelta(days=2), expires_at=utcnow() - timedelta(days=1)
        ),
    ):
        with pytest.raises(Conflict):
            nation.offer(over)
    with pytest.raises(Invalid):
        nation.offer(post, reply_by=local_day(utcnow(), "Europe/Paris") - timedelta(days=1))


def test_who_may_answer(nation):
    post = nation.world.post(nation.root)
    offer = nation.offer(post)
    number = nation.reply_id(post, nation.bodies[0])
    outsider = nation.world.person(nation.world.organisation("Elsewhere"), Role.ADMIN)
    for person, error in (
        (outsider, NotFound),
        (nation.locals[1], Forbidden),
        (nation.employees[0], Forbidden),
    ):
        with pytest.raises(error):
            nation.act(lambda who=person: replies.answer(nation.me(who), number, INHERITED, None))
        with pytest.raises(error):
            nation.act(lambda who=person: following.note_seen(nation.me(who), number, "title"))
    for act in (service.get_offer, service.take_back, service.remind):
        with pytest.raises(Forbidden):
            nation.act(lambda what=act: what(nation.me(nation.locals[0]), offer))
        with pytest.raises(NotFound):
            nation.act(lambda what=act: what(nation.me(outsider), offer))
        with pytest.raises(NotFound):
            nation.act(lambda what=act: what(nation.me(nation.editor), 10**30))
    nation.act(lambda: replies.answer(nation.me(nation.editor), number, INHERITED, None))
    assert nation.sees(nation.employees[0], post)


def test_answering_twice_is_answering_once(nation):
    post = nation.world.post(nation.root)
    nation.offer(post)
    first = nation.answer(post, 0, ADAPTED)
    assert nation.answer(post, 0, ADAPTED) == first
    nation.answer(post, 0, DECLINED, was="adapted")
    assert nation.answer(post, 0, ADAPTED, was="declined") == first
    with nation.app.app_context():
        assert len(db.session.scalars(select(Post)).all()) == 2
    assert nation.offer(post) == nation.offer(post)
    with nation.app.app_context():
        assert len(db.session.scalars(select(OfferReply)).all()) == 3


@pytest.mark.parametrize("wanted", [(ADAPTED, ADAPTED), (INHERITED, DECLINED)])
def test_two_editors_at_once(nation, wanted):
    """The same answer is one; of two different ones the second is told of the first."""
    post = nation.world.post(nation.root)
    nation.offer(post)
    colleague = nation.world.person(nation.bodies[0], Role.EDITOR, name="Colleague")
    number, start, outcome = nation.reply_id(post, nation.bodies[0]), threading.Barrier(2), []

    def press(person, answer):
        with nation.app.app_context(), speaking("en"):
            me = nation.me(person)
            start.wait(10)
            try:
                outcome.append(replies.answer(me, number, answer, None).answer)
                db.session.commit()
            except Conflict as error:
                db.session.rollback()
                outcome.append(str(error.sentence))

    pairs = zip((nation.locals[0], colleague), wanted, strict=True)
    threads = [threading.Thread(target=press, args=pair) for pair in pairs]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    with nation.app.app_context():
        posts = len(db.session.scalars(select(Post)).all())
        final = db.session.get_one(OfferReply, number).answer
    if wanted[0] is wanted[1]:
        assert (outcome, posts) == (["adapted", "adapted"], 2)
    else:
        assert final in outcome and any("answered meanwhile" in one for one in outcome)
        assert nation.sees(nation.employees[0], post) == (final == "inherited")
