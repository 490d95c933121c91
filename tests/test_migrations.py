"""Migrations: the models' schema exactly, there and back."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from advocacy.engines import Engines

ROOT = Path(__file__).parent.parent


def flask(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "db", *arguments],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def empty(engines: Engines, environment: dict[str, str]) -> dict[str, str]:
    url = engines.create_database("migrations")
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
        connection.execute("drop schema public cascade")
        connection.execute("create schema public")
    return {**environment, "DATABASE_URL": url}


def tables(environment: dict[str, str]) -> set[str]:
    with psycopg.connect(environment["DATABASE_URL"].replace("postgresql+psycopg", "postgresql")) as connection:
        rows = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
    return {row[0] for row in rows}


def test_up_is_what_the_models_say_and_down_leaves_nothing(empty: dict[str, str]) -> None:
    flask(empty, "upgrade")
    assert "share" in tables(empty)
    assert "No new upgrade operations detected" in flask(empty, "check")
    flask(empty, "downgrade", "base")
    assert tables(empty) <= {"alembic_version"}
    flask(empty, "upgrade")
    assert "share" in tables(empty)


def test_migrations_are_numbered() -> None:
    names = sorted(path.name for path in (ROOT / "migrations" / "versions").glob("*.py"))
    assert [name[:4] for name in names] == [f"{number:04d}" for number in range(1, len(names) + 1)]
