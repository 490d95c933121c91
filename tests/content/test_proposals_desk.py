"""Editors decide about proposals: once each, kindly, within their reach; the second to decide is told of the first."""

import threading
from datetime import timedelta

import pytest
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from advocacy.clock import utcnow
from advocacy.content import learning, proposals
from advocacy.content.learning import LinkedPage
from advocacy.content.models import Post, Proposal, ProposalState
from advocacy.content.proposal_drafts import ProposalDraft
from advocacy.content.proposal_letters import KIND_SENTENCES
from advocacy.content.proposal_tasks import read_proposed_links
from advocacy.db import db
from advocacy.errors import Conflict, RelaisError
from advocacy.people.models import Person, Role
from advocacy.recognition.models import PointEntry
from config import points
from tests.content.proposing import LINK, sent_by, stored
from tests.letters import delivered, text_of, throw_away
from tests.visitor import page, words

S = ProposalState


@pytest.fixture
def root(world):
    return world.organisation("Aubrelle")


@pytest.fixture
def north(world, root):
    return world.organisation("North", root)


@pytest.fixture
def ines(world, north):
    return world.person(north, name="Inès B.", language="fr")


@pytest.fixture
def me(visit, ines):
    return visit(ines)


@pytest.fixture
def desk(visit, world, root):
    return visit(world.person(root, Role.EDITOR, name="Éd R."))


def test_declined_kindly_in_the_language_of_who_proposed(app, me, desk):
    throw_away()
    number, other = sent_by(me), sent_by(me, title="Another")
    assert desk.post(f"/studio/proposals/{number}/decline", {"reason": "own", "words": "See you in January."})
    assert desk.post(f"/studio/proposals/{other}/decline", {"reason": "later", "words": "ignored"}).status_code == 303
    assert stored(app, number).note == "See you in January."
    with app.test_request_context(), force_locale("fr"):
        assert stored(app, other).note == str(KIND_SENTENCES["later"])
    assert "See you in January." in words(me.get("/proposals"))
    letters = delivered(app)
    assert len(letters) == 2
    assert "See you in January." in text_of(letters[0])


@pytest.mark.parametrize(
    ("act", "sent", "sentence"),
    [
        ("return", {"note": ""}, "Give a reason"),
        ("return", {"note": "x" * 1001}, "1,000 characters at most."),
        ("decline", {"reason": "own", "words": " "}, "Give a reason"),
        ("decline", {"reason": "own", "words": "x" * 1001}, "1,000 characters at most."),
        ("decline", {"reason": "never"}, "Choose an answer"),
        ("decline", {}, "Choose an answer"),
    ],
)
def test_an_answer_needs_a_reason(app, me, desk, act, sent, sentence):
    throw_away()
    number = sent_by(me)
    answer = desk.post(f"/studio/proposals/{number}/{act}", {"times_sent": 1, **sent})
    assert answer.status_code == 422
    assert sentence in words(answer)
    for name in ("note", "words"):
        if sent.get(name, "").strip():
            assert page(answer).css_first(f"#{name}").text() == sent[name]
    assert stored(app, number).state == "waiting"
    assert delivered(app) == []


def test_the_second_decision_is_told_of_the_first(app, world, visit, root, me, desk):
    number = sent_by(me)
    path = f"/studio/proposals/{number}"
    second = visit(world.person(root, Role.EDITOR, name="Second"))
    assert desk.post(f"{path}/decline", {"reason": "covered"}).status_code == 303
    for act, sent in (
        ("accept", {}),
        ("return", {"note": "Which?"}),
        ("decline", {"reason": "later"}),
        ("merge", {"with": "post:1"}),
    ):
        answer = second.post(f"{path}/{act}", sent)
        assert answer.status_code in (404, 409) if act == "merge" else answer.status_code == 409
        if act != "merge":
            assert "Éd R. declined this proposal meanwhile." in words(answer)


def test_what_was_sent_again_is_read_again_before_deciding(app, me, desk):
    number = sent_by(me)
    path = f"/studio/proposals/{number}"
    desk.post(f"{path}/return", {"note": "Which?", "times_sent": 1})
    me.post(f"/proposals/{number}", {"title": "Other", "why": "Other"})
    for act, sent in (("accept", {}), ("return", {"note": "x"}), ("decline", {"reason": "later"})):
        answer = desk.post(f"{path}/{act}", {"times_sent": 1, **sent})
        assert answer.status_code == 409
        assert "changed and sent again meanwhile" in words(answer)
    assert desk.post(f"{path}/accept", {"times_sent": 2}).status_code == 303


