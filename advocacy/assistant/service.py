"""Asking the assistant, and what came of it. People ask; workers answer (see `answering`)."""

from datetime import timedelta
from uuid import UUID

from celery import current_app
from flask_babel import gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert

from advocacy.assistant.material import Material, to_json
from advocacy.assistant.models import AskState, AssistRequest, Kind
from advocacy.clock import utcnow
from advocacy.completions import Endpoint, find_endpoint
from advocacy.db import db
from advocacy.errors import Conflict, Invalid, NotFound, TooMany
from advocacy.jobs import nudge
from advocacy.limits import may
from advocacy.people.models import Person
from config.settings import get_settings

RATE = "10 per minute"
SHOWN_FOR = timedelta(days=1)
_LOCK = 0x6173_0000_0000_0000


def get_assistant() -> Endpoint:
    """Who is asked. Raises NotFound where the operator set none: then there is nothing of it."""
    endpoint = find_endpoint()
    if endpoint is None:
        raise NotFound
    return endpoint


def ask(
    person: Person, press: UUID, kind: Kind, subject: str, material: Material, network: str | None = None
) -> AssistRequest:
    """Have a worker ask for `person`. The same press again gives the same request.

    Raises NotFound where no assistant is set, Invalid where there is nothing to work on, TooMany beyond what a person
    may ask in a minute or a day.
    """
    get_assistant()
    _check(kind, material)
    material = material.bounded()
    db.session.execute(select(func.pg_advisory_xact_lock(_LOCK + person.id)))
    found = _find_same(person, press, kind, material)
    if found is not None:
        return found
    _check_share(person)
    values = {
        "person_id": person.id,
        "press": press,
        "kind": kind.value,
        "subject": subject,
        "digest": material.digest,
        "language": material.language,
        "network": network,
        "material": to_json(material),
        "state": AskState.ASKED.value,
        "result": [],
        "asked_at": utcnow(),
    }
    made = db.session.scalars(insert(AssistRequest).values(**values).returning(AssistRequest)).one()
    nudge(current_app.tasks["assistant.answer_waiting"])
    return made


def get_request(person: Person, request_id: int) -> AssistRequest:
    """A request of the person's own. Raises NotFound for another's, as for one that is not there."""
    found = db.session.get(AssistRequest, request_id)
    if found is None or found.person_id != person.id:
        raise NotFound
    return found


def requests_of(person: Person, ids: set[int], subject: str | None = None) -> list[AssistRequest]:
    """Those of these requests that are the person's own, and what they asked about `subject` within a day, did not put
    away, and was not refused; oldest first.
    """
    if not ids and subject is None:
        return []
    recent = (
        (AssistRequest.subject == subject)
        & (AssistRequest.asked_at > utcnow() - SHOWN_FOR)
        & AssistRequest.put_away_at.is_(None)
        & (AssistRequest.state != AskState.FAILED.value)
    )
    query = select(AssistRequest).where(AssistRequest.person_id == person.id, or_(AssistRequest.id.in_(ids), recent))
    return sorted(db.session.scalars(query.order_by(AssistRequest.id.desc()).limit(100)), key=lambda one: one.id)


def put_away(request: AssistRequest) -> None:
    """Its person took what they wanted of it, or wants nothing."""
    request.put_away_at = utcnow()


def get_suggestion(person: Person, request_id: int, number: int) -> tuple[AssistRequest, str]:
    """A suggestion of the person's own. Raises NotFound; Conflict while there is none yet."""
    found = get_request(person, request_id)
    if found.state != AskState.DONE:
        raise Conflict(_("The suggestion is not there yet."))
    if not 0 <= number < len(found.result):
        raise NotFound
    return found, found.result[number]


def _check(kind: Kind, material: Material) -> None:
    if kind is Kind.WORDINGS:
        if not (material.link or material.title or material.summary):
            raise Invalid(_("Give a link or a title first: there is nothing to start from."))
    elif not material.text.strip():
        raise Invalid(_("Write a few words first: there is nothing to start from."))


def _find_same(person: Person, press: UUID, kind: Kind, material: Material) -> AssistRequest | None:
    same = {"person_id": person.id, "press": press, "kind": kind.value, "digest": material.digest}
    return db.session.scalar(select(AssistRequest).filter_by(**same))


def _check_share(person: Person) -> None:
    """What failed does not count for the day."""
    today = (
        AssistRequest.person_id == person.id,
        AssistRequest.asked_at > utcnow() - timedelta(days=1),
        AssistRequest.state != AskState.FAILED.value,
    )
    used = db.session.scalar(select(func.count()).select_from(AssistRequest).where(*today)) or 0
    if used >= get_settings().assistant_daily:
        raise TooMany(_("That was the last question to the assistant for today. What you typed is kept."))
    if not may(f"person:{person.id}", "ask the assistant", RATE):
        raise TooMany(_("Please wait a minute before you ask again. What you typed is kept."))
