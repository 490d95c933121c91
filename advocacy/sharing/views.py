"""Pages of sharing: the panel, what became of it, my shares."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.content import service as content
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.errors import Conflict, Invalid, NotFound, RelaisError
from advocacy.i18n import LANGUAGES
from advocacy.limits import limiter
from advocacy.networks import registry
from advocacy.sharing import changes, planning
from advocacy.sharing import service as sharing_service
from advocacy.sharing.assisting import Desk, desk_for
from advocacy.sharing.forms import ShareForm, WhenForm
from advocacy.sharing.hours import is_second, local_time
from advocacy.sharing.limits_of_words import findings_of
from advocacy.sharing.making_it_yours import common_ones
from advocacy.sharing.models import ShareState
from advocacy.sharing.panel import Panel, panel_for
from advocacy.sharing.recall import count_asked_of
from advocacy.sharing.service import Wish
from advocacy.web import id_argument, signed_in

sharing = Blueprint("sharing", __name__)
PAGE = 20
Page = str | Response | tuple[str, int]


@sharing.context_processor
def _networks() -> dict[str, object]:
    return {"networks": registry.shown()}


@sharing.route("/posts/<int:post_id>/share", methods=["GET", "POST"])
@signed_in
@limiter.limit("60 per hour", methods=["POST"])
def share(post_id: int) -> Page:
    """The share panel; nothing leaves before its button is pressed."""
    post = content.visible_post(current_user, post_id)
    panel = panel_for(current_user, post)
    form = ShareForm()
    if not form.is_submitted():
        _suggest(form, panel)
        return render_template("sharing/share.html", form=form, panel=panel, warned=[], assistant=_desk(form, post))
    warned = _warnings(form, post)
    if form.validate() and (not warned or request.form.get("sure")):
        try:
            choice = form.choice(current_user.time_zone)
            planning.share(current_user, post, form.submission_id, _wishes(form), _language(form), choice)
            db.session.commit()
            _tell_of_clock(form)
            return redirect(url_for("sharing.done", submission=form.submission_id), 303)
        except (Invalid, Conflict) as error:
            db.session.rollback()
            _say(form, error)
            panel = panel_for(current_user, content.visible_post(current_user, post_id))
    desk = _desk(form, panel.post)
    return render_template("sharing/share.html", form=form, panel=panel, warned=warned, assistant=desk), 422


def _desk(form: ShareForm, post: Post) -> Desk | None:
    return desk_for(current_user, post, form.asked.data)


def _suggest(form: ShareForm, panel: Panel) -> None:
    """Start from the wording that was pressed in the feed, else the first in the person's language, else nothing."""
    form.submission.data = str(form.submission_id)
    wanted = id_argument("wording")
    by_id = {suggestion.wording.id: suggestion.wording for suggestion in panel.suggestions}
    mine = [wording for wording in by_id.values() if wording.language in current_user.languages]
    start = by_id.get(wanted or 0) or next(iter(mine or by_id.values()), None)
    form.text.data = start.text if start else ""
    form.language.data = start.language if start else panel.post.language
    form.pass_on.data = [place.account.id for place in panel.places if place.passes_on]
    usable = [place.account.id for place in panel.places if place.usable and not place.on_its_way]
    form.account.data = usable if len(usable) == 1 else []


def _warnings(form: ShareForm, post: Post) -> list[str]:
    """What a rule asks the person to think about once more; what it blocks is said by the service."""
    found = findings_of(current_user, post, [wish.text for wish in _wishes(form)])
    if any(one.blocks for one in found):
        return []
    wishes = _wishes(form)
    wordless = any(not wish.text.strip() and not wish.pass_on for wish in wishes)
    said = [_("There are no words of yours yet. What you share goes out without any.")] if wordless else []
    return said + [one.sentence for one in found] + common_ones(current_user, post, [wish.text for wish in wishes])


def _wishes(form: ShareForm) -> list[Wish]:
    own = {account_id: request.form.get(f"text_{account_id}", "").strip() for account_id in form.account.data or []}
    passed, typed, taken = form.pass_on.data or [], form.text.data or "", bool(form.taken.data)
    return [Wish(each, text or typed, each in passed, not text and taken) for each, text in own.items()]


def _language(form: ShareForm) -> str:
    return form.language.data if form.language.data in LANGUAGES else str(current_user.language)


def _moment(form: WhenForm) -> datetime | None:
    reading = form.reading(current_user.time_zone)
    return reading.at if reading else None


