"""Posts that stand on the network: kept, found, cut, told apart from duplicates."""

import hashlib
import json
import secrets
import sqlite3
from typing import Any

from advocacy.networks.sandbox.clock import written
from advocacy.networks.sandbox.little_text import read
from advocacy.networks.sandbox.network import Network
from advocacy.networks.sandbox.post_body import Draft
from advocacy.networks.sandbox.state import Value


def publish(
    network: Network, sub: str, draft: Draft, at: float, quiet: bool = False, figures: dict[str, int] | None = None
) -> str:
    """Keep a post and return its URN; its text is cut where little text demands it. Call it inside `together`."""
    reading = read(draft.commentary)
    row: dict[str, Value] = {
        "urn": new_urn(network, at),
        "sub": sub,
        "raw": draft.commentary,
        "shown": reading.text,
        "cut": int(reading.cut is not None),
        "source": draft.source,
        "title": draft.title,
        "description": draft.description,
        "thumbnail": draft.thumbnail,
        "images": json.dumps(draft.images),
        "attached": json.dumps(draft.attached),
        "parent": draft.parent,
        "visibility": draft.visibility,
        "closed": int(draft.closed),
        "likeness": likeness(draft),
        "created_at": at,
        "quiet": int(quiet),
        "age": max(0.0, network.clock.now() - at) * network.options.speed,
        "figures": json.dumps(figures or {}),
    }
    columns = ", ".join(row)
    marks = ", ".join("?" * len(row))
    network.store.run(f"INSERT INTO posts ({columns}) VALUES ({marks})", *row.values())  # noqa: S608
    return str(row["urn"])


def new_urn(network: Network, at: float) -> str:
    """A number as LinkedIn's: the milliseconds since the epoch, then 22 bits; drawn, so that no reset repeats one."""
    while True:
        urn = f"urn:li:share:{(int(at * 1000) << 22) + secrets.randbelow(1 << 22)}"
        if find_post(network, urn) is None:
            return urn


def likeness(draft: Draft) -> str:
    """What two posts have in common when one is a duplicate: text but for spaces and case, and what it links to."""
    words = " ".join(draft.commentary.split()).casefold()
    pictures = [] if words else [urn for urn, _words in draft.images + draft.attached]
    return hashlib.sha256(json.dumps([words, draft.source, draft.parent, pictures]).encode()).hexdigest()


def find_duplicate(network: Network, sub: str, draft: Draft) -> str | None:
    """The URN of a like post of the same author within the window, deleted or not; None when there is none."""
    since = network.clock.now() - network.options.duplicate_minutes * 60
    row = network.store.one(
        "SELECT urn FROM posts WHERE sub = ? AND likeness = ? AND created_at > ? ORDER BY id DESC",
        sub,
        likeness(draft),
        since,
    )
    return row["urn"] if row is not None else None


def find_post(network: Network, urn: str) -> sqlite3.Row | None:
    """The post with this URN, deleted or not, or None."""
    return network.store.one("SELECT * FROM posts WHERE urn = ?", urn)


def rewrite(network: Network, urn: str, commentary: str) -> None:
    """Replace the text of a post."""
    reading = read(commentary)
    network.store.run(
        "UPDATE posts SET raw = ?, shown = ?, cut = ? WHERE urn = ?",
        commentary,
        reading.text,
        int(reading.cut is not None),
        urn,
    )


def delete(network: Network, urn: str) -> None:
    """Take a post down; a second time changes nothing."""
    network.store.run("UPDATE posts SET deleted_at = ? WHERE urn = ? AND deleted_at IS NULL", network.clock.now(), urn)


def listed(network: Network, sub: str | None = None) -> list[dict[str, Any]]:
    """Every post, oldest first, as the admin pages tell it."""
    rows = network.store.all("SELECT * FROM posts WHERE ? IN (sub, '') ORDER BY created_at, id", sub or "")
    return [
        {
            "urn": row["urn"],
            "author": f"urn:li:person:{row['sub']}",
            "commentary": row["shown"],
            "commentary_raw": row["raw"],
            "cut": bool(row["cut"]),
            "source": row["source"],
            "title": row["title"],
            "description": row["description"],
            "thumbnail": row["thumbnail"],
            "images": [urn for urn, _alt in json.loads(row["images"])],
            "alts": [alt for _urn, alt in json.loads(row["images"])],
            "video": titled(row, "video"),
            "document": titled(row, "document"),
            "parent": row["parent"],
            "visibility": row["visibility"],
            "created_at": written(row["created_at"]),
            "deleted_at": written(row["deleted_at"]),
            "quiet": bool(row["quiet"]),
        }
        for row in rows
    ]


def titled(row: sqlite3.Row, kind: str) -> str | None:
    """The title of the video or document of a post; None where it has none."""
    return next((title for urn, title in json.loads(row["attached"]) if urn.startswith(f"urn:li:{kind}:")), None)
