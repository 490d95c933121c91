"""The command lines of what is launched."""

import sys

from advocacy.launch.children import Child
from advocacy.launch.place import Place
from config.demo import DEMO_NAMES

_WORKERS = 2
_THREADS = 4

MIGRATE = [sys.executable, "-m", "flask", "--app", "app", "db", "upgrade"]
"""Brings the database's tables up to date; run again, it changes nothing."""

SEED = [sys.executable, "-m", "flask", "--app", "app", "seed-demo"]
"""Fills an empty database with the demo; run again, it changes nothing."""


def sandbox(place: Place) -> Child:
    """The network that stands in for LinkedIn."""
    data = place.var / "sandbox.sqlite3"
    command = ["-m", "advocacy.networks.sandbox", "--port", str(place.sandbox_port), "--data", str(data)]
    return Child("sandbox", [sys.executable, *command], mark=str(data))


def standins(place: Place) -> Child:
    """The stand-ins of the other networks, in one process that keeps nothing."""
    places = [f"{name}:{port}" for name, port in place.standins.items()]
    members = [f"--member={name}" for name in DEMO_NAMES]
    command = [sys.executable, "-m", "advocacy.networks.standins", *places, *members]
    return Child("standins", command, mark=f"advocacy.networks.standins {places[0]}")


def web(place: Place) -> Child:
    """The web server: several worker processes, which it replaces itself when one dies."""
    command = ["-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(place.port), "--no-ws"]
    command += ["--workers", str(_WORKERS), "--blocking-threads", str(_THREADS), "--log-level", "warning"]
    command += ["--respawn-failed-workers", "--workers-kill-timeout", "10", "app:wsgi"]
    return Child("web", [sys.executable, *command], mark="app:wsgi")


def worker(place: Place) -> Child:
    """The Celery worker. On SIGTERM it takes no new task and ends the ones it runs."""
    name = f"relais-{place.port}@%h"
    command = [
        "-m",
        "celery",
        "--quiet",
        "-A",
        "app:celery",
        "worker",
        "--pool",
        "prefork",
        "--concurrency",
        "2",
        "--hostname",
        name,
    ]
    command += ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    return Child("worker", [sys.executable, *command], mark="app:celery worker", patience=30.0)


def beat(place: Place) -> Child:
    """What tells the worker that it is time."""
    schedule = place.var / "run" / "beat-schedule"
    command = [
        "-m",
        "celery",
        "--quiet",
        "-A",
        "app:celery",
        "beat",
        "--schedule",
        str(schedule),
        "--pidfile=",
        "--loglevel",
        "WARNING",
    ]
    return Child("beat", [sys.executable, *command], mark=str(schedule))
