"""`make run`: what it refuses, what it brings up, what it survives, and that nothing is left of it."""

import http.client
import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
import requests

from advocacy.engines.folders import FolderLock, socket_folder_of
from advocacy.launch.falls import MOST, WITHIN, Falls
from advocacy.launch.networks import FARTHEST, KEYS, STANDINS
from advocacy.launch.place import Place, Refused, environment, own_network, read_place
from advocacy.launch.reset import reset
from tests.patience import eventually
from tests.processes import open_folder, processes_of

ROOT = Path(__file__).parents[1]
OWN_KEYS = {"RELAIS_LINKEDIN_CLIENT_ID": "own", "RELAIS_LINKEDIN_CLIENT_SECRET": "own-secret"}


@pytest.fixture
def var() -> Iterator[Path]:
    """A folder for a launch."""
    with open_folder() as folder:
        yield folder


def free_ports() -> int:
    """The first of several ports in a row that nobody listens on."""
    while True:
        with ExitStack() as held:
            first = held.enter_context(socket.socket())
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                for following in range(port + 1, port + FARTHEST + 1):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", following))
            except (OSError, OverflowError):
                continue
            return port


def surroundings(var: Path, port: int, **more: str) -> dict[str, str]:
    """The environment of somebody who set nothing but these."""
    ours = ("RELAIS_", "DATABASE_URL", "REDIS_URL")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**plain, "RELAIS_VAR": str(var), "RELAIS_PORT": str(port), **more}


def refusal(var: Path, port: int | None = None, **more: str) -> str:
    """What a launch that can't work says: one sentence on stderr, exit code 1."""
    given = surroundings(var, port or free_ports(), **more)
    command = [sys.executable, "-m", "advocacy.launch"]
    done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert re.fullmatch(r"Relais: [^\n]+[.]\n", done.stderr), done.stderr
    return done.stderr


