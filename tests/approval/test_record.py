"""The record: whole, told when it is not, and read back from its files."""

import csv
import io

import pytest
from pypdf import PdfReader
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from advocacy.approval import export, record
from advocacy.content import service as content
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.people.models import Role


def approved(desk, title="Où l’été — œuvre"):
    desk.chain()
    post = desk.world.post(desk.root, title, state="draft", wordings=("Déjà vu, naïve",))
    desk.submit(post)
    desk.decide(desk.approvers[0], post, note="=HYPERLINK(1)")
    desk.act(lambda: content.publish(desk.me(desk.editor), db.session.get_one(Post, post.id)))
    return post


def faults(desk, post):
    return desk.act(lambda: record.faults_of(post.id))


def test_who_did_what_and_when_in_order(desk):
    post = approved(desk)
    lines = desk.act(lambda: [(line.entry.number, line.entry.what, line.who) for line in record.record_of(post.id)])
    assert lines == [(1, "submitted", "Maëlle T."), (2, "approved", "Inès B."), (3, "published", "Maëlle T.")]
    assert faults(desk, post) == []


@pytest.mark.parametrize(
    "change",
    ["update post_record set note = 'nothing'", "delete from post_record where number = 3", "delete from post_record"],
)
def test_nobody_changes_it_and_who_forces_it_is_found_out(desk, change):
    post = approved(desk)
    with pytest.raises(DatabaseError):
        desk.act(lambda: db.session.execute(text(change)))

    def forced():
        db.session.execute(text("alter table post_record disable trigger post_record_stays"))
        db.session.execute(text(change))
        db.session.execute(text("alter table post_record enable trigger post_record_stays"))

    desk.act(forced)
    assert faults(desk, post) != []
    told = desk.app.test_cli_runner().invoke(args=["verify-record"])
    assert told.exit_code == 1
    assert f"post {post.id}" in told.output


def test_the_command_says_all_is_well(desk):
    approved(desk)
    told = desk.app.test_cli_runner().invoke(args=["verify-record"])
    assert (told.exit_code, told.output) == (0, "1 records read, 0 faults.\n")


def test_a_forgotten_person_leaves_the_record_whole(desk):
    post = approved(desk)
    desk.act(lambda: db.session.execute(text("update post set author_id = null")))
    desk.act(lambda: db.session.delete(desk.me(desk.approvers[0])))
    assert faults(desk, post) == []
    assert desk.act(lambda: [line.who for line in record.record_of(post.id)])[1] is None


def test_the_table_reads_back_and_holds_no_formula(desk, visit):
    post = approved(desk)
    answer = visit(desk.editor).get(f"/studio/posts/{post.id}/record.csv")
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [row["what"] for row in rows] == ["submitted", "approved", "published"]
    assert rows[1]["note"] == "'=HYPERLINK(1)"
    assert rows[1]["title"] == "Où l’été — œuvre"
    assert all(len(row["digest"]) == 64 for row in rows)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\uff1d1"])
def test_what_starts_a_formula_stands_behind_an_apostrophe(cell):
    assert export.safe_cell(cell) == f"'{cell}"
    assert export.safe_cell("fine") == "fine"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_document_reads_back_with_its_accents(desk, visit, language):
    post = approved(desk, "Où l’été — œuvre <b>naïve</b> 🎉")
    editor = desk.world.person(desk.root, Role.EDITOR, language=language)
    answer = visit(editor, language).get(f"/studio/posts/{post.id}/record.pdf")
    assert answer.mimetype == "application/pdf"
    pages = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    for said in ("Où l’été — œuvre <b>naïve</b> ?", "Maëlle T.", "Inès B.", "Déjà vu, naïve"):
        assert said in pages