def test_of_many_at_once_one_decides(app, world, root, ines):
    editors = [world.person(root, Role.EDITOR, name=f"Editor {number}").id for number in range(4)]
    with app.app_context():
        person = db.session.get(Person, ines.id)
        number = proposals.propose(person, ProposalDraft("Rain", "It matters.")).id
        db.session.commit()
    gate, outcomes = threading.Barrier(4), []

    def decide(editor_id, place):
        with app.app_context():
            actor, found = db.session.get(Person, editor_id), db.session.get(Proposal, number)
            gate.wait()
            try:
                if place % 2:
                    proposals.decline(actor, found, "Not this time.")
                else:
                    proposals.accept(actor, found)
                db.session.commit()
                outcomes.append("done")
            except Conflict as error:
                outcomes.append(str(error.sentence))
                db.session.rollback()
            finally:
                db.session.remove()

    threads = [threading.Thread(target=decide, args=(one, place)) for place, one in enumerate(editors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome == "done" for outcome in outcomes) == [False, False, False, True]
    assert all("Editor" in outcome for outcome in outcomes if outcome != "done")
    with app.app_context():
        state = db.session.get(Proposal, number).state
        assert len(db.session.scalars(select(Post)).all()) == (state == "accepted")
        assert len(db.session.scalars(select(PointEntry)).all()) == (state == "accepted")


def test_editors_reach_what_is_below_them(app, world, visit, root, north, ines, me):
    south = world.organisation("South", root)
    number = sent_by(me)
    path = f"/studio/proposals/{number}"
    for editor, listed, status in (
        (world.person(south, Role.EDITOR), False, 403),
        (world.person(world.organisation("Vélonne"), Role.ADMIN), False, 404),
        (world.person(north, Role.EDITOR), True, 200),
    ):
        visitor = visit(editor)
        assert ("A garden" in words(visitor.get("/studio/proposals"))) is listed
        assert visitor.get(path).status_code == status
        for act in ("accept", "return", "decline", "merge"):
            if status != 200:
                sent = {"reason": "later", "note": "x", "with": "post:1"}
                assert visitor.post(f"{path}/{act}", sent).status_code == status
    assert visit(world.person(north, Role.EDITOR)).post(f"{path}/accept").status_code == 303
    with app.app_context():
        assert db.session.get(Post, stored(app, number).post_id).organisation_id == north.id


def test_the_same_link_is_put_together(app, world, visit, root, me, desk):
    throw_away()
    first = sent_by(visit(world.person(root, name="Hugo P.")))
    second = sent_by(me, link=f"{LINK}?utm_source=mail", title="The same page")
    shown = words(desk.get(f"/studio/proposals/{second}"))
    assert "Proposal of Hugo P.: A garden that drinks the rain" in shown
    assert "There already?" not in words(desk.get(f"/studio/proposals/{first}"))
    for wrong in ("", "proposal:", "post:999999", f"proposal:{second}", "proposal:9" * 9, f"person:{first}"):
        answer = desk.post(f"/studio/proposals/{second}/merge", {"with": wrong})
        assert answer.status_code in (404, 409), wrong
    assert desk.post(f"/studio/proposals/{second}/merge", {"with": f"proposal:{first}"}).status_code == 303
    desk.post(f"/studio/proposals/{first}/accept")
    assert (stored(app, second).state, stored(app, second).original_id) == ("merged", first)
    assert "La rédaction travaille au contenu." in words(me.get("/proposals"))
    third = sent_by(me, title="Once more")
    post_id = stored(app, first).post_id
    assert f'value="post:{post_id}"' in desk.get(f"/studio/proposals/{third}").text
    assert desk.post(f"/studio/proposals/{third}/merge", {"with": f"post:{post_id}"}).status_code == 303
    assert stored(app, third).post_id == post_id
    assert len(delivered(app)) == 3


def test_an_editor_earns_nothing_by_accepting_their_own(app, world, visit, root):
    editor = world.person(root, Role.EDITOR)
    visitor = visit(editor)
    throw_away()
    visitor.post(f"/studio/proposals/{sent_by(visitor)}/accept")
    assert delivered(app) == []
    with app.app_context():
        entry = db.session.scalars(select(PointEntry)).one()
        assert (entry.points, entry.note["why"]) == (0, "own_proposal")
    assert "You accepted it yourself" in words(visitor.get("/points"))


def test_a_closed_account_gets_no_mail(app, ines, me, desk):
    throw_away()
    number = sent_by(me)
    with app.app_context():
        db.session.execute(update(Person).where(Person.id == ines.id).values(deactivated_at=utcnow()))
        db.session.commit()
    assert desk.post(f"/studio/proposals/{number}/decline", {"reason": "later"}).status_code == 303
    assert delivered(app) == []


class TestReading:
    """The page behind the link is read by a worker."""

    @pytest.fixture
    def pages(self):
        """What the pages say; the reader of the app is put back afterwards."""
        before, said = list(learning._readers), {}
        learning.set_reader(said.get, lambda link: link.partition("?")[0])
        yield said
        learning._readers[:] = before

    def test_what_the_page_says_comes_along(self, app, me, desk, pages):
        pages[LINK] = proposals_page(LINK)
        number = sent_by(me)
        with app.app_context():
            read_proposed_links()
        assert (stored(app, number).link_title, stored(app, number).read_at) == ("Rain gardens", None)
        assert "Rain gardens" in words(desk.get(f"/studio/proposals/{number}"))
        desk.post(f"/studio/proposals/{number}/accept")
        with app.app_context():
            assert db.session.get(Post, stored(app, number).post_id).link_title == "Rain gardens"

    def test_a_page_that_says_nothing_is_asked_once(self, app, me, pages):
        number = sent_by(me)
        with app.app_context():
            read_proposed_links()
        assert (stored(app, number).link_title, stored(app, number).read_at) == ("", None)

    def test_one_nobody_could_read_in_time_is_left(self, app, me, pages):
        pages[LINK] = proposals_page(LINK)
        number = sent_by(me)
        with app.app_context():
            db.session.execute(update(Proposal).values(sent_at=utcnow() - timedelta(hours=2)))
            db.session.commit()
            read_proposed_links()
        assert (stored(app, number).link_title, stored(app, number).read_at) == ("", None)

    def test_a_post_made_by_rule_shows_it_too(self, app, world, visit, north, ines, me, desk, pages):
        pages[LINK] = proposals_page(LINK)
        group = world.group(north, ines)
        desk.post(f"/admin/groups/{group.id}", {"section": "rule", "publish": "1"})
        number = sent_by(me, where=group.id)
        with app.app_context():
            read_proposed_links()
        assert "Rain gardens" in me.get(f"/posts/{stored(app, number).post_id}").text


def proposals_page(link):
    return LinkedPage(link, "Rain gardens", "How they work.", None, "")


ACTS = ("resend", "withdraw", "accept", "return", "decline", "merge", "credit")
ALLOWED = {
    (S.WAITING, "withdraw"): S.WITHDRAWN,
    (S.RETURNED, "withdraw"): S.WITHDRAWN,
    (S.RETURNED, "resend"): S.WAITING,
    (S.WAITING, "accept"): S.ACCEPTED,
    (S.WAITING, "return"): S.RETURNED,
    (S.WAITING, "decline"): S.DECLINED,
    (S.WAITING, "merge"): S.MERGED,
}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(ACTS), max_size=8), by_itself=st.booleans())
def test_no_sequence_of_acts_leads_anywhere_impossible(ctx, world, acts, by_itself):
    root = world.organisation()
    editor_id = world.person(root, Role.EDITOR).id
    person_id = editor_id if by_itself else world.person(root).id
    post_id = world.post(root).id
    person, editor = db.session.get(Person, person_id), db.session.get(Person, editor_id)
    found = proposals.propose(person, ProposalDraft("Rain", "It matters.", link=LINK))
    db.session.commit()
    state, times_sent = S.WAITING, 1
    for act in acts:
        wanted = ALLOWED.get((state, act), state if act == "credit" else None)
        try:
            do(act, person, editor, found, post_id)
            db.session.commit()
            done = True
        except RelaisError:
            db.session.rollback()
            done = False
        assert done == (wanted is not None), (state, act)
        state = wanted or state
        times_sent += act == "resend" and done
        db.session.refresh(found)
        assert (found.state, found.times_sent) == (state, times_sent)
        assert (found.post_id is not None) == (state in (S.ACCEPTED, S.MERGED))
    entries = db.session.scalars(select(PointEntry).where(PointEntry.subject == f"proposal:{found.id}")).all()
    assert [entry.points for entry in entries] == [0 if by_itself else points.PROPOSAL] * (state == S.ACCEPTED)


def do(act, person, editor, found, post_id):
    if act == "resend":
        proposals.resend(person, found, ProposalDraft("Rain again", "It matters more."))
    elif act == "withdraw":
        proposals.withdraw(person, found)
    elif act == "accept":
        proposals.accept(editor, found)
    elif act == "return":
        proposals.send_back(editor, found, "Which site?")
    elif act == "decline":
        proposals.decline(editor, found, "Not this time.")
    elif act == "merge":
        proposals.merge(editor, found, post=db.session.get(Post, post_id))
    else:
        proposals.credit(person, found, named=not found.names_person)
