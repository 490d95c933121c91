"""One page in many sources comes once; sources in trouble stand first, and are told about once."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.mail import OutgoingMail
from advocacy.people.models import Role
from advocacy.sources.faring import Trouble, fares_of
from advocacy.sources.models import Item, Sighting, Source
from advocacy.sources.reading import Reading
from advocacy.sources.service import record
from advocacy.sources.tasks import warn_of_failing
from tests.sources.test_polling import Entry, Feed, add, again
from tests.visitor import page, words


def feed_of(numbers):
    spellings = ("https://a.example/{}", "HTTPS://A.example:443/{}?utm_source=x#top")
    return Feed(
        "News", None, None, [Entry(f"g{n}", spellings[n % 2].format(n), f"T{n}", "", None, None, None) for n in numbers]
    )


@given(st.lists(st.tuples(st.integers(0, 2), st.sets(st.integers(1, 6))), max_size=6))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_page_is_one_item_that_knows_all_its_sources(world, root, ctx, readings):
    db.session.execute(delete(Item))
    db.session.execute(delete(Source))
    sources = [add(root, f"https://a.example/feed{n}") for n in range(3)]
    brought = {}
    for index, numbers in readings + readings:
        record(sources[index].id, Reading("x", feed=feed_of(sorted(numbers))))
        for number in numbers:
            brought.setdefault(f"https://a.example/{number}", []).append(sources[index].id)
    db.session.commit()
    items = db.session.scalars(select(Item)).all()
    assert sorted(item.link for item in items) == sorted(brought)
    for item in items:
        assert item.source_id == brought[item.link][0]
        assert {one.source_id for one in item.sightings} == set(brought[item.link]) - {item.source_id}
    assert len(db.session.scalars(select(Sighting)).all()) == sum(len(set(ids)) - 1 for ids in brought.values())


def test_the_inbox_says_where_else(app, world, visit, root):
    with app.app_context():
        first, second = (add(root, f"https://a.example/{name}", title=name) for name in ("One", "Two"))
        for source, title in ((first, "One"), (second, "Two")):
            feed = feed_of([1])
            record(source.id, Reading("x", feed=Feed(title, None, None, feed.entries)))
        db.session.commit()
    assert "also in: Two" in words(visit(world.person(root, Role.EDITOR)).get("/studio/inbox"))


def test_trouble_stands_first(world, root, ctx):
    now = utcnow()
    add(root, "https://a.example/1", title="Fine")
    add(root, "https://a.example/2", title="New trouble", failure="timeout", failing_since=now)
    add(root, "https://a.example/3", title="Old trouble", failure="timeout", failing_since=now - timedelta(days=2))
    add(root, "https://a.example/4", title="Gone", failure="gone", failing_since=now, disabled_at=now)
    add(root, "https://a.example/5", title="Paused", disabled_at=now)
    fares = fares_of(list(db.session.scalars(select(Source))))
    assert [fare.source.title for fare in fares] == ["Gone", "Old trouble", "New trouble", "Paused", "Fine"]
    assert [fare.trouble for fare in fares] == [
        Trouble.GONE,
        Trouble.FAILING,
        Trouble.FAILING,
        Trouble.PAUSED,
        Trouble.NONE,
    ]


def test_items_by_week(world, root, ctx):
    now = utcnow()
    source = add(root, "https://a.example/1", created_at=now - timedelta(days=20))
    ages = (0, 1, 6.9, 7.1, 83.9, 84.1)
    found = [
        Item(organisation_id=root.id, source_id=source.id, guid=str(age), title="x", found_at=now - timedelta(days=age))
        for age in ages
    ]
    db.session.add_all(found)
    db.session.commit()
    (fare,) = fares_of([source], now)
    assert fare.weeks == [1, *[0] * 9, 1, 3]
    assert fare.per_week == pytest.approx(5 / 3)


def letters():
    return [
        (mail.recipient, mail.subject) for mail in db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
    ]


def test_editors_are_told_once_after_three_days(world, root, ctx):
    branch = world.organisation("Branch", root)
    world.person(root, Role.EDITOR)
    near = [world.person(branch, Role.EDITOR, language="en"), world.person(branch, Role.ADMIN, language="fr")]
    world.person(branch, Role.EDITOR, deactivated_at=utcnow())
    world.person(branch)
    source = add(branch, "https://a.example/1", title="News")
    record(source.id, Reading("x", failure="timeout"))
    db.session.commit()
    since = again(source).failing_since
    warn_of_failing()
    assert letters() == []
    again(source).failing_since = since - timedelta(days=3, minutes=1)
    add(branch, "https://a.example/2", failure="timeout", failing_since=since - timedelta(days=9), disabled_at=utcnow())
    db.session.commit()
    for _ in range(2):
        warn_of_failing()
    assert [recipient for recipient, _subject in letters()] == [person.email for person in near]
    assert "“News” could not be read for three days" in letters()[0][1]
    record(source.id, Reading("x", failure="timeout"))
    db.session.commit()
    warn_of_failing()
    assert len(letters()) == 2
    record(source.id, Reading("x", feed=feed_of([1])))
    assert (again(source).failing_since, again(source).warned_at) == (None, None)


def test_without_editors_near_those_above_are_told(world, root, ctx):
    above = world.person(root, Role.EDITOR)
    source = add(
        world.organisation("Branch", root), "https://a.example/1", failure="gone", failures=1, disabled_at=utcnow()
    )
    source.failing_since = utcnow() - timedelta(days=4)
    db.session.commit()
    warn_of_failing()
    assert [recipient for recipient, _subject in letters()] == [above.email]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_list_shows_how_each_fares(app, world, visit, root, language):
    me = visit(world.person(root, Role.EDITOR, language=language), language)
    with app.app_context():
        gone = add(
            root,
            "https://a.example/1",
            title="Gone one",
            failure="gone",
            failing_since=utcnow(),
            disabled_at=utcnow(),
            last_read_at=utcnow(),
        )
        number = gone.id
    listed = me.get("/studio/sources")
    assert len(page(listed).css("svg.spark")) == 1
    assert len(page(listed).css(f"form[action='/studio/sources/{number}/resume']")) == 1
    me.post(f"/studio/sources/{number}/resume")
    with app.app_context():
        assert db.session.get(Source, number).failing_since is None
    assert me.get(f"/studio/sources/{number}").status_code == 200
