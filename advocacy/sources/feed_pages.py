"""The sources' pages: what is read, how it fares, and one more."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.charts import spark
from advocacy.db import db
from advocacy.errors import Conflict, Invalid
from advocacy.limits import limiter
from advocacy.people import service as people
from advocacy.people.models import Role
from advocacy.sources import faring, service
from advocacy.sources.blueprint import sources
from advocacy.sources.forms import FeedForm
from advocacy.sources.kinds import find, read
from advocacy.sources.progress import imports_under_way
from advocacy.sources.reading import get_fetcher
from advocacy.sources.reasons import said
from advocacy.web import signed_in

OFTEN = "60 per minute"


@sources.get("/studio/sources")
@signed_in
def index() -> str:
    """The sources, those in trouble first, and a form for one more."""
    people.require_anywhere(current_user, Role.EDITOR)
    return _index(_form(filled=False))


@sources.post("/studio/sources")
@limiter.limit(OFTEN)
@signed_in
def add() -> Response | tuple[str, int]:
    """Read what is at an address now, and keep it as a source if that goes well; of several feeds one is chosen."""
    people.require_anywhere(current_user, Role.EDITOR)
    form = _form(filled=True)
    if not form.validate():
        return _index(form), 422
    address, organisation_id = form.url.data or "", form.body.data
    db.session.commit()
    reading = find(get_fetcher(), form.feed.data or address)
    if reading.choices:
        form.offer(reading.choices)
        return _index(form), 200
    try:
        source = service.add_source(current_user, people.get_organisation(organisation_id), reading)
        title = source.title or source.url
        db.session.commit()
    except (Invalid, Conflict) as error:
        db.session.rollback()
        form.url.errors = [*form.url.errors, str(error.sentence)]
        return _index(form), 422
    flash(_("“%(title)s” is read from now on.", title=title), "good")
    return redirect(url_for("sources.index"), 303)


@sources.get("/studio/sources/<int:source_id>")
@signed_in
def source(source_id: int) -> str:
    """One source: how it fares, and what can be done."""
    found = service.get_source(current_user, source_id)
    return render_template("sources/source.html", fare=faring.fares_of([found])[0], said=said, spark=spark)


@sources.post("/studio/sources/<int:source_id>/read")
@limiter.limit(OFTEN)
@signed_in
def read_now(source_id: int) -> Response:
    """Read the source at once."""
    found = service.get_source(current_user, source_id)
    wanted = service.wanted_of(found)
    db.session.commit()
    reading = read(get_fetcher(), wanted)
    added = service.record(source_id, reading)
    db.session.commit()
    if reading.failure:
        flash(said(reading.failure), "warn")
    else:
        flash(ngettext("%(num)d new item", "%(num)d new items", added) if added else _("Nothing new there."), "good")
    return redirect(url_for("sources.source", source_id=source_id), 303)


@sources.post("/studio/sources/<int:source_id>/pause")
@signed_in
def pause(source_id: int) -> Response:
    """Read it no more for now."""
    service.pause(current_user, source_id)
    db.session.commit()
    flash(_("Paused. It is not read until you resume it."), "good")
    return redirect(url_for("sources.source", source_id=source_id), 303)


@sources.post("/studio/sources/<int:source_id>/resume")
@signed_in
def resume(source_id: int) -> Response:
    """Read it again."""
    service.resume(current_user, source_id)
    db.session.commit()
    flash(_("It is read again, within a minute for the first time."), "good")
    return redirect(url_for("sources.source", source_id=source_id), 303)


@sources.post("/studio/sources/<int:source_id>/remove")
@signed_in
def remove(source_id: int) -> Response:
    """Forget the source and its items."""
    service.remove_source(current_user, source_id)
    db.session.commit()
    flash(_("Removed. Posts made of its items stay."), "good")
    return redirect(url_for("sources.index"), 303)


def _form(*, filled: bool) -> FeedForm:
    bodies = people.organisations_where(current_user, Role.EDITOR)
    return FeedForm(current_user, bodies, formdata=request.form if filled else None)


def _index(form: FeedForm) -> str:
    fares = faring.fares_of(service.sources_of(current_user))
    under_way = imports_under_way(people.organisations_where(current_user, Role.EDITOR))
    return render_template("sources/index.html", form=form, fares=fares, said=said, spark=spark, under_way=under_way)
