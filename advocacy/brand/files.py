"""Files to download, as they were sent: stored under the digest of their bytes, told by their bytes and not by their
name, never shown inside a page of ours.
"""

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from sqlalchemy import select

from advocacy.brand.models import BrandFile
from advocacy.db import db
from config.settings import get_settings

LARGEST: Final = 50_000_000
_CHUNK: Final = 256 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")
_SIGNS: Final = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"wOF2", "woff2"),
    (b"wOFF", "woff"),
    (b"\x00\x01\x00\x00", "ttf"),
    (b"true", "ttf"),
    (b"OTTO", "otf"),
)
MIMES: Final = {
    "pdf": "application/pdf",
    "zip": "application/zip",
    "png": "image/png",
    "jpg": "image/jpeg",
    "woff2": "font/woff2",
    "woff": "font/woff",
    "ttf": "font/ttf",
    "otf": "font/otf",
}


class BadFile(Exception):
    """The file is not one that is taken. `reason`: empty, too_large, unknown_kind."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it lies in the store; `size` in bytes."""

    digest: str
    kind: str
    size: int


class FileStore:
    """A folder of files named by their content: the same file twice is one, and a digest never changes its meaning."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, stream: IO[bytes]) -> StoredFile:
        """Store a file piece by piece. Raises `BadFile`. It is whole and on disk when this returns."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as part:
                found = _copy(stream, part)
                part.flush()
                os.fsync(part.fileno())
            place = self._place(found.digest)
            place.parent.mkdir(parents=True, exist_ok=True)
            os.chmod(name, 0o640)
            os.replace(name, place)
            _settle(place.parent)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return found

    def path(self, digest: str) -> Path | None:
        """The file of a digest, or None where there is none."""
        place = self._place(digest) if _DIGEST.fullmatch(digest) else None
        return place if place is not None and place.is_file() else None

    def _place(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def get_file_store() -> FileStore:
    """The instance's files, under var/files."""
    return FileStore(get_settings().var.absolute() / "files")


def is_carried(digest: str) -> bool:
    """Whether a page of the brand space offers the file of this digest."""
    return db.session.scalar(select(BrandFile.id).where(BrandFile.digest == digest).limit(1)) is not None


def name_to_save(file: BrandFile) -> str:
    """What the file is called on the disk of whoever downloads it: its name, with the ending its bytes have earned."""
    stem = re.sub(rf"\.{file.kind}$|\.jpeg$" if file.kind == "jpg" else rf"\.{file.kind}$", "", file.name, flags=re.I)
    return f"{stem}.{file.kind}"


def _copy(stream: IO[bytes], part: IO[bytes]) -> StoredFile:
    digest, size, kind = hashlib.sha256(), 0, ""
    while chunk := stream.read(_CHUNK):
        if not size:
            kind = next((name for sign, name in _SIGNS if chunk.startswith(sign)), "")
        size += len(chunk)
        if not kind:
            raise BadFile("unknown_kind")
        if size > LARGEST:
            raise BadFile("too_large")
        digest.update(chunk)
        part.write(chunk)
    if not size:
        raise BadFile("empty")
    return StoredFile(digest.hexdigest(), kind, size)


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
