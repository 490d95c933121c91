"""From the journal to figures: readers once a day, robots apart, each line once whatever happens in between."""

import fcntl
import signal
import subprocess
import sys
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from advocacy import events
from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.sharing.models import Share
from advocacy.tracking import counting, service
from advocacy.tracking.events import ReadersCounted
from advocacy.tracking.journal import Journal, write_line
from advocacy.tracking.models import Click, JournalMark, ShareFigures, VisitorSalt
from advocacy.tracking.salts import forget_old_salts
from tests.tracking.clicks import FIREFOX, LINKEDINBOT, share_of


def figures(share) -> tuple[int, int, int, int]:
    db.session.rollback()
    row = db.session.get(ShareFigures, share.id, populate_existing=True)
    return (row.humans, row.repeats, row.robots, row.previews) if row else (0, 0, 0, 0)


@pytest.fixture
def announced():
    """The readers that were announced."""
    seen = []

    def listener(event):
        seen.extend(event.readers)

    events.listen(ReadersCounted, listener)
    yield seen
    events._listeners[ReadersCounted].remove(listener)


def test_two_visits_of_one_visitor_are_one_reader_and_robots_none(ctx, share, reader, count, announced):
    reader().follow(share.code)
    reader().follow(share.code)
    reader(agent=LINKEDINBOT).follow(share.code)
    reader(agent="curl/8.5.0").follow(share.code)
    reader(address="203.0.113.9").follow(share.code)
    count()
    assert figures(share) == (2, 1, 1, 1)
    assert sorted({one.share_id for one in announced}) == [share.id]
    assert len(announced) == 2
    kinds = dict(db.session.execute(select(Click.kind, func.count()).group_by(Click.kind)).all())
    assert kinds == {"human": 2, "repeat": 1, "robot": 1, "preview": 1}
    assert db.session.scalar(select(Click.agent).where(Click.kind == "preview")) == "LinkedInBot"
    assert db.session.scalars(select(Click.agent).where(Click.kind == "human")).all() == [None, None]


def test_the_next_day_the_visitor_is_a_reader_again(ctx, share, journals, count):
    now = utcnow()
    _write(journals, *[(share.id, now - timedelta(days=days), FIREFOX) for days in (0, 0, 1, 2)])
    count()
    assert figures(share) == (3, 1, 0, 0)


def test_counting_again_adds_nothing(ctx, share, reader, count, journals, announced):
    reader().follow(share.code)
    count()
    count()
    db.session.execute(JournalMark.__table__.delete())
    db.session.commit()
    count()
    assert figures(share) == (1, 0, 0, 0)
    assert len(announced) == 1
    reader().follow(share.code)
    count()
    assert figures(share) == (1, 1, 0, 0)


def test_half_a_line_waits_for_its_other_half(ctx, share, journals, count):
    journals.mkdir(parents=True)
    line = write_line(share.id, int(utcnow().timestamp() * 1000), b"v" * 16, FIREFOX)
    path = journals / "1.log"
    with path.open("wb", buffering=0) as file:
        _hold(file)
        file.write(line + line[:20])
        count()
        assert figures(share) == (1, 0, 0, 0)
        other = write_line(share.id, int(utcnow().timestamp() * 1000), b"w" * 16, FIREFOX)
        file.truncate(len(line))
        file.seek(len(line))
        file.write(other)
        count()
        assert figures(share) == (2, 0, 0, 0)
        assert path.exists()
    count()
    assert not path.exists()
    assert db.session.scalars(select(JournalMark)).all() == []


def test_a_journal_is_put_away_only_when_nobody_writes_it(ctx, share, reader, short_links, journals, count):
    reader().follow(share.code)
    count()
    assert len(list(journals.glob("*.log"))) == 1
    short_links.journal.close()
    count()
    assert list(journals.glob("*.log")) == []
    assert figures(share) == (1, 0, 0, 0)


def test_damaged_lines_are_passed_over(ctx, share, journals, count):
    journals.mkdir(parents=True)
    good = write_line(share.id, int(utcnow().timestamp() * 1000), b"v" * 16, "a browser\twith a tab")
    (journals / "1.log").write_bytes(b"\n\x00\xff\tnonsense\n" + good + b"x" * 5000 + b"\n")
    count()
    assert figures(share) == (1, 0, 0, 0)


def test_visits_of_shares_that_are_not_out_or_not_there_count_for_nothing(ctx, world, journals, count):
    programme = world.organisation()
    person = world.person(programme)
    posts = {
        state: share_of(world, person, world.post(programme), state=state, published_at=None)
        for state in ("scheduled", "claimed", "armed", "published", "failed", "unconfirmed", "cancelled", "removed")
    }
    _write(journals, *[(each.id, utcnow(), FIREFOX) for each in posts.values()], (10**9, utcnow(), FIREFOX))
    count()
    assert {state for state, each in posts.items() if figures(each)[0]} == {
        "armed",
        "published",
        "unconfirmed",
        "removed",
    }


