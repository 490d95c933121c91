"""A web site of a test's own: answers each path with what the test says, and remembers what it was asked."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Page:
    """What a path answers; `body` may be a function of the handler, which then writes everything itself."""

    body: bytes | Callable[[BaseHTTPRequestHandler], None] = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})


class Site:
    """Serves on a free port of loopback; `pages` may change at any time."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Answering(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.asked.append((self.path, dict(self.headers.items())))
                page = site.pages.get(self.path, Page(b"nothing here", 404))
                if callable(page.body):
                    page.body(self)
                    return
                etag = page.headers.get("ETag")
                unchanged = page.status == 200 and etag is not None and self.headers.get("If-None-Match") == etag
                self.send_response(304 if unchanged else page.status)
                for name, value in page.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0" if unchanged else str(len(page.body)))
                self.end_headers()
                if not unchanged:
                    self.wfile.write(page.body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def rss(*items: tuple[str, str, str], title: str = "Aubrelle news") -> bytes:
    """A feed of (guid, link, title)."""
    entries = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><link>{link}</link><title>{name}</title><description>About {name}</description></item>"
        for guid, link, name in items
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>{title}</title><link>https://aubrelle.example</link><description>x</description>{entries}</channel></rss>".encode()


FEED = {"Content-Type": "application/rss+xml"}
