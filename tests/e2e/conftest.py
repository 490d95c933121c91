"""The whole product in processes of its own, as it runs for real, and a browser in front of it."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask

from advocacy.engines import Engines
from advocacy.networks.sandbox import Sandbox, serve_in_thread
from config.settings import get_settings
from tests.browsing import assert_accessible as assert_accessible
from tests.emptying import empty
from tests.patience import eventually
from tests.world import World

ROOT = Path(__file__).parent.parent.parent


class Site(BaseHTTPRequestHandler):
    """A news site with a feed; pages are given by the test."""

    pages: dict[str, tuple[str, bytes]] = {}

    def do_GET(self) -> None:
        kind, body = self.pages.get(self.path.split("?")[0], ("text/plain", b""))
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@dataclass
class Stage:
    """Where everything runs."""

    app: Flask
    world: World
    url: str
    sandbox: Sandbox
    news: str
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def published(self) -> list[dict[str, Any]]:
        """What stands on the network."""
        found = requests.get(f"{self.sandbox.url}/_sandbox/posts", timeout=10).json()
        return [post for post in found if not post["deleted_at"]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def stage(app: Flask, engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Web server with two processes, worker, beat, sandbox network and a news site, all on loopback."""
    empty(app)
    logs, port, before = tmp_path_factory.mktemp("logs"), free_port(), dict(os.environ)
    news = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=news.serve_forever, daemon=True).start()
    with serve_in_thread(analytics_delay=0) as sandbox:
        os.environ.update(
            RELAIS_PUBLIC_URL=f"http://127.0.0.1:{port}",
            RELAIS_LINKEDIN_OAUTH_URL=f"{sandbox.url}/oauth/v2",
            RELAIS_LINKEDIN_API_URL=sandbox.url,
            RELAIS_LINKEDIN_SITE_URL=sandbox.url,
            RELAIS_TRUSTED_PROXIES="127.0.0.1/32",
            RELAIS_MEASURE_MINUTES="0",
            RELAIS_VAR=str(logs / "var"),
        )
        get_settings.cache_clear()
        set_up = Stage(app, World(app), f"http://127.0.0.1:{port}", sandbox, f"http://127.0.0.1:{news.server_port}")
        commands = {
            "web": ["granian", "--interface", "wsgi", "--port", str(port), "--no-ws", "--workers", "2", "--blocking-threads", "4", "app:wsgi"],
            "worker": ["celery", "-A", "app:celery", "worker", "--concurrency=2", "--without-gossip", "--without-mingle"],
            "beat": ["celery", "-A", "app:celery", "beat", "--schedule", str(logs / "beat"), "--pidfile="],
        }  # fmt: skip
        for name, command in commands.items():
            with (logs / f"{name}.log").open("wb") as log:
                set_up.processes.append(
                    subprocess.Popen(
                        [sys.executable, "-m", *command], cwd=ROOT, stdout=log, stderr=log, start_new_session=True
                    )
                )
        try:
            eventually(lambda: _ready(set_up.url), within=90, every=0.3, saying=f"ready, see {logs}")
            yield set_up
        finally:
            for process in set_up.processes:
                process.terminate()
            for process in set_up.processes:
                process.wait(30)
            news.shutdown()
            news.server_close()
            os.environ.clear()
            os.environ.update(before)
            get_settings.cache_clear()


def _ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/readyz", timeout=5).status_code == 200
    except requests.ConnectionError:
        return False
