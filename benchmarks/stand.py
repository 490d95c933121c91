"""The stand: engines of its own, a nation in a database, and the web server as `make run` starts it."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from advocacy.engines import Engines
from advocacy.launch import commands
from advocacy.launch.place import Place, environment

ROOT = Path(__file__).parents[1]
FLASK = [sys.executable, "-m", "flask", "--app", "app"]
SIZES = {
    "people": 82_000,
    "organisations": 156,
    "groups": 2_300,
    "posts": 100_000,
    "shares": 200_000,
    "clicks": 400_000,
}


@dataclass(frozen=True)
class Stand:
    """Where everything is: the folder, the environment of the app, the engines."""

    var: Path
    engines: Engines

    def environment(self, database: str) -> dict[str, str]:
        """The environment of the app on one of the databases."""
        urls = {"DATABASE_URL": self.engines.database_url_of(database), "REDIS_URL": self.engines.redis_url}
        given = {"RELAIS_LINKEDIN_CLIENT_ID": "bench", "RELAIS_LINKEDIN_CLIENT_SECRET": "bench"}
        ours = ("RELAIS_", "DATABASE_", "REDIS_")
        plain = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return environment(Place(ROOT, self.var, 8000), {**plain, **given}, urls)


@contextmanager
def raised() -> Iterator[Stand]:
    """The stand, in RELAIS_BENCH_VAR where that is set, else in a folder that is thrown away."""
    kept = os.environ.get("RELAIS_BENCH_VAR")
    folder = Path(kept).resolve() if kept else Path(tempfile.mkdtemp(prefix="relais-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    try:
        with Engines(folder) as engines:
            yield Stand(folder, engines)
    finally:
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


def fill(stand: Stand, times: float) -> tuple[str, dict[str, int]]:
    """A nation `times` as large as ours, unless it is there already: its database, and its sizes."""
    sizes = {name: max(1, round(size * times)) for name, size in SIZES.items()}
    database = f"nation_{sizes['people']}"
    stand.engines.create_database(database)
    values = stand.environment(database)
    subprocess.run([*FLASK, "db", "upgrade"], cwd=ROOT, env=values, check=True, stderr=subprocess.DEVNULL)
    mark = stand.var / f"{database}.filled"
    if mark.exists():
        return database, sizes
    options = [part for name, size in sizes.items() for part in (f"--{name}", str(size))]
    subprocess.run([*FLASK, "seed-scale", *options], cwd=ROOT, env=values, check=True)
    mark.touch()
    return database, sizes


@contextmanager
def serving(application: str, values: dict[str, str], path: str) -> Iterator[tuple[str, int]]:
    """The application behind granian, with the options of `make run`: its address and the server's pid."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = commands.web(Place(ROOT, Path(values.get("RELAIS_VAR", ".")), port)).command
    command = [application if part == "app:wsgi" else part for part in command]
    process = subprocess.Popen(command, cwd=ROOT, env=values)
    try:
        _await(f"http://127.0.0.1:{port}{path}")
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait(20)


def _await(url: str) -> None:
    for _ in range(300):
        with suppress(OSError):
            urllib.request.urlopen(url, timeout=5).read()  # noqa: S310
            return
        time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer.")
