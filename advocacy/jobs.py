"""Celery joined to the app: a task runs inside the app, and is sent only once the transaction that asked for it is in.

Messages are a nudge. What is to be done stands in rows; losing every message loses nothing, because beat looks as well.
"""

import functools
from collections.abc import Callable
from typing import Any, Final

import structlog
from celery import Celery, Task
from celery.signals import worker_process_init
from flask import Flask
from kombu.entity import Queue
from kombu.exceptions import LimitExceeded, OperationalError
from kombu.pools import ProducerPool, producers
from redis.exceptions import RedisError
from sqlalchemy import event
from sqlalchemy.orm import Session

from advocacy.cache import celery_url
from advocacy.db import db
from config.schedule import SCHEDULE
from config.settings import Settings

log = structlog.get_logger(__name__)
_apps: list[Flask] = []


class AppTask(Task):
    """A task with the app around it; its session is closed whatever happens."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task inside the app."""
        with _apps[0].app_context():
            return super().__call__(*args, **kwargs)


celery = Celery("relais", task_cls=AppTask)
_WAITING = "jobs_waiting"
NOW = "now"
"""The queue that workers look into first: what a person waits for in front of a page."""
_PATIENCE: Final = 0.3
"""Seconds that one step of sending a nudge may take (connecting, asking, answering): a person waits meanwhile."""


def init_jobs(app: Flask, settings: Settings) -> None:
    """Point Celery at this app's Redis and have every task run inside the app."""
    url = celery_url(settings.redis_url.get_secret_value())
    celery.conf.update(
        broker_url=url,
        task_ignore_result=True,
        task_queues=[Queue(NOW), Queue("celery")],
        task_default_queue="celery",
        task_routes={"sharing.deliver_now": {"queue": NOW}},
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_max_tasks_per_child=2000,
        broker_connection_retry_on_startup=True,
        broker_transport_options={
            "visibility_timeout": 900,
            "socket_timeout": 10,
            "socket_connect_timeout": 5,
            "queue_order_strategy": "priority",
        },
        beat_schedule={name: dict(entry, options={"expires": 60}) for name, entry in SCHEDULE.items()},
        timezone="UTC",
        enable_utc=True,
    )
    celery.set_default()
    _apps[:] = [app]


@worker_process_init.connect
def _fresh_connections(**_: Any) -> None:
    """A forked child must not speak on its parent's connections."""
    for app in _apps:
        with app.app_context():
            db.engine.dispose(close=False)


def nudge(task: "Task[..., Any]", after: float | None = None) -> None:
    """Send `task` once the current transaction is committed, to run `after` seconds; never if it is rolled back."""
    session = db.session()
    if not session.in_transaction():
        session.begin()
    session.info.setdefault(_WAITING, []).append(functools.partial(task.apply_async, countdown=after))


@event.listens_for(Session, "after_commit")
def _send_waiting(session: Session) -> None:
    """Send what waits. A Redis that hangs costs the patience of one step: the first nudge that is lost takes the rest
    with it, and the rows are found by the next look of beat.
    """
    if session.in_nested_transaction():
        return
    waiting: list[Callable[..., Any]] = session.info.pop(_WAITING, [])
    if not waiting:
        return
    try:
        with _hurried().acquire(block=True, timeout=_PATIENCE) as producer:
            for send in waiting:
                send(producer=producer, retry=False)
    except (OperationalError, RedisError, TimeoutError, LimitExceeded) as error:
        log.warning("nudge_lost", number=len(waiting), error=type(error).__name__)


def _hurried() -> ProducerPool:
    """Connections for nudges, which give up soon; those of the workers, who wait for messages, are patient."""
    steps = {"socket_timeout": _PATIENCE, "socket_connect_timeout": _PATIENCE, "retry_on_timeout": False}
    once = {"max_retries": 0, "connect_retries_timeout": _PATIENCE}
    connection = celery.connection_for_write(connect_timeout=_PATIENCE, transport_options={**steps, **once})
    found: ProducerPool = producers[connection]
    return found


@event.listens_for(Session, "after_soft_rollback")
def _drop_waiting(session: Session, _previous: Any) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_WAITING, None)
