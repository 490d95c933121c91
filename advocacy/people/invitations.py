"""How people come in: invited by an admin, or back by a link when the password is gone."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from advocacy import mail_tasks
from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.errors import Conflict, Invalid, RelaisError
from advocacy.i18n import LANGUAGES, speaking
from advocacy.jobs import nudge
from advocacy.mail import post_mail
from advocacy.people import guesses
from advocacy.people.grants import grant, require, require_over
from advocacy.people.links import Purpose, link_for, open_link
from advocacy.people.models import Organisation, Person, Role
from advocacy.people.names import about, clean_email, clean_line, clean_name
from advocacy.people.sessions import choose_password, find_by_email, note_sign_in

MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Invited:
    """What became of one line of a list: a person, or the reason why not."""

    line: str
    person: Person | None
    reason: str = ""


def invite(
    actor: Person | None,
    organisation: Organisation,
    email: str,
    name: str,
    language: str,
    role: Role | None = None,
) -> Person:
    """Add a person and mail an invitation; `actor` None is the command line. Raises Forbidden, NotFound, Invalid."""
    if actor is not None:
        require(actor, Role.ADMIN, organisation)
    with about("email"):
        address = clean_email(email)
    with about("name"):
        plain_name = clean_name(name)
    person = _new_person(organisation, address, plain_name, language)
    if actor is not None and role is not None and role is not Role.EMPLOYEE:
        grant(actor, person, organisation, role)
    _mail_invitation(person)
    return person


def invite_many(actor: Person, organisation: Organisation, lines: list[str], language: str) -> list[Invited]:
    """Invite a list of `name <e-mail>` (or bare addresses), each on its own: one that fails spoils no other."""
    require(actor, Role.ADMIN, organisation)
    if len(lines) > MOST_AT_ONCE:
        raise Invalid(_("At most %(num)d people at once.", num=MOST_AT_ONCE), field="lines")
    return [_invite_line(actor, organisation, line, language) for line in lines]


def resend(actor: Person, person: Person) -> None:
    """Mail the invitation anew. Raises Conflict when the person has joined or was deactivated."""
    require_over(actor, person)
    if person.password_hash is not None or not person.is_active:
        raise Conflict(_("This person is not waiting for an invitation."))
    person.invited_at = utcnow()
    _mail_invitation(person)


def send_link(email: str) -> None:
    """Mail a way in to whoever has this address, a reset or the invitation anew; never tells whether anybody has."""
    person = find_by_email(email)
    if not guesses.may_write_to(email.strip().lower()) or person is None or not person.is_active:
        return
    if person.password_hash is None:
        _mail_invitation(person)
    else:
        with speaking(person.language):
            subject = _("A new password for Relais")
        link = link_for(person, Purpose.RESET)
        post_mail(person.email, person.language, "reset", subject, name=person.name, link=link)
    nudge(mail_tasks.send_due)


def accept(token: str, name: str, password: str) -> Person:
    """Join with an invitation: a name as the person likes it, and a password. Raises DeadLink or Invalid."""
    person = open_link(token, Purpose.INVITATION, lock=True)
    with about("name"):
        person.name = clean_name(name)
    choose_password(person, password)
    note_sign_in(person)
    return person


def reset(token: str, password: str) -> Person:
    """Choose a new password with a mailed link; every session ends. Raises DeadLink or Invalid."""
    person = open_link(token, Purpose.RESET, lock=True)
    choose_password(person, password)
    note_sign_in(person)
    return person


def _invite_line(actor: Person, organisation: Organisation, line: str, language: str) -> Invited:
    try:
        name, email = _parts(clean_line(line, 400))
        return Invited(line, invite(actor, organisation, email, name, language))
    except RelaisError as error:
        return Invited(line, None, str(error.sentence))


def _parts(line: str) -> tuple[str, str]:
    name, bracket, rest = line.rpartition("<")
    if bracket:
        email = rest.rstrip("> ,;")
        return name.strip(' "') or email.partition("@")[0], email
    email = line.strip(" ,;")
    words = email.partition("@")[0].replace(".", " ").replace("_", " ")
    return words.title(), email


def _new_person(organisation: Organisation, email: str, name: str, language: str) -> Person:
    spoken = language if language in LANGUAGES else LANGUAGES[0]
    known = find_by_email(email)
    if known is not None:
        raise Invalid(_taken(known, organisation), field="email")
    person = Person(
        email=email,
        name=name,
        language=spoken,
        languages=[spoken],
        time_zone=organisation.time_zone,
        organisation=organisation,
        invited_at=utcnow(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(person)
    except IntegrityError:
        raise Invalid(_("This address was invited a moment ago.")) from None
    return person


def _taken(known: Person, organisation: Organisation) -> str:
    if known.organisation.root_id == organisation.root_id:
        return str(_("%(name)s is here already with this address.", name=known.name))
    return str(_("This address can’t be invited here."))


def _mail_invitation(person: Person) -> None:
    with speaking(person.language):
        subject = _("Your invitation to Relais")
    programme = person.organisation.name
    facts = {"link": link_for(person, Purpose.INVITATION), "days": Purpose.INVITATION.lifetime.days}
    post_mail(person.email, person.language, "invitation", subject, name=person.name, programme=programme, **facts)
    nudge(mail_tasks.send_due)
