"""Feeds are read from a real server: politely, once, and without harm when the server or the feed misbehaves."""

import gzip
import threading
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.sources.entries import Entry, Feed
from advocacy.sources.models import Item, Source
from advocacy.sources.reading import Reading, read_retry_after
from advocacy.sources.service import claim_due, record
from advocacy.sources.tasks import read_due
from tests.sources.site import FEED, Page, rss

ONE = ("g1", "https://aubrelle.example/1?utm_source=rss", "One")
TWO = ("g2", "https://aubrelle.example/2", "Two")


def add(organisation, url, **values):
    source = Source(organisation_id=organisation.id, url=url, next_read_at=utcnow() - timedelta(seconds=1), **values)
    db.session.add(source)
    db.session.commit()
    return source


def make_due(source):
    db.session.execute(
        update(Source).where(Source.id == source.id).values(next_read_at=utcnow() - timedelta(seconds=1))
    )
    db.session.commit()


def again(source):
    db.session.expire_all()
    return db.session.get(Source, source.id)


def items():
    return list(db.session.scalars(select(Item).order_by(Item.id)))


def test_a_feed_is_read_once_and_then_only_if_it_changed(world, root, site, ctx):
    site.pages["/feed"] = Page(
        rss(ONE, TWO), headers={**FEED, "ETag": '"a"', "Last-Modified": "Mon, 23 Nov 2026 08:00:00 GMT"}
    )
    source = add(root, f"{site.url}/feed")
    read_due()
    assert [(one.guid, one.link, one.title, one.state) for one in items()] == [
        ("g2", "https://aubrelle.example/2", "Two", "new"),
        ("g1", "https://aubrelle.example/1", "One", "new"),
    ]
    kept = again(source)
    assert (kept.title, kept.etag, kept.failure, kept.failures) == ("Aubrelle news", '"a"', None, 0)
    assert timedelta(minutes=29) < kept.next_read_at - utcnow() < timedelta(minutes=31)
    read_due()
    assert len(site.asked) == 1, "not before it is due"
    make_due(source)
    read_due()
    assert site.asked[1][1]["If-None-Match"] == '"a"'
    assert site.asked[1][1]["If-Modified-Since"] == "Mon, 23 Nov 2026 08:00:00 GMT"
    assert len(items()) == 2
    assert again(source).etag == '"a"'
    site.pages["/feed"] = Page(rss(("g3", "https://aubrelle.example/3", "Three"), ONE), headers={**FEED, "ETag": '"b"'})
    make_due(source)
    read_due()
    assert [one.guid for one in items()] == ["g2", "g1", "g3"]
    assert (again(source).etag, again(source).last_modified) == ('"b"', None)


def test_a_permanent_move_is_remembered_unless_the_place_is_taken(world, root, site, ctx):
    site.pages["/old"] = Page(status=301, headers={"Location": "/new"})
    site.pages["/new"] = Page(rss(ONE), headers=FEED)
    source = add(root, f"{site.url}/old")
    read_due()
    assert again(source).url == f"{site.url}/new"
    second = add(root, f"{site.url}/old")
    read_due()
    assert again(second).url == f"{site.url}/old"
    assert again(second).failure is None


def test_a_temporary_move_is_not_remembered(world, root, site, ctx):
    site.pages["/old"] = Page(status=302, headers={"Location": "/new"})
    site.pages["/new"] = Page(rss(ONE), headers=FEED)
    source = add(root, f"{site.url}/old")
    read_due()
    assert again(source).url == f"{site.url}/old"
    assert len(items()) == 1


def test_gone_is_gone(world, root, site, ctx):
    site.pages["/feed"] = Page(b"", 410)
    source = add(root, f"{site.url}/feed")
    read_due()
    assert again(source).disabled_at is not None
    assert again(source).failure == "gone"
    make_due(source)
    read_due()
    assert len(site.asked) == 1


def bomb(entities=12):
    lines = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, entities))
    return f"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a0 'ha'>{lines}]><rss><channel><title>&a{entities - 1};</title></channel></rss>".encode()


TROUBLE = {
    "garbage": (Page(bytes(range(256)) * 40), "feed_"),
    "a page that is no feed": (Page(b"<html><title>Hello</title>"), "feed_not_a_feed"),
    "nothing": (Page(b""), "feed_empty"),
    "an XML bomb": (Page(bomb(), headers=FEED), "feed_entities"),
    "ten megabytes": (Page(rss(ONE) + b" " * 10_000_000, headers=FEED), "too_large"),
    "a compressed bomb": (
        Page(gzip.compress(b" " * 50_000_000), headers={**FEED, "Content-Encoding": "gzip"}),
        "too_large",
    ),
    "not found": (Page(b"", 404), "http_404"),
    "an error": (Page(b"", 500), "http_500"),
    "a circle": (Page(b"", 302, {"Location": "/feed"}), "too_many_redirects"),
    "a way inside": (Page(b"", 302, {"Location": "http://192.168.1.1/feed"}), "private"),
    "a way to the metadata": (Page(b"", 301, {"Location": "http://169.254.169.254/latest"}), "private"),
    "a file": (Page(b"", 302, {"Location": "file:///etc/passwd"}), "scheme"),
}


