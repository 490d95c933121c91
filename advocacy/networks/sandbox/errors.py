"""Refusals in the form that LinkedIn gives them."""

from typing import Any

from flask import Response, jsonify


class Refusal(Exception):
    """An answer of a /rest or /v2 address that says no."""

    def __init__(self, status: int, code: str, message: str, service: int | None = None, inputs: Any = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.service = service
        self.inputs: list[dict[str, Any]] = inputs or []

    def response(self) -> Response:
        """The JSON answer: status, code, message, and what is wrong with which input."""
        body: dict[str, Any] = {"status": self.status, "code": self.code, "message": self.message}
        if self.service is not None:
            body["serviceErrorCode"] = self.service
        if self.inputs:
            body["errorDetailType"] = "com.linkedin.common.error.BadRequest"
            body["errorDetails"] = {"inputErrors": self.inputs}
        answer = jsonify(body)
        answer.status_code = self.status
        return answer


class GrantRefusal(Exception):
    """An answer of the token endpoints that says no."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.error = error
        self.description = description

    def response(self) -> Response:
        """The JSON answer of RFC 6749, section 5.2."""
        answer = jsonify({"error": self.error, "error_description": self.description})
        answer.status_code = self.status
        return answer


def wrong_input(field: str, code: str, description: str) -> Refusal:
    """A 400 that names the field of the body, as content/article/title."""
    inputs = [{"description": description, "input": {"inputPath": {"fieldPath": field}}, "code": code}]
    return Refusal(400, code, f"{field} :: {description}", inputs=inputs)


def access_denied(permission: str) -> Refusal:
    """A 403: the token's scopes, or its member, do not allow this."""
    return Refusal(403, "ACCESS_DENIED", f"Not enough permissions to access: {permission}", service=100)


def throttled(whose: str) -> Refusal:
    """A 429 until 00:00 UTC; whose is APPLICATION or APPLICATION_AND_MEMBER."""
    message = f"Resource level throttle {whose} DAY limit for calls to this resource is reached."
    return Refusal(429, "TOO_MANY_REQUESTS", message, service=101)
