"""What the sandbox remembers: one SQLite file, one connection, one lock."""

import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS members (
  id INTEGER PRIMARY KEY, sub TEXT NOT NULL UNIQUE, name TEXT NOT NULL, email TEXT NOT NULL,
  followers INTEGER NOT NULL, created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS codes (
  digest TEXT PRIMARY KEY, sub TEXT NOT NULL, redirect_uri TEXT NOT NULL, scope TEXT NOT NULL,
  expires_at REAL NOT NULL, used_at REAL);
CREATE TABLE IF NOT EXISTS tokens (
  id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, consent TEXT NOT NULL, sub TEXT NOT NULL,
  scope TEXT NOT NULL, created_at REAL NOT NULL, authorized_at REAL NOT NULL, expires_at REAL NOT NULL,
  revoked_at REAL);
CREATE INDEX IF NOT EXISTS tokens_sub ON tokens (sub);
CREATE TABLE IF NOT EXISTS posts (
  id INTEGER PRIMARY KEY, urn TEXT NOT NULL UNIQUE, sub TEXT NOT NULL, raw TEXT NOT NULL, shown TEXT NOT NULL,
  cut INTEGER NOT NULL, source TEXT, title TEXT, description TEXT, thumbnail TEXT, images TEXT NOT NULL DEFAULT '[]',
  parent TEXT, visibility TEXT NOT NULL, closed INTEGER NOT NULL DEFAULT 0, likeness TEXT NOT NULL,
  created_at REAL NOT NULL, deleted_at REAL, quiet INTEGER NOT NULL DEFAULT 0, age REAL NOT NULL DEFAULT 0,
  figures TEXT NOT NULL DEFAULT '{}');
CREATE INDEX IF NOT EXISTS posts_sub ON posts (sub, created_at);
CREATE INDEX IF NOT EXISTS posts_likeness ON posts (sub, likeness, created_at);
CREATE TABLE IF NOT EXISTS images (
  id INTEGER PRIMARY KEY, urn TEXT NOT NULL UNIQUE, sub TEXT NOT NULL, upload_key TEXT NOT NULL UNIQUE,
  expires_at REAL NOT NULL, uploaded_at REAL, failed INTEGER NOT NULL DEFAULT 0, mime TEXT, bytes BLOB);
CREATE TABLE IF NOT EXISTS documents (
  id INTEGER PRIMARY KEY, urn TEXT NOT NULL UNIQUE, sub TEXT NOT NULL, upload_key TEXT NOT NULL UNIQUE,
  expires_at REAL NOT NULL, uploaded_at REAL, failed INTEGER NOT NULL DEFAULT 0, size INTEGER);
CREATE TABLE IF NOT EXISTS videos (
  id INTEGER PRIMARY KEY, urn TEXT NOT NULL UNIQUE, sub TEXT NOT NULL, upload_key TEXT NOT NULL UNIQUE,
  token TEXT NOT NULL, size INTEGER NOT NULL, expires_at REAL NOT NULL, uploaded_at REAL,
  failed INTEGER NOT NULL DEFAULT 0, failure TEXT);
CREATE TABLE IF NOT EXISTS parts (
  video INTEGER NOT NULL, number INTEGER NOT NULL, etag TEXT NOT NULL, film INTEGER NOT NULL, seconds REAL,
  PRIMARY KEY (video, number));
CREATE TABLE IF NOT EXISTS calls (
  day TEXT NOT NULL, counter TEXT NOT NULL, made INTEGER NOT NULL, PRIMARY KEY (day, counter));
"""
TABLES = ("members", "codes", "tokens", "posts", "images", "documents", "videos", "parts", "calls")
# What a file of an earlier version lacks: the application (empty: the one for posting), and what hangs on a post.
ADDED = (
    ("codes", "client", "TEXT NOT NULL DEFAULT ''"),
    ("tokens", "client", "TEXT NOT NULL DEFAULT ''"),
    ("posts", "attached", "TEXT NOT NULL DEFAULT '[]'"),
)

Value = str | int | float | bytes | None


class Store:
    """The file behind the sandbox. Each statement commits by itself unless it runs inside `together`."""

    def __init__(self, data: str) -> None:
        if data != ":memory:":
            Path(data).parent.mkdir(parents=True, exist_ok=True)
        try:
            self.connection = sqlite3.connect(data, check_same_thread=False, isolation_level=None, timeout=5)
            self.connection.execute("PRAGMA journal_mode = WAL")
            self.connection.execute("PRAGMA synchronous = NORMAL")
            self.connection.executescript(SCHEMA)
            self._add_columns()
        except sqlite3.Error as problem:
            raise OSError(f"{data} cannot be opened as its database ({problem})") from problem
        self.connection.row_factory = sqlite3.Row
        self.lock = threading.RLock()

    def _add_columns(self) -> None:
        for table, column, kind in ADDED:
            if column not in {row[1] for row in self.connection.execute(f"PRAGMA table_info({table})")}:
                self.connection.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")

    def all(self, statement: str, *values: Value) -> list[sqlite3.Row]:
        """Every row of a query."""
        with self.lock:
            return self.connection.execute(statement, values).fetchall()

    def one(self, statement: str, *values: Value) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        rows = self.all(statement, *values)
        return rows[0] if rows else None

    def run(self, statement: str, *values: Value) -> int:
        """Execute a statement; returns the id of the row it inserted, if any."""
        with self.lock:
            return self.connection.execute(statement, values).lastrowid or 0

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is inside happens whole or not at all, and nobody sees it by halves. Not to be nested."""
        with self.lock:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")

    def secret(self) -> str:
        """The key that signs the session cookie, made once for each file."""
        self.run("INSERT OR IGNORE INTO meta VALUES ('secret', ?)", secrets.token_hex(32))
        return str(self.all("SELECT value FROM meta WHERE name = 'secret'")[0]["value"])

    def reset(self) -> None:
        """Forget every member, token, post and upload."""
        with self.together():
            for table in TABLES:
                self.connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names from the constant above

    def close(self) -> None:
        """Close the file."""
        with self.lock:
            self.connection.close()
