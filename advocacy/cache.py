"""Redis, for what may be lost: throttles, heartbeats, the queue. What must not be lost is in PostgreSQL."""

from functools import lru_cache

from redis import Redis

from config.settings import get_settings


@lru_cache(maxsize=4)
def _connect(url: str) -> "Redis":
    return Redis.from_url(
        url, decode_responses=True, socket_timeout=2, socket_connect_timeout=2, health_check_interval=30
    )


def get_redis() -> "Redis":
    """The connection pool of this process."""
    return _connect(get_settings().redis_url.get_secret_value())


def celery_url(url: str) -> str:
    """The same Redis as Celery writes it: a unix socket is redis+socket:// there."""
    if not url.startswith("unix://"):
        return url
    path, _, query = url.removeprefix("unix://").partition("?")
    number = dict(part.split("=", 1) for part in query.split("&") if "=" in part).get("db", "0")
    return f"redis+socket://{path}?virtual_host={number}"