def _tell_of_clock(form: WhenForm) -> None:
    """Say what became of a time that the clock jumps over or shows twice."""
    reading = form.reading(current_user.time_zone)
    said = planning.oddity_in_words(reading, second=bool(form.second.data)) if reading else None
    if said:
        flash(said, "plum")


def _say(form: WhenForm, error: RelaisError) -> None:
    name = error.facts.get("field", "account")
    field = form[name if name in ("account", "text", "at", "when") and name in form else "text"]
    field.errors = [*field.errors, str(error.sentence)]
    form.free = error.facts.get("free")


@sharing.get("/shares/done/<submission>")
@signed_in
def done(submission: str) -> str:
    """What became of one press of the button; refreshed by itself while something is on its way."""
    try:
        shares = sharing_service.shares_of_submission(current_user, UUID(submission))
    except ValueError as error:
        raise NotFound(_("This page does not exist, or is not for you.")) from error
    if not shares:
        raise NotFound(_("This page does not exist, or is not for you."))
    on_its_way = {ShareState.SCHEDULED.value, ShareState.CLAIMED.value, ShareState.ARMED.value}
    going = any(share.state in on_its_way and not share.is_for_later for share in shares)
    crowd = planning.crowd_at(current_user, shares)
    return render_template("sharing/done.html", shares=shares, going=going, crowd=crowd)


@sharing.get("/shares")
@signed_in
def mine() -> str:
    """The person's shares, newest first."""
    shares = sharing_service.shares_of(current_user, before=id_argument("before"), limit=PAGE + 1)
    more = len(shares) > PAGE
    recalled = count_asked_of(current_user)
    return render_template("sharing/mine.html", shares=shares[:PAGE], more=more, recalled=recalled)


@sharing.route("/shares/<int:share_id>", methods=["GET", "POST"])
@signed_in
def edit(share_id: int) -> Page:
    """Words and moment of a share that waits."""
    found = sharing_service.get_share(current_user, share_id)
    local = local_time(found.wanted_at, current_user.time_zone)
    second = is_second(found.wanted_at, current_user.time_zone)
    form = WhenForm(data={"text": found.text, "when": "at", "at": local, "second": second})
    if not form.is_submitted():
        return render_template("sharing/edit.html", form=form, share=found)
    if form.validate():
        try:
            at = found.wanted_at if form.when.data == "at" and _unchanged(form, found.wanted_at) else _moment(form)
            planning.change(current_user, share_id, form.text.data or "", at)
            db.session.commit()
            _tell_of_clock(form)
            flash(_("Saved. Nothing has left yet.") if at else _("It leaves now."), "good")
            return redirect(url_for("sharing.mine"), 303)
        except Invalid as error:
            db.session.rollback()
            _say(form, error)
            form.at.data = local_time(form.free, current_user.time_zone) if form.free else form.at.data
            found = sharing_service.get_share(current_user, share_id)
    return render_template("sharing/edit.html", form=form, share=found), 422


def _unchanged(form: WhenForm, wanted_at: datetime) -> bool:
    moment = _moment(form)
    return moment is not None and moment == wanted_at.replace(second=0, microsecond=0)


@sharing.post("/shares/<int:share_id>/cancel")
@signed_in
def cancel(share_id: int) -> Response:
    """Take a share back."""
    changes.cancel(current_user, share_id)
    db.session.commit()
    flash(_("Taken back. Nothing was posted."), "good")
    return redirect(url_for("sharing.mine"), 303)


@sharing.post("/shares/<int:share_id>/settle")
@signed_in
def settle(share_id: int) -> Response:
    """Is the post online? The person is the only one who can tell."""
    online = request.form.get("online")
    if online not in ("yes", "no"):
        raise Invalid(_("Say whether the post is online."))
    changes.settle(current_user, share_id, online == "yes")
    db.session.commit()
    flash(_("Thank you, noted.") if online == "yes" else _("Noted. You can send it again, or leave it."), "good")
    return redirect(url_for("sharing.mine"), 303)


@sharing.post("/shares/<int:share_id>/again")
@signed_in
def again(share_id: int) -> Response:
    """Send a failed share once more."""
    found = changes.send_again(current_user, share_id)
    db.session.commit()
    return redirect(url_for("sharing.done", submission=found.submission), 303)


@sharing.post("/shares/<int:share_id>/remove")
@signed_in
def remove(share_id: int) -> Response:
    """Delete the post at its network."""
    changes.ask_removal(current_user, share_id)
    db.session.commit()
    flash(_("The post is being deleted. Your points stay."), "good")
    return redirect(url_for("sharing.mine"), 303)
