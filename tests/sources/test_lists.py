"""Lists of feeds come in line by line, go out again, and do no harm."""

import io
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from advocacy.cache import get_redis
from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.people.models import Person, Role
from advocacy.sources.listing import PACE, first_readings
from advocacy.sources.models import Source
from advocacy.sources.opml import Listed, NotOpml, Outline, read_opml, write_opml
from advocacy.sources.reading import Reading
from advocacy.sources.service import claim_due, is_due, pause, record
from advocacy.sources.tasks import read_due
from tests.visitor import page, words

CHANNEL = "UC" + "x" * 22


def opml(*feeds):
    lines = "".join(f'<outline type="rss" text="{title}" xmlUrl="{url}"/>' for title, url in feeds)
    return f'<?xml version="1.0"?><opml version="1.1"><head/><body><outline text="Folder">{lines}</outline></body></opml>'.encode()


@pytest.fixture
def me(world, visit, root):
    return visit(world.person(root, Role.EDITOR))


def send(visitor, root, body):
    return visitor.post("/studio/sources/import", {"body": root.id, "document": (io.BytesIO(body), "feeds.opml")})


def sources(app):
    with app.app_context():
        return list(db.session.scalars(select(Source).order_by(Source.next_read_at, Source.id)))


def test_each_line_says_what_became_of_it(app, me, root):
    body = opml(
        ("News &amp; more", "https://a.example/feed"),
        ("Twice", "HTTPS://A.example:443/feed"),
        ("Channel", f"https://www.youtube.com/channel/{CHANNEL}"),
        ("Account", "https://bsky.app/profile/a.example/rss"),
        ("Inside", "http://10.0.0.1/feed"),
        ("Script", "javascript:alert(1)"),
        ("", "plain.example/feed"),
    )
    answer = send(me, root, body)
    assert [one.text(strip=True) for one in page(answer).css("main li .chip")] == [
        "Added", "Known", "Added", "Added", "Refused", "Refused", "Added"
    ]  # fmt: skip
    assert "4 sources added" in words(answer)
    assert "private network" in words(answer)
    assert [(one.title, one.url, one.kind) for one in sources(app)] == [
        ("News & more", "https://a.example/feed", "feed"),
        ("Channel", f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}", "youtube"),
        ("Account", "https://bsky.app/profile/a.example", "bluesky"),
        ("", "https://plain.example/feed", "feed"),
    ]
    assert "0 sources added" in words(send(me, root, body))
    assert len(sources(app)) == 4


def test_first_readings_press_no_site_and_take_no_longer_than_needed(app, me, root, set_environment):
    set_environment(RELAIS_FETCH_HOST_SECONDS="5")
    send(me, root, opml(*[(f"F{n}", f"https://site{n % 200}.example/{n}") for n in range(400)]))
    began = utcnow()
    due = [one.next_read_at for one in sources(app)]
    assert len(due) == 400
    assert max(due) - min(due) == timedelta(seconds=399)
    assert min(due) <= began


@given(st.lists(st.integers(0, 5), max_size=60), st.integers(0, 20))
def test_each_site_has_its_peace(sites, seconds):
    peace = timedelta(seconds=seconds)
    waits = first_readings([f"https://site{site}.example/{place}" for place, site in enumerate(sites)], peace)
    ordered = sorted(waits)
    assert all(later - earlier >= PACE for earlier, later in pairwise(ordered))
    for site in set(sites):
        own = sorted(wait for wait, one in zip(waits, sites, strict=True) if one == site)
        assert all(later - earlier >= peace for earlier, later in pairwise(own))
    busiest = max((sites.count(site) for site in set(sites)), default=0)
    if len(set(sites)) == 1:
        assert ordered[-1] == (busiest - 1) * max(peace, PACE)


def test_progress_is_told_until_all_are_read(app, me, root, visit, world):
    send(me, root, opml(*[(f"F{n}", f"https://site{n}.example/feed") for n in range(400)]))
    assert "0 of 400 read" in words(me.get("/studio/sources"))
    ids = [one.id for one in sources(app)]
    with app.app_context():
        for number in ids[:12]:
            record(number, Reading("https://x.example", failure="timeout" if number == ids[0] else None))
        db.session.commit()
    shown = words(me.get("/studio/sources"))
    assert "12 of 400 read" in shown and "1 could not be read" in shown
    assert "of 400" not in words(visit(world.person(world.organisation(), Role.EDITOR)).get("/studio/sources"))
    with app.app_context():
        pause(db.session.get_one(Person, world.person(root, Role.EDITOR).id), ids[12])
        db.session.execute(update(Source).where(Source.id.in_(ids[13:])).values(last_read_at=utcnow()))
        db.session.commit()
    assert "of 400" not in words(me.get("/studio/sources"))


