"""Campaigns in the studio: the list, a new one, one with its posts. Their results stand at home, which sees shares."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from advocacy.clock import local_day, utcnow
from advocacy.content import campaigns as service
from advocacy.content.blueprint import content
from advocacy.content.campaign_forms import CampaignForm
from advocacy.content.campaigns import CampaignFlaws
from advocacy.content.listing import standing_of
from advocacy.content.models import Campaign
from advocacy.db import db
from advocacy.errors import Conflict, Forbidden
from advocacy.people import service as people
from advocacy.people.models import Organisation, Role
from advocacy.web import signed_in

Answer = str | Response | tuple[str, int]


@content.get("/studio/campaigns")
@signed_in
def campaigns() -> str:
    """The campaigns of the person's editorial teams."""
    people.require_anywhere(current_user, Role.EDITOR)
    found = service.campaigns_where(current_user)
    today = local_day(utcnow(), current_user.time_zone)
    return render_template("content/campaigns.html", campaigns=found, today=today)


@content.route("/studio/campaigns/new", methods=["GET", "POST"])
@signed_in
def campaign_new() -> Answer:
    """A new campaign."""
    bodies = people.organisations_where(current_user, Role.EDITOR)
    if not bodies:
        raise Forbidden
    wanted = request.values.get("body", "")
    usual = min(bodies, key=lambda body: (len(body.lineage), body.id != current_user.organisation_id, body.id))
    body = next((one for one in bodies if str(one.id) == wanted), usual)
    form = CampaignForm(data={"starts_on": local_day(utcnow(), current_user.time_zone)})
    return _work(form, None, body, bodies)


@content.route("/studio/campaigns/<int:campaign_id>", methods=["GET", "POST"])
@signed_in
def campaign(campaign_id: int) -> Answer:
    """A campaign with its posts, to change it."""
    found = service.get_campaign_to_edit(current_user, campaign_id)
    return _work(CampaignForm(obj=found), found, found.organisation, [])


def _work(form: CampaignForm, found: Campaign | None, body: Organisation, bodies: list[Organisation]) -> Answer:
    if request.method == "GET":
        return _page(form, found, body, bodies)
    if not form.validate():
        return _page(form, found, body, bodies), 422
    campaign_id = found.id if found else None
    try:
        if found is None:
            campaign_id = service.start_campaign(current_user, body, form.typed()).id
        else:
            service.edit_campaign(current_user, found, form.version.data or 0, form.typed())
        db.session.commit()
    except CampaignFlaws as error:
        db.session.rollback()
        form.show(error.flaws)
        return _page(form, found, body, bodies), 422
    except Conflict as error:
        db.session.rollback()
        found = service.get_campaign_to_edit(current_user, campaign_id or 0)
        form.form_errors = [str(error.sentence)]
        form.version.process_data(found.version)
        form.version.raw_data = None
        return _page(form, found, body, bodies), 409
    flash(_("Saved."), "good")
    return redirect(url_for("content.campaign", campaign_id=campaign_id), 303)


def _page(form: CampaignForm, found: Campaign | None, body: Organisation, bodies: list[Organisation]) -> str:
    posts = [(post, standing_of(post).value) for post in service.posts_of(found)] if found else []
    return render_template("content/campaign.html", form=form, campaign=found, body=body, bodies=bodies, posts=posts)
