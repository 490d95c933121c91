"""What an editor does: put a post forward, follow it, restrict it, read and export its record."""

from collections.abc import Callable, Iterator
from tempfile import TemporaryFile
from typing import IO

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.approval import export, four_eyes, service
from advocacy.approval.blueprint import approval
from advocacy.approval.chains import applying_chains
from advocacy.approval.forms import DecisionForm, RestrictionForm
from advocacy.approval.record import faults_of, lines_of, record_of
from advocacy.approval.rounds import asked_steps
from advocacy.approval.rules import Where, findings_in
from advocacy.approval.snapshot import digest_of
from advocacy.content import service as content
from advocacy.content.models import Post
from advocacy.content.service import NotReady
from advocacy.db import db
from advocacy.errors import BadRequest, Conflict, Invalid
from advocacy.i18n import choose_language
from advocacy.web import signed_in

Answer = str | Response | tuple[str, int]
SHOWN = 200
PIECE = 64 * 1024


@approval.route("/studio/posts/<int:post_id>/approval", methods=["GET", "POST"])
@signed_in
def progress(post_id: int) -> Answer:
    """Where a post stands with those whose yes it needs, and what keeps it from going out."""
    post = content.get_editable(current_user, post_id)
    form, note, status = _restrictions(post), DecisionForm(), 200
    if request.method == "POST":
        act = request.form.get("act", "")
        try:
            said = _act(post, act, form, note)
            db.session.commit()
            flash(said, "good")
            return redirect(url_for("approval.progress", post_id=post_id), 303)
        except (Invalid, Conflict) as error:
            db.session.rollback()
            post = content.get_editable(current_user, post_id)
            status = int(error.status)
            _refuse(error, form if act == "restrict" else note)
    found = service.last_round_of(post)
    page = render_template(
        "approval/progress.html",
        post=post,
        form=form,
        note=note,
        found=found,
        current=found is not None and found.digest == digest_of(post),
        turns={step.id for step in asked_steps(found)} if found and found.state == "open" else set(),
        chains=applying_chains(post),
        findings=findings_in(post.organisation, Where.of_post(post)),
        ruled_by=four_eyes.body_that_asks(post),
        writers=four_eyes.named(four_eyes.barred_from(post)),
        left_out=four_eyes.left_out(found),
    )
    return page, status


def _restrictions(post: Post) -> RestrictionForm:
    given = {"locked": post.locked, "countries": " ".join(post.countries or ()), "roles": post.roles or []}
    form = RestrictionForm(data=given)
    form.offer()
    return form


def _act(post: Post, act: str, form: RestrictionForm, note: DecisionForm) -> str:
    if act == "submit":
        begun = service.submit(current_user, post, goes_live=bool(request.form.get("goes_live")))
        return str(_("Put forward: those whose yes is needed are asked.") if begun else _("No chain asks for a yes."))
    if act == "remind":
        service.remind(current_user, post)
        return str(_("They are asked again."))
    if act == "send_back":
        service.send_back(current_user, post, note.note.data or "")
        return str(_("It is a draft again."))
    if act == "restrict":
        roles = list(form.roles.data or [])
        service.restrict(current_user, post, locked=bool(form.locked.data), countries=form.codes, roles=roles)
        return str(_("Saved."))
    raise BadRequest


def _refuse(error: Invalid | Conflict, form: RestrictionForm | DecisionForm) -> None:
    if isinstance(error, NotReady):
        form.form_errors.extend(str(flaw.sentence) for flaw in error.flaws)
    else:
        form.refuse(error)


@approval.get("/studio/posts/<int:post_id>/record")
@signed_in
def record(post_id: int) -> str:
    """Who did what to the post, and when: the last entries; the files have all."""
    post = content.get_editable(current_user, post_id)
    lines = record_of(post_id, SHOWN)
    return render_template(
        "approval/record.html", post=post, lines=lines, acts=export.acts(), whole=not faults_of(post_id)
    )


@approval.get("/studio/posts/<int:post_id>/record.csv")
@signed_in
def record_csv(post_id: int) -> FlaskResponse:
    """The record as a table."""
    content.get_editable(current_user, post_id)
    return _file(
        lambda file: export.write_csv(lines_of(post_id), file), "text/csv; charset=utf-8", f"record-{post_id}.csv"
    )


@approval.get("/studio/posts/<int:post_id>/record.pdf")
@signed_in
def record_pdf(post_id: int) -> FlaskResponse:
    """The record as a document."""
    post = content.get_editable(current_user, post_id)
    language = choose_language()
    name = f"record-{post_id}.pdf"
    return _file(lambda file: export.write_pdf(post, lines_of(post_id), language, file), "application/pdf", name)


def _file(write: Callable[[IO[bytes]], None], kind: str, name: str) -> FlaskResponse:
    """Written to disk first, then handed out piece by piece: nothing of the database waits for a slow reader."""
    file = TemporaryFile()  # noqa: SIM115 (closed at its end, or with the answer)
    write(file)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "Content-Length": str(file.tell()),
    }
    file.seek(0)
    return FlaskResponse(_pieces(file), content_type=kind, headers=headers)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece
