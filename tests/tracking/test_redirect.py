"""A short link sends on, writes the visit down, and never becomes anybody's open door."""

from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from advocacy.db import db
from advocacy.proxies import TrustedProxies
from advocacy.sharing.models import Share
from advocacy.tracking.links import safe_target
from advocacy.tracking.models import VisitorSalt
from tests.tracking.clicks import Reader


def lines(journals: Path) -> list[bytes]:
    return [line for path in sorted(journals.glob("*.log")) for line in path.read_bytes().splitlines()]


def test_a_visit_is_written_down_and_sent_on_to_the_tagged_link(share, reader, journals):
    answer = reader().follow(share.code)
    assert answer.status == 302
    assert answer.headers["Location"] == share.link
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "Set-Cookie" not in answer.headers
    assert len(lines(journals)) == 1


def test_head_is_sent_on_and_not_a_visit(share, reader, journals):
    answer = reader().follow(share.code, method="HEAD")
    assert (answer.status, answer.headers["Location"], answer.body) == (302, share.link, b"")
    assert lines(journals) == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_go_nowhere(share, reader, journals, method):
    answer = reader().follow(share.code, method=method)
    assert answer.status >= 200
    assert answer.status != 302
    assert lines(journals) == []


@pytest.mark.parametrize(
    "code",
    [
        "nobody12",
        "",
        "short",
        "x" * 17,
        "../../etc",
        "code\r\nX: y",
        "//evil.example",
        "c%00ode1",
        "ключик12",
        "a b c d e",
    ],
)
def test_unknown_and_malformed_codes_get_the_same_page_in_both_languages(share, reader, journals, code):
    for language, word in (("en", "This page does not exist"), ("fr", "html")):
        answer = reader(headers={"HTTP_ACCEPT_LANGUAGE": language, "HTTP_ACCEPT": "text/html"}).follow(
            code.encode().decode("latin-1")
        )
        assert answer.status == 404
        assert "Location" not in answer.headers
        assert word in answer.body.decode()
        assert f'lang="{language}"' in answer.body.decode()
    assert lines(journals) == []


def test_a_query_string_does_not_change_where_it_leads(share, reader):
    answer = reader().follow(share.code, QUERY_STRING="next=https://evil.example&url=//evil.example")
    assert answer.headers["Location"] == share.link


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example/",
        "ftp://host/x",
        "/local",
        "https://",
        "",
        "https://a\r\nb/",
    ],
)
def test_only_web_addresses_are_redirected_to(ctx, share, short_links, link):
    db.session.execute(update(Share).where(Share.id == share.id).values(link=link))
    db.session.commit()
    assert safe_target(link) is None
    assert Reader(short_links).follow(share.code, HTTP_ACCEPT="text/html").status == 404


def test_addresses_in_other_scripts_fit_into_a_header():
    assert safe_target("https://aubrelle.example/été?q=où#né").isascii()
    assert safe_target(None) is None


def test_a_known_code_survives_the_loss_of_the_database(app, share, reader, short_links, journals):
    assert reader().follow(share.code).status == 302
    short_links.links._engine = short_links.salts._engine = lost_engine
    assert reader(address="203.0.113.8").follow(share.code).status == 302
    answer = reader().follow("elsewhere")
    assert answer.status == 503
    assert "Retry-After" in answer.headers
    assert "répond".encode() in answer.body
    assert len(lines(journals)) == 2


def test_without_the_database_and_without_a_salt_visits_are_still_written(app, share, reader, short_links, journals):
    assert reader().follow(share.code, method="HEAD").status == 302
    short_links.salts._engine = lost_engine
    assert reader().follow(share.code).status == 302
    assert reader().follow(share.code).status == 302
    first, second = (line.split(b"\t")[3] for line in lines(journals))
    assert first == second


def lost_engine():
    """An engine whose server is not there."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    return create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=2", poolclass=NullPool)


def test_a_full_disk_stops_nobody(share, reader, short_links, journals):
    journals.parent.mkdir(exist_ok=True)
    journals.write_text("a file where the folder should be")
    assert reader().follow(share.code).status == 302
    assert short_links.journal.lost == 1


def test_no_address_is_kept_anywhere(app, ctx, share, short_links, journals, count):
    address, proxy = "198.51.100.77", "10.1.2.3"
    from ipaddress import ip_network

    behind = TrustedProxies(short_links, (ip_network("10.0.0.0/8"),))
    Reader(behind, address=proxy, headers={"HTTP_X_FORWARDED_FOR": address}).follow(share.code)
    written = b"".join(lines(journals))
    count()
    stored = "".join(
        str(row)
        for table in db.metadata.sorted_tables
        for row in db.session.execute(text(f'select "{table.name}"::text from "{table.name}"'))
    )
    assert share.code in stored
    for told in (address, proxy):
        assert told.encode() not in written
        assert told not in stored
        assert told.encode().hex() not in written.decode() + stored


def test_one_salt_a_day_for_all_processes(ctx, share, short_links, var):
    from advocacy.tracking.redirect import ShortLinks
    from config.settings import get_settings

    other = ShortLinks(short_links.app, get_settings())
    noon = 1_790_000_000.0
    assert short_links.salts.salt_at(noon) == other.salts.salt_at(noon)
    assert short_links.salts.salt_at(noon + 86400) != other.salts.salt_at(noon)
    assert len(db.session.scalars(select(VisitorSalt)).all()) == 2
