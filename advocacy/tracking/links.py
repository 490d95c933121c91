"""Where short links lead, kept in the process: a bounded memory that asks PostgreSQL once for each code."""

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import Engine, text
from werkzeug.urls import iri_to_uri

CODE: Final = re.compile(r"[0-9A-Za-z_-]{6,16}", re.ASCII)
_READ = text("select id, link from share where code = :code")


class Link(NamedTuple):
    """A share and where its short link leads, ready to stand in a header."""

    share_id: int
    target: str


class LinkMemory:
    """Codes that were asked for lately, the least recent forgotten first."""

    def __init__(
        self, engine: Callable[[], Engine], size: int = 50_000, seconds: float = 300, unknown_seconds: float = 5
    ) -> None:
        self._engine = engine
        self._size, self._seconds, self._unknown_seconds = size, seconds, unknown_seconds
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[float, Link | None]] = OrderedDict()

    def find(self, code: str) -> Link | None:
        """The link of a code, or None. Raises SQLAlchemyError when the database has to be asked and can't."""
        now = time.monotonic()
        with self._lock:
            found = self._known.get(code)
            if found is not None and found[0] > now:
                self._known.move_to_end(code)
                return found[1]
        if not CODE.fullmatch(code):
            return None
        link = self._read(code)
        with self._lock:
            self._known[code] = (now + (self._seconds if link else self._unknown_seconds), link)
            self._known.move_to_end(code)
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        return link

    def _read(self, code: str) -> Link | None:
        with self._engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            row = connection.execute(_READ, {"code": code}).first()
        target = safe_target(row.link) if row else None
        return Link(row.id, target) if row and target else None


def safe_target(link: str | None) -> str | None:
    """`link` as an ASCII http(s) address with a host, or None: nothing else is ever redirected to."""
    if not link or any(ord(char) <= 32 or ord(char) == 127 for char in link):
        return None
    try:
        parts = urlsplit(link)
        target = iri_to_uri(link)
    except ValueError:
        return None
    return target if parts.scheme in ("http", "https") and parts.hostname and target.isascii() else None
