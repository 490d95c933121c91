"""Whole lists of feeds in and out, and the bookmark that proposes a page."""

from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import CombinedMultiDict

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.limits import limiter
from advocacy.people import service as people
from advocacy.people.models import Role
from advocacy.sources import listing, service
from advocacy.sources.blueprint import sources
from advocacy.sources.bookmarklet import bookmarklet_href
from advocacy.sources.forms import OpmlForm
from advocacy.sources.opml import LARGEST, NotOpml, read_opml, write_opml
from advocacy.sources.progress import imports_under_way
from advocacy.sources.reasons import said
from advocacy.web import signed_in


@sources.get("/studio/sources/import")
@signed_in
def import_list() -> str:
    """A form for a list of feeds."""
    people.require_anywhere(current_user, Role.EDITOR)
    return _page(_form(filled=False))


@sources.post("/studio/sources/import")
@limiter.limit("20 per minute")
@signed_in
def take_list() -> str | tuple[str, int]:
    """Add the feeds of a list, and tell of each line what became of it. Sent again, it adds nothing."""
    people.require_anywhere(current_user, Role.EDITOR)
    form = _form(filled=True)
    if not form.validate():
        return _page(form), 422
    try:
        outlines = read_opml(form.document.data.read(LARGEST + 1))
    except NotOpml as refused:
        form.document.errors = [*form.document.errors, said(refused.reason)]
        return _page(form), 422
    lines = listing.take_list(current_user, people.get_organisation(form.body.data), outlines)
    db.session.commit()
    return _page(form, lines)


@sources.get("/studio/sources/export")
@signed_in
def export_list() -> Response:
    """All one's sources as a list that other readers take."""
    people.require_anywhere(current_user, Role.EDITOR)
    listed = listing.list_of_sources(service.sources_of(current_user))
    title = _("Sources of %(organisation)s", organisation=current_user.organisation.name)
    answer = Response(write_opml(title, listed), mimetype="text/x-opml")
    answer.headers["Content-Disposition"] = f'attachment; filename="relais-{utcnow():%Y-%m-%d}.opml"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@sources.get("/studio/bookmarklet")
@signed_in
def bookmarklet() -> str:
    """The bookmark that proposes the page one is on, to drag into the browser's bar."""
    return render_template("sources/bookmarklet.html", href=bookmarklet_href())


def _form(*, filled: bool) -> OpmlForm:
    bodies = people.organisations_where(current_user, Role.EDITOR)
    sent: CombinedMultiDict[str, Any] | None = CombinedMultiDict((request.files, request.form)) if filled else None
    return OpmlForm(current_user, bodies, formdata=sent)


def _page(form: OpmlForm, lines: list[listing.Line] | None = None) -> str:
    count = {outcome: sum(line.outcome == outcome for line in lines or ()) for outcome in ("added", "known", "refused")}
    under_way = imports_under_way(people.organisations_where(current_user, Role.EDITOR))
    return render_template("sources/import.html", form=form, lines=lines, count=count, said=said, under_way=under_way)
