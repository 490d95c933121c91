"""Codes and tokens there: scopes between commas, codes that work once and end in #_, short and long tokens."""

from typing import Any
from urllib.parse import urlsplit

from flask import Response, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from advocacy.networks.standins import consent
from advocacy.networks.standins.meta import words
from advocacy.networks.standins.meta.ground import DAY, LONG, Meta, fields_of
from advocacy.networks.standins.state import Token

CODE_SECONDS, SHORT = 600, 3600


def page(standin: Meta) -> AnyResponse:
    """The consent page."""
    asked = request.args.to_dict()
    wrong = _wrong(standin, asked)
    if wrong:
        return Response(f"<!doctype html><title>Error</title><p>Invalid request: {wrong}", 400)
    return consent.page(standin, asked, asked["scope"])


def decision(standin: Meta, *, mark: str = "#_") -> AnyResponse:
    """Back to the application, the code with a mark at its end. `without` names scopes that the person unticked."""
    asked = request.form.to_dict()
    if _wrong(standin, asked):
        return Response(status=400)
    member = consent.chosen(standin)
    if member is None:
        said = {"error": "access_denied", "error_reason": "user_denied", "error_description": "The user denied."}
        return consent.back(asked["redirect_uri"], **said, state=asked["state"])
    unticked = set(asked.get("without", "").split(","))
    scopes = tuple(scope for scope in asked["scope"].split(",") if scope not in unticked)
    code = standin.state.issue("code", member, scopes, CODE_SECONDS, redirect_uri=asked["redirect_uri"])
    return consent.back(asked["redirect_uri"], code=code.text + mark, state=asked["state"])


def spend_code(standin: Meta, fields: dict[str, str]) -> Token:
    """The code that the client shows, used up by that. Raises Refusal."""
    client(standin, fields)
    code = standin.state.live(fields.get("code", ""), "code")
    if code is None:
        raise words.no("This authorization code has been used, or is invalid.", 100, 36009)
    code.revoked = True
    if code.facts["redirect_uri"] != fields.get("redirect_uri"):
        said = "Error validating verification code. Please make sure your redirect_uri is identical"
        raise words.no(said, 100, 36008)
    return code


def client(standin: Meta, fields: dict[str, str]) -> None:
    """The app has to show itself. Raises Refusal."""
    if "client_id" in fields and fields["client_id"] != standin.client_id:
        raise words.no("Error validating application. Cannot get application info.", 101)
    if fields.get("client_secret") != standin.client_secret:
        raise words.no("Error validating client secret.", 1 if "client_secret" not in fields else 101)


def short_for_code(standin: Meta) -> Token:
    """A token of an hour for the code of this call. Raises Refusal."""
    fields = fields_of("client_id", "client_secret", "code", "grant_type", "redirect_uri")
    if fields.get("grant_type") != "authorization_code":
        raise words.invalid("Invalid grant_type")
    return short(standin, spend_code(standin, fields))


def short(standin: Meta, code: Token) -> Token:
    """A token of an hour."""
    return standin.state.issue("access", code.member, code.scopes, SHORT, born=standin.clock.now(), long=False)


def exchange(standin: Meta, grant_type: str) -> Response:
    """A long token for a short one."""
    fields = fields_of("grant_type", "client_secret", "client_id")
    if fields.get("grant_type") != grant_type:
        raise words.invalid("Invalid grant_type")
    client(standin, fields)
    return _long(standin, standin.acting())


def refresh(standin: Meta, grant_type: str) -> Response:
    """A fresh long token for a living one of at least a day."""
    fields = fields_of("grant_type")
    if fields.get("grant_type") != grant_type:
        raise words.invalid("Invalid grant_type")
    token = standin.acting()
    if not token.facts.get("long"):
        raise words.no("Unsupported request - method type: get", 100, 33)
    if standin.clock.now() - token.facts["born"] < DAY:
        raise words.no("The access token is too young: it must be at least 24 hours old", 100)
    return _long(standin, token)


def _long(standin: Meta, token: Token) -> Response:
    made = standin.long_token(token.member, token.scopes)
    return jsonify(access_token=made.text, token_type="bearer", expires_in=LONG)  # noqa: S106


def debug(standin: Meta) -> Response:
    """What is known of a token."""
    standin.acting()
    token = standin.state.tokens.get(fields_of("input_token").get("input_token", ""))
    if token is None:
        return jsonify(data={"is_valid": False, "scopes": []})
    said: dict[str, Any] = {"app_id": standin.client_id, "is_valid": not token.revoked, "user_id": token.member}
    said |= {"scopes": list(token.scopes), "expires_at": int(token.expires_at or 0)}
    said["data_access_expires_at"] = int(standin.clock.now() + 90 * DAY)
    return jsonify(data=said)


def _wrong(standin: Meta, asked: dict[str, str]) -> str:
    """What of the departure the page does not take; empty where it takes it."""
    address = asked.get("redirect_uri", "")
    checks = {
        "client_id": asked.get("client_id") == standin.client_id,
        "response_type": asked.get("response_type") == "code",
        "redirect_uri": bool(urlsplit(address).netloc) and address in (standin.redirect_uris or (address,)),
        "scope": bool(asked.get("scope")) and set(asked.get("scope", "").split(",")) <= standin.all_scopes,
        "state": bool(asked.get("state")),
    }
    return next((name for name, sound in checks.items() if not sound), "")
