"""Who has a post open. A hint that may be lost: without Redis nobody is named, and nothing ever waits for it."""

import time
from typing import Final

import structlog
from redis.exceptions import RedisError
from sqlalchemy import select

from advocacy.cache import get_redis
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.people.models import Person

log = structlog.get_logger(__name__)
SECONDS: Final = 60
_MOST_NAMED: Final = 5


def note(person: Person, post: Post, now: float | None = None) -> list[str]:
    """Note that `person` has the post open at `now` (seconds since 1970) and name the others, the latest first."""
    moment = time.time() if now is None else now
    key = f"relais:open:{post.id}"
    try:
        with get_redis().pipeline() as pipe:
            pipe.zadd(key, {str(person.id): moment})
            pipe.zremrangebyscore(key, "-inf", moment - SECONDS)
            pipe.expire(key, SECONDS)
            pipe.zrevrange(key, 0, _MOST_NAMED)
            there = pipe.execute()[-1]
    except RedisError as error:
        log.warning("presence_unavailable", error=type(error).__name__)
        return []
    ids = [int(one) for one in there if int(one) != person.id]
    if not ids:
        return []
    names = {row.id: row.name for row in db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))}
    return [names[one] for one in ids if one in names]


def leave(person: Person, post: Post) -> None:
    """The person closed the post."""
    try:
        get_redis().zrem(f"relais:open:{post.id}", str(person.id))
    except RedisError as error:
        log.warning("presence_unavailable", error=type(error).__name__)
