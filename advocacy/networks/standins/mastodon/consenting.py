"""OAuth there: the description of itself, the page, codes that work once, tokens without end, their revocation."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from advocacy.networks.standins import consent
from advocacy.networks.standins.mastodon import apps
from advocacy.networks.standins.mastodon.checks import answer_with, no

if TYPE_CHECKING:
    from advocacy.networks.standins.mastodon import Mastodon

CODE_SECONDS = 600
_CLIENT = (
    "Client authentication failed due to unknown client, no client authentication included, or unsupported "
    "authentication method."
)
_GRANT = (
    "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the "
    "authorization request, or was issued to another client."
)
_SCOPE = "The requested scope is invalid, unknown, or malformed."


def add(standin: "Mastodon", app: Flask) -> None:
    """The addresses below /oauth, and the description of them."""
    described = "/.well-known/oauth-authorization-server"
    app.add_url_rule(described, "described", lambda: _described(standin))
    app.add_url_rule("/oauth/authorize", "page", lambda: _page(standin))
    app.add_url_rule("/oauth/authorize", "decision", lambda: _decision(standin), methods=["POST"])
    app.add_url_rule("/oauth/token", "token", lambda: _token(standin), methods=["POST"])
    app.add_url_rule("/oauth/revoke", "revoke", lambda: _revoke(standin), methods=["POST"])


def _described(standin: "Mastodon") -> Response:
    if not standin.recent:
        return standin.refuse(404)
    return jsonify(
        {
            "issuer": f"{standin.url}/",
            "authorization_endpoint": f"{standin.url}/oauth/authorize",
            "token_endpoint": f"{standin.url}/oauth/token",
            "revocation_endpoint": f"{standin.url}/oauth/revoke",
            "app_registration_endpoint": f"{standin.url}/api/v1/apps",
            "scopes_supported": apps.known_scopes(standin),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "fragment", "form_post"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }
    )


def _page(standin: "Mastodon") -> AnyResponse:
    asked = request.args.to_dict()
    app = apps.find(standin, asked.get("client_id", ""))
    if app is None or asked.get("redirect_uri") not in app["redirect_uris"]:
        return Response("<!doctype html><title>Error</title><p>Client authentication failed", 401)
    if asked.get("response_type") != "code":
        return consent.back(asked["redirect_uri"], error="unsupported_response_type", state=asked.get("state", ""))
    if not set(asked.get("scope", "read").split()) <= set(app["scopes"]):
        said = {"error": "invalid_scope", "error_description": _SCOPE, "state": asked.get("state", "")}
        return consent.back(asked["redirect_uri"], **said)
    if standin.recent and "code_challenge" in asked and asked.get("code_challenge_method") != "S256":
        return consent.back(asked["redirect_uri"], error="invalid_code_challenge_method")
    return consent.page(standin, asked, asked.get("scope", "read"))


def _decision(standin: "Mastodon") -> AnyResponse:
    asked = request.form.to_dict()
    app = apps.find(standin, asked.get("client_id", ""))
    if app is None or asked.get("redirect_uri") not in app["redirect_uris"]:
        return Response(status=401)
    member, state = consent.chosen(standin), asked.get("state", "")
    if member is None:
        words = "The resource owner or authorization server denied the request."
        return consent.back(asked["redirect_uri"], error="access_denied", error_description=words, state=state)
    code = standin.state.issue(
        "code",
        member,
        tuple(asked.get("scope", "read").split()),
        CODE_SECONDS,
        app=app["client_id"],
        redirect_uri=asked["redirect_uri"],
        challenge=asked.get("code_challenge", "") if standin.recent else "",
    )
    return consent.back(asked["redirect_uri"], code=code.text, state=state)


def _token(standin: "Mastodon") -> Response:
    form = request.form
    app = _client(standin)
    if form.get("grant_type") == "client_credentials":
        scopes = tuple(form.get("scope", "read").split())
        if not set(scopes) <= set(app["scopes"]):
            raise no(400, "invalid_scope", error_description=_SCOPE)
        return _issued(standin, "", scopes, app)
    if form.get("grant_type") != "authorization_code":
        raise no(400, "unsupported_grant_type", error_description="The authorization grant type is not supported")
    code = standin.state.live(form.get("code", ""), "code")
    if code is None or code.facts["app"] != app["client_id"] or code.facts["redirect_uri"] != form.get("redirect_uri"):
        raise no(400, "invalid_grant", error_description=_GRANT)
    if code.facts["challenge"] and code.facts["challenge"] != _challenge(form.get("code_verifier", "")):
        raise no(400, "invalid_grant", error_description=_GRANT)
    code.revoked = True
    return _issued(standin, code.member, code.scopes, app)


def _client(standin: "Mastodon") -> dict[str, Any]:
    basic = request.authorization
    client_id = (basic.username if basic else request.form.get("client_id")) or ""
    secret = (basic.password if basic else request.form.get("client_secret")) or ""
    app = apps.find(standin, client_id)
    if app is None or app["client_secret"] != secret:
        raise no(401, "invalid_client", error_description=_CLIENT)
    return app


def _issued(standin: "Mastodon", member: str, scopes: tuple[str, ...], app: dict[str, Any]) -> Response:
    token = standin.state.issue("access", member, scopes, app=app["client_id"])
    made = int(standin.clock.now())
    return jsonify(access_token=token.text, token_type="Bearer", scope=" ".join(scopes), created_at=made)  # noqa: S106


def _revoke(standin: "Mastodon") -> Response:
    form = request.form
    token, app = standin.state.tokens.get(form.get("token", "")), apps.find(standin, form.get("client_id", ""))
    allowed = app is not None and app["client_secret"] == form.get("client_secret") and "token" in form
    if not allowed or (token is not None and token.facts.get("app") != form.get("client_id")):
        words = "You are not authorized to revoke this token"
        return answer_with(403, "unauthorized_client", error_description=words)
    if token is not None:
        token.revoked = True
    return jsonify({})


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
