"""Links that are mailed: signed, dated, for one purpose, and good until the password or the sessions change."""

import hashlib
import hmac
from datetime import timedelta
from enum import Enum
from typing import Final

from flask import current_app
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select

from advocacy.db import db
from advocacy.errors import NotFound
from advocacy.people.models import Person
from config.settings import get_settings


class Purpose(Enum):
    """What a mailed link opens: the endpoint, and how long it is good for."""

    INVITATION = ("people.accept", timedelta(days=14))
    RESET = ("people.reset", timedelta(hours=1))

    @property
    def endpoint(self) -> str:
        """The view the link leads to."""
        return self.value[0]

    @property
    def lifetime(self) -> timedelta:
        """How long after its making the link works."""
        return self.value[1]


class DeadLink(NotFound):
    """The link was altered, is too old, or was used: which of these is not told."""


FIELDS: Final = 2


def link_for(person: Person, purpose: Purpose) -> str:
    """The address to mail, in full. Works outside requests too."""
    token = _serializer(purpose).dumps([person.id, fingerprint(person)])
    path = current_app.url_map.bind("relais").build(purpose.endpoint, {"token": token})
    return get_settings().public_url + path


def open_link(token: str, purpose: Purpose, *, lock: bool = False) -> Person:
    """The person a link was made for; `lock` holds their row, so that it works once. Raises DeadLink."""
    try:
        claims = _serializer(purpose).loads(token, max_age=int(purpose.lifetime.total_seconds()))
    except BadData:
        claims = None
    if not isinstance(claims, list) or len(claims) != FIELDS:
        raise DeadLink(_("This link no longer works."))
    wanted = select(Person).where(Person.id == claims[0]).execution_options(populate_existing=True)
    person = db.session.scalar(wanted.with_for_update(of=Person) if lock else wanted)
    if person is None or not person.is_active or not hmac.compare_digest(fingerprint(person), str(claims[1])):
        raise DeadLink(_("This link no longer works."))
    return person


def fingerprint(person: Person) -> str:
    """Changes with the password, the address and the epoch: a link that carries an older one is void."""
    secret = get_settings().secret_key.get_secret_value().encode()
    facts = f"{person.id}\0{person.password_hash}\0{person.epoch}\0{person.email}"
    return hmac.new(secret, facts.encode(), hashlib.sha256).hexdigest()[:24]


def _serializer(purpose: Purpose) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        get_settings().secret_key.get_secret_value(),
        salt=f"relais.people.{purpose.name.lower()}",
        signer_kwargs={"digest_method": hashlib.sha256},
    )
