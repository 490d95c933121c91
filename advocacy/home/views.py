"""Pages that show several slices: home, my impact, the welcome."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.content import service as content
from advocacy.content.cursor import read_cursor
from advocacy.db import db
from advocacy.errors import Invalid, NotFound
from advocacy.home import service, welcome
from advocacy.home.aside import aside_for, shares_beside
from advocacy.home.campaigns import campaign_page
from advocacy.home.figures import newest_states
from advocacy.home.forms import WhoForm
from advocacy.home.impact import Span, impact_of
from advocacy.home.place import my_place
from advocacy.home.visits import note_visit
from advocacy.i18n import choose_language
from advocacy.networks import registry
from advocacy.networks import service as networks
from advocacy.sharing import service as sharing
from advocacy.web import id_argument, signed_in
from config import points

home = Blueprint("home", __name__)
Page = str | Response | tuple[str, int]


@home.get("/")
@signed_in
def feed() -> Page:
    """What is new, then the feed; to htmx that asks for more, only the next cards."""
    if current_user.welcomed_at is None:
        return redirect(url_for("home.welcome", step=1))
    before = read_cursor(request.args.get("before"))
    asked = service.ask_feed(current_user, request.args.get("tab", "all"), before, id_argument("campaign"))
    if before is not None and request.headers.get("HX-Request") == "true":
        page = service.feed_of(
            current_user, choose_language(), asked, sharing.shared_posts(current_user, asked.post_ids)
        )
        answer = Response(render_template("home/_cards.html", feed=page, loaded=True), mimetype="text/html")
        answer.headers["Vary"] = "Cookie, Accept-Language, HX-Request"
        return answer
    programme, shares = service.programme_of(current_user), shares_beside(current_user, asked.post_ids)
    page = service.feed_of(current_user, choose_language(), asked, newest_states(shares))
    return render_template(
        "home/feed.html",
        feed=page,
        beginning=before is None,
        tabs=service.tabs_of(current_user, programme),
        greeting=service.greeting(current_user),
        news=service.whats_new(current_user, note_visit(current_user)),
        aside=aside_for(current_user, shares),
        place=my_place(current_user, programme),
    )


@home.get("/campaigns/<int:campaign_id>")
@signed_in
def campaign(campaign_id: int) -> str:
    """What a campaign wants and how it goes; its figures in detail for the editors of its organisation."""
    shown = campaign_page(current_user, campaign_id, choose_language())
    return render_template("home/campaign.html", shown=shown)


@home.get("/impact")
@signed_in
def impact() -> str:
    """What the person's shares brought; theirs alone to see."""
    return render_template(
        "home/impact.html",
        impact=impact_of(current_user, _span()),
        spans=list(Span),
        accounts=networks.accounts_of(current_user),
        networks={adapter.capabilities.name: adapter.capabilities for adapter in registry.offered()},
        rules_version=points.VERSION,
    )


def _span() -> Span:
    try:
        return Span(request.args.get("days", Span.QUARTER.value, type=int))
    except ValueError as error:
        raise NotFound(_("This page does not exist, or is not for you.")) from error


@home.route("/welcome/<int:step>", endpoint="welcome", methods=["GET", "POST"])
@signed_in
def welcome_step(step: int) -> Page:
    """A step of the welcome. Only the first one is a form of its own."""
    if not 1 <= step <= welcome.STEPS:
        raise NotFound(_("This page does not exist, or is not for you."))
    if step == 1:
        return _who()
    if request.method == "POST":
        return redirect(url_for("home.welcome", step=step), 303)
    if step == 2:
        return render_template("home/welcome_network.html", step=step, offers=welcome.offers_for(current_user))
    proposal = welcome.first_share(current_user, choose_language())
    return render_template("home/welcome_share.html", step=step, proposal=proposal)


def _who() -> Page:
    if request.method == "POST" and "later" in request.form:
        welcome.leave(current_user)
        db.session.commit()
        return redirect(url_for("home.feed"), 303)
    topics = content.topics_of(current_user.organisation.root_id)
    form = WhoForm(obj=current_user, data={"topics": sorted(content.followed_topics(current_user))})
    form.offer(topics, choose_language())
    if not form.is_submitted():
        return render_template("home/welcome_who.html", step=1, form=form, topics=topics)
    if form.validate():
        try:
            _introduce(form)
            db.session.commit()
            return redirect(url_for("home.welcome", step=2), 303)
        except Invalid as error:
            db.session.rollback()
            form.name.errors = [*form.name.errors, str(error.sentence)]
    return render_template("home/welcome_who.html", step=1, form=form, topics=topics), 422


def _introduce(form: WhoForm) -> None:
    welcome.introduce(
        current_user,
        name=form.name.data or "",
        job=form.job.data or "",
        languages=form.languages.data or [],
        topic_ids=form.topics.data or [],
    )
