"""What earns, what does not and says why; each once, whatever is announced how often and by how many at a time."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from advocacy.content.events import ProposalAccepted
from advocacy.db import db
from advocacy.people.models import Person
from advocacy.recognition import service
from advocacy.recognition.models import PointEntry, Standing
from advocacy.sharing.events import SharePublished
from advocacy.tracking.events import Reader, ReadersCounted
from config import points
from tests.tracking.clicks import moment, share_of

MONDAY = moment("2026-11-16 09:00")


@pytest.fixture
def person(world):
    return world.person(world.organisation("Aubrelle"))


def published(share, **values) -> SharePublished:
    """The event of a share in suggested words, unless told otherwise."""
    return SharePublished(
        **{
            "share_id": share.id,
            "person_id": share.person_id,
            "post_id": share.post_id,
            "network": share.network,
            "published_at": MONDAY,
            "alike": 100,
            "rewards_allowed": True,
            "settled_by_person": False,
            **values,
        }
    )


def readers(share, count: int, at=MONDAY) -> ReadersCounted:
    return ReadersCounted(tuple(Reader(uuid4(), share.id, at + timedelta(seconds=n)) for n in range(count)))


def ledger(person) -> list[tuple[str, str, int, str | None]]:
    db.session.rollback()
    rows = db.session.scalars(select(PointEntry).where(PointEntry.person_id == person.id).order_by(PointEntry.id))
    return [(row.reason, row.subject.split(":")[0], row.points, row.note.get("why")) for row in rows]


def award(event) -> None:
    (service.award_share if isinstance(event, SharePublished) else service.award_readers)(event)
    db.session.commit()


def new_share(world, person, **values):
    return share_of(world, person, world.post(db.session.get(Person, person.id).organisation), **values)


def test_a_confirmed_share_earns_once_for_a_content_and_own_words_more(ctx, world, person):
    post = world.post(person.organisation)
    first, second = share_of(world, person, post), share_of(world, person, post, network="mastodon")
    award(published(first, alike=39))
    award(published(first, alike=39))
    award(published(second, alike=0))
    award(published(second, alike=0))
    assert ledger(person) == [
        ("share", "post", points.SHARE, None),
        ("own_words", "post", points.OWN_WORDS, None),
        ("share", "share", 0, "again"),
    ]


def test_own_words_on_the_second_network_earn(ctx, world, person):
    post = world.post(person.organisation)
    award(published(share_of(world, person, post), alike=40))
    award(published(share_of(world, person, post), alike=10))
    assert sum(row[2] for row in ledger(person)) == points.SHARE + points.OWN_WORDS


@pytest.mark.parametrize(
    ("values", "why"), [({"rewards_allowed": False}, "network"), ({"settled_by_person": True}, "declared")]
)
def test_what_is_only_declared_or_not_allowed_is_a_zero_line(ctx, world, person, values, why):
    share = new_share(world, person)
    award(published(share, alike=0, **values))
    award(published(share, alike=0, **values))
    assert ledger(person) == [("share", "share", 0, why)]
    assert db.session.scalars(select(Standing)).all() == []


def test_a_zero_line_does_not_take_the_points_of_a_later_share(ctx, world, person):
    post = world.post(person.organisation)
    award(published(share_of(world, person, post), settled_by_person=True))
    award(published(share_of(world, person, post)))
    assert [row[2] for row in ledger(person)] == [0, points.SHARE]


def test_three_contents_a_week_earn_in_the_persons_own_week(ctx, world):
    person = world.person(world.organisation(), time_zone="Pacific/Auckland")
    sunday_night = moment("2026-11-22 10:30")  # Sunday 23:30 there
    monday = moment("2026-11-22 11:30")  # Monday 00:30 there
    for when in (sunday_night,) * 4 + (monday,):
        award(published(new_share(world, person), published_at=when, alike=0))
    shares = [row[1:] for row in ledger(person) if row[0] == "share"]
    assert shares == [
        ("post", 10, None),
        ("post", 10, None),
        ("post", 10, None),
        ("share", 0, "week_full"),
        ("post", 10, None),
    ]
    assert [row[0] for row in ledger(person)].count("own_words") == 4


def test_readers_earn_up_to_the_cap_and_one_line_says_so(ctx, world, person):
    share = new_share(world, person)
    early, late = readers(share, 20), readers(share, 10, MONDAY + timedelta(hours=1))
    for event in (early, early, late, late, readers(share, 5), early):
        award(event)
    lines = ledger(person)
    assert lines.count(("reader", "click", 1, None)) == points.CLICKS_A_SHARE
    assert lines.count(("reader", "share", 0, "share_full")) == 1
    assert len(lines) == points.CLICKS_A_SHARE + 1


def test_the_cap_is_for_each_share(ctx, world, person):
    one, other = new_share(world, person), new_share(world, person)
    mixed = ReadersCounted((*readers(one, 30).readers, *readers(other, 3).readers))
    award(mixed)
    assert sum(row[2] for row in ledger(person)) == points.CLICKS_A_SHARE + 3


@pytest.mark.parametrize(
    "values", [{"state": "unconfirmed"}, {"state": "removed"}, {"state": "armed"}, {"network": "elsewhere"}]
)
def test_readers_of_other_shares_earn_nothing(ctx, world, person, values):
    award(readers(new_share(world, person, **values), 3))
    assert ledger(person) == []


def test_nothing_stays_when_the_transaction_is_undone(ctx, world, person):
    service.award_share(published(new_share(world, person)))
    db.session.rollback()
    assert ledger(person) == []
    assert db.session.scalar(select(func.count()).select_from(Standing)) == 0


def test_caps_hold_when_many_write_at_the_same_time(app, ctx, world, person):
    others = [world.person(person.organisation) for _ in range(3)]
    shares = [new_share(world, person) for _ in range(8)]
    crowd = [new_share(world, each) for each in others]
    for each in shares[3:]:
        assert each.person_id == person.id
    viral = shares[0]
    failures: list[BaseException] = []
    start = threading.Barrier(8)

    def work(number: int) -> None:
        try:
            with app.app_context():
                start.wait(timeout=30)
                award(published(shares[number]))
                mixed = [readers(each, 4).readers for each in crowd]
                mixed.append(readers(viral, 9).readers)
                flat = [one for group in (mixed if number % 2 else reversed(mixed)) for one in group]
                award(ReadersCounted(tuple(flat)))
                db.session.remove()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    lines = ledger(person)
    assert sum(row[2] for row in lines if row[0] == "share") == points.SHARE * points.SHARES_A_WEEK
    assert sum(row[2] for row in lines if row[0] == "reader") == points.CLICKS_A_SHARE
    assert lines.count(("reader", "share", 0, "share_full")) == 1
    assert all(sum(row[2] for row in ledger(each)) == points.CLICKS_A_SHARE for each in others)
    assert service.rebuild_standings() == 0


@pytest.mark.parametrize(
    ("accepted_by", "earns", "why"),
    [("an editor", points.PROPOSAL, None), ("themselves", 0, "own_proposal"), ("a rule", 0, "by_rule")],
)
def test_an_accepted_proposal_earns_once_where_somebody_else_accepted_it(ctx, world, person, accepted_by, earns, why):
    post, editor = world.post(person.organisation), world.person(person.organisation)
    by = {"an editor": editor.id, "themselves": person.id, "a rule": None}[accepted_by]
    event = ProposalAccepted(7, person.id, post.id, MONDAY, by)
    for _announced in range(2):
        service.award_proposal(event)
        db.session.commit()
    assert ledger(person) == [("proposal", "proposal", earns, why)]