class Launch:
    """A running `make run`."""

    def __init__(self, var: Path, port: int, **more: str) -> None:
        self.port = port
        self.said = var.parent / "said"
        command, given = [sys.executable, "-m", "advocacy.launch"], surroundings(var, port, **more)
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(command, cwd=ROOT, env=given, stdout=said, stderr=said)

    def get(self, path: str) -> int | None:
        """The status of a page, or None while nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def says(self, words: str) -> bool:
        """Whether it said so by now; fails when it ended without."""
        over = self.process.poll() is not None
        told = self.said.read_text()
        assert words in told or not over, told
        return words in told

    def interrupt(self) -> int:
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(90)


@contextmanager
def launched(var: Path, port: int, **more: str) -> Iterator[Launch]:
    """A launch that is ready; whatever happens, it ends."""
    launch = Launch(var, port, **more)
    try:
        eventually(lambda: launch.says("Relais is ready"), within=180)
        yield launch
    finally:
        if launch.process.poll() is None:
            launch.interrupt()


def database(var: Path) -> psycopg.Connection:
    password = (var / "postgres.password").read_text()
    return psycopg.connect(
        host=str(socket_folder_of(var)), user="relais", password=password, dbname="relais", autocommit=True
    )


def take_port(taken: socket.socket) -> int:
    """A port that is taken from now on, the one before it free."""
    while True:
        with socket.socket() as before:
            before.bind(("127.0.0.1", 0))
            port = int(before.getsockname()[1]) + 1
            with suppress(OSError):
                taken.bind(("127.0.0.1", port))
                taken.listen()
                return port


def test_a_taken_port(var: Path) -> None:
    with socket.socket() as taken:
        port = take_port(taken)
        said = refusal(var, port)
        assert f"Port {port}, for the web server, is taken" in said and "RELAIS_PORT" in said
        assert f"Port {port}, for the sandbox network, is taken" in refusal(var, port - 1)


@pytest.mark.parametrize("port", ["none", "0", "-1", "65535", "8000.5"])
def test_a_port_that_is_none(var: Path, port: str) -> None:
    with pytest.raises(Refused, match="RELAIS_PORT"):
        read_place({"RELAIS_PORT": port, "RELAIS_VAR": str(var)}, ROOT)


def test_a_folder_that_cannot_be_written(var: Path) -> None:
    var.write_text("a file")
    said = refusal(var / "below")
    assert "can't be written to" in said and "RELAIS_VAR" in said


def test_a_second_launch_with_the_same_folder(var: Path) -> None:
    (var / "run").mkdir(parents=True)
    lock = FolderLock(var / "run" / "launch.lock")
    assert lock.take()
    assert "Another Relais runs" in refusal(var)
    lock.release()


@pytest.mark.parametrize(
    ("name", "url", "words"),
    [
        ("DATABASE_URL", "postgresql+psycopg://relais:hush-hush@127.0.0.1:1/relais", "no PostgreSQL can be reached"),
        ("DATABASE_URL", "nonsense:hush-hush", "is no address of PostgreSQL"),
        ("REDIS_URL", "redis://:hush-hush@127.0.0.1:1/0", "no Redis can be reached"),
        ("REDIS_URL", "nonsense:hush-hush", "is no address of Redis"),
    ],
)
def test_a_server_that_does_not_answer(var: Path, name: str, url: str, words: str) -> None:
    said = refusal(var, **{name: url})
    assert name in said and words in said and "hush" not in said


def test_a_dead_engine(var: Path) -> None:
    (var / "postgres").mkdir(parents=True)
    (var / "postgres" / "PG_VERSION").write_text("9\n")
    assert "PostgreSQL did not start" in refusal(var)


def test_secrets_are_made_once_and_private(var: Path) -> None:
    place = Place(ROOT, var, 8000)
    var.mkdir()
    first = environment(place, {}, {})
    assert environment(place, {}, {}) == first
    assert len(first["RELAIS_SECRET_KEY"]) >= 32
    assert stat.S_IMODE((var / "secrets.json").stat().st_mode) == 0o600
    (var / "secrets.json").write_text("{}")
    with pytest.raises(Refused, match="secrets"):
        environment(place, {}, {})


def test_what_the_operator_set_is_kept(var: Path) -> None:
    var.mkdir()
    given = {"RELAIS_PUBLIC_URL": "https://relais.example", "RELAIS_SECRET_KEY": "k" * 40, **OWN_KEYS}
    given_empty = {**given, "RELAIS_TRUSTED_PROXIES": ""}
    made = environment(Place(ROOT, var, 8000), given_empty, {"DATABASE_URL": "postgresql:///x"})
    assert {name: made[name] for name in given} == given
    assert made["RELAIS_TRUSTED_PROXIES"] == "127.0.0.1/32" and made["DATABASE_URL"] == "postgresql:///x"
    assert "RELAIS_LINKEDIN_API_URL" not in made
    assert environment(Place(ROOT, var, 8100), {}, {})["RELAIS_LINKEDIN_API_URL"] == "http://127.0.0.1:8101"


@pytest.mark.parametrize("key", KEYS)
def test_networks_of_ones_own_leave_no_stand_in(var: Path, key: str) -> None:
    var.mkdir()
    given = {key: "1"}
    made = environment(Place(ROOT, var, 8000), given, {})
    assert own_network(given)
    assert {name for name in made if name.endswith(("_CLIENT_ID", "_ENABLED"))} == {key}
    assert not own_network({"RELAIS_BLUESKY_ENABLED": "0", "RELAIS_X_CLIENT_ID": ""})


def test_reset_removes_the_data_and_no_more(var: Path) -> None:
    (var / "run").mkdir(parents=True)
    with pytest.raises(Refused, match="outside"):
        reset(var, ROOT)
    lock = FolderLock(var / "run" / "launch.lock")
    assert lock.take()
    with pytest.raises(Refused, match="stop it first"):
        reset(var, var.parent)
    lock.release()
    reset(var, var.parent)
    assert not var.exists()


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_the_first_death_is_mended_at_once_and_the_next_ones_later_and_later() -> None:
    clock = Clock()
    falls, delays = Falls(clock), []
    for _death in range(MOST - 1):
        assert falls.note() and not falls.note(), "one death is one death, however often it is looked at"
        assert not falls.hopeless
        delays.append(falls.delay)
        assert falls.due == (falls.delay == 0)
        clock.seconds += falls.delay
        assert falls.due
        falls.mended()
        assert not falls.due
    assert delays == [0, 2, 4, 8]
    falls.note()
    assert falls.hopeless


def test_deaths_of_two_engines_and_deaths_of_long_ago_do_not_add_up() -> None:
    clock = Clock()
    one, other = Falls(clock), Falls(clock)
    for _death in range(MOST - 1):
        for falls in (one, other):
            assert falls.note() and not falls.hopeless
            falls.mended()
    clock.seconds += WITHIN + 1
    assert one.note() and not one.hopeless
    assert one.delay == 0


def test_what_dies_comes_back(var: Path) -> None:
    """The web server, then PostgreSQL, then the launcher itself are killed."""
    port = free_ports()
    with launched(var, port, **OWN_KEYS) as launch:
        os.kill(int((var / "run" / "web.pid").read_text()), signal.SIGKILL)
        eventually(lambda: launch.says("The web ended (signal 9)"))
        eventually(lambda: launch.get("/readyz") == 200, within=60)
        os.kill(int((var / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        eventually(lambda: launch.says("PostgreSQL ended: starting it again."))
        eventually(lambda: launch.get("/readyz") == 200, within=60)
        launch.process.kill()
        launch.process.wait()
    with launched(var, port, **OWN_KEYS) as launch:
        assert launch.get("/readyz") == 200
        assert launch.interrupt() == 0
    assert processes_of(var) == []


def test_two_interruptions_end_it_at_once(var: Path) -> None:
    launch = Launch(var, free_ports(), **OWN_KEYS)
    eventually(lambda: launch.says("Starting the web server"), within=60)
    launch.process.send_signal(signal.SIGINT)
    eventually(lambda: launch.says("Stopping"))
    assert launch.interrupt() == 0
    assert processes_of(var) == []


def test_a_launch_from_nothing_and_once_more(var: Path) -> None:
    port = free_ports()
    with launched(var, port) as launch:
        assert launch.get("/readyz") == 200
        assert launch.get("/sign-in") == 200
        said = launch.said.read_text()
        assert f"http://127.0.0.1:{port}" in said
        for standin in STANDINS:
            url = f"http://127.0.0.1:{port + standin.offset}"
            assert f"{standin.label}, a stand-in: {url}" in said
            assert "Inès B." in requests.get(url, timeout=10).text
        with database(var) as connection:
            people = connection.execute("select count(*) from person").fetchone()
            connection.execute("create table kept (word text)")
        assert launch.interrupt() == 0
        assert processes_of(var) == []
    with launched(var, port) as launch:
        assert launch.get("/sign-in") == 200
        with database(var) as connection:
            assert connection.execute("select count(*) from kept").fetchone() == (0,)
            assert connection.execute("select count(*) from person").fetchone() == people
        assert launch.interrupt() == 0
