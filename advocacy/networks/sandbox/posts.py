"""/rest/posts: create, rewrite, delete; never read."""

import sqlite3

from flask import Blueprint, Response, request

from advocacy.networks.sandbox import shape
from advocacy.networks.sandbox.checks import check_scope, check_token, check_version, enter, json_body
from advocacy.networks.sandbox.errors import Refusal, access_denied
from advocacy.networks.sandbox.network import Network, here
from advocacy.networks.sandbox.post_body import Draft, read_commentary, read_post
from advocacy.networks.sandbox.published import delete, find_duplicate, find_post, publish, rewrite
from advocacy.networks.sandbox.uploads import check_usable

SCOPE = "w_member_social"

blueprint = Blueprint("posts", __name__)


@blueprint.post("/rest/posts")
def create() -> Response:
    """201 with an empty body; the id is in a header and can never be looked up again."""
    token = enter(SCOPE, "posts.CREATE")
    network = here()
    draft = read_post(json_body())
    if draft.author != f"urn:li:person:{token['sub']}":
        raise access_denied("posts.CREATE: the author is not the member who granted the token")
    for upload in draft.uses:
        check_usable(network, upload, token["sub"])
    check_parent(network, draft)
    with network.store.together():
        earlier = find_duplicate(network, token["sub"], draft)
        if earlier is None:
            urn = publish(network, token["sub"], draft, network.clock.now())
    if earlier is not None:
        raise duplicate(earlier)
    return Response(status=201, headers={"x-restli-id": urn})


def check_parent(network: Network, draft: Draft) -> None:
    """Raises Refusal when the post to be reshared is not there or does not allow it."""
    if draft.parent is None:
        return
    parent = find_post(network, draft.parent)
    if parent is None or parent["deleted_at"] is not None:
        raise Refusal(404, "RESOURCE_NOT_FOUND", f"{draft.parent} was not found")
    if parent["closed"]:
        raise Refusal(400, "RESHARE_DISABLED", f"The author of {draft.parent} has disabled reshares")


def duplicate(earlier: str) -> Refusal:
    """The 422 that names the earlier post."""
    inputs = [{"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}]
    return Refusal(422, "DUPLICATE_POST", f"Content is a duplicate of {earlier}", inputs=inputs)


@blueprint.get("/rest/posts")
@blueprint.get("/rest/posts/<urn>")
def read_refused(urn: str = "") -> Response:
    """Nobody new is given the permission to read posts."""
    version = check_version()
    check_scope(check_token(), "r_member_social", f"posts.{'GET' if urn else 'FINDER-author'}.{version}")
    raise access_denied("posts.GET")


@blueprint.post("/rest/posts/<urn>")
def update(urn: str) -> Response:
    """Replace the commentary of an own post: 204."""
    token = enter(SCOPE, "posts.PARTIAL_UPDATE")
    if request.headers.get("X-RestLi-Method", "").upper() != "PARTIAL_UPDATE":
        raise Refusal(400, "INVALID_RESTLI_METHOD", "X-RestLi-Method must be PARTIAL_UPDATE")
    patch = shape.fields(shape.fields(json_body(), "", ("patch",))["patch"], "patch", ("$set",))["$set"]
    path = "patch/$set"
    commentary = read_commentary(shape.fields(patch, path, ("commentary",))["commentary"], f"{path}/commentary")
    post = own_post(here(), urn, token, "posts.PARTIAL_UPDATE")
    if post is None or post["deleted_at"] is not None:
        raise Refusal(404, "RESOURCE_NOT_FOUND", f"{urn} was not found")
    rewrite(here(), urn, commentary)
    return Response(status=204)


@blueprint.delete("/rest/posts/<urn>")
def remove(urn: str) -> Response:
    """Take an own post down: 204, also the second time."""
    token = enter(SCOPE, "posts.DELETE")
    if own_post(here(), urn, token, "posts.DELETE") is not None:
        delete(here(), urn)
    return Response(status=204)


def own_post(network: Network, urn: str, token: sqlite3.Row, permission: str) -> sqlite3.Row | None:
    """The post, or None when there never was one. Raises Refusal for an ill-formed URN or somebody else's post."""
    shape.urn(urn, "id", ("share", "ugcPost"))
    post = find_post(network, urn)
    if post is not None and post["sub"] != token["sub"]:
        raise access_denied(permission)
    return post
