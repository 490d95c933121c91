"""OAuth 2.0 there: codes of 30 seconds bound to a challenge, tokens of two hours, refresh tokens that work once."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from advocacy.networks.standins import consent
from advocacy.networks.standins.standin import Refusal
from advocacy.networks.standins.x.checks import acting, charge, invalid

if TYPE_CHECKING:
    from advocacy.networks.standins.x import X

CODE_SECONDS = 30
REFRESH_SECONDS = 183 * 86_400
PRICE_OF_WHO = 10_000
SCOPES = {"tweet.read", "users.read", "users.email", "tweet.write", "media.write", "offline.access"}


def add(standin: "X", app: Flask) -> None:
    """The page, the token endpoints, and who one is."""
    app.add_url_rule("/i/oauth2/authorize", "page", lambda: _page(standin))
    app.add_url_rule("/i/oauth2/authorize", "decision", lambda: _decision(standin), methods=["POST"])
    app.add_url_rule("/2/oauth2/token", "token", lambda: _token(standin), methods=["POST"])
    app.add_url_rule("/2/oauth2/revoke", "revoke", lambda: _revoke(standin), methods=["POST"])
    app.add_url_rule("/2/users/me", "who", lambda: _who(standin))


def tokens(standin: "X", member: str, scopes: tuple[str, ...]) -> dict[str, Any]:
    """A token answer; with a refresh token where offline.access was granted."""
    access = standin.state.issue("access", member, scopes, standin.access_seconds)
    given = {
        "token_type": "bearer",
        "expires_in": standin.access_seconds,
        "access_token": access.text,
        "scope": " ".join(scopes),
    }
    if "offline.access" not in scopes:
        return given
    return {**given, "refresh_token": standin.state.issue("refresh", member, scopes, REFRESH_SECONDS).text}


def _page(standin: "X") -> AnyResponse:
    asked = request.args.to_dict()
    wrong = _wrong(standin, asked)
    if wrong:
        return Response(f"<!doctype html><title>X</title><p>Something went wrong: {wrong}", 400)
    return consent.page(standin, asked, asked["scope"])


def _wrong(standin: "X", asked: dict[str, str]) -> str:
    """What of the departure the page does not take; empty where it takes it."""
    if asked.get("response_type") != "code":
        return "response_type"
    if asked.get("client_id") != standin.client_id:
        return "client_id"
    address = asked.get("redirect_uri", "")
    if not urlsplit(address).netloc or (standin.redirect_uris and address not in standin.redirect_uris):
        return "redirect_uri"
    if not asked.get("scope") or not set(asked["scope"].split(" ")) <= SCOPES:
        return "scope"
    if not asked.get("state") or len(asked["state"]) > 500:
        return "state"
    if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
        return "code_challenge"
    return ""


def _decision(standin: "X") -> AnyResponse:
    asked = request.form.to_dict()
    if _wrong(standin, asked):
        return Response(status=400)
    member = consent.chosen(standin)
    if member is None:
        return consent.back(asked["redirect_uri"], error="access_denied", state=asked["state"])
    scopes = tuple(asked["scope"].split(" "))
    facts = {"redirect_uri": asked["redirect_uri"], "challenge": asked["code_challenge"]}
    code = standin.state.issue("code", member, scopes, CODE_SECONDS, **facts)
    return consent.back(asked["redirect_uri"], state=asked["state"], code=code.text)


def _token(standin: "X") -> Response:
    _client(standin)
    form = request.form
    if form.get("grant_type") == "refresh_token":
        spent = standin.state.live(form.get("refresh_token", ""), "refresh")
        if spent is None:
            raise _no(400, "invalid_request", "Value passed for the token was invalid.")
        spent.revoked = True
        return jsonify(tokens(standin, spent.member, spent.scopes))
    if form.get("grant_type") != "authorization_code":
        raise _no(400, "unsupported_grant_type", "Value passed for the grant_type was invalid.")
    code = standin.state.live(form.get("code", ""), "code")
    if code is None:
        raise _no(400, "invalid_request", "Value passed for the authorization code was invalid.")
    code.revoked = True
    if code.facts["redirect_uri"] != form.get("redirect_uri"):
        raise _no(400, "invalid_request", "Value passed for the redirect uri did not match the uri of the code.")
    digest = sha256(form.get("code_verifier", "").encode()).digest()
    if code.facts["challenge"] != urlsafe_b64encode(digest).rstrip(b"=").decode():
        raise _no(400, "invalid_request", "Value passed for the code verifier did not match the code challenge.")
    return jsonify(tokens(standin, code.member, code.scopes))


def _client(standin: "X") -> None:
    """A confidential client shows itself in a Basic header and nowhere else; a public one in the body."""
    basic, form = request.authorization, request.form
    if standin.client_secret:
        shown = basic is not None and basic.type == "basic" and basic.username == standin.client_id
        if not shown or basic is None or basic.password != standin.client_secret or "client_secret" in form:
            raise _no(401, "unauthorized_client", "Missing valid authorization header")
    elif form.get("client_id") != standin.client_id:
        raise _no(400, "invalid_request", "Value passed for the client_id was invalid.")


def _revoke(standin: "X") -> Response:
    _client(standin)
    token = standin.state.tokens.get(request.form.get("token", ""))
    if token is None or token.revoked:
        raise _no(400, "invalid_request", "Value passed for the token was invalid.")
    token.revoked = True
    return jsonify(revoked=True)


def _who(standin: "X") -> Response:
    token = acting(standin, "users.read", "tweet.read")
    fields = set(filter(None, request.args.get("user.fields", "").split(",")))
    if not fields <= {"username", "name", "profile_image_url", "verified", "verified_type"}:
        raise invalid("The `user.fields` query parameter value is not one of the known fields")
    charge(standin, PRICE_OF_WHO)
    member = standin.state.members[token.member]
    return jsonify(data={"id": member.id, "name": member.name, "username": member.handle})


def _no(status: int, error: str, words: str) -> Refusal:
    answer = jsonify(error=error, error_description=words)
    answer.status_code = status
    return Refusal(answer)
