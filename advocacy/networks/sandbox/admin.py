"""/_sandbox: faults, seeds and a look inside, for demos and tests. Not part of the network that is imitated."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from advocacy.networks.sandbox import grants
from advocacy.networks.sandbox.audience import Audience
from advocacy.networks.sandbox.clock import read_moment
from advocacy.networks.sandbox.errors import Refusal
from advocacy.networks.sandbox.figures import NAMES
from advocacy.networks.sandbox.members import all_members, create_member, find_member
from advocacy.networks.sandbox.network import here
from advocacy.networks.sandbox.post_body import Draft
from advocacy.networks.sandbox.published import listed, publish

blueprint = Blueprint("admin", __name__, url_prefix="/_sandbox")


def wanted(required: str, optional: str = "") -> dict[str, Any]:
    """The JSON object of the request, with exactly these fields. Raises Refusal."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not set(required.split()) <= body.keys() <= set(
        (required + " " + optional).split()
    ):
        raise Refusal(400, "BAD_REQUEST", f"A JSON object with {required or 'nothing'} and perhaps {optional}")
    return body


def member_of(body: dict[str, Any]) -> str:
    """The `sub` in the body, of a member that exists. Raises Refusal."""
    sub = str(body["member"])
    if find_member(here(), sub) is None:
        raise Refusal(404, "NOT_FOUND", f"No member {sub}")
    return sub


@blueprint.get("/members")
def members() -> Response:
    """Everybody, by name."""
    return jsonify([dict(row) for row in all_members(here())])


@blueprint.post("/members")
def add_member() -> tuple[Response, int]:
    """{name, email?, followers?} → {sub, urn}."""
    body = wanted("name", "email followers")
    sub = create_member(here(), str(body["name"]), body.get("email"), body.get("followers"))
    return jsonify(sub=sub, urn=f"urn:li:person:{sub}"), 201


@blueprint.post("/tokens")
def add_tokens() -> tuple[Response, int]:
    """{member, scope, client_id?} → tokens as the token endpoint gives them, without the dance."""
    body = wanted("member scope", "client_id")
    scope = " ".join(sorted(set(str(body["scope"]).replace(",", " ").split())))
    client = grants.stored(here(), str(body.get("client_id") or here().options.client_id))
    issued = grants.issue_tokens(here(), member_of(body), scope, client)
    answer = {
        "access_token": issued.access,
        "expires_in": issued.expires_in,
        "refresh_token": issued.refresh,
        "refresh_token_expires_in": issued.refresh_expires_in,
        "scope": scope.replace(" ", ","),
    }
    return jsonify({name: value for name, value in answer.items() if value is not None}), 201


@blueprint.post("/expire_tokens")
def expire_tokens() -> Response:
    """{member}: the access tokens reach their end."""
    grants.expire_all(here(), member_of(wanted("member")))
    return Response(status=204)


@blueprint.post("/revoke_tokens")
def revoke_tokens() -> Response:
    """{member}: the member takes the access away on the network's own pages."""
    grants.revoke_all(here(), member_of(wanted("member")))
    return Response(status=204)


@blueprint.get("/posts")
def posts() -> Response:
    """Every post, or those of ?member=."""
    return jsonify(listed(here(), request.args.get("member")))


@blueprint.post("/posts")
def add_post() -> tuple[Response, int]:
    """{member, commentary, source?, title?, description?, published_at?, quiet?, figures?} → {urn}."""
    body = wanted("member commentary", "source title description published_at quiet figures")
    network, sub = here(), member_of(body)
    figures = body.get("figures") or {}
    if not figures.keys() <= set(NAMES):
        raise Refusal(400, "BAD_REQUEST", f"figures may have {', '.join(NAMES)}")
    draft = Draft(
        author=f"urn:li:person:{sub}",
        commentary=str(body["commentary"]),
        visibility="PUBLIC",
        closed=False,
        source=body.get("source"),
        title=body.get("title") or body.get("source"),
        description=body.get("description"),
    )
    try:
        at = read_moment(body["published_at"]) if body.get("published_at") else network.clock.now()
    except ValueError as problem:
        raise Refusal(400, "BAD_REQUEST", "published_at is a moment in ISO 8601") from problem
    with network.store.together():
        urn = publish(network, sub, draft, at, bool(body.get("quiet", False)), figures)
    return jsonify(urn=urn), 201


@blueprint.get("/faults")
def faults() -> Response:
    """The faults that still wait for a request."""
    return jsonify(here().faults.waiting_list())


@blueprint.post("/faults")
def add_fault() -> tuple[Response, int]:
    """{path, kind, method?, times?, seconds?, member?, then?} → the fault with its id."""
    try:
        fault = here().faults.add(request.get_json(silent=True) or {})
    except ValueError as problem:
        raise Refusal(400, "BAD_REQUEST", str(problem)) from problem
    return jsonify(id=fault.id, path=fault.path, kind=fault.kind, times=fault.times), 201


@blueprint.delete("/faults")
def clear_faults() -> Response:
    """No more faults; held requests stay held."""
    here().faults.clear()
    return Response(status=204)


@blueprint.post("/faults/release")
def release() -> Response:
    """Let every held request go."""
    return jsonify(released=here().faults.release())


@blueprint.get("/held")
def held() -> Response:
    """The requests being held now."""
    return jsonify(here().faults.held())


@blueprint.get("/requests")
def requests_made() -> Response:
    """The last requests, oldest first."""
    return jsonify(here().log.entries_so_far())


@blueprint.post("/tick")
def tick() -> Response:
    """{seconds}: audience time passes; answers when the clicks have been made."""
    audience: Audience = current_app.extensions["audience"]
    return jsonify(clicks=audience.tick(float(wanted("seconds")["seconds"])))


@blueprint.post("/clock")
def advance() -> Response:
    """{seconds}: the sandbox's time moves forward, so codes and tokens age."""
    here().clock.advance(float(wanted("seconds")["seconds"]))
    return jsonify(now=here().clock.now())


@blueprint.post("/reset")
def reset() -> Response:
    """Forget everything: members, tokens, posts, images, limits, faults, requests, pushed time."""
    network = here()
    network.faults.clear()
    network.faults.release()
    network.store.reset()
    network.log.clear()
    network.clock.offset = 0.0
    return Response(status=204)
