"""The family's refusals, in its own words and codes."""

from typing import Any

from flask import Response, jsonify

from advocacy.networks.standins.standin import Refusal


def problem(
    message: str,
    code: int,
    subcode: int = 0,
    status: int = 400,
    kind: str = "OAuthException",
    user: str = "",
    **more: Any,
) -> Response:
    """An error in its envelope."""
    error: dict[str, Any] = {"message": message, "type": kind, "code": code}
    if subcode:
        error["error_subcode"] = subcode
    if user:
        error |= {"is_transient": False, "error_user_title": message, "error_user_msg": user}
    answer = jsonify(error={**error, **more, "fbtrace_id": "A8xYZstandin"})
    answer.status_code = status
    answer.headers["WWW-Authenticate"] = f'OAuth "Facebook Platform" "invalid_request" "{message}"'
    return answer


def no(message: str, code: int, subcode: int = 0, status: int = 400, **more: Any) -> Refusal:
    """The same, to be raised."""
    return Refusal(problem(message, code, subcode, status, **more))


def missing(name: str) -> Refusal:
    """A field that has to be there."""
    return no(f"(#100) The parameter {name} is required", 100)


def invalid(words: str) -> Refusal:
    """A field that does not fit."""
    return no("Invalid parameter", 100, 2207057, user=words)


def absent(object_id: str, method: str) -> Refusal:
    """An object that is not there, or not for this token."""
    words = (
        f"Unsupported {method.lower()} request. Object with ID '{object_id}' does not exist, cannot be loaded due to"
        " missing permissions, or does not support this operation"
    )
    return no(words, 100, 33, kind="GraphMethodException")


def ended() -> Response:
    """A token whose time is over."""
    words = "Error validating access token: Session has expired on Monday, 23-Nov-26 00:00:00 PST."
    return problem(words, 190, 463, 401)


def taken_away() -> Response:
    """A token that its member withdrew."""
    return problem("Error validating access token: The user has not authorized application 1.", 190, 458, 401)
