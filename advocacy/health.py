"""Is the process up (/healthz), and can it serve (/readyz): database, Redis, a worker, migrations at head."""

import time
from collections.abc import Callable
from typing import Any

import structlog
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from celery import shared_task
from celery.signals import worker_ready
from flask import Blueprint, Response, current_app, jsonify
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from advocacy.cache import get_redis
from advocacy.db import db

HEARTBEAT = "relais:heartbeat"
FRESH_SECONDS = 60
log = structlog.get_logger(__name__)
health = Blueprint("health", __name__)


@shared_task(name="health.heartbeat")
def heartbeat() -> None:
    """Say that beat schedules and a worker works."""
    get_redis().set(HEARTBEAT, int(time.time()), ex=FRESH_SECONDS)


@worker_ready.connect
def _first_heartbeat(**_: Any) -> None:
    """A worker that just started says so at once, without waiting for beat."""
    heartbeat()


def _database() -> bool:
    return bool(db.session.execute(text("select 1")).scalar() == 1)


def _redis() -> bool:
    return bool(get_redis().ping())


def _worker() -> bool:
    return get_redis().get(HEARTBEAT) is not None


def _migrations() -> bool:
    config = Config()
    config.set_main_option("script_location", current_app.extensions["migrate"].directory)
    heads = set(ScriptDirectory.from_config(config).get_heads())
    return set(MigrationContext.configure(db.session.connection()).get_current_heads()) == heads


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "redis": _redis,
    "worker": _worker,
    "migrations": _migrations,
}


@health.get("/healthz")
def healthz() -> Response:
    """200 as long as this process answers."""
    return jsonify(status="ok")


@health.get("/readyz")
def readyz() -> tuple[Response, int]:
    """200 when everything a request needs is there, else 503 naming what is not."""
    found: dict[str, bool] = {}
    for name, check in CHECKS.items():
        try:
            found[name] = check()
        except (SQLAlchemyError, RedisError, OSError) as error:
            log.warning("not_ready", what=name, error=type(error).__name__)
            found[name] = False
            db.session.rollback()
    ready = all(found.values())
    return jsonify(status="ok" if ready else "unavailable", checks=found), 200 if ready else 503