def test_one_site_is_asked_once_in_a_while_whoever_claims(app, root, clean, set_environment):
    set_environment(RELAIS_FETCH_HOST_SECONDS="5")
    with app.app_context():
        now = utcnow() - timedelta(minutes=1)
        urls = ["https://a.example/1", "https://a.example/2", "https://a.example:8443/3", "https://b.example/4"]
        for place, url in enumerate(urls):
            row = Source(organisation_id=root.id, url=url, next_read_at=now + timedelta(seconds=place))
            db.session.add(row)
        db.session.commit()

        def claimed():
            wanted = claim_due()
            db.session.commit()
            return wanted and wanted.url

        assert [claimed() for _claim in range(4)] == [urls[0], urls[2], urls[3], None]
        assert is_due()
        db.session.execute(update(Source).values(asked_at=utcnow() - timedelta(seconds=6)))
        db.session.commit()
        assert claimed() == urls[1]
        assert not is_due()


def test_what_waits_for_its_sites_peace_is_looked_at_again(app, root, clean, set_environment):
    set_environment(RELAIS_FETCH_HOST_SECONDS="5")
    with app.app_context():
        for number in (1, 2):
            url = f"https://a.example/{number}"
            db.session.add(Source(organisation_id=root.id, url=url, next_read_at=utcnow(), asked_at=utcnow()))
        db.session.commit()
        for _look in range(3):
            read_due()
    assert get_redis().hlen("unacked") + get_redis().llen("celery") == 1


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "no OPML"),
        (b"<html/>", "no OPML"),
        (b"<opml><body><outline xmlUrl='https://a.example'>", "no OPML"),
        (opml(), "names no feed"),
        (opml(*[("x", f"https://a.example/{n}") for n in range(501)]), "500 feeds at most"),
        (b"<!DOCTYPE opml [<!ENTITY a 'b'>]>" + opml(("x", "https://a.example")), "not safe"),
        ("<!DOCTYPE opml SYSTEM 'file:///etc/passwd'><opml/>".encode("utf-16"), "not safe"),
        (b"<opml>" * 200 + b"</opml>" * 200, "500 feeds at most"),
    ],
)
def test_what_is_no_list(app, me, root, body, sentence):
    refused = send(me, root, body)
    assert refused.status_code == 422
    assert sentence in words(refused)
    assert sources(app) == []


def test_a_list_goes_out_and_comes_back(app, world, visit, me, root):
    now = utcnow()
    with app.app_context():
        urls = {
            "feed": "https://a.example/feed?a=1&b=2",
            "bluesky": "https://bsky.app/profile/a.example",
            "mastodon": "https://s.example/@a",
        }
        db.session.add_all(
            [
                Source(organisation_id=root.id, kind=kind, url=url, title=f"«{kind}»", next_read_at=now)
                for kind, url in urls.items()
            ]
        )
        db.session.commit()
    answer = me.get("/studio/sources/export")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert {(one.title, one.url) for one in read_opml(answer.data)} == {
        ("«feed»", urls["feed"]),
        ("«bluesky»", f"{urls['bluesky']}/rss"),
        ("«mastodon»", f"{urls['mastodon']}.rss"),
    }
    assert "0 sources added" in words(send(me, root, answer.data))
    other = world.organisation("Elsewhere")
    stranger = visit(world.person(other, Role.EDITOR))
    assert b"outline" not in stranger.get("/studio/sources/export").data
    assert "3 sources added" in words(send(stranger, other, answer.data))
    assert send(stranger, root, answer.data).status_code == 422


def test_a_list_has_a_megabyte_at_most():
    with pytest.raises(NotOpml) as refused:
        read_opml(opml(("x", "https://a.example")) + b" " * 1_000_000)
    assert refused.value.reason == "opml_too_large"


SIGNS = st.text(max_size=30)
LISTED = st.builds(Listed, SIGNS, st.integers(1, 9).map(lambda n: f"https://a.example/?{n}&b=<\"'"), st.just(""))


@given(st.lists(LISTED, min_size=1, max_size=9), SIGNS)
def test_what_is_written_is_read(listed, title):
    found = read_opml(write_opml(title, listed))
    assert [one.url for one in found] == [one.feed_url for one in listed]


@given(st.one_of(st.binary(), st.binary().map(lambda noise: b"<opml><body>" + noise + b"</body></opml>")))
def test_any_bytes_are_a_list_or_not(body):
    try:
        assert all(isinstance(one, Outline) for one in read_opml(body))
    except NotOpml:
        return


def test_roles(world, visit, root):
    employee = visit(world.person(root))
    for path in ("/studio/sources/import", "/studio/sources/export"):
        assert employee.get(path).status_code == 403
        assert visit().get(path).status_code == 302
    assert send(employee, root, opml()).status_code == 403


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_renders(world, visit, root, language):
    me = visit(world.person(root, Role.EDITOR, language=language), language)
    assert page(me.get("/studio/sources/import")).css_first("html").attributes["lang"] == language
