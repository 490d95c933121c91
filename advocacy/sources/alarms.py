"""A source that fails for days is told to the editors of its body, once."""

from datetime import timedelta
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import select

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.i18n import speaking
from advocacy.mail import post_mail
from advocacy.people.models import Organisation, Person, Role, RoleGrant
from advocacy.sources.models import Source
from advocacy.sources.reasons import said
from config.settings import get_settings

AFTER: Final = timedelta(days=3)


def warn_next() -> bool:
    """Write about the source that fails the longest, if nobody was told yet; whether there was one. Only adds rows."""
    query = select(Source).where(
        Source.failing_since < utcnow() - AFTER,
        Source.warned_at.is_(None),
        # One that was paused is known to be in trouble.
        Source.disabled_at.is_(None) | (Source.failure == "gone"),
    )
    query = query.order_by(Source.failing_since).limit(1).with_for_update(of=Source, skip_locked=True)
    source = db.session.scalar(query.execution_options(populate_existing=True))
    if source is None:
        return False
    source.warned_at = utcnow()
    for person in editors_near(source.organisation):
        _write(person, source)
    db.session.flush()
    return True


def editors_near(organisation: Organisation) -> list[Person]:
    """Who looks after the body: those with an editor's or admin's role there, else at the nearest body above."""
    query = (
        select(Person, RoleGrant.organisation_id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.organisation_id.in_(organisation.lineage),
            RoleGrant.role.in_((Role.EDITOR.value, Role.ADMIN.value)),
            Person.deactivated_at.is_(None),
        )
        .order_by(Person.id)
    )
    found = db.session.execute(query).all()
    nearest = max((organisation.lineage.index(body_id) for _person, body_id in found), default=0)
    near = {person.id: person for person, body_id in found if organisation.lineage[nearest] == body_id}
    return list(near.values())


def _write(person: Person, source: Source) -> None:
    title = source.title or source.url
    with speaking(person.language):
        subject = _("“%(title)s” could not be read for three days", title=title)
        reason = said(source.failure or "bad_response")
    page = f"{get_settings().public_url}/studio/sources/{source.id}"
    facts = {"name": person.name, "title": title, "address": source.url, "reason": reason, "page": page}
    post_mail(person.email, person.language, "source_failing", subject, **facts)
