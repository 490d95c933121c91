"""The web server of a run: networks that fetch pictures themselves fetch them from it, at the public address."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.patience import eventually
from tests.workers import ROOT


def free_port() -> int:
    """A port of this machine where nobody listens."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
    return port


def address_of(port: int) -> str:
    """Where it is found."""
    return f"http://127.0.0.1:{port}"


@contextmanager
def web_up(port: int, log: Path) -> Iterator[None]:
    """The application as it runs in production, with the environment of this moment."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--no-ws", "--workers", "1", "--blocking-threads", "8", "--log-level", "warning", "app:wsgi"]
    with log.open("ab") as output:
        server = subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=output, stderr=output)
    try:
        eventually(lambda: _answers(port), within=60, saying=f"the web server answers, see {log}")
        yield
    finally:
        server.terminate()
        server.wait(20)


def _answers(port: int) -> bool:
    try:
        return requests.get(f"{address_of(port)}/healthz", timeout=5).ok
    except requests.ConnectionError:
        return False
