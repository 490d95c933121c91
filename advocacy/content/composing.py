"""The composer's form: filled with a post or with what was typed, and read back into a draft."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from advocacy.clock import utcnow
from advocacy.content import service
from advocacy.content.aims import Aim, Choices, aim_of, choices_for
from advocacy.content.campaigns import campaigns_open_to
from advocacy.content.captions import CaptionNetwork
from advocacy.content.counting import Tally, tally, tightest
from advocacy.content.drafts import PostDraft, WordingDraft
from advocacy.content.forms import ComposerForm, WordingForm
from advocacy.content.framing import forget_crops, offer_crops, typed_crops
from advocacy.content.models import Post
from advocacy.i18n import choose_language
from advocacy.images import BadImage
from advocacy.markup import safe_http_url
from advocacy.media import get_image_store
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person


@dataclass(frozen=True, slots=True)
class Start:
    """What a form begins from besides its post: a template's values, or words that were kept as typed."""

    body: Mapping[str, Any] = field(default_factory=dict)
    words: MultiDict[str, str] | None = None
    as_saved: bool = False
    """Whether what was sent with the request is none of the form's."""


def composer_form(
    actor: Person, body: Organisation, post: Post | None, begin: Start | None = None
) -> tuple[ComposerForm, Choices]:
    """The form as sent, or else as kept or as the template or the post is, with what `actor` may choose from."""
    choices = choices_for(actor, body.root_id)
    begin = begin or Start()
    data = {**_start(actor, body, post), **begin.body}
    if begin.as_saved:
        form = ComposerForm(None, data=data)
    else:
        form = ComposerForm(begin.words, data=data) if begin.words is not None else ComposerForm(data=data)
    language = choose_language()
    form.topics.offer((topic.id, topic.name_in(language)) for topic in service.topics_of(body.root_id))
    form.bodies.offer((one.id, _label(one)) for _depth, one in people.in_tree_order(choices.organisations))
    form.groups.offer((group.id, group.name) for group in choices.groups)
    offer_campaigns(form, body, post)
    offer_crops(form, post)
    return form, choices


def offer_campaigns(form: ComposerForm, body: Organisation, post: Post | None) -> None:
    """The campaigns that a post of this body may serve, and the one it serves already."""
    found = {one.id: one.name for one in campaigns_open_to(body)}
    if post is not None and post.campaign is not None:
        found.setdefault(post.campaign.id, post.campaign.name)
    named = [SelectChoice(number, name) for number, name in found.items()]
    form.campaign.choices = [SelectChoice(0, _("No campaign")), *named]


def offer_caption(form: ComposerForm) -> None:
    """One more empty caption, in the language of the post."""
    form.wordings.append_entry({"language": form.language.data})


def move_caption(form: ComposerForm, act: str) -> bool:
    """Do what `act` says to a caption: drop-0, up-1, down-0. False for what is no such act."""
    verb, _dash, digits = act.partition("-")
    if verb not in ("drop", "up", "down"):
        return False
    rows = [dict(one.form.data) for one in form.wordings.entries]
    place = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 4 else len(rows)
    if place < len(rows):
        row = rows.pop(place)
        if verb != "drop":
            rows.insert(max(0, place + (1 if verb == "down" else -1)), row)
    refill_captions(form, rows)
    return True


def refill_captions(form: ComposerForm, rows: list[dict[str, Any]]) -> None:
    """Have the form hold these captions."""
    while form.wordings.entries:
        form.wordings.pop_entry()
    form.wordings.last_index = -1
    for row in rows:
        form.wordings.append_entry(row)


