"""Visits of short links as a server would hand them over, and shares to visit."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.sharing.models import Share
from tests.world import World

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"
LINKEDINBOT = "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)"


@dataclass
class Answer:
    """What a WSGI app answered."""

    status: int
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class Reader:
    """Somebody who follows links, from an address and with a browser."""

    app: Callable[..., Any]
    address: str = "203.0.113.7"
    agent: str = FIREFOX
    headers: dict[str, str] = field(default_factory=dict)

    def follow(self, code: str, method: str = "GET", **environ: Any) -> Answer:
        """Ask for /s/<code>."""
        told: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Callable[[bytes], Any]:
            told.update(status=int(status[:3]), headers=dict(headers))
            return lambda _data: None

        body = self.app({**self._environ(code, method), **environ}, start)
        content = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        return Answer(body=content, **told)

    def _environ(self, code: str, method: str) -> dict[str, Any]:
        from io import BytesIO

        return {
            "REQUEST_METHOD": method,
            "PATH_INFO": f"/s/{code}",
            "QUERY_STRING": "",
            "SCRIPT_NAME": "",
            "SERVER_NAME": "relais.test",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "relais.test",
            "HTTP_USER_AGENT": self.agent,
            "REMOTE_ADDR": self.address,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            **self.headers,
        }


_numbers: Iterator[int] = iter(range(1, 10**9))


def share_of(world: World, person: Any, post: Any, **values: Any) -> Share:
    """A share, published now unless told otherwise; committed and detached."""
    number = next(_numbers)
    account = None if "account_id" in values else world.account(person, external_id=f"urn{number}")
    with world.app.app_context():
        row = Share(
            **{
                "code": f"code{number:05}",
                "person_id": person.id,
                "post_id": post.id,
                "account_id": account and account.id,
                "network": "linkedin",
                "submission": uuid4(),
                "text": "In my words.",
                "language": "en",
                "link": f"https://aubrelle.example/page?utm_content=adv-{number}",
                "state": "published",
                "wanted_at": utcnow(),
                "due_at": utcnow(),
                "published_at": utcnow(),
                "external_id": f"urn:li:share:{7000 + number}",
                **values,
            }
        )
        db.session.add(row)
        db.session.commit()
        db.session.refresh(row)
        db.session.expunge_all()
        return row


def moment(text: str) -> datetime:
    """An aware UTC moment as 2026-11-23 09:00."""
    return datetime.fromisoformat(f"{text}+00:00")
