"""The one file of a post, a document or a video: checked, kept under the hash of its content, removed when replaced.

A file goes from the request to the disk in pieces and is never whole in memory.
"""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

from flask_babel import gettext as _
from sqlalchemy import select, text

from advocacy.content.models import Attachment, AttachmentKind, Post
from advocacy.content.pdf_pages import count_pages
from advocacy.content.video_boxes import film_seconds
from advocacy.db import db
from advocacy.errors import Invalid, NotFound
from advocacy.markup import clean_line
from advocacy.people import service as people
from advocacy.people.models import Person, Role
from advocacy.shelf_life import renew
from config.settings import get_settings

LARGEST_DOCUMENT: Final = 100_000_000
MOST_PAGES: Final = 300
SMALLEST_VIDEO: Final = 75_000
LARGEST_VIDEO: Final = 500_000_000
SHORTEST_VIDEO: Final = 3
LONGEST_VIDEO: Final = 30 * 60
LARGEST_REQUEST: Final = LARGEST_VIDEO + 1_000_000
LONGEST_NAME: Final = 120
MIMETYPES: Final = {AttachmentKind.DOCUMENT: "application/pdf", AttachmentKind.VIDEO: "video/mp4"}
_KEY: Final = re.compile(r"[0-9a-f]{64}")
_carriers: list[Callable[[str], bool]] = []
_ENDINGS: Final = {AttachmentKind.DOCUMENT: ".pdf", AttachmentKind.VIDEO: ".mp4"}


def files_folder() -> Path:
    """Where files lie, and where they arrive; made if need be."""
    folder = get_settings().var.absolute() / "files"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def path_of(attachment: Attachment) -> Path:
    """The file of an attachment. Raises NotFound when it is not there."""
    place = _place(attachment.key)
    if not place.is_file():
        raise NotFound
    return place


def find_file(key: str) -> Path | None:
    """The stored file of that key. Safe for keys from an address."""
    place = _place(key) if _KEY.fullmatch(key) else None
    return place if place is not None and place.is_file() else None


def find_attachment(post_id: int) -> Attachment | None:
    """What is attached to the post."""
    return db.session.get(Attachment, post_id)


def attach(actor: Person, post: Post, sent: IO[bytes], name: str) -> str | None:
    """Have the post carry the file that was sent, instead of the one before, whose key is returned: give it to
    `discard` once this is committed. Raises Invalid with a sentence that says what is wrong with the file.
    """
    people.require(actor, Role.EDITOR, post.organisation)
    with tempfile.NamedTemporaryFile(dir=files_folder(), prefix=".", suffix=".part") as arrived:
        key, size = _receive(sent, arrived)
        row = _judged(Path(arrived.name), size)
        _hold(key)
        _keep(Path(arrived.name), key)
    before = find_attachment(post.id)
    replaced = before.key if before is not None and before.key != key else None
    if before is not None:
        db.session.delete(before)
        db.session.flush()
    row.post_id, row.key, row.name, row.bytes = post.id, key, _named(name, AttachmentKind(row.kind)), size
    db.session.add(row)
    db.session.flush()
    return replaced


def detach(actor: Person, post: Post) -> str | None:
    """Have the post carry no file; the key it had is returned, for `discard` once this is committed."""
    people.require(actor, Role.EDITOR, post.organisation)
    row = find_attachment(post.id)
    if row is None:
        return None
    db.session.delete(row)
    db.session.flush()
    return row.key


def carry_over(actor: Person, source: Post, post: Post) -> str | None:
    """Have the post carry the same file as `source`, or none if that has none; the key it had is returned where
    another one takes its place, for `discard` once this is committed."""
    people.require(actor, Role.EDITOR, post.organisation)
    same = find_attachment(source.id)
    if same is not None:
        _hold(same.key)
    before = detach(actor, post)
    if same is not None:
        values = {name: getattr(same, name) for name in ("kind", "key", "name", "bytes", "pages", "seconds")}
        db.session.add(Attachment(post_id=post.id, **values))
        db.session.flush()
    return before if same is None or before != same.key else None


def discard(key: str | None) -> None:
    """Remove a stored file that no post carries any more, nor anything above. Whoever attaches the same bytes meanwhile
    waits.
    """
    if key is None:
        return
    _hold(key)
    if any(carries(key) for carries in _carriers):
        return
    if db.session.scalar(select(Attachment.post_id).where(Attachment.key == key).limit(1)) is None:
        _place(key).unlink(missing_ok=True)


def also_carried_by(carries: Callable[[str], bool]) -> None:
    """Have `carries(key)` say whether something else lives on the same file."""
    _carriers[:] = [carries]


def _hold(key: str) -> None:
    """Nobody else stores or removes this file until the transaction ends."""
    db.session.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"file:{key}"})


def _receive(sent: IO[bytes], arrived: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while piece := sent.read(1 << 20):
        digest.update(piece)
        size += len(piece)
        if size > LARGEST_VIDEO:
            raise Invalid(_("This file is too large: a video has 500 MB at most, a document 100 MB."))
        arrived.write(piece)
    arrived.flush()
    return digest.hexdigest(), size


def _judged(path: Path, size: int) -> Attachment:
    with path.open("rb") as file:
        start = file.read(1024)
    if b"%PDF-" in start:
        return _document(path, size)
    if start[4:8] == b"ftyp":
        return _video(path, size)
    raise Invalid(_("This is neither a PDF nor an MP4 video. Send one of these."))


def _document(path: Path, size: int) -> Attachment:
    if size > LARGEST_DOCUMENT:
        raise Invalid(_("This document is too large: 100 MB at most."))
    pages = count_pages(path)
    if pages is None:
        raise Invalid(_("This PDF can’t be read. Save it anew, without a password, then send it again."))
    if pages > MOST_PAGES:
        raise Invalid(_("This document has %(pages)d pages; 300 are the most.", pages=pages))
    return Attachment(kind=AttachmentKind.DOCUMENT.value, pages=pages)


def _video(path: Path, size: int) -> Attachment:
    if not SMALLEST_VIDEO <= size <= LARGEST_VIDEO:
        raise Invalid(_("A video has between 75 kB and 500 MB."))
    with path.open("rb") as file:
        seconds = film_seconds(file, size)
    if seconds is None:
        raise Invalid(_("This video can’t be read. Save it as MP4, then send it again."))
    if not SHORTEST_VIDEO <= seconds <= LONGEST_VIDEO:
        raise Invalid(_("A video lasts between 3 seconds and 30 minutes."))
    return Attachment(kind=AttachmentKind.VIDEO.value, seconds=round(seconds))


def _named(name: str, kind: AttachmentKind) -> str:
    """The file's own name, fit to be shown and to be saved under."""
    last = clean_line(name.replace("\\", "/").rpartition("/")[2].replace('"', ""), 300).strip(". ")
    stem = last.rpartition(".")[0] or last or kind.value
    return stem[: LONGEST_NAME - 4] + _ENDINGS[kind]


def _place(key: str) -> Path:
    return files_folder() / key[:2] / key


def _keep(arrived: Path, key: str) -> None:
    """All or nothing, and on disk before the name exists."""
    place = _place(key)
    if renew(place):
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(f".{key}.part")
    with arrived.open("rb") as source, part.open("wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)
        target.flush()
        os.fsync(target.fileno())
    part.replace(place)
