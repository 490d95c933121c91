"""Four hundred documents: none crashes, each is what it says, and importing twice adds nothing."""

import time
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from sqlalchemy import func, select

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.markup import safe_http_url
from advocacy.sources.entries import Feed
from advocacy.sources.feeds import NotAFeed, parse_feed
from advocacy.sources.models import Item, Source
from advocacy.sources.reading import Reading
from advocacy.sources.service import record
from tests.sources.corpus import SIZE, Document, documents

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
URL = "https://news.example/feeds/all.xml"
CORPUS = documents()


@cache
def parsed(document: Document) -> Feed | str:
    try:
        return parse_feed(document.body, document.content_type, URL, charset=document.charset, now=NOW)
    except NotAFeed as refused:
        return refused.reason


def test_the_corpus_is_always_the_same():
    assert len(CORPUS) == SIZE
    assert documents() == CORPUS
    assert len({document.name for document in CORPUS}) == SIZE


@pytest.mark.parametrize("document", CORPUS, ids=lambda one: one.name.replace(" ", "-")[:40])
def test_a_document_is_what_it_says(document):
    started = time.monotonic()
    found = parsed(document)
    assert time.monotonic() - started < 10
    if document.reason is not None:
        assert isinstance(found, str), "it is no feed"
        assert document.reason in ("?", found)
    if document.entries is not None:
        assert isinstance(found, Feed), found
        assert len(found.entries) == document.entries
    if isinstance(found, Feed):
        assert all(safe_http_url(entry.link) for entry in found.entries)
        dates = [entry.published_at for entry in found.entries if entry.published_at]
        assert all(NOW.replace(year=1990, month=1, day=1) <= date <= NOW + timedelta(days=1) for date in dates)
        assert len({entry.guid for entry in found.entries}) == len(found.entries)


def test_importing_all_of_them_twice_adds_nothing(root, ctx):
    feeds = [found for found in map(parsed, CORPUS) if isinstance(found, Feed)]
    assert len(feeds) > 250
    now = utcnow()
    rows = [Source(organisation_id=root.id, url=f"{URL}?{n}", next_read_at=now) for n in range(len(feeds))]
    db.session.add_all(rows)
    db.session.commit()
    ids = [source.id for source in rows]
    first = sum(record(one, Reading(URL, feed=feed)) for one, feed in zip(ids, feeds, strict=True))
    assert first == db.session.scalar(select(func.count(Item.id)))
    assert [record(one, Reading(URL, feed=feed)) for one, feed in zip(ids, feeds, strict=True)] == [0] * len(feeds)
    assert first == db.session.scalar(select(func.count(Item.id)))
    links = select(func.count(func.distinct(Item.link)))
    assert db.session.scalar(links) <= first
