"""Visitors without names: a hash under a random key that lives for a day, so that no visit is linked to the next day's.

The address goes into the hash and nowhere else. Once the key is deleted the hash can't be traced back to it.
"""

import hashlib
import hmac
import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Engine, delete, text
from sqlalchemy.exc import SQLAlchemyError

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.tracking.models import VisitorSalt

log = structlog.get_logger(__name__)
SALT_BYTES: Final = 32
RETRY_SECONDS: Final = 5.0
_MAKE = text("insert into visitor_salt (day, salt) values (:day, :salt) on conflict (day) do nothing")
_READ = text("select salt from visitor_salt where day = :day")


def visitor_of(salt: bytes, address: str, user_agent: str) -> bytes:
    """16 bytes that name a visitor for as long as the salt lives."""
    told = f"{address}\n{user_agent}".encode("utf-8", "surrogatepass")
    return hmac.digest(salt, told, hashlib.sha256)[:16]


class DailySalts:
    """The salt of a UTC day, the same in all processes; each process asks the database once a day."""

    def __init__(self, engine: Callable[[], Engine]) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._day: date | None = None
        self._salt = b""
        self._stands_in_until: float | None = None

    def salt_at(self, moment: float) -> bytes:
        """The salt of the UTC day of `moment` (epoch seconds).

        Without the database, a random one of this process: repeats are then told apart less well, nobody has to wait.
        """
        day = datetime.fromtimestamp(moment, UTC).date()
        if day == self._day and not self._retry_is_due():
            return self._salt
        with self._lock:
            if day != self._day or self._retry_is_due():
                self._renew(day)
            return self._salt

    def _retry_is_due(self) -> bool:
        return self._stands_in_until is not None and time.monotonic() >= self._stands_in_until

    def _renew(self, day: date) -> None:
        try:
            salt = self._shared(day)
        except SQLAlchemyError as error:
            log.warning("salt_unavailable", error=type(error).__name__)
            if day != self._day:
                self._salt = os.urandom(SALT_BYTES)
            self._stands_in_until = time.monotonic() + RETRY_SECONDS
        else:
            self._salt, self._stands_in_until = salt, None
        self._day = day

    def _shared(self, day: date) -> bytes:
        with self._engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            found = connection.scalar(_READ, {"day": day})
            if found is None:
                connection.execute(_MAKE, {"day": day, "salt": os.urandom(SALT_BYTES)})
                found = connection.scalar(_READ, {"day": day})
            return bytes(found)


def forget_old_salts() -> None:
    """Delete the keys of days before yesterday: the journal's last lines of yesterday were hashed long ago."""
    before = utcnow().date() - timedelta(days=1)
    db.session.execute(delete(VisitorSalt).where(VisitorSalt.day < before))
