"""A consent that is for several accounts: the grants are kept, sealed, until the person picked one; for ten minutes."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import session
from flask_babel import gettext as _
from redis.exceptions import RedisError

from advocacy.cache import get_redis
from advocacy.errors import Ended, Unavailable
from advocacy.networks.base import Grant
from advocacy.networks.consent import SECONDS, new_state
from advocacy.sealing import CannotOpen, Secret, seal, unseal

_PLACE = "choice"
_SECRETS = ("access_token", "refresh_token", "key")
_MOMENTS = ("expires_at", "refresh_expires_at", "renew_at")


@dataclass(frozen=True)
class Choice:
    """What may be picked from, the page that the person came from, and whether they agreed to be matched."""

    grants: Sequence[Grant]
    page: str
    agreed: bool = False


def remember(person_id: int, network: str, choice: Choice) -> None:
    """Keep a choice, in place of an earlier one. Raises Unavailable."""
    name, until = new_state(), int(time.time()) + SECONDS
    kept = {"grants": [_written(grant) for grant in choice.grants], "agreed": choice.agreed}
    try:
        get_redis().set(f"choice:{name}", seal(Secret(json.dumps(kept))), ex=SECONDS)
    except RedisError as error:
        raise _away() from error
    session[_PLACE] = {"name": name, "person": person_id, "network": network, "until": until, "page": choice.page}


def look(person_id: int, network: str) -> Choice:
    """The choice that waits for this person. Raises Ended where none does, Unavailable."""
    return _kept(person_id, network, take=False)


def take(person_id: int, network: str) -> Choice:
    """The same, used up by that."""
    choice = _kept(person_id, network, take=True)
    del session[_PLACE]
    return choice


def _kept(person_id: int, network: str, *, take: bool) -> Choice:
    here: dict[str, Any] = session.get(_PLACE) or {}
    fits = here.get("person") == person_id and here.get("network") == network and here.get("until", 0) > time.time()
    found = None
    if fits:
        key = f"choice:{here['name']}"
        try:
            sealed = get_redis().getdel(key) if take else get_redis().get(key)
            found = json.loads(unseal(str(sealed)).reveal()) if sealed else None
        except CannotOpen:
            found = None
        except RedisError as error:
            raise _away() from error
    if found is None:
        raise Ended(_("There is nothing to choose from any more: it took too long. Please start again."))
    return Choice([_read(grant) for grant in found["grants"]], here["page"], found["agreed"])


def _written(grant: Grant) -> dict[str, Any]:
    values = dict(vars(grant))
    for name in _SECRETS:
        values[name] = values[name].reveal() if values[name] is not None else None
    for name in _MOMENTS:
        values[name] = values[name].isoformat() if values[name] is not None else None
    return values


def _read(values: dict[str, Any]) -> Grant:
    values = {**values, "scopes": tuple(values["scopes"])}
    for name in _SECRETS:
        values[name] = Secret(values[name]) if values[name] is not None else None
    for name in _MOMENTS:
        values[name] = datetime.fromisoformat(values[name]) if values[name] is not None else None
    return Grant(**values)


def _away() -> Unavailable:
    return Unavailable(_("The connection can’t be made right now. Please try again in a moment."))
