"""Documents and videos: what is taken and what is not, who opens them, and what stays on the disk."""

import io
import struct
import zlib

import pytest
from pypdf import PdfWriter
from sqlalchemy import select

from advocacy.content.attachments import files_folder
from advocacy.content.models import Attachment
from advocacy.content.video_boxes import film_seconds
from advocacy.db import db
from advocacy.people.models import Role
from tests.visitor import page, words


@pytest.fixture
def root(world):
    return world.organisation("Aubrelle")


@pytest.fixture
def me(world, visit, root):
    return visit(world.person(root, Role.EDITOR))


def pdf(pages=2, password=None):
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(72, 72)
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def bomb():
    """A PDF whose list of objects is a stream of two thousand million bytes, packed into two million."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 24)) for _ in range(120)) + packer.flush()
    head = b"%PDF-1.5\n"
    facts = b"1 0 obj\n<</Type/XRef/Size 900000000/W[1 4 2]/Root 2 0 R/Filter/FlateDecode/Length %d>>\nstream\n" % len(
        packed
    )
    return head + facts + packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % len(head)


def box(kind, content):
    return struct.pack(">I4s", 8 + len(content), kind) + content


def film(seconds=10, *, version=0, size=80_000, brand=b"isom", late=True):
    scale = 1000
    layout, empty = (">IQ", 16) if version else (">II", 8)
    header = bytes([version, 0, 0, 0]) + bytes(empty) + struct.pack(layout, scale, int(seconds * scale)) + bytes(80)
    parts = [box(b"mdat", bytes(size)), box(b"moov", box(b"mvhd", header))]
    return box(b"ftyp", brand + bytes(4)) + b"".join(parts if late else reversed(parts))


def send(visitor, post, content, name="notes.pdf"):
    answer = visitor.post(f"/studio/posts/{post.id}/attachment", {"file": (io.BytesIO(content), name)})
    answer.request.environ["wsgi.input"].close()
    return answer


def rows(app):
    with app.app_context():
        return db.session.execute(
            select(Attachment.kind, Attachment.name, Attachment.pages, Attachment.seconds, Attachment.bytes)
        ).all()


def stored():
    return sorted(path for path in files_folder().rglob("*") if path.is_file())


@pytest.fixture(autouse=True)
def empty_folder(app):
    with app.app_context():
        for path in stored():
            path.unlink()


def test_a_document_is_shown_opened_replaced_and_removed(app, world, visit, root, me):
    post, reader = world.post(root), visit(world.person(root))
    assert send(me, post, pdf(3), "../docs/My notes.PDF").status_code == 303
    ((kind, name, pages, seconds, size),) = rows(app)
    assert (kind, name, pages, seconds, size) == ("document", "My notes.pdf", 3, None, len(pdf(3)))
    assert "My notes.pdf" in words(reader.get(f"/posts/{post.id}"))
    assert "3 pages" in words(me.get(f"/studio/posts/{post.id}"))
    answer = reader.get(f"/posts/{post.id}/attachment", buffered=True)
    assert answer.data == pdf(3)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert len(stored()) == 1
    assert send(me, post, pdf(4)).status_code == 303
    assert len(stored()) == len(rows(app)) == 1
    assert me.post(f"/studio/posts/{post.id}/attachment/remove").status_code == 303
    assert stored() == rows(app) == []
    assert reader.get(f"/posts/{post.id}/attachment").status_code == 404
    assert me.post(f"/studio/posts/{post.id}/attachment/remove").status_code == 303


def test_a_file_that_two_posts_carry_stays_for_the_other(app, world, root, me):
    one, other = world.post(root), world.post(root)
    send(me, one, pdf())
    send(me, other, pdf(), "again.pdf")
    assert len(stored()) == 1
    me.post(f"/studio/posts/{one.id}/attachment/remove")
    assert me.get(f"/posts/{other.id}/attachment", buffered=True).data == pdf()
    send(me, other, pdf(), "same bytes.pdf")
    assert len(stored()) == 1
    me.post(f"/studio/posts/{other.id}/attachment/remove")
    assert stored() == []


def test_a_video(app, world, root, me):
    post = world.post(root)
    assert send(me, post, film(65), "clip.mov").status_code == 303
    assert rows(app)[0][:4] == ("video", "clip.mp4", None, 65)
    assert "1 min 5 s" in words(me.get(f"/posts/{post.id}"))
    part = me.get(f"/posts/{post.id}/attachment", headers={"Range": "bytes=4-7"}, buffered=True)
    assert (part.status_code, part.data) == (206, b"ftyp")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "neither a PDF nor an MP4"),
        (b"GIF89a", "neither a PDF nor an MP4"),
        (b"PK\x03\x04" + bytes(3000), "neither a PDF nor an MP4"),
        (b"<html>%PD", "neither a PDF nor an MP4"),
        (b"%PDF-1.7 and nothing more", "This PDF can’t be read"),
        (b"%PDF-1.7\n" + bytes(5000), "This PDF can’t be read"),
        (pdf(2)[:200], "This PDF can’t be read"),
        (pdf(1, "secret"), "This PDF can’t be read"),
        (pdf(301), "301 pages"),
        (film(10, size=10), "between 75 kB and 500 MB"),
        (film(2), "between 3 seconds and 30 minutes"),
        (film(1801), "between 3 seconds and 30 minutes"),
        (box(b"ftyp", b"isom") + bytes(80_000), "This video can’t be read"),
        (film(10)[:-30], "This video can’t be read"),
    ],
)
def test_bad_files_are_told_and_leave_nothing(app, world, root, me, content, sentence):
    post = world.post(root)
    send(me, post, pdf(1))
    before = stored()
    answer = send(me, post, content, "bad.pdf")
    assert answer.status_code == 422
    assert sentence in page(answer).css_first("#attachment-error").text()
    assert stored() == before
    assert len(rows(app)) == 1


def test_a_bomb_is_refused_soon(app, world, root, me):
    post = world.post(root)
    answer = send(me, post, bomb())
    assert answer.status_code == 422
    assert "This PDF can’t be read" in words(answer)
    assert stored() == []


def test_nothing_sent(world, root, me):
    post = world.post(root)
    for data in ({}, {"file": "words"}, {"file": (io.BytesIO(b""), "")}):
        answer = me.post(f"/studio/posts/{post.id}/attachment", data)
        assert answer.status_code == 422
        assert "Choose a file first." in words(answer)


def test_more_than_the_limit_is_refused_by_its_header_alone(world, visit, root, me):
    post, employee = world.post(root), visit(world.person(root))
    kind = {"content_type": "multipart/form-data; boundary=x", "input_stream": io.BytesIO(b"")}

    def told(visitor, size):
        path = f"/studio/posts/{post.id}/attachment"
        answer = visitor.client.post(
            path, headers={"Accept": "text/html"}, environ_overrides={"CONTENT_LENGTH": str(size)}, **kind
        )
        return answer.status_code

    assert told(me, 600_000_000) == 413
    assert told(employee, 13_000_000) == 413, "only editors may send so much"
    assert told(visit(), 13_000_000) == 413


def test_larger_than_other_forms_allow(app, world, root, me):
    post = world.post(root)
    assert send(me, post, film(60, size=13_000_000), "long.mp4").status_code == 303
    assert rows(app)[0].bytes > 12 * 1024 * 1024


def test_roles_and_foreign_ids(app, world, visit, root, me):
    foreign, draft = world.post(world.organisation("Elsewhere")), world.post(root, state="draft")
    employee = visit(world.person(root))
    assert send(me, draft, pdf()).status_code == 303
    assert me.get(f"/posts/{draft.id}/attachment", buffered=True).status_code == 200
    assert employee.get(f"/posts/{draft.id}/attachment").status_code == 404
    assert send(employee, draft, pdf()).status_code == 403
    assert employee.post(f"/studio/posts/{draft.id}/attachment/remove").status_code == 403
    for number in (foreign.id, 10**6):
        assert me.get(f"/posts/{number}/attachment").status_code == 404
        assert me.post(f"/studio/posts/{number}/attachment", {"file": (io.BytesIO(pdf()), "a.pdf")}).status_code == 404
        assert me.post(f"/studio/posts/{number}/attachment/remove").status_code == 404
    assert visit().get(f"/posts/{draft.id}/attachment").status_code == 302
    assert len(stored()) == 1


@pytest.mark.parametrize("version", [0, 1])
@pytest.mark.parametrize("late", [False, True])
def test_how_long_a_film_lasts(version, late):
    made = film(12.5, version=version, late=late)
    assert film_seconds(io.BytesIO(made), len(made)) == 12.5


def test_films_that_make_no_sense():
    for made in (
        b"",
        b"\0\0\0\0ftyp",
        box(b"moov", b""),
        box(b"ftyp", b"") * 20_000,
        film(0)[:60],
        struct.pack(">I4sQ", 1, b"ftyp", 2**63),
    ):
        assert film_seconds(io.BytesIO(made), len(made)) is None
