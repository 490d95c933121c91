"""What is kept between leaving for a network’s consent page and coming back: once, for ten minutes."""

import hmac
import secrets
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import session
from flask_babel import gettext as _
from redis.exceptions import RedisError

from advocacy.cache import get_redis
from advocacy.errors import BadRequest, Unavailable
from advocacy.networks.base import Departure

SECONDS = 600
_PLACE = "consent"


@dataclass(frozen=True)
class Waiting:
    """A departure whose person came back: what the adapter wanted kept, and the page they left from."""

    keep: dict[str, str]
    page: str


def new_state() -> str:
    """A value nobody can guess, which must come back unchanged."""
    return secrets.token_urlsafe(32)


def remember(person_id: int, network: str, state: str, departure: Departure, page: str) -> None:
    """Keep a departure in the session, in place of an earlier one; `page` is where the person is to come back to."""
    session[_PLACE] = {
        "state": state,
        "person": person_id,
        "network": network,
        "until": int(time.time()) + SECONDS,
        "keep": departure.keep,
        "page": page,
    }


def take(person_id: int, network: str, state: str) -> Waiting:
    """The departure this state belongs to, which is used up by that. Raises BadRequest for any other state, and the
    departure that waits goes on waiting: a link that somebody else made up must not end it."""
    kept: dict[str, Any] = session.get(_PLACE) or {}
    same = hmac.compare_digest(str(kept.get("state", "")).encode(), state.encode())
    fits = kept.get("person") == person_id and kept.get("network") == network and kept.get("until", 0) > time.time()
    if not state or not same or not fits or not _first_time(state):
        raise BadRequest(
            _("This answer does not belong to a connection you started here, or it took too long. Try again.")
        )
    del session[_PLACE]
    return Waiting(kept["keep"], kept["page"])


def _first_time(state: str) -> bool:
    """A session is a cookie, and an old cookie could be sent again: the state is used up on our side, too."""
    mark = f"consent:{sha256(state.encode()).hexdigest()}"
    try:
        return bool(get_redis().set(mark, 1, nx=True, ex=2 * SECONDS))
    except RedisError as error:
        raise Unavailable(_("The connection can’t be made right now. Please try again in a moment.")) from error
