"""What people are told by mail about approvals."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from advocacy.approval.models import ApprovalRound, RoundStep
from advocacy.approval.stand_ins import stands_in_for
from advocacy.content.models import Post
from advocacy.i18n import speaking
from advocacy.mail import post_mail
from advocacy.people.models import Person
from config.settings import get_settings


def ask(step: RoundStep, *, again: bool = False) -> None:
    """Ask those whose yes is still missing in the step, and who decides for them."""
    waiting = [seat.person for seat in step.seats if seat.approved_at is None]
    instead = stands_in_for({person.id for person in waiting})
    chosen = {one.id: one for person in waiting for one in [person, *instead.get(person.id, [])] if one.is_active}
    for person in chosen.values():
        if person.id in step.round.writer_ids:
            continue
        with speaking(person.language):
            sentence = _("Your yes is still missing.") if again else _("Your yes is asked for. It takes two minutes.")
            _write(person, step.round.post, _("To approve: %(title)s", title=step.round.post.title), sentence)


def tell_outcome(found: ApprovalRound, person: Person | None, outcome: str, note: str = "") -> None:
    """Tell who put the post forward how it ended."""
    if person is None or not person.is_active:
        return
    with speaking(person.language):
        titles = {
            "approved": _("Approved: %(title)s", title=found.post.title),
            "sent_back": _("Sent back: %(title)s", title=found.post.title),
        }
        said = {
            "approved": _("Everybody asked said yes."),
            "sent_back": _("It is a draft again. Change what is asked for, then put it forward anew."),
        }
        _write(person, found.post, titles[outcome], said[outcome], note=note, editing=True)


def tell_void(found: ApprovalRound, people: Iterable[Person]) -> None:
    """Tell those who had approved that the content changed since."""
    for person in people:
        if person.is_active:
            with speaking(person.language):
                subject = _("Changed since you approved it: %(title)s", title=found.post.title)
                said = _(
                    "The content was changed after your yes, so your yes no longer counts. You will be asked anew."
                )
                _write(person, found.post, subject, said)


def _write(person: Person, post: Post, subject: str, sentence: Any, *, note: str = "", editing: bool = False) -> None:
    base = get_settings().public_url
    page = f"{base}/studio/posts/{post.id}/approval" if editing else f"{base}/approvals/{post.id}"
    facts = {"name": person.name, "sentence": sentence, "note": note, "page": page}
    post_mail(person.email, person.language, "approval", subject, **facts)
