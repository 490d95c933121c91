"""The sandbox as a program of its own: it starts, keeps what it was told, and stops at once."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import requests

from advocacy.networks.sandbox.options import Options, read_arguments
from tests.patience import eventually


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(port: int, data: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "advocacy.networks.sandbox", "--port", str(port), "--data", str(data)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/_sandbox/members", timeout=5).ok
    except requests.ConnectionError:
        return False


def test_it_keeps_its_members_and_stops_on_sigterm(tmp_path: Path) -> None:
    port, data = free_port(), tmp_path / "deep" / "sandbox.sqlite3"
    for names in ([], ["Ada Lind"]):
        with start(port, data) as process:
            eventually(lambda: answers(port), within=60)
            address = f"http://127.0.0.1:{port}/_sandbox/members"
            assert [member["name"] for member in requests.get(address, timeout=5).json()] == names
            requests.post(address, json={"name": "Ada Lind"}, timeout=5)
            process.send_signal(signal.SIGTERM)
            assert process.wait(15) == 0
            assert process.stdout is not None
            assert f"http://127.0.0.1:{port}" in process.stdout.read()


def test_a_taken_port_is_one_clear_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with start(port, tmp_path / "sandbox.sqlite3") as process:
            assert process.wait(60) == 1
            assert process.stderr is not None
            assert process.stderr.read().count("\n") == 1


def test_options_are_read_from_the_command_line() -> None:
    assert read_arguments([]) == Options()
    given = read_arguments(["--no-audience", "--speed", "2.5", "--redirect-uri", "https://a.example/b", "--port", "1"])
    assert (given.audience, given.speed, given.redirect_uri, given.port) == (False, 2.5, ("https://a.example/b",), 1)
