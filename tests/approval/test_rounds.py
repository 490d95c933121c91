"""Chains and rounds: who is asked, in which order, and what a change does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from advocacy.approval import chains, record, service
from advocacy.approval.chains import ChainDraft, StepDraft
from advocacy.approval.models import ApprovalRound, RoundStep
from advocacy.approval.stand_ins import name_stand_in
from advocacy.approval.tasks import remind_due
from advocacy.approval.working_days import after_working_days
from advocacy.clock import utcnow
from advocacy.content import service as content
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.errors import Conflict, Forbidden, Invalid, NotFound
from advocacy.people.models import Role
from tests import letters


def change(desk, post, **values):
    """The editor saves the post with other words."""

    def saved():
        found = db.session.get_one(Post, post.id)
        for name, value in values.items():
            setattr(found, name, value)
        db.session.flush()
        service.note_change(content.PostChanged(found.id, desk.editor.id, "edited"))

    desk.act(saved)


def test_without_a_chain_publishing_is_free(desk):
    post = desk.world.post(desk.root, state="draft")
    assert desk.submit(post) is None
    assert desk.state(post) == "review"
    assert desk.flaws(post) == []


def test_a_post_goes_through_its_chain_and_live(desk):
    first, second, third = desk.approvers
    desk.chain(StepDraft("Legal", "any", (first.id, second.id)), StepDraft("Brand", "all", (second.id, third.id)))
    post = desk.world.post(desk.root, "A claim", state="draft", publish_at=None)
    assert desk.flaws(post) == ["approval"]
    desk.submit(post, goes_live=True)
    with pytest.raises(Forbidden):
        desk.decide(third, post)
    desk.decide(first, post)
    with pytest.raises(Forbidden):
        desk.decide(first, post)
    desk.decide(third, post)
    assert desk.state(post) == "review"
    desk.decide(second, post)
    assert desk.state(post) == "published"
    subjects = [str(mail["subject"]) for mail in letters.delivered(desk.app)]
    assert subjects.count("To approve: A claim") == 4


def test_sent_back_it_is_a_draft_with_a_word_on_why(desk):
    desk.chain()
    post = desk.world.post(desk.root, "A claim", state="draft")
    desk.submit(post)
    with pytest.raises(Invalid):
        desk.decide(desk.approvers[0], post, approve=False)
    desk.decide(desk.approvers[0], post, approve=False, note="Name the source.")
    assert desk.state(post) == "draft"
    [mail] = [mail for mail in letters.delivered(desk.app) if mail["to"] == desk.editor.email]
    assert "Name the source." in letters.text_of(mail)
    with pytest.raises(Conflict):
        desk.decide(desk.approvers[1], post)


def test_any_change_after_the_yes_voids_it_and_tells_who_gave_it(desk):
    desk.chain()
    post = desk.world.post(desk.root, "A claim", state="draft")
    desk.submit(post)
    desk.decide(desk.approvers[0], post)
    assert desk.flaws(post) == []
    change(desk, post, title="Another claim")
    assert desk.flaws(post) == ["approval"]
    assert desk.state(post) == "draft"
    told = [mail for mail in letters.delivered(desk.app) if "Changed since" in str(mail["subject"])]
    assert [mail["to"] for mail in told] == [desk.approvers[0].email]
    change(desk, post, title="A claim")
    assert desk.flaws(post) == ["approval"]


def test_words_changed_behind_the_events_are_still_not_approved(desk):
    desk.chain()
    post = desk.world.post(desk.root, state="draft")
    desk.submit(post)
    desk.act(lambda: db.session.execute(update(Post).where(Post.id == post.id).values(summary="Sneaked in")))
    with pytest.raises(Conflict):
        desk.decide(desk.approvers[0], post)


def test_two_who_decide_at_once_count_once_each(desk):
    first, second, third = desk.approvers
    desk.chain(StepDraft("All", "all", (first.id, second.id, third.id)))
    post = desk.world.post(desk.root, state="draft")
    desk.submit(post, goes_live=True)

    def pressed(person):
        try:
            desk.decide(person, post)
        except (Forbidden, Conflict) as error:
            return type(error).__name__
        return "yes"

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(pressed, desk.approvers * 2))
    assert answers.count("yes") == 3
    assert desk.state(post) == "published"


def test_a_stand_in_decides_and_the_record_says_for_whom(desk):
    away, other, _third = desk.approvers
    desk.chain(StepDraft("Legal", "all", (away.id,)))
    post = desk.world.post(desk.root, state="draft")
    desk.submit(post)
    with pytest.raises(Forbidden):
        desk.decide(other, post)
    today = utcnow().date()
    week = timedelta(days=7)
    desk.act(lambda: name_stand_in(desk.me(away), desk.me(other), today - week, today + week))
    desk.decide(other, post)
    assert desk.act(lambda: db.session.scalars(select(ApprovalRound.state)).all()) == ["approved"]
    [entry] = desk.act(lambda: [line for line in record.record_of(post.id) if line.entry.what == "approved"])
    assert (entry.who, entry.instead_of) == (other.name, away.name)
    assert desk.flaws(post) == []


def test_who_lost_the_role_has_no_say(desk):
    desk.chain()
    post = desk.world.post(desk.root, state="draft")
    desk.submit(post)

    def taken():
        person = desk.me(desk.approvers[0])
        person.grants.clear()

    desk.act(taken)
    with pytest.raises(Forbidden):
        desk.decide(desk.approvers[0], post)


def test_a_running_round_keeps_its_chain_and_a_new_chain_asks_anew(desk):
    chain_id = desk.chain()
    post = desk.world.post(desk.root, state="draft")
    desk.submit(post)
    draft = ChainDraft("Legal", (StepDraft("Legal", "all", tuple(one.id for one in desk.approvers)),))
    desk.act(lambda: chains.edit_chain(desk.me(desk.admin), chains.get_chain(desk.me(desk.admin), chain_id), draft))
    desk.decide(desk.approvers[0], post)
    assert desk.flaws(post) == []
    desk.chain(name="Another")
    assert desk.flaws(post) == ["approval"]


def test_conditions(desk):
    world, root = desk.world, desk.root
    belgium = world.organisation("Liège", root, country="BE")
    topic = world.topic(root)
    desk.chain(name="Topic", topic_ids=(topic.id,))
    desk.chain(name="Body", body_ids=(belgium.id,))
    desk.chain(name="Country", countries=("be",))
    desk.chain(name="Below", at=belgium)

    def names(post):
        return desk.act(lambda: [chain.name for chain in chains.applying_chains(db.session.get_one(Post, post.id))])

    france = world.organisation("Lyon", root, country="FR")
    assert names(world.post(france, state="draft")) == []
    assert names(world.post(belgium, state="draft")) == ["Body", "Country", "Below"]
    assert names(world.post(root, state="draft", audience=belgium)) == ["Country"]
    assert names(world.post(root, state="draft", countries=["BE"])) == ["Country"]
    about = world.post(france, state="draft")

    def tag():
        db.session.get_one(Post, about.id).topics = [db.session.merge(topic)]

    desk.act(tag)
    assert names(about) == ["Topic"]


def test_approved_for_friday_is_not_approved_for_today(desk):
    desk.chain()
    later = utcnow() + timedelta(days=3)
    post = desk.world.post(desk.root, state="draft", publish_at=later)
    desk.submit(post)
    desk.decide(desk.approvers[0], post)
    assert desk.flaws(post) == ["publish_at"]
    found = desk.act(lambda: service.flaws_in_the_way(db.session.get_one(Post, post.id), later + timedelta(hours=1)))
    assert found == []


def test_reminders_once_a_day_until_decided(desk):
    first, second, third = desk.approvers
    desk.chain(StepDraft("All", "all", (first.id, second.id, third.id), 1))
    post = desk.world.post(desk.root, "A claim", state="draft")
    desk.submit(post)
    desk.decide(first, post)
    letters.delivered(desk.app)
    letters.throw_away()

    def late():
        db.session.execute(update(RoundStep).values(due_at=utcnow() - timedelta(minutes=1)))

    desk.act(late)
    working = utcnow().weekday() < 5
    with desk.app.app_context():
        assert [remind_due(), remind_due()] == [int(working), 0]
    if working:
        assert {mail["to"] for mail in letters.delivered(desk.app)} == {second.email, third.email}
        with pytest.raises(Conflict):
            desk.act(lambda: service.remind(desk.me(desk.editor), db.session.get_one(Post, post.id)))
    desk.decide(second, post)
    desk.decide(third, post)
    with desk.app.app_context():
        assert remind_due() == 0


def test_only_people_with_a_say_there_can_be_asked(desk):
    stranger = desk.world.person(desk.world.organisation("Elsewhere"), Role.APPROVER)
    employee = desk.world.person(desk.root)
    for person in (stranger, employee):
        with pytest.raises(NotFound):
            desk.chain(StepDraft("Legal", "any", (person.id,)))
    with pytest.raises(Forbidden):
        desk.act(lambda: chains.make_chain(desk.me(desk.editor), db.session.merge(desk.root), ChainDraft("x", ())))


def test_a_step_nobody_is_left_for_says_so(desk):
    desk.chain(StepDraft("Legal", "any", (desk.approvers[0].id,)))
    desk.act(lambda: setattr(desk.me(desk.approvers[0]), "deactivated_at", utcnow()))
    with pytest.raises(Invalid):
        desk.submit(desk.world.post(desk.root, state="draft"))


step = st.tuples(st.sampled_from(["any", "all"]), st.sets(st.integers(0, 2), min_size=1))
shape = st.lists(st.lists(step, min_size=1, max_size=3), min_size=1, max_size=2)
presses = st.lists(st.integers(0, 2), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shape=shape, presses=presses)
def test_rounds_do_what_a_plain_model_does(desk, shape, presses):
    """The model: each chain is a list of steps; a press says yes in the first undone step of each chain."""

    def retire_all():
        for chain in chains.chains_of(desk.me(desk.admin)):
            chains.retire_chain(desk.me(desk.admin), chain)

    desk.act(retire_all)
    ids = [person.id for person in desk.approvers]
    for number, steps in enumerate(shape):
        drafts = [StepDraft("Step", rule, tuple(ids[who] for who in people)) for rule, people in steps]
        desk.chain(*drafts, name=f"Chain {number}")
    post = desk.world.post(desk.root, state="draft")
    desk.submit(post)
    said = [[set() for _step in steps] for steps in shape]

    def done(chain, place):
        rule, people = shape[chain][place]
        return bool(said[chain][place]) if rule == "any" else said[chain][place] == people

    def turns():
        firsts = [next((n for n in range(len(steps)) if not done(c, n)), None) for c, steps in enumerate(shape)]
        return [(chain, place) for chain, place in enumerate(firsts) if place is not None]

    for who in presses:
        expected = [(c, n) for c, n in turns() if who in shape[c][n][1] and who not in said[c][n]]
        try:
            desk.decide(desk.approvers[who], post)
            pressed = True
        except (Forbidden, Conflict):
            pressed = False
        assert pressed == bool(expected)
        for c, n in expected:
            said[c][n].add(who)
    assert (desk.flaws(post) == []) == (not turns())


@given(start=st.dates(date(2027, 1, 1), date(2030, 1, 1)), days=st.integers(1, 30))
def test_deadlines_count_working_days(start, days):
    begin = datetime.combine(start, time(9), UTC)
    due = after_working_days(begin, days, "UTC")
    between = [(begin + timedelta(days=n)).weekday() for n in range(1, (due - begin).days + 1)]
    assert sum(day < 5 for day in between) == days
    assert due.weekday() < 5