def campaign_slug(text: str) -> str:
    """What was typed as a campaign, as web statistics like it: small ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9._]+", "-", plain).strip("-")


def take_picture(form: ComposerForm) -> None:
    """Store a picture that was sent; the form remembers it from then on. What is no picture is said beside the
    field, and a remembered key that is none of ours is forgotten.
    """
    store = get_image_store()
    if form.image.data and not store.touch(form.image.data):
        form.image.data = ""
    sent = form.picture.data
    if not isinstance(sent, FileStorage) or not sent.filename:
        return
    try:
        form.image.data = store.put(sent.read()).key
        forget_crops(form)
    except BadImage as error:
        form.picture.errors = [*form.picture.errors, said_of_picture(error)]


def said_of_picture(error: BadImage) -> str:
    """Why a picture was not taken, for the person."""
    if error.reason in ("too_large", "too_many_pixels"):
        return str(_("This picture is too large. Make it smaller, then send it again."))
    return str(_("This is no picture we can read. Send a JPEG, PNG, WebP, AVIF or GIF."))


def typed_draft(form: ComposerForm, actor: Person, post: Post | None, choices: Choices) -> PostDraft:
    """What was typed. Audiences that are not open to `actor` stay as they are."""
    zone = actor.time_zone
    link = form.link.data
    return PostDraft(
        title=form.title.data or "",
        summary=form.summary.data or "",
        language=form.language.data,
        link=(safe_http_url(link) or link) if link else None,
        image=form.image.data or None,
        image_alt=form.image_alt.data or "",
        topic_ids=frozenset(form.topics.data or ()),
        wordings=tuple(_wordings(form)),
        aim=typed_aim(form, post, choices),
        publish_at=form.publish_moment(zone),
        expires_at=form.expiry_moment(zone),
        focus=form.focus,
        crops=typed_crops(form),
        pinned_until=form.pin_moment(zone),
        featured=bool(form.featured.data),
        utm_campaign=campaign_slug(form.utm_campaign.data or ""),
        campaign_id=form.campaign.data or None,
    )


def typed_aim(form: ComposerForm, post: Post | None, choices: Choices) -> Aim:
    """Whom it is for as ticked, with what the post has that is not the actor's to change."""
    kept = _beyond(post, choices)
    bodies, groups = frozenset(form.bodies.data or ()), frozenset(form.groups.data or ())
    return Aim(bodies | kept.organisation_ids, groups | kept.group_ids)


def caption_tally(row: WordingForm, networks: Mapping[str, CaptionNetwork]) -> Tally | None:
    """How long a caption is where it may go; for any network, where there is least room."""
    network = networks.get(row.network.data or "")
    text = row.text.data or ""
    return tally(text, network) if network else tightest(text, networks.values())


def names_beyond(post: Post | None, choices: Choices) -> list[str]:
    """Names of the audiences a post has that are not the actor's to change."""
    kept = _beyond(post, choices)
    found = [row.audience for row in (post.audiences if post else ())]
    bodies = [
        one.organisation.name for one in found if one.organisation and one.organisation_id in kept.organisation_ids
    ]
    return bodies + [one.group.name for one in found if one.group and one.group_id in kept.group_ids]


def _beyond(post: Post | None, choices: Choices) -> Aim:
    chosen = aim_of(post) if post is not None else Aim()
    return Aim(
        chosen.organisation_ids - {body.id for body in choices.organisations},
        chosen.group_ids - {group.id for group in choices.groups},
    )


def _wordings(form: ComposerForm) -> list[WordingDraft]:
    rows = [entry.form for entry in form.wordings.entries]
    return [WordingDraft(row.text.data, row.language.data, row.network.data or None) for row in rows if row.text.data]


def _start(actor: Person, body: Organisation, post: Post | None) -> dict[str, Any]:
    """What the form shows before anybody typed."""
    if post is None:
        language = choose_language()
        return {"language": language, "bodies": [body.id], "wordings": [{"language": language}], "timing": "now"}
    zone = ZoneInfo(actor.time_zone)
    aim = aim_of(post)
    coming = post.publish_at if post.publish_at and post.publish_at > utcnow() else None
    lines = [{"text": one.text, "language": one.language, "network": one.network or ""} for one in post.wordings]
    return {
        "version": post.version,
        "title": post.title,
        "summary": post.summary,
        "language": post.language,
        "link": post.link or "",
        "image": post.image or "",
        "image_alt": post.image_alt,
        "focus_x": post.focus_x,
        "focus_y": post.focus_y,
        "pinned_until": post.pinned_until.astimezone(zone) if post.pinned_until else None,
        "featured": post.featured,
        "utm_campaign": post.utm_campaign,
        "campaign": post.campaign_id or 0,
        "topics": [topic.id for topic in post.topics],
        "bodies": sorted(aim.organisation_ids),
        "groups": sorted(aim.group_ids),
        "wordings": lines or [{"language": post.language}],
        "timing": "later" if coming else "now",
        "publish_at": coming.astimezone(zone) if coming else None,
        "expires_at": post.expires_at.astimezone(zone) if post.expires_at else None,
    }


def _label(body: Organisation) -> str:
    if body.parent_id is None:
        return str(_("Everyone: %(name)s", name=body.name))
    return str(_("%(name)s and all below", name=body.name))
