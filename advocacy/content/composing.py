"""The composer's form: filled with a post or with what was typed, and read back into a draft."""

from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from advocacy.clock import utcnow
from advocacy.content import service
from advocacy.content.aims import Aim, Choices, aim_of, choices_for
from advocacy.content.drafts import PostDraft, WordingDraft
from advocacy.content.forms import ComposerForm
from advocacy.content.models import Post
from advocacy.i18n import choose_language
from advocacy.images import BadImage
from advocacy.markup import safe_http_url
from advocacy.media import get_image_store
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person


def composer_form(actor: Person, body: Organisation, post: Post | None) -> tuple[ComposerForm, Choices]:
    """The form as sent, or else as the post is, with what `actor` may choose from."""
    choices = choices_for(actor, body.root_id)
    form = ComposerForm(data=_start(actor, body, post))
    language = choose_language()
    form.topics.offer((topic.id, topic.name_in(language)) for topic in service.topics_of(body.root_id))
    form.bodies.offer((one.id, _label(one)) for _depth, one in people.in_tree_order(choices.organisations))
    form.groups.offer((group.id, group.name) for group in choices.groups)
    return form, choices


def offer_caption(form: ComposerForm) -> None:
    """One more empty caption, in the language of the post."""
    form.wordings.append_entry({"language": form.language.data})


def take_picture(form: ComposerForm) -> None:
    """Store a picture that was sent; the form remembers it from then on. What is no picture is said beside the
    field, and a remembered key that is none of ours is forgotten.
    """
    store = get_image_store()
    if form.image.data and store.path(form.image.data) is None:
        form.image.data = ""
    sent = form.picture.data
    if not isinstance(sent, FileStorage) or not sent.filename:
        return
    try:
        form.image.data = store.put(sent.read()).key
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
    kept = _beyond(post, choices)
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
        aim=Aim(
            frozenset(form.bodies.data or ()) | kept.organisation_ids,
            frozenset(form.groups.data or ()) | kept.group_ids,
        ),
        publish_at=form.publish_moment(zone),
        expires_at=form.expiry_moment(zone),
    )


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
