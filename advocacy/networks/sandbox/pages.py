"""The pages for people: what stands on the network, and what it has drawn so far."""

import json
import sqlite3
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, render_template, request

from advocacy.networks.sandbox.figures import figures_of
from advocacy.networks.sandbox.little_text import read
from advocacy.networks.sandbox.members import find_member
from advocacy.networks.sandbox.network import Network, here
from advocacy.networks.sandbox.uploads import status_of

ON_A_PAGE = 30
POSTS = "SELECT posts.*, members.name, members.followers FROM posts JOIN members USING (sub) WHERE deleted_at IS NULL"

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def feed() -> str:
    """Everybody's posts, newest first."""
    return page_of(None)


@blueprint.get("/members/<sub>")
def member(sub: str) -> str:
    """The posts of one member."""
    return page_of(find_member(here(), sub) or abort(404))


@blueprint.get("/feed/update/<urn>/")
def permalink(urn: str) -> str:
    """One post."""
    rows = here().store.all(f"{POSTS} AND urn = ?", urn)
    if not rows:
        abort(404)
    return render_template("post.html", card=card_of(here(), rows[0]))


@blueprint.get("/images/<urn>")
def image(urn: str) -> Response:
    """The bytes of an image that could be processed."""
    row = here().store.one("SELECT * FROM images WHERE urn = ?", urn)
    if row is None or status_of(here(), row) != "AVAILABLE":
        abort(404)
    return Response(row["bytes"], mimetype=row["mime"], headers={"Cache-Control": "public, max-age=86400"})


def page_of(whose: sqlite3.Row | None) -> str:
    """A page of a feed; ?before= is the moment of the last post already seen."""
    before = request.args.get("before", default=float("inf"), type=float)
    rows = here().store.all(
        f"{POSTS} AND posts.created_at < ? AND ? IN (sub, '') ORDER BY posts.created_at DESC, posts.id DESC LIMIT ?",
        before,
        whose["sub"] if whose is not None else "",
        ON_A_PAGE + 1,
    )
    cards = [card_of(here(), row) for row in rows[:ON_A_PAGE]]
    older = rows[ON_A_PAGE - 1]["created_at"] if len(rows) > ON_A_PAGE else None
    return render_template("feed.html", cards=cards, whose=whose, older=older)


def card_of(network: Network, post: sqlite3.Row) -> dict[str, Any]:
    """What a page shows of one post."""
    source = post["source"]
    return {
        "post": post,
        "segments": read(post["raw"]).segments,
        "at": datetime.fromtimestamp(post["created_at"], UTC),
        "images": json.loads(post["images"]),
        "attached": json.loads(post["attached"]),
        "host": urlsplit(source).netloc if source else None,
        "initials": "".join(word[0] for word in post["name"].split()[:2]).upper(),
        "figures": figures_of(network, post, post["followers"]),
    }
