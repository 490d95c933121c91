"""How fast posts may go out: one pace for all workers, kept in Redis, by account and by place.

A place is a network, or one server of a network that has many. A bucket holds half of what the network allows and fills
with the other half over its span, so that no span ever sees more than is allowed. Redis may be lost: each worker then
keeps to a quarter of it on its own. What may not go yet stays in its row.
"""

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog
from redis.exceptions import RedisError

from advocacy.cache import get_redis
from advocacy.networks.base import Capabilities

CLOSED = "relais:places:closed"
ALONE = 0.25
"""The part of an allowance that a worker without Redis takes for itself."""
_TAKE = """
local at = redis.call('TIME')
local now, answers = at[1] + at[2] / 1000000, {}
for one = 1, #KEYS, 2 do
  local left, wait, by = {}, 0, 0
  for side = 0, 1 do
    local size, rate = tonumber(ARGV[(one + side) * 2 - 1]), tonumber(ARGV[(one + side) * 2])
    if size > 0 then
      local kept = redis.call('HMGET', KEYS[one + side], 'left', 'at')
      left[side] = math.min(size, (tonumber(kept[1]) or size) + (now - (tonumber(kept[2]) or now)) * rate)
      if left[side] < 0.999 and (1 - left[side]) / rate > wait then wait, by = (1 - left[side]) / rate, side end
    end
  end
  for side = 0, 1 do
    if wait == 0 and left[side] then
      local rest = string.format('%.9f', left[side] - 1)
      redis.call('HSET', KEYS[one + side], 'left', rest, 'at', string.format('%.6f', now))
      local size, rate = tonumber(ARGV[(one + side) * 2 - 1]), tonumber(ARGV[(one + side) * 2])
      redis.call('EXPIRE', KEYS[one + side], math.ceil(size / rate) + 60)
    end
  end
  answers[#answers + 1] = tostring(wait)
  answers[#answers + 1] = tostring(by)
end
return answers
"""
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Wait:
    """For how long a share may not go, and whether that holds for its whole place; 0 seconds: it may, and counts."""

    seconds: float
    for_place: bool = False


@dataclass
class _Bucket:
    left: float
    at: float = field(default_factory=time.monotonic)


_alone: dict[str, _Bucket] = {}


def place_of(network: str, host: str) -> str:
    """The name of a place."""
    return f"{network}|{host}"


def take(wanted: Sequence[tuple[Capabilities, str, int]]) -> list[Wait]:
    """Count a post each for these networks, places and accounts, in this order, where it is allowed."""
    pairs = [
        ((f"relais:pace:{place}", network.app_budget), (f"relais:pace:{network.name}:{account_id}", network.budget))
        for network, place, account_id in wanted
    ]
    if not any(budget for pair in pairs for _key, budget in pair):
        return [Wait(0)] * len(wanted)
    keys = [key for pair in pairs for key, _budget in pair]
    sizes = [number for pair in pairs for _key, budget in pair for number in _bucket_of(budget)]
    try:
        said: Any = get_redis().eval(_TAKE, len(keys), *keys, *sizes)
    except RedisError as error:
        log.warning("pace_alone", error=type(error).__name__)
        return [_take_alone(pair) for pair in pairs]
    return [Wait(float(wait), by == "0" and float(wait) > 0) for wait, by in zip(said[::2], said[1::2], strict=True)]


def _bucket_of(budget: tuple[int, int] | None, part: float = 1.0) -> tuple[float, float]:
    """Size, and what comes back in a second; nothing where there is no limit."""
    if budget is None:
        return 0, 0
    size = max(budget[0] * part / 2, 1)
    return size, size / budget[1]


def _take_alone(pair: Iterable[tuple[str, tuple[int, int] | None]]) -> Wait:
    now, taken = time.monotonic(), []
    for number, (key, budget) in enumerate(pair):
        size, rate = _bucket_of(budget, ALONE)
        if not size:
            continue
        bucket = _alone.setdefault(key, _Bucket(size))
        bucket.left, bucket.at = min(size, bucket.left + (now - bucket.at) * rate), now
        if bucket.left < 1:
            return Wait((1 - bucket.left) / rate, for_place=number == 0)
        taken.append(bucket)
    for bucket in taken:
        bucket.left -= 1
    return Wait(0)


def close(place: str, until: datetime) -> None:
    """Nothing more goes to the place before then: it said so."""
    with_redis = get_redis().pipeline()
    with_redis.zadd(CLOSED, {place: until.timestamp()}, gt=True)
    with_redis.expireat(CLOSED, math.ceil(time.time()) + 8 * 86_400)
    try:
        with_redis.execute()
    except RedisError as error:
        log.warning("place_not_closed", place=place, error=type(error).__name__)


def open_again(place: str) -> None:
    """The operator wants it tried at once. Raises RedisError."""
    get_redis().zrem(CLOSED, place)


def closed(now: datetime) -> dict[str, datetime]:
    """The places that asked for nothing more, and until when; none where Redis does not answer."""
    try:
        found: Any = get_redis().zrangebyscore(CLOSED, now.timestamp(), "+inf", withscores=True)
    except RedisError:
        return {}
    return {place: datetime.fromtimestamp(until, UTC) for place, until in found}
