"""The click journal: one append-only file a process, one line a visit, written before the visitor is sent on.

A line is acknowledged once it is appended: it survives the death of the process. A thread syncs the file to the disk
about every 10 ms, which bounds what a power cut can take. A file that is being written is locked (flock); the lock goes
with the process, so that the reader knows which files are finished.
"""

import fcntl
import os
import re
import secrets
import threading
import time
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

import structlog

log = structlog.get_logger(__name__)
SYNC_SECONDS: Final = 0.01
AGENT_LENGTH: Final = 300
MAX_BYTES: Final = 16 * 1024 * 1024
MAX_SECONDS: Final = 3600.0
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class Visit(NamedTuple):
    """A line of the journal."""

    id: UUID
    share_id: int
    at_ms: int
    """Milliseconds since 1970, UTC."""
    visitor: bytes
    agent: str


def journal_folder(var: Path) -> Path:
    """Where the journals of an instance are."""
    return var / "journal"


def clean_agent(user_agent: str) -> str:
    """The user agent without control characters, at most AGENT_LENGTH long."""
    return _CONTROLS.sub(" ", user_agent[: AGENT_LENGTH * 2])[:AGENT_LENGTH]


def write_line(share_id: int, at_ms: int, visitor: bytes, agent: str) -> bytes:
    """A line with an id of its own that sorts by time (UUID version 7)."""
    rest = os.urandom(10).hex()
    key = f"{at_ms:012x}7{rest[:3]}8{rest[3:18]}"
    text = f"{key}\t{share_id}\t{at_ms}\t{visitor.hex()}\t{agent}\n"
    return text.encode("utf-8", "replace")


def read_line(line: bytes) -> Visit | None:
    """The visit a whole line tells of, or None if it is damaged."""
    parts = line.decode("utf-8", "replace").rstrip("\n").split("\t", 4)
    try:
        key, share, at, visitor, agent = parts
        visit = Visit(UUID(key), int(share), int(at), bytes.fromhex(visitor), clean_agent(agent))
    except ValueError:
        return None
    sound = len(visit.visitor) == 16 and 0 < visit.share_id < 2**63 and 0 < visit.at_ms < 2**42
    return visit if sound else None


class Journal:
    """Appends of one process; safe to use from several threads and across fork."""

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES, max_seconds: float = MAX_SECONDS) -> None:
        self.folder, self.max_bytes, self.max_seconds = folder, max_bytes, max_seconds
        self.lost = 0
        """Visits that could not be written down; they were redirected all the same."""
        self._fd = -1
        self._torn = False
        self._begin()
        os.register_at_fork(after_in_child=self._begin)

    def append(self, line: bytes) -> bool:
        """Write a line by one call; False, and a count in `lost`, where the disk refuses."""
        try:
            with self._lock:
                self._ready()
                whole = b"\n" + line if self._torn else line
                written = os.write(self._fd, whole)
                self._size += written
                torn = self._torn = written != len(whole)
        except OSError as error:
            return self._lose(error.strerror)
        self._wake.set()
        return self._lose("short write") if torn else True

    def close(self) -> None:
        """Sync and give back the file."""
        with self._lock:
            self._retire()
            self._close_finished()

    def _begin(self) -> None:
        """Start anew: a forked child must not write into its parent's file, nor hold it open."""
        if self._fd >= 0:
            os.close(self._fd)
        self._lock, self._wake = threading.Lock(), threading.Event()
        self._fd, self._size, self._opened = -1, 0, 0.0
        self._torn = False
        self._finished: list[int] = []
        self._syncing = False

    def _lose(self, why: str | None) -> bool:
        self.lost += 1
        log.error("click_lost", error=why, lost=self.lost)
        return False

    def _ready(self) -> None:
        if not self._syncing:
            threading.Thread(target=self._sync, name="click journal", daemon=True).start()
            self._syncing = True
        if self._size >= self.max_bytes or time.monotonic() - self._opened >= self.max_seconds:
            self._retire()
        if self._fd < 0:
            self._open()

    def _retire(self) -> None:
        if self._fd >= 0:
            self._finished.append(self._fd)
            self._fd = -1

    def _open(self) -> None:
        """Lock the file before it has the name that the reader looks for: an unlocked journal is a finished one."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{time.time_ns():x}-{os.getpid()}-{secrets.token_hex(4)}"
        unborn, path = self.folder / f"{name}.new", self.folder / f"{name}.log"
        fd = os.open(unborn, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            unborn.rename(path)
        except OSError:
            os.close(fd)
            raise
        self._fd, self._size, self._opened = fd, 0, time.monotonic()
        self._torn = False

    def _sync(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            time.sleep(SYNC_SECONDS)
            with self._lock:
                fd = os.dup(self._fd) if self._fd >= 0 else -1
                finished, self._finished = self._finished, []
            for each in (*finished, fd):
                self._flush(each)

    def _close_finished(self) -> None:
        while self._finished:
            self._flush(self._finished.pop())

    def _flush(self, fd: int) -> None:
        if fd < 0:
            return
        try:
            os.fdatasync(fd)
        except OSError as error:
            log.error("journal_not_synced", error=error.strerror)
        finally:
            os.close(fd)