def test_small_batches_come_to_the_same(ctx, share, journals, var):
    _write(journals, *[(share.id, utcnow(), FIREFOX) for _ in range(7)])
    path = counting.journals(journals)[0]
    batches = 0
    while counting.count_next(path, limit=2):
        db.session.commit()
        batches += 1
    db.session.commit()
    assert batches == 4
    assert figures(share) == (1, 6, 0, 0)


def test_only_one_counts_at_a_time(ctx, share, journals):
    _write(journals, (share.id, utcnow(), FIREFOX))
    path = counting.journals(journals)[0]
    with db.engine.connect() as other:
        other.execute(select(func.pg_advisory_xact_lock(counting._TURN)))
        assert counting.count_next(path) is False
        db.session.rollback()
    assert counting.count_next(path) is True
    db.session.rollback()


@pytest.mark.parametrize("where", ["before commit", "after commit"])
def test_a_counter_that_is_killed_loses_nothing_and_doubles_nothing(ctx, share, journals, count, where):
    _write(journals, *[(share.id, utcnow(), FIREFOX) for _ in range(3)])
    program = """
import os, signal, sys
from pathlib import Path
from app import app
from advocacy.db import db
from advocacy.tracking import counting
with app.app_context():
    assert counting.count_next(Path(sys.argv[1]))
    if sys.argv[2] == "after commit":
        db.session.commit()
    os.kill(os.getpid(), signal.SIGKILL)
"""
    path = counting.journals(journals)[0]
    done = subprocess.run([sys.executable, "-c", program, str(path), where], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert figures(share) == ((0, 0, 0, 0) if where == "before commit" else (1, 2, 0, 0))
    count()
    assert figures(share) == (1, 2, 0, 0)


def test_the_sums_are_the_clicks(ctx, world, journals, count):
    programme = world.organisation()
    person = world.person(programme)
    shares = [share_of(world, person, world.post(programme)) for _ in range(3)]
    agents = (FIREFOX, LINKEDINBOT, "curl/8", "Another browser")
    now = utcnow()
    for batch in range(4):
        visits = [(shares[(batch + n) % 3].id, now - timedelta(hours=7 * n), agents[n % 4]) for n in range(12)]
        _write(journals, *visits)
        count()
    for each in shares:
        rows = dict(
            db.session.execute(
                select(Click.kind, func.count()).where(Click.share_id == each.id).group_by(Click.kind)
            ).all()
        )
        assert figures(each) == tuple(rows.get(kind, 0) for kind in ("human", "repeat", "robot", "preview"))
    totals = service.totals_for(person.id, now - timedelta(days=10))
    assert (totals.humans, totals.repeats, totals.robots, totals.previews) == tuple(
        sum(part) for part in zip(*(figures(each) for each in shares), strict=True)
    )
    days = service.daily_readers(person.id, now - timedelta(days=10), "Europe/Paris")
    assert len(days) == 11
    assert sum(number for _day, number in days) == totals.humans
    assert service.daily_readers(uuid4().int % 1000 + 5000, now - timedelta(days=1), "UTC")[0][1] == 0


def test_figures_of_shares_without_any_are_zero_visits_and_unknown_reach(ctx, share):
    found = service.figures_of([share.id, share.id])[share.id]
    assert (found.humans, found.robots, found.impressions, found.reach) == (0, 0, None, None)
    assert db.session.scalars(select(ShareFigures)).all() == []
    totals = service.totals_for(share.person_id, utcnow() - timedelta(days=1))
    assert (totals.impressions, totals.reach, totals.measured_shares, totals.published_shares) == (None, None, 0, 1)


def test_salts_of_past_days_are_forgotten(ctx):
    today = utcnow().date()
    db.session.add_all([VisitorSalt(day=today - timedelta(days=n), salt=bytes(32)) for n in range(5)])
    db.session.commit()
    forget_old_salts()
    db.session.commit()
    assert set(db.session.scalars(select(VisitorSalt.day))) == {today, today - timedelta(days=1)}


def test_clicks_go_with_their_share(ctx, share, reader, count):
    reader().follow(share.code)
    count()
    db.session.delete(db.session.get(Share, share.id))
    db.session.commit()
    assert db.session.scalars(select(Click)).all() == []


def _write(folder, *visits) -> None:
    """One visitor: who they are depends on the day and the browser, as in the redirect."""
    journal = Journal(folder)
    for share_id, at, agent in visits:
        visitor = f"{at.date()}{agent}".encode().ljust(16, b"-")[-16:]
        journal.append(write_line(share_id, int(at.timestamp() * 1000), visitor, agent))
    journal.close()


def _hold(file) -> None:
    fcntl.flock(file, fcntl.LOCK_EX)
