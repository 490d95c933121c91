"""Standings are what the ledger adds up to, at any moment and in any order."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from advocacy.db import db
from advocacy.people.models import Organisation, Person
from advocacy.recognition import ledger, service, standings
from advocacy.recognition.ledger import Line, Reason
from advocacy.recognition.models import PointEntry, Standing
from advocacy.recognition.standings import ALL_TIME, Period
from tests.tracking.clicks import moment

ZONE = "Pacific/Auckland"
FIRST = datetime(2026, 3, 27, tzinfo=UTC)
events = st.tuples(
    st.integers(0, 3),
    st.integers(0, 12),
    st.sampled_from([-3, 0, 1, 1, 5, 10]),
    st.integers(0, 90 * 86400),
)


def expected() -> dict:
    """The same sums, the plain way."""
    people = {row.id: row for row in db.session.scalars(select(Person))}
    bodies = {row.id: row for row in db.session.scalars(select(Organisation))}
    sums: defaultdict = defaultdict(lambda: [0, datetime.min.replace(tzinfo=UTC)])
    for entry in db.session.scalars(select(PointEntry).where(PointEntry.points != 0)):
        lineage = bodies[people[entry.person_id].organisation_id].lineage
        local = entry.earned_at.astimezone(ZoneInfo(bodies[lineage[0]].time_zone)).date()
        members = [("person", entry.person_id), *(("organisation", body) for body in lineage)]
        for period in Period:
            for kind, member in members:
                row = sums[lineage[0], kind, period.value, period.start(local), member]
                row[0] += entry.points
                row[1] = max(row[1], entry.earned_at)
    return {key: tuple(value) for key, value in sums.items()}


def stored() -> dict:
    rows = db.session.scalars(select(Standing).execution_options(populate_existing=True))
    return {
        (row.root_id, row.kind, row.period, row.starts_on, row.member_id): (row.score, row.reached_at) for row in rows
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(st.lists(events, max_size=8), max_size=6))
def test_standings_equal_the_sum_of_the_ledger_after_any_history(ctx, world, history):
    db.session.execute(text("truncate person, organisation, point_entry, standing restart identity cascade"))
    db.session.commit()
    root = world.organisation(time_zone=ZONE)
    body = world.organisation(parent=root)
    people = [world.person(where) for where in (root, body, body, world.organisation(parent=body))]
    for batch in history:
        lines = [
            Line(people[who].id, Reason.READER, f"test:{what}", earns, FIRST + timedelta(seconds=at))
            for who, what, earns, at in batch
        ]
        ledger.hold([line.person_id for line in lines])
        ledger.enter(lines)
        db.session.commit()
    assert stored() == expected()
    assert service.rebuild_standings() == 0
    db.session.commit()


def test_rebuilding_mends_what_was_lost_or_made_up(ctx, world):
    person = world.person(world.organisation())
    enter(person, 10, "2026-11-16 09:00")
    right = stored()
    db.session.execute(text("update standing set score = score + 5 where period = 'week'"))
    db.session.execute(text("delete from standing where period = 'month'"))
    db.session.commit()
    assert service.rebuild_standings() == 4
    db.session.commit()
    assert stored() == right == expected()


def test_a_line_that_is_there_moves_nothing(ctx, world):
    person = world.person(world.organisation())
    line = Line(person.id, Reason.SHARE, "post:1", 10, moment("2026-11-16 09:00"))
    assert ledger.enter([line]) == 1
    assert ledger.enter([line]) == 0
    db.session.commit()
    assert stored()[person.organisation_id, "person", "all", ALL_TIME, person.id][0] == 10


def test_points_stay_with_the_body_they_were_earned_in(ctx, world):
    root = world.organisation()
    old, new = world.organisation(parent=root), world.organisation(parent=root)
    person = world.person(old)
    enter(person, 10, "2026-11-16 09:00")
    db.session.get(Person, person.id).organisation_id = new.id
    db.session.commit()
    enter(person, 3, "2026-11-16 10:00", "post:2")
    scores = {key[4]: value[0] for key, value in stored().items() if key[1] == "organisation" and key[2] == "all"}
    assert scores == {root.id: 13, old.id: 10, new.id: 3}
    assert service.rebuild_standings() == 0


def test_ties_go_to_whoever_was_first(ctx, world):
    root = world.organisation()
    late, early, top = world.person(root), world.person(root), world.person(root)
    enter(late, 10, "2026-11-18 09:00")
    enter(early, 4, "2026-11-16 09:00", "post:1")
    enter(early, 6, "2026-11-17 09:00", "post:2")
    enter(top, 11, "2026-11-19 09:00")
    order = select(Standing.member_id).where(Standing.kind == "person", Standing.period == "week")
    ranked = db.session.scalars(order.order_by(Standing.rank_key.desc(), Standing.member_id)).all()
    assert ranked == [top.id, early.id, late.id]


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_a_day_is_in_its_period(day):
    for period in (Period.WEEK, Period.MONTH, Period.QUARTER):
        start = period.start(day)
        from advocacy.recognition.leaderboard import last_day

        assert start <= day <= last_day(period, start)
        assert period.start(last_day(period, start)) == start
        assert period.start(last_day(period, start) + timedelta(days=1)) > start
    assert Period.ALL.start(day) == standings.ALL_TIME


def enter(person, earns: int, when: str, subject: str = "post:1") -> None:
    ledger.enter([Line(person.id, Reason.SHARE, subject, earns, moment(when))])
    db.session.commit()
