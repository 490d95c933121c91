"""What editors of bodies are told by mail: one letter a person, however many bodies they edit for."""

from datetime import UTC

from babel import Locale
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from advocacy.cascade.bodies import Editor, editors_of
from advocacy.cascade.models import Offer, OfferReply
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.formats import day
from advocacy.i18n import speaking
from advocacy.mail import post_mail
from advocacy.people.models import Person
from config.settings import get_settings


def tell_offered(offer: Offer, replies: list[OfferReply]) -> int:
    """Write to the editors of the bodies that are still to answer; how many letters. Who was written to before is
    reminded."""
    editors = editors_of([reply.organisation for reply in replies], offer.organisation)
    asked: dict[Editor, list[OfferReply]] = {}
    for reply in replies:
        for editor in editors[reply.organisation_id]:
            if editor.id != offer.offered_by_id:
                asked.setdefault(editor, []).append(reply)
    for editor, mine in asked.items():
        with speaking(editor.language):
            _offer(editor, offer, mine)
    return len(asked)


def tell_withdrawn(original: Post, replies: list[OfferReply]) -> None:
    """Write to whoever answered for the body, and to whom its own version belongs, that the original is withdrawn."""
    for reply in replies:
        ids = {reply.answered_by_id, reply.adapted.author_id if reply.adapted else None} - {None}
        query = select(Person).where(Person.id.in_(ids), Person.deactivated_at.is_(None)).order_by(Person.id)
        for person in db.session.scalars(query):
            with speaking(person.language):
                subject = _("The original was withdrawn: %(title)s", title=original.title)
                said = _(
                    "%(organisation)s withdrew “%(title)s”. Your own version stays as it is until you decide.",
                    organisation=original.organisation.name,
                    title=original.title,
                )
                page = f"{get_settings().public_url}/studio/offers/replies/{reply.id}"
                facts = {"name": person.name, "sentence": said, "note": "", "page": page}
                post_mail(person.email, person.language, "offer", subject, **facts)


def _offer(editor: Editor, offer: Offer, replies: list[OfferReply]) -> None:
    again = all(reply.told_at is not None for reply in replies)
    title, names = offer.post.title, ", ".join(reply.organisation.name for reply in replies[:3])
    subject = _("Still to answer: %(title)s", title=title) if again else _("Offered to you: %(title)s", title=title)
    said = ngettext(
        "%(organisation)s offers “%(title)s” to %(names)s. You inherit it, adapt it, or decline.",
        "%(organisation)s offers “%(title)s” to %(num)d organisations that you edit for: %(names)s … For each of them"
        " you inherit it, adapt it, or decline.",
        len(replies),
        organisation=offer.organisation.name,
        title=title,
        names=names,
    )
    if offer.reply_by is not None:
        said += " " + _("An answer by %(day)s would help.", day=day(offer.reply_by, Locale(editor.language), UTC))
    base = f"{get_settings().public_url}/studio/offers"
    page = f"{base}/replies/{replies[0].id}" if len(replies) == 1 else base
    facts = {"name": editor.name, "sentence": said, "note": offer.note, "page": page}
    post_mail(editor.email, editor.language, "offer", subject, **facts)
