"""Pages of a person's queue: its order, its hours, and putting everything saved into it."""

from uuid import UUID, uuid4, uuid5

from babel.dates import get_day_names
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from advocacy.db import db
from advocacy.errors import Conflict, Invalid, RelaisError
from advocacy.limits import limiter
from advocacy.networks import registry
from advocacy.networks import service as networks
from advocacy.networks.models import AccountState
from advocacy.sharing import queue
from advocacy.sharing.hours import Hours
from advocacy.sharing.queue_forms import HoursForm
from advocacy.sharing.saved import Kept, saved_for
from advocacy.sharing.service import Wish
from advocacy.web import id_argument, signed_in

share_queue = Blueprint("share_queue", __name__)
Page = str | Response | tuple[str, int]


@share_queue.context_processor
def _networks() -> dict[str, object]:
    return {"networks": registry.shown()}


@share_queue.route("/shares/queue", methods=["GET", "POST"])
@signed_in
def index() -> Page:
    """The queue in order, and the hours in which it shares."""
    hours = queue.hours_of(current_user)
    form = HoursForm(
        data={"days": sorted(hours.days), "opens": hours.opens, "closes": hours.closes, "a_day": hours.a_day}
    )
    names = get_day_names("wide", locale=get_locale())
    form.days.choices = [SelectChoice(number, names[number].capitalize()) for number in range(7)]
    if form.is_submitted():
        if form.validate():
            try:
                wanted = Hours(frozenset(form.days.data or []), form.opens.data, form.closes.data, form.a_day.data or 0)
                queue.set_hours(current_user, wanted)
                db.session.commit()
                flash(_("Saved. Your queue is planned anew."), "good")
                return redirect(url_for("share_queue.index"), 303)
            except Invalid as error:
                db.session.rollback()
                name = error.facts.get("field", "days")
                form[name].errors = [*form[name].errors, str(error.sentence)]
        return _page(form), 422
    return _page(form)


def _page(form: HoursForm) -> str:
    entries, moved = queue.entries_of(current_user), id_argument("moved")
    return render_template("sharing/queue.html", entries=entries, form=form, moved=moved)


@share_queue.post("/shares/queue/<int:share_id>/move")
@signed_in
def move(share_id: int) -> Response:
    """One place up or down."""
    queue.move(current_user, share_id, up=request.form.get("to") == "up")
    db.session.commit()
    return redirect(url_for("share_queue.index", moved=share_id), 303)


@share_queue.post("/shares/queue/<int:share_id>/leave")
@signed_in
def leave(share_id: int) -> Response:
    """Take a content out of the queue."""
    queue.leave(current_user, share_id)
    db.session.commit()
    flash(_("Taken out of your queue. Nothing was posted."), "good")
    return redirect(url_for("share_queue.index"), 303)


@share_queue.post("/shares/queue/all")
@signed_in
@limiter.limit("30 per hour")
def share_all() -> Response:
    """The whole queue now, or planned anew over the next days."""
    if request.form.get("when") == "now":
        going, left = queue.share_all_now(current_user)
        db.session.commit()
        if going:
            flash(ngettext("%(num)d content leaves now.", "%(num)d contents leave one after the other from now on.", going), "good")  # fmt: skip # noqa: E501
        if left:
            flash(_("Your programme lets out no more of yours today: the rest stays in your queue."), "warn")
    else:
        queue.replan(current_user)
        db.session.commit()
        flash(_("Planned anew over the next days."), "good")
    return redirect(url_for("share_queue.index"), 303)


@share_queue.route("/shares/queue/saved", methods=["GET", "POST"])
@signed_in
@limiter.limit("30 per hour", methods=["POST"])
def saved() -> Page:
    """Saved posts, each with a wording to confirm or change; nothing is queued that was not ticked and sent."""
    kept = saved_for(current_user)
    accounts = [one for one in networks.accounts_of(current_user) if one.state == AccountState.CONNECTED]
    offered = [one for one in accounts if registry.find_adapter(one.network) is not None]
    refused: dict[int, str] = {}
    if request.method == "POST":
        added, refused = _add_all(kept)
        if added:
            flash(ngettext("%(num)d content is in your queue.", "%(num)d contents are in your queue.", added), "good")
        if added and not refused:
            return redirect(url_for("share_queue.index"), 303)
        kept = saved_for(current_user)
    press = _press()
    page = render_template("sharing/saved.html", kept=kept, accounts=offered, refused=refused, press=press)
    return (page, 422) if refused else page


def _press() -> UUID:
    try:
        return UUID(request.form.get("press", ""))
    except ValueError:
        return uuid4()


def _add_all(kept: list[Kept]) -> tuple[int, dict[int, str]]:
    """Queue what is ticked, each post in a transaction of its own: how many, and why not for the others."""
    wanted, press = {int(value) for value in request.form.getlist("post") if value.isdecimal()}, _press()
    account_ids = sorted({int(value) for value in request.form.getlist("account") if value.isdecimal()})
    chosen = [one.post for one in kept if one.post.id in wanted]
    if not chosen:
        return 0, {0: str(_("Choose at least one content."))}
    if not account_ids:
        return 0, {0: str(_("Choose at least one account."))}
    added, refused = 0, dict[int, str]()
    for post in chosen:
        text = request.form.get(f"text_{post.id}", "")
        wishes = [Wish(account_id, text) for account_id in account_ids]
        language = next((word.language for word in post.wordings if word.text == text), current_user.language)
        try:
            queue.add(current_user, post, uuid5(press, str(post.id)), wishes, language)
            db.session.commit()
            added += 1
        except (Invalid, Conflict) as error:
            db.session.rollback()
            refused[post.id] = _sentence(error)
    return added, refused


def _sentence(error: RelaisError) -> str:
    return str(error.sentence)
