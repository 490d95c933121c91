"""What is kept between leaving for a network’s consent page and coming back: once, for ten minutes.

The session says which departure is awaited. What the adapter wants kept may be secret: it stays here, sealed, and is
taken out by the one answer that uses it up.
"""

import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from flask import session
from flask_babel import gettext as _
from redis.exceptions import RedisError

from advocacy.cache import get_redis
from advocacy.errors import Ended, Unavailable
from advocacy.networks.base import Departure
from advocacy.sealing import CannotOpen, Secret, seal, unseal

SECONDS = 600
_PLACE = "consent"


@dataclass(frozen=True)
class Waiting:
    """A departure whose person came back: what the adapter wanted kept, the server they left for, the page they left
    from, and whether they agreed to be matched.
    """

    keep: dict[str, str] = field(repr=False)
    page: str
    host: str = ""
    agreed: bool = False


def new_state() -> str:
    """A value nobody can guess, which must come back unchanged."""
    return secrets.token_urlsafe(32)


def remember(
    person_id: int, network: str, state: str, departure: Departure, page: str, host: str = "", agreed: bool = False
) -> None:
    """Keep a departure, in place of an earlier one; `page` is where the person comes back to. Raises Unavailable."""
    until = int(time.time()) + SECONDS
    kept = {"keep": departure.keep, "host": host, "agreed": agreed}
    try:
        get_redis().set(_key(state), seal(Secret(json.dumps(kept))), ex=SECONDS)
    except RedisError as error:
        raise _away() from error
    session[_PLACE] = {"state": state, "person": person_id, "network": network, "until": until, "page": page}


def take(person_id: int, network: str, state: str) -> Waiting:
    """The departure this state belongs to, which is used up by that. Raises Ended for any other state, and the
    departure that waits goes on waiting: a link that somebody else made up must not end it.
    """
    here: dict[str, Any] = session.get(_PLACE) or {}
    same = hmac.compare_digest(str(here.get("state", "")).encode(), state.encode())
    fits = here.get("person") == person_id and here.get("network") == network and here.get("until", 0) > time.time()
    kept = _taken(state) if state and same and fits else None
    if kept is None:
        raise Ended(_("This answer does not belong to a connection you started here, or it took too long. Try again."))
    del session[_PLACE]
    return Waiting(kept["keep"], here["page"], kept["host"], kept["agreed"])


def _taken(state: str) -> dict[str, Any] | None:
    """What was kept, the first time it is asked for: a session is a cookie, and an old cookie could be sent again."""
    try:
        sealed = get_redis().getdel(_key(state))
        return dict(json.loads(unseal(str(sealed)).reveal())) if sealed else None
    except CannotOpen:
        return None
    except RedisError as error:
        raise _away() from error


def _key(state: str) -> str:
    return f"consent:{sha256(state.encode()).hexdigest()}"


def _away() -> Unavailable:
    return Unavailable(_("The connection can’t be made right now. Please try again in a moment."))
