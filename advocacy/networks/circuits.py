"""What is done when a network is down: after so many calls in a row without a clear answer, its circuit opens.

Nothing goes there then; after a pause one share tries, and its answer closes the circuit or doubles the pause. The
state is in Redis, for all workers; a worker that can't reach Redis goes by what it saw itself.
"""

import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from redis.exceptions import RedisError

from advocacy.cache import get_redis
from config.settings import get_settings

OPEN = "relais:circuits"
FIRST_PAUSE = 15
LONGEST_PAUSE = 900
PROBE_SECONDS = 180
KEPT_SECONDS = 86_400
_FAIL = """
local failures = redis.call('HINCRBY', KEYS[1], 'failures', 1)
redis.call('HSET', KEYS[1], 'reason', ARGV[5])
redis.call('EXPIRE', KEYS[1], ARGV[4])
local now = tonumber(ARGV[2])
local opens = failures >= tonumber(ARGV[1]) and tonumber(redis.call('HGET', KEYS[1], 'until') or '0') <= now
if opens then
  local pause = math.min(tonumber(redis.call('HGET', KEYS[1], 'pause') or ARGV[3]), tonumber(ARGV[6]))
  redis.call('HSETNX', KEYS[1], 'since', now)
  redis.call('HSET', KEYS[1], 'until', now + pause, 'pause', pause * 2)
  redis.call('ZADD', KEYS[2], now + pause, KEYS[4])
  redis.call('EXPIRE', KEYS[2], ARGV[4])
  redis.call('DEL', KEYS[3])
end
return opens and 1 or 0
"""
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Circuit:
    """A circuit that is not closed. From `until` on, one share at a time may try."""

    place: str
    since: datetime
    until: datetime
    failures: int
    reason: str


_seen: dict[str, tuple[int, float]] = {}
"""What this worker saw itself while Redis was away: failures in a row, and until when it leaves the place alone."""


def note_failure(place: str, reason: str) -> None:
    """A call there brought no clear answer."""
    now, redis = time.time(), get_redis()
    keys = (f"relais:circuit:{place}", OPEN, f"relais:probe:{place}", place)
    try:
        most = get_settings().circuit_failures
        opens = bool(redis.eval(_FAIL, 4, *keys, most, now, FIRST_PAUSE, KEPT_SECONDS, reason, LONGEST_PAUSE))
    except RedisError:
        opens = _fail_alone(place, now)
    if opens:
        log.warning("circuit_open", place=place, reason=reason)


def _fail_alone(place: str, now: float) -> bool:
    failures, until = _seen.get(place, (0, 0.0))
    opens = failures + 1 >= get_settings().circuit_failures and until <= now
    _seen[place] = (failures + 1, now + FIRST_PAUSE if opens else until)
    return opens


def note_answers(places: Collection[str]) -> None:
    """The network answered there, whatever it said: circuits close."""
    if not places:
        return
    for place in places:
        _seen.pop(place, None)
    with_redis = get_redis().pipeline()
    with_redis.zrem(OPEN, *places)
    with_redis.delete(*(f"relais:{what}:{place}" for place in places for what in ("circuit", "probe")))
    try:
        if with_redis.execute()[0]:
            log.info("circuit_closed", places=sorted(places))
    except RedisError:
        return


def open_places() -> dict[str, datetime]:
    """The places whose circuit is open, and when one share may try."""
    try:
        found = _open_ones()
    except RedisError:
        found = [(place, until) for place, (_failures, until) in _seen.items() if until > time.time()]
    return {place: datetime.fromtimestamp(until, UTC) for place, until in found}


def may_probe(place: str) -> bool:
    """Whether this worker is the one that tries. Asking takes the right, for a while; an answer gives it back."""
    try:
        return bool(get_redis().set(f"relais:probe:{place}", 1, nx=True, ex=PROBE_SECONDS))
    except RedisError:
        return False


def give_probe_back(place: str) -> None:
    """Nothing was there to try with."""
    try:
        get_redis().delete(f"relais:probe:{place}")
    except RedisError:
        return


def close(place: str) -> None:
    """The operator says that it works again."""
    note_answers({place})


def circuits() -> list[Circuit]:
    """Every circuit that is not closed, by place. Raises RedisError."""
    found = []
    for place, until in _open_ones():
        kept: Any = get_redis().hgetall(f"relais:circuit:{place}")
        since = datetime.fromtimestamp(float(kept.get("since", until)), UTC)
        moment = datetime.fromtimestamp(until, UTC)
        found.append(Circuit(place, since, moment, int(kept.get("failures", 0)), kept.get("reason", "")))
    return sorted(found, key=lambda circuit: circuit.place)


def _open_ones() -> list[tuple[str, float]]:
    found: Any = get_redis().zrange(OPEN, 0, -1, withscores=True)
    return [(str(place), float(until)) for place, until in found]
