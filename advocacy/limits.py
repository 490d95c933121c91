"""How often one visitor may ask: per person where somebody is signed in, else per address."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user
from limits import parse
from redis.exceptions import RedisError

from config.settings import Settings


def _who() -> str:
    if current_user and current_user.is_authenticated:
        return f"person:{current_user.id}"
    return f"address:{get_remote_address()}"


SECONDS = 1
"""How long counting may hold up a page. Without Redis each process counts for itself until it is back."""
limiter = Limiter(
    key_func=_who,
    default_limits=["600 per minute"],
    key_prefix="relais",
    swallow_errors=True,
    in_memory_fallback_enabled=True,
)


def may(who: str, act: str, rate: str) -> bool:
    """Whether `who` may do `act` once more at this rate, as "10 per minute"; counts it. Without Redis: yes."""
    try:
        return limiter.limiter.hit(parse(rate), "relais", act, who)
    except RedisError:
        return True


def init_limits(app: Flask, settings: Settings) -> None:
    """Join the limits to the app; they are counted in Redis, for all processes together."""
    url = settings.redis_url.get_secret_value()
    app.config["RATELIMIT_STORAGE_URI"] = url.replace("unix://", "redis+unix://", 1)
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {"socket_timeout": SECONDS, "socket_connect_timeout": SECONDS}
    app.config["RATELIMIT_HEADERS_ENABLED"] = False
    limiter.init_app(app)
