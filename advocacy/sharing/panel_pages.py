"""What the share panel asks for while somebody types: how near their words are, and whether their moment is good."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.clock import utcnow
from advocacy.content import service as content
from advocacy.db import db
from advocacy.formats import moment_in_words
from advocacy.limits import limiter
from advocacy.networks import service as networks
from advocacy.networks.models import Account
from advocacy.sharing import caps, planning
from advocacy.sharing.forms import ShareForm
from advocacy.sharing.hours import Oddity
from advocacy.sharing.making_it_yours import advise
from advocacy.sharing.service import get_share
from advocacy.sharing.staggering import find_crowd
from advocacy.web import signed_in

share_advice = Blueprint("share_advice", __name__)


@share_advice.post("/posts/<int:post_id>/share/nearness")
@signed_in
@limiter.limit("900 per hour")
def nearness(post_id: int) -> str:
    """How near the words of the panel are to those of colleagues: a part of the page."""
    post, form = content.visible_post(current_user, post_id), ShareForm()
    advice = advise(current_user, post, form.text.data or "", _chosen(form), form.language.data or "")
    return render_template("sharing/_nearness.html", advice=advice)


@share_advice.post("/posts/<int:post_id>/share/moment")
@signed_in
@limiter.limit("900 per hour")
def moment(post_id: int) -> str:
    """What is to be said of the moment that is chosen in the panel: a part of the page."""
    post, form = content.visible_post(current_user, post_id), ShareForm()
    reading, accounts = form.reading(current_user.time_zone), _chosen(form)
    said, twice, full, crowd = None, False, None, None
    if reading is not None and reading.at > utcnow():
        second = bool(form.second.data)
        said, twice = planning.oddity_in_words(reading, second=second), reading.oddity is Oddity.TWICE
        full = caps.find_full(current_user, post.id, accounts, reading.at)
        networks_chosen = sorted({account.network for account in accounts})
        crowd = find_crowd(current_user, post.id, networks_chosen, reading.at) if full is None else None
    return render_template("sharing/_moment.html", said=said, twice=twice, full=full, crowd=crowd, form=form)


@share_advice.post("/shares/<int:share_id>/aside")
@signed_in
def step_aside(share_id: int) -> Response:
    """Move a share that waits, and those of the same press, to the freer minute."""
    share = get_share(current_user, share_id)
    at = planning.step_aside(current_user, share.submission)
    db.session.commit()
    flash(_("It leaves on %(moment)s now.", moment=moment_in_words(at)), "good")
    return redirect(url_for("sharing.done", submission=share.submission), 303)


def _chosen(form: ShareForm) -> list[Account]:
    wanted = set(form.account.data or [])
    return [account for account in networks.accounts_of(current_user) if account.id in wanted]
