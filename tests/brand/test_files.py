"""Files of the brand space: taken by their bytes, kept as they are, given to the page's readers only, never shown."""

import hashlib
import io

import pytest
from PIL import Image
from sqlalchemy import select

from advocacy.brand.files import LARGEST, BadFile, FileStore
from advocacy.brand.models import BrandFile
from advocacy.db import db
from advocacy.people.models import Role
from config.settings import get_settings
from tests.visitor import page, words

PDF = b"%PDF-1.7\n" + b"x" * 3000


def png():
    out = io.BytesIO()
    Image.new("RGBA", (40, 20), "green").save(out, "PNG")
    return out.getvalue()


def send(me, number, content, name="charter.pdf"):
    return me.post(f"/studio/brand/{number}/files", {"file": (io.BytesIO(content), name)})


def test_a_file_comes_back_as_it_was_sent_and_is_only_saved(app, visit, world, root, editor, write):
    number = write()
    assert send(visit(editor), number, PDF, "Charte été.PDF").status_code == 303
    assert send(visit(editor), number, PDF, "again.pdf").status_code == 303
    reader = visit(world.person(root))
    answer = reader.get("/brand/files/1", buffered=True)
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "Charte%20%C3%A9t%C3%A9.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-cache"
    digest = hashlib.sha256(PDF).hexdigest()
    with app.app_context():
        assert set(db.session.scalars(select(BrandFile.digest))) == {digest}
    assert (get_settings().var / "files" / digest[:2] / digest).read_bytes() == PDF
    assert "PDF, 4 kB" in words(reader.get(f"/brand/{number}"))
    assert reader.get("/brand/files/1", buffered=True, headers={"If-None-Match": f'"{digest}"'}).status_code == 304


def test_only_readers_of_the_page_get_its_files(visit, world, root, body, editor, write):
    number, draft = write(bodies=[body]), write(published=False)
    me = visit(editor)
    send(me, number, PDF)
    send(me, draft, PDF)
    for person, wanted in (
        (world.person(body), (200, 404)),
        (world.person(root), (404, 404)),
        (editor, (200, 200)),
        (world.person(world.organisation(), Role.ADMIN), (404, 404)),
    ):
        visitor = visit(person)
        assert (
            visitor.get("/brand/files/1", buffered=True).status_code,
            visitor.get("/brand/files/2", buffered=True).status_code,
        ) == wanted
    assert visit().get("/brand/files/1", buffered=True).status_code == 302
    assert me.get("/brand/files/99", buffered=True).status_code == 404


def test_a_picture_can_be_shown_from_our_own_copy(app, visit, world, root, editor, write):
    number, original = write(), png()
    send(visit(editor), number, original, "logo.png")
    with app.app_context():
        key = db.session.get_one(BrandFile, 1).image
    reader = visit(world.person(root))
    assert page(reader.get(f"/brand/{number}")).css_first("img.thumb").attributes["src"] == f"/media/{key}"
    assert reader.get(f"/media/{key}", buffered=True).headers["Content-Type"] == "image/webp"
    assert reader.get("/brand/files/1", buffered=True).data == original
    assert f"![logo.png](/media/{key})" in words(visit(editor).get(f"/studio/brand/{number}"))


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "logo.svg", "This kind of file is not taken."),
        (b'<?xml version="1.0"?><svg/>', "logo.png", "This kind of file is not taken."),
        (b"<html><script>alert(1)</script>", "page.pdf", "This kind of file is not taken."),
        (b"MZ\x90\x00", "setup.zip", "This kind of file is not taken."),
        (b"", "empty.pdf", "Choose a file."),
    ],
)
def test_what_is_not_taken_leaves_nothing(app, visit, editor, write, content, name, sentence):
    number = write()
    answer = send(visit(editor), number, content, name)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert page(answer).css_first("#body_en").text().strip() == "Some words."
    with app.app_context():
        assert db.session.scalars(select(BrandFile.id)).all() == []


def test_an_html_name_on_a_pdf_is_given_its_own_ending(visit, editor, write):
    number, me = write(), visit(editor)
    send(me, number, PDF, "evil.html")
    assert "evil.html.pdf" in me.get("/brand/files/1", buffered=True).headers["Content-Disposition"]


def test_a_file_is_taken_off(visit, editor, write):
    number, other, me = write(), write(), visit(editor)
    send(me, number, PDF)
    me.post(f"/studio/brand/{other}/files/1/remove")
    assert me.get("/brand/files/1", buffered=True).status_code == 200
    assert me.post(f"/studio/brand/{number}/files/1/remove").status_code == 303
    assert me.get("/brand/files/1", buffered=True).status_code == 404


def test_twenty_megabytes_pass_and_sixty_do_not(visit, editor, write):
    number, me = write(), visit(editor)
    assert send(me, number, b"%PDF-" + b"x" * 20_000_000).status_code == 303
    assert send(me, number, b"%PDF-" + b"x" * 60_000_000).status_code == 413


class Endless(io.RawIOBase):
    """More than is taken, without holding it."""

    def __init__(self):
        self.given = 0

    def read(self, size=-1):
        self.given += size
        return b"PK\x03\x04".ljust(size, b"x")


def test_the_store_stops_reading_when_it_is_too_much(tmp_path):
    endless = Endless()
    with pytest.raises(BadFile) as refused:
        FileStore(tmp_path).put(endless)
    assert refused.value.reason == "too_large"
    assert endless.given < LARGEST + 1_000_000
    assert list(tmp_path.iterdir()) == []
