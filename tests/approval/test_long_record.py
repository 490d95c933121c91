"""A record of ten thousand entries goes out whole, in few queries and little memory."""

import csv
import gc
import io
import tracemalloc
from tempfile import TemporaryFile

import pytest
from pypdf import PdfReader
from sqlalchemy import text

from advocacy.approval import export, record
from advocacy.content.models import Post
from advocacy.db import db
from tests.statements import statements
from tests.visitor import words

_FILL = text(
    """
    insert into post_record (post_id, number, at, what, person_id, version, note, content, previous, digest)
    select cast(:post as bigint), n, now(), 'approved', cast(:person as bigint), n, 'Note ' || n,
           jsonb_build_object('title', 'Title ' || n / 100, 'summary', repeat('words ', 20), 'wordings', '[]'::jsonb),
           repeat('0', 64), repeat('1', 64)
    from generate_series(cast(:first as int), cast(:last as int)) n
    """
)


def fill(desk, post, first, last):
    values = {"post": post.id, "person": desk.approvers[0].id, "first": first, "last": last}
    desk.act(lambda: db.session.execute(_FILL, values))


@pytest.fixture
def asked(app):
    """Counts the queries of an act."""

    def counted(act):
        with statements(app) as sent:
            done = act()
        return done, len(sent)

    return counted


def test_ten_thousand_entries_ask_no_more_than_ten(desk, visit, asked):
    post = desk.world.post(desk.root, "A claim")
    me, path = visit(desk.editor), f"/studio/posts/{post.id}/record.csv"
    fill(desk, post, 1, 10)
    _few, before = asked(lambda: me.get(path))
    fill(desk, post, 11, 10_000)
    answer, after = asked(lambda: me.get(path))
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [int(row["number"]) for row in rows] == list(range(1, 10_001))
    assert {row["who"] for row in rows} == {desk.approvers[0].name}
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert after == before


def test_the_document_asks_no_more_either_and_says_words_once(desk, visit, asked):
    post = desk.world.post(desk.root, "A claim")
    me, path = visit(desk.editor), f"/studio/posts/{post.id}/record.pdf"
    fill(desk, post, 1, 10)
    _few, before = asked(lambda: me.get(path))
    fill(desk, post, 11, 450)
    answer, after = asked(lambda: me.get(path))
    told = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    assert "450. Approved" in told and "Note 450" in told and "Title 4" in told
    assert "The words of entry 400." in told
    assert told.count("Title 3") == 1
    assert after == before


def test_memory_does_not_grow_with_the_record(desk):
    post = desk.world.post(desk.root, "A claim")
    peaks = []
    for last in (1_000, 10_000):
        fill(desk, post, 1 if last == 1_000 else 1_001, last)

        def written():
            with TemporaryFile() as file:
                export.write_csv(record.lines_of(post.id), file)

        gc.collect()
        tracemalloc.start()
        desk.act(written)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0] + 1_000_000


def test_the_page_shows_the_last_entries(desk, visit, asked):
    post = desk.world.post(desk.root, "A claim")
    fill(desk, post, 1, 1_000)
    shown = words(visit(desk.editor).get(f"/studio/posts/{post.id}/record"))
    assert "Note 1000" in shown and "Note 801" in shown and "Note 800" not in shown
    assert "from number 801 on" in shown
    assert desk.act(lambda: db.session.get_one(Post, post.id).title) == "A claim"
