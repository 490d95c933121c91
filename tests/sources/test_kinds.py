"""Channels and accounts: recognised by their address, read from a real server that speaks as theirs do."""

import json

import pytest
from sqlalchemy import select

from advocacy.db import db
from advocacy.people.models import Role
from advocacy.sources import kinds, service
from advocacy.sources.kinds import bluesky
from advocacy.sources.models import Item, Source
from advocacy.sources.reading import get_fetcher
from tests.sources.site import FEED, Page, rss
from tests.visitor import words

CHANNEL = "UC" + "x" * 22
JSON = {"Content-Type": "application/json"}
DID = "did:plc:abc234"


def answer(value, status=200):
    return Page(json.dumps(value).encode(), status, JSON)


def youtube_feed():
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/" xmlns="http://www.w3.org/2005/Atom">
<link rel="self" href="http://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"/><id>yt:channel:{CHANNEL[2:]}</id>
<yt:channelId>{CHANNEL[2:]}</yt:channelId><title>Aubrelle films</title>
<link rel="alternate" href="https://www.youtube.com/channel/{CHANNEL}"/><author><name>Aubrelle films</name></author>
<entry><id>yt:video:v1</id><yt:videoId>v1</yt:videoId><title>A bridge is born</title>
<link rel="alternate" href="https://www.youtube.com/watch?v=v1"/><published>2026-11-01T09:00:00+00:00</published>
<media:group><media:title>A bridge is born</media:title><media:content url="https://www.youtube.com/v/v1" type="application/x-shockwave-flash"/>
<media:thumbnail url="https://i.ytimg.com/vi/v1/hqdefault.jpg" width="480" height="360"/>
<media:description>Forty metres in one night.</media:description></media:group></entry></feed>""".encode()


@pytest.fixture
def youtube(site, set_environment):
    set_environment(RELAIS_YOUTUBE_URL=site.url)
    site.pages[f"/feeds/videos.xml?channel_id={CHANNEL}"] = Page(youtube_feed(), headers=FEED)
    return site


def pages_of_a_channel(url):
    yield f"<link rel='alternate' type='application/rss+xml' href='{url}/feeds/videos.xml?channel_id={CHANNEL}'>"
    yield f"<link rel='canonical' href='{url}/channel/{CHANNEL}'>"
    yield f"<meta itemprop='identifier' content='{CHANNEL}'>"
    yield f'<script>var x = {{"channelId":"UC{"o" * 22}","externalId":"{CHANNEL}"}}</script>'


def test_a_channel_by_its_id_or_its_feed(ctx, youtube):
    for path in (f"/channel/{CHANNEL}", f"/channel/{CHANNEL}/videos", f"/feeds/videos.xml?channel_id={CHANNEL}"):
        reading = kinds.find(get_fetcher(), youtube.url + path)
        assert (reading.kind, reading.url) == ("youtube", f"{youtube.url}/feeds/videos.xml?channel_id={CHANNEL}")
        (video,) = reading.feed.entries
        assert (video.title, video.link) == ("A bridge is born", "https://www.youtube.com/watch?v=v1")
        assert (video.image_url, video.summary) == (
            "https://i.ytimg.com/vi/v1/hqdefault.jpg",
            "Forty metres in one night.",
        )


def test_a_channel_by_its_page(ctx, youtube):
    for page in pages_of_a_channel(youtube.url):
        youtube.pages["/@aubrelle"] = Page(f"<html><head>{page}</head></html>".encode())
        assert kinds.find(get_fetcher(), f"{youtube.url}/@aubrelle").feed.title == "Aubrelle films"
    youtube.pages["/@aubrelle"] = Page(b"<title>Before you continue</title>")
    assert kinds.find(get_fetcher(), f"{youtube.url}/@aubrelle").failure == "no_channel"
    assert kinds.find(get_fetcher(), f"{youtube.url}/@nobody").failure == "http_404"


def status(number, **values):
    return {
        "id": str(number),
        "uri": f"https://social.example/users/aubrelle/statuses/{number}",
        "url": f"https://social.example/@aubrelle/{number}",
        "created_at": "2026-11-20T08:00:00.000Z",
        "content": f"<p>Bonjour <a href='https://x.example'><span class='invisible'>https://</span>x.example</a> &amp; n° {number}</p>",
        "language": "fr",
        "spoiler_text": "",
        "sensitive": False,
        "reblog": None,
        "media_attachments": [],
        "card": None,
        "account": {"display_name": "Aubrelle"},
        **values,
    }


PICTURE = {
    "type": "image",
    "preview_url": "https://files.example/s.png",
    "url": "https://files.example/o.png",
    "description": "Un pont",
}
CARD = {
    "url": "https://aubrelle.example/pont?utm_source=m",
    "title": "Le pont",
    "image": "https://files.example/c.png",
    "image_description": "Vue",
}
ASKED = "exclude_replies=true&exclude_reblogs=true&limit=40"


@pytest.fixture
def mastodon(site):
    site.pages["/api/v1/accounts/lookup?acct=aubrelle"] = answer({"id": "77", "display_name": "Aubrelle <b>SA</b>"})
    posts = [
        status(102, media_attachments=[PICTURE]),
        status(99, card=CARD),
        status(98, sensitive=True, media_attachments=[PICTURE], spoiler_text="Attention"),
        status(97, reblog=status(1)),
        "odd",
    ]
    site.pages[f"/api/v1/accounts/77/statuses?{ASKED}"] = answer(posts)
    return site


def test_an_account_on_mastodon(world, root, ctx, mastodon):
    reading = kinds.find(get_fetcher(), f"{mastodon.url}/users/aubrelle")
    assert (reading.kind, reading.url) == ("mastodon", f"{mastodon.url}/@aubrelle")
    assert (reading.external_id, reading.newest_id) == ("77", "102")
    picture, card, quiet = reading.feed.entries
    assert (picture.summary, picture.language) == ("Bonjour https://x.example & n° 102", "fr")
    assert (picture.link, picture.image_url, picture.image_alt) == (
        "https://social.example/@aubrelle/102",
        "https://files.example/s.png",
        "Un pont",
    )
    assert (card.link, card.title, card.image_url, card.image_alt) == (CARD["url"], "Le pont", CARD["image"], "Vue")
    assert (quiet.title, quiet.image_url) == ("Attention", None)
    source = service.add_source(db.session.merge(world.person(root, Role.EDITOR)), db.session.merge(root), reading)
    mastodon.pages[f"/api/v1/accounts/77/statuses?{ASKED}&since_id=102"] = answer([status(1000)])
    later = kinds.read(get_fetcher(), service.wanted_of(source))
    assert service.record(source.id, later) == 1
    assert (source.newest_id, source.external_id, source.language) == ("1000", "77", None)
    kept = db.session.scalar(select(Item).where(Item.guid.endswith("/102")))
    assert (kept.image_alt, kept.language) == ("Un pont", "fr")
    mastodon.pages[f"/api/v1/accounts/77/statuses?{ASKED}&since_id=1000"] = answer([])
    assert service.record(source.id, kinds.read(get_fetcher(), service.wanted_of(source))) == 0
    assert source.newest_id == "1000"


def test_a_server_for_its_members_only(ctx, site):
    site.pages["/api/v1/accounts/lookup?acct=aubrelle"] = answer({"error": "This method requires a user"}, 401)
    site.pages["/@aubrelle"] = Page(b"<title>Aubrelle</title>")
    assert kinds.find(get_fetcher(), f"{site.url}/@aubrelle").failure == "members_only"
    site.pages["/@aubrelle.rss"] = Page(rss(("1", "https://social.example/1", "One")), headers=FEED)
    reading = kinds.find(get_fetcher(), f"{site.url}/@aubrelle")
    assert (reading.kind, reading.url, len(reading.feed.entries)) == ("feed", f"{site.url}/@aubrelle.rss", 1)


def test_a_page_that_only_looks_like_an_account(ctx, site):
    site.pages["/@someone"] = Page(b"<head><link rel=alternate type='application/rss+xml' href='/feed'>")
    site.pages["/feed"] = Page(rss(("1", "https://blog.example/1", "One")), headers=FEED)
    assert kinds.find(get_fetcher(), f"{site.url}/@someone").url == f"{site.url}/feed"


def sky(rkey, text="Hello", **values):
    author = {"did": DID, "handle": "aubrelle.example", "displayName": "Aubrelle"}
    record = {"text": text, "createdAt": "2026-11-20T08:00:00.000Z", "langs": ["en"], **values.pop("record", {})}
    return {"post": {"uri": f"at://{DID}/app.bsky.feed.post/{rkey}", "author": author, "record": record, **values}}


def facet(text, shown, uri):
    start = text.encode().index(shown.encode())
    place = {"byteStart": start, "byteEnd": start + len(shown.encode())}
    return {"index": place, "features": [{"$type": "app.bsky.richtext.facet#link", "uri": uri}]}


@pytest.fixture
def atmosphere(site, set_environment):
    set_environment(RELAIS_BLUESKY_PUBLIC_URL=site.url)
    text = "🌉 Un pont : aubrelle.example/po…"
    links = {"facets": [facet(text, "aubrelle.example/po…", "https://aubrelle.example/pont")]}
    external = {
        "uri": "https://aubrelle.example/pont?utm_medium=b",
        "title": "Un < deux & plus",
        "description": "D",
        "thumb": "https://cdn.example/t.jpg",
    }
    images = {
        "$type": "app.bsky.embed.images#view",
        "images": [{"fullsize": "https://cdn.example/f.jpg", "alt": "A & B"}],
    }
    feed = [
        sky("1", text, record=links, embed={"$type": "app.bsky.embed.external#view", "external": external}),
        sky("2", "1 < 2", embed={"$type": "app.bsky.embed.recordWithMedia#view", "media": images}),
        {**sky("3"), "reason": {"$type": "app.bsky.feed.defs#reasonRepost"}},
        {**sky("4"), "reason": {"$type": "app.bsky.feed.defs#reasonPin"}},
        None,
        {"post": {"author": {"did": "did:plc:other"}}},
    ]
    site.pages["/xrpc/app.bsky.actor.getProfile?actor=aubrelle.example"] = answer(
        {"did": DID, "handle": "aubrelle.example", "displayName": "Aubrelle"}
    )
    site.pages[feed_path()] = answer({"feed": feed})
    return site


def feed_path():
    return f"/xrpc/app.bsky.feed.getAuthorFeed?actor={DID.replace(':', '%3A')}&filter=posts_no_replies&limit=50"


def test_an_account_on_bluesky(ctx, atmosphere):
    reading = kinds.find(get_fetcher(), "https://bsky.app/profile/aubrelle.example/post/1")
    assert (reading.kind, reading.url, reading.external_id) == (
        "bluesky",
        "https://bsky.app/profile/aubrelle.example",
        DID,
    )
    linked, pictured, pinned = reading.feed.entries
    assert (linked.link, linked.title) == ("https://aubrelle.example/pont?utm_medium=b", "Un < deux & plus")
    assert (linked.summary, linked.image_url) == (
        "🌉 Un pont : https://aubrelle.example/pont",
        "https://cdn.example/t.jpg",
    )
    assert (pictured.summary, pictured.image_url, pictured.image_alt) == ("1 < 2", "https://cdn.example/f.jpg", "A & B")
    assert pinned.link == "https://bsky.app/profile/aubrelle.example/post/4"
    assert (pinned.guid, pinned.language) == (f"at://{DID}/app.bsky.feed.post/4", "en")


def test_an_account_that_is_not_there_or_not_for_all(ctx, atmosphere):
    refused = answer({"error": "InvalidRequest", "message": "Profile not found"}, 400)
    atmosphere.pages["/xrpc/app.bsky.actor.getProfile?actor=nobody.example"] = refused
    assert kinds.find(get_fetcher(), "https://bsky.app/profile/nobody.example").failure == "no_account"
    quiet = sky("1")
    quiet["post"]["author"]["labels"] = [{"val": "!no-unauthenticated"}]
    atmosphere.pages[feed_path()] = answer({"feed": [quiet]})
    assert kinds.find(get_fetcher(), "https://bsky.app/profile/aubrelle.example").failure == "members_only"
    atmosphere.pages[feed_path()] = Page(b"[" * 100_000, headers=JSON)
    assert kinds.find(get_fetcher(), "https://bsky.app/profile/aubrelle.example").failure == "bad_response"
    atmosphere.pages[feed_path()] = Page(b"", 429, {"Retry-After": "120"})
    busy = kinds.find(get_fetcher(), "https://bsky.app/profile/aubrelle.example")
    assert (busy.failure, busy.retry_after.total_seconds()) == ("busy", 120)


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (2, 1), (0, 99), (None, 3), (0, "3"), (1, 2)])
def test_facets_that_lie_do_no_harm(start, end):
    links = [{"index": {"byteStart": start, "byteEnd": end}, "features": [{"uri": "https://x.example"}]}]
    assert isinstance(bluesky.told({"text": "é!", "facets": links}), str)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("@ada@social.example", "https://social.example/@ada"),
        ("@ada.example", "https://bsky.app/profile/ada.example"),
        ("ada.bsky.social", "https://bsky.app/profile/ada.bsky.social"),
        ("@aubrelle", "https://www.youtube.com/@aubrelle"),
        (CHANNEL, f"https://www.youtube.com/channel/{CHANNEL}"),
        ("aubrelle.example", None),
        ("https://aubrelle.example/feed", None),
        ("@", None),
        ("@a@b", None),
    ],
)
def test_names_that_are_typed(app, typed, address):
    assert kinds.address_of(typed) == address


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_account_is_added_from_the_page(app, world, visit, root, atmosphere, language):
    me = visit(world.person(root, Role.EDITOR, language=language), language)
    assert me.post("/studio/sources", {"url": "@aubrelle.example", "body": root.id}).status_code == 303
    listed = words(me.get("/studio/sources"))
    assert "Bluesky" in listed
    assert "Aubrelle" in listed
    with app.app_context():
        source = db.session.scalar(select(Source))
        assert (source.kind, source.external_id) == ("bluesky", DID)
    assert me.post(f"/studio/sources/{source.id}/read").status_code == 303


INSIDE = "http://169.254.169.254/latest"


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("{url}/@aubrelle", "/api/v1/accounts/lookup?acct=aubrelle"),
        ("{url}/channel/" + CHANNEL, f"/feeds/videos.xml?channel_id={CHANNEL}"),
        ("https://bsky.app/profile/a.example", "/xrpc/app.bsky.actor.getProfile?actor=a.example"),
    ],
)
def test_no_kind_leads_inside(ctx, site, set_environment, typed, asked):
    if "@" not in typed:
        set_environment(RELAIS_YOUTUBE_URL=site.url, RELAIS_BLUESKY_PUBLIC_URL=site.url)
    site.pages[asked] = Page(b"", 302, {"Location": INSIDE})
    assert kinds.find(get_fetcher(), typed.format(url=site.url)).failure == "private"
    assert kinds.find(get_fetcher(), "http://10.0.0.1/@aubrelle").failure == "private"
