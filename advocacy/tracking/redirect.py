"""Short links, answered before Flask: a visit is written to the journal, then the visitor is sent on."""

import time
from collections.abc import Callable, Iterable
from typing import Any, Final

import structlog
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from advocacy.db import db
from advocacy.tracking.journal import Journal, clean_agent, journal_folder, write_line
from advocacy.tracking.links import Link, LinkMemory
from advocacy.tracking.salts import DailySalts, visitor_of
from config.settings import Settings

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
log = structlog.get_logger(__name__)

PREFIX: Final = "/s/"
HEADERS: Final = (
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("X-Robots-Tag", "noindex"),
    ("X-Content-Type-Options", "nosniff"),
)
_WAIT: Final = (
    b"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    b"<title>Relais</title><p>This link does not answer at the moment. Please try again in a minute."
    b"<p lang=fr>Ce lien ne r\xc3\xa9pond pas pour le moment. R\xc3\xa9essayez dans une minute.</html>"
)


class ShortLinks:
    """WSGI middleware for GET and HEAD of `/s/<code>`. Unknown codes, like everything else, are the app's to answer."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.app = app
        self.links = LinkMemory(self._engine)
        self.salts = DailySalts(self._engine)
        self.journal = Journal(journal_folder(settings.var))

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Redirect a known code; a GET is a visit, a HEAD is not."""
        path: str = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX):
            return self.app(environ, start_response)
        method = environ.get("REQUEST_METHOD")
        if method not in ("GET", "HEAD"):
            return self.app(environ, start_response)
        try:
            link = self.links.find(path[len(PREFIX) :])
        except SQLAlchemyError as error:
            log.error("short_link_unavailable", error=type(error).__name__)
            return self._wait(start_response)
        if link is None:
            return self.app(environ, start_response)
        if method == "GET":
            self._record(environ, link)
        start_response("302 Found", [("Location", link.target), *HEADERS, ("Content-Length", "0")])
        return (b"",)

    def _record(self, environ: Environ, link: Link) -> None:
        now = time.time()
        agent = clean_agent(_header(environ, "HTTP_USER_AGENT"))
        visitor = visitor_of(self.salts.salt_at(now), str(environ.get("REMOTE_ADDR") or ""), agent)
        self.journal.append(write_line(link.share_id, int(now * 1000), visitor, agent))

    def _engine(self) -> Engine:
        with self.app.app_context():
            return db.engine

    @staticmethod
    def _wait(start_response: StartResponse) -> Iterable[bytes]:
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Retry-After", "30"),
            ("Content-Security-Policy", "default-src 'none'"),
            *HEADERS,
        ]
        start_response("503 Service Unavailable", [*headers, ("Content-Length", str(len(_WAIT)))])
        return (_WAIT,)


def _header(environ: Environ, name: str) -> str:
    """A header's text; WSGI hands its bytes over as Latin-1."""
    return str(environ.get(name) or "").encode("latin-1", "replace").decode("utf-8", "replace")
