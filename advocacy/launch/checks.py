"""What is looked at before anything starts. Each check is quiet, or raises Refused with one sentence."""

import errno
import os
import re
import socket
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis

from advocacy.launch.place import Refused


def check_port(port: int, purpose: str) -> None:
    """Nobody listens on the port, and we may."""
    advice = "set RELAIS_PORT to another one (the demo’s networks take the next ones)"
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Refused(f"Port {port}, for {purpose}, is taken by another program: {advice}.") from error
            raise Refused(
                f"Port {port}, for {purpose}, can't be opened ({os.strerror(error.errno or 0)}): {advice}."
            ) from error
    # Where a program listens on all addresses, some systems let us bind to one of them and answer in its place.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as caller:
        caller.settimeout(1)
        if caller.connect_ex(("127.0.0.1", port)) == 0:
            raise Refused(f"Port {port}, for {purpose}, is taken by another program: {advice}.")


def check_folder(var: Path) -> None:
    """The folder is there, or can be created, and can be written to."""
    trial = var / f".trial-{uuid.uuid4().hex}"
    try:
        var.mkdir(parents=True, exist_ok=True)
        trial.touch()
        trial.unlink()
        for name in ("log", "run"):
            (var / name).mkdir(exist_ok=True)
    except OSError as error:
        raise Refused(
            f"The folder {var} can't be written to ({os.strerror(error.errno or 0)}): set RELAIS_VAR to another one."
        ) from error


def check_database(url: str) -> None:
    """A PostgreSQL answers at the operator's DATABASE_URL."""
    plain = re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", url)
    try:
        psycopg.connect(plain, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        reason = _unrevealing(str(error).strip().splitlines()[0], url)
        raise Refused(f"DATABASE_URL: no PostgreSQL can be reached ({reason}).") from error
    except (psycopg.Error, ValueError) as error:
        raise Refused(
            "DATABASE_URL is no address of PostgreSQL: these look like postgresql+psycopg://name:password@host/database."
        ) from error


def check_redis(url: str) -> None:
    """A Redis answers at the operator's REDIS_URL."""
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5) as client:
            client.ping()
    except (redis.RedisError, OSError) as error:
        raise Refused(f"REDIS_URL: no Redis can be reached ({_unrevealing(str(error), url)}).") from error
    except ValueError as error:
        raise Refused("REDIS_URL is no address of Redis: these look like redis://host:6379/0.") from error


def _unrevealing(reason: str, url: str) -> str:
    """The reason without the password of the address."""
    password = urlsplit(url).password
    return (reason.replace(password, "…") if password else reason).rstrip(".")
