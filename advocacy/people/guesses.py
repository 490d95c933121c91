"""How often a password may be guessed. Counted in Redis under keyed hashes: no address is kept in the clear there.

Every try counts before it is looked at, so that many at once can't slip past; one that succeeds is taken back.
Without Redis people still sign in.
"""

import hashlib
import hmac
from typing import Final, cast

import structlog
from flask_babel import ngettext
from redis.exceptions import RedisError

from advocacy.cache import get_redis
from advocacy.errors import TooMany
from config.settings import get_settings

log = structlog.get_logger(__name__)
MINUTE: Final = 60
HOUR: Final = 3600
PAIR: Final = (5, 15 * MINUTE)
"""Tries for one e-mail address from one place, and the seconds they are counted for."""
PLACE: Final = (300, HOUR)
"""Tries from one place, whoever is meant: a whole site may sit behind one address."""
EMAIL: Final = (50, HOUR)
"""Tries for one e-mail address, from wherever."""
LETTERS: Final = (3, HOUR)
"""Links mailed on request to one e-mail address."""


def count_try(email: str, place: str) -> None:
    """Count a try before it is checked. Raises TooMany, saying when to come back."""
    try:
        for key, (most, seconds) in _counters(email, place):
            left = _take(key, most, seconds)
            if left:
                minutes = -(-left // MINUTE)
                sentence = ngettext(
                    "Too many tries. Please wait %(num)d minute, or have a new link sent.",
                    "Too many tries. Please wait %(num)d minutes, or have a new link sent.",
                    minutes,
                )
                raise TooMany(sentence, retry_after=left)
    except RedisError as error:
        log.warning("tries_not_counted", error=type(error).__name__)


def take_back(email: str, place: str) -> None:
    """The try was good: it does not count, and neither do those made before it from the same place."""
    try:
        pair, *others = (key for key, _limit in _counters(email, place))
        redis = get_redis()
        redis.delete(pair)
        for key in others:
            if cast(int, redis.decrby(key, 1)) < 0:
                redis.delete(key)
    except RedisError as error:
        log.warning("tries_not_taken_back", error=type(error).__name__)


def may_write_to(email: str) -> bool:
    """Whether one more link may be mailed to this address on request; counts it."""
    try:
        return not _take(_key("letters", email), *LETTERS)
    except RedisError as error:
        log.warning("letters_not_counted", error=type(error).__name__)
        return True


def _counters(email: str, place: str) -> tuple[tuple[str, tuple[int, int]], ...]:
    return (
        (_key("pair", email, place), PAIR),
        (_key("place", place), PLACE),
        (_key("email", email), EMAIL),
    )


def _take(key: str, most: int, seconds: int) -> int:
    """Count one more; the seconds to wait when that is too many, else 0."""
    redis = get_redis()
    with redis.pipeline(transaction=True) as together:
        together.set(key, 0, ex=seconds, nx=True)
        together.incr(key)
        together.ttl(key)
        _made, count, left = together.execute()
    return max(int(left), 1) if int(count) > most else 0


def _key(*parts: str) -> str:
    secret = get_settings().secret_key.get_secret_value().encode()
    digest = hmac.new(secret, "\0".join(parts).encode(), hashlib.sha256).hexdigest()
    return f"relais:tries:{parts[0]}:{digest[:32]}"