@pytest.mark.parametrize("what", TROUBLE)
def test_trouble_is_named_counted_and_waited_for(world, root, site, ctx, what):
    site.pages["/feed"], reason = TROUBLE[what]
    source = add(root, f"{site.url}/feed")
    read_due()
    kept = again(source)
    assert kept.failure.startswith(reason)
    assert kept.failures == 1
    assert kept.disabled_at is None
    assert kept.url == f"{site.url}/feed"
    assert timedelta(minutes=14) < kept.next_read_at - utcnow() < timedelta(minutes=16)
    assert items() == []


def test_a_server_that_dawdles_is_left(world, root, site, ctx, set_environment):
    set_environment(RELAIS_FETCH_SECONDS="0.4")
    free = threading.Event()
    site.pages["/feed"] = Page(lambda handler: free.wait(20) and None)
    source = add(root, f"{site.url}/feed")
    read_due()
    free.set()
    assert again(source).failure == "timeout"


def test_patience_grows_to_a_day_and_ends_with_success(world, root, site, ctx):
    site.pages["/feed"] = Page(b"", 500)
    source = add(root, f"{site.url}/feed")
    waits = []
    for _ in range(9):
        make_due(source)
        read_due()
        waits.append(round((again(source).next_read_at - utcnow()) / timedelta(minutes=1)))
    assert waits == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]
    site.pages["/feed"] = Page(rss(ONE), headers=FEED)
    make_due(source)
    read_due()
    assert (again(source).failures, again(source).failure) == (0, None)


@pytest.mark.parametrize("status", [429, 503])
def test_a_site_that_asks_to_wait_is_heard(world, root, site, ctx, status):
    site.pages["/feed"] = Page(b"", status, {"Retry-After": "7200"})
    source = add(root, f"{site.url}/feed")
    read_due()
    assert again(source).failure == "busy"
    assert timedelta(minutes=119) < again(source).next_read_at - utcnow() < timedelta(minutes=121)


def test_waits_are_read_within_bounds():
    now = utcnow().replace(microsecond=0)
    written = (now + timedelta(hours=2)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert read_retry_after(written, now) == timedelta(hours=2)
    assert read_retry_after("0", now) == timedelta(minutes=1)
    assert read_retry_after("9" * 50, now) == timedelta(hours=24)
    assert [read_retry_after(text, now) for text in (None, "", "soon", "-5", "٣")] == [None] * 5


def test_two_claims_never_get_the_same_source(world, root, ctx):
    add(root, "https://one.example/feed")
    first, second = claim_due(), claim_due()
    assert first is not None
    assert second is None


def test_one_page_in_two_feeds_of_a_body_comes_once(world, root, site, ctx):
    other = world.organisation("Elsewhere")
    site.pages["/a"] = Page(rss(ONE), headers=FEED)
    site.pages["/b"] = Page(rss(("other", "https://AUBRELLE.example:443/1#top", "One again"), TWO), headers=FEED)
    for organisation, path in ((root, "/a"), (root, "/b"), (other, "/b")):
        add(organisation, site.url + path)
        read_due()
    found = sorted((one.organisation_id, one.link) for one in items())
    first, second = "https://aubrelle.example/1", "https://aubrelle.example/2"
    assert found == [(root.id, first), (root.id, second), (other.id, first), (other.id, second)]


def test_a_source_removed_while_it_is_read_is_no_error(world, root, ctx):
    assert record(12345, Reading("https://x.example", failure="timeout")) == 0


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
ENTRY = st.builds(
    Entry,
    guid=st.sampled_from([f"guid {n}" for n in range(6)]) | TEXT.filter(bool),
    link=st.integers(1, 8).map(lambda n: f"https://aubrelle.example/{n}?utm_medium=feed"),
    title=TEXT,
    summary=TEXT,
    image_url=st.none() | st.just("https://aubrelle.example/i.png"),
    published_at=st.none(),
    author=st.none(),
)
FEEDS = st.lists(ENTRY, max_size=8, unique_by=lambda entry: entry.guid).map(
    lambda entries: Feed("News", "fr-FR", None, entries)
)


@given(feed=FEEDS, later=FEEDS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_reading_twice_adds_nothing_and_loses_nothing(world, root, ctx, feed, later):
    source = add(root, f"https://aubrelle.example/{utcnow().timestamp()}")
    mine = select(func.count()).where(Item.source_id == source.id)
    record(source.id, Reading(source.url, feed=feed))
    assert db.session.scalar(mine) == len(feed.entries)
    assert record(source.id, Reading(source.url, feed=feed)) == 0
    known = {entry.guid for entry in feed.entries}
    assert record(source.id, Reading(source.url, feed=later)) == len({entry.guid for entry in later.entries} - known)
    db.session.delete(db.session.get(Source, source.id))
    db.session.commit()
