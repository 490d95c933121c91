"""What every call there has to pass: a token with all scopes of its endpoint, the rate, the credits."""

from typing import TYPE_CHECKING, Any

from flask import Response, g, jsonify, request

from advocacy.networks.standins.standin import Refusal
from advocacy.networks.standins.state import Token

if TYPE_CHECKING:
    from advocacy.networks.standins.x import X

QUARTER, DAY = 900, 86_400


def problem(status: int, detail: str, title: str, kind: str = "", **more: Any) -> Response:
    """A problem as the API writes it."""
    address = f"https://api.x.com/2/problems/{kind}" if kind else "about:blank"
    answer = jsonify({"detail": detail, "type": address, "title": title, "status": status, **more})
    answer.status_code = status
    answer.headers["Content-Type"] = "application/problem+json"
    return answer


def no(status: int, detail: str, title: str, kind: str = "", **more: Any) -> Refusal:
    """The same, to be raised."""
    return Refusal(problem(status, detail, title, kind, **more))


def invalid(message: str) -> Refusal:
    """A request that does not fit its description."""
    detail = "One or more parameters to your request was invalid."
    return no(400, detail, "Invalid Request", "invalid-request", errors=[{"message": message}])


def acting(standin: "X", *scopes: str) -> Token:
    """The token of the call. Raises Refusal: it says no more than Unauthorized for one that ended or never was."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    token = standin.state.live(text, "access") if scheme == "Bearer" else None
    if token is None:
        raise no(401, "Unauthorized", "Unauthorized")
    if not set(scopes) <= set(token.scopes):
        raise no(403, "Your client app is not configured with the appropriate oauth2 scope.", "Forbidden")
    return token


def body_of(*allowed: str) -> dict[str, Any]:
    """The JSON object of the call, of these keys alone. Raises Refusal."""
    body = request.get_json(silent=True) if request.is_json else None
    if not isinstance(body, dict):
        raise invalid("The request body is no JSON object")
    strange = sorted(set(body) - set(allowed))
    if strange:
        raise invalid(
            f"$.{strange[0]}: is not defined in the schema and the schema does not allow additional properties"
        )
    return body


def take(standin: "X", what: str, who: str, most: int, seconds: int) -> None:
    """Count the call against a window. Raises Refusal past its end."""
    now = standin.clock.now()
    until = (now // seconds + 1) * seconds
    with standin.state.lock:
        rates = standin.state.more.setdefault("rates", {})
        used = rates[what, who, until] = rates.get((what, who, until), 0) + 1
    if who:
        g.rate = (most, used, until)
    if used <= most:
        return
    answer = problem(429, "Too Many Requests", "Too Many Requests", "rate-limit-exceeded")
    if not who:
        answer.headers["x-app-limit-24hour-limit"] = str(most)
        answer.headers["x-app-limit-24hour-remaining"] = "0"
        answer.headers["x-app-limit-24hour-reset"] = str(int(until))
    raise Refusal(answer)


def charge(standin: "X", micros: int) -> None:
    """Take the price of the call. Raises Refusal where the credits do not suffice."""
    with standin.state.lock:
        left = standin.state.more.get("credits", standin.credits)
        if 0 <= left < micros:
            words = "Usage cap exceeded: your account has no credits left for this request."
            raise no(429, words, "UsageCapExceeded", "usage-capped", period="Monthly", scope="Account")
        if left >= 0:
            standin.state.more["credits"] = left - micros
        standin.state.more["spent"] = standin.state.more.get("spent", 0) + micros


def rate_headers(standin: "X", answer: Response) -> Response:
    """Limit, what is left, and until when, in epoch seconds."""
    if request.path.startswith("/2/"):
        end = (standin.clock.now() // QUARTER + 1) * QUARTER
        most, used, until = getattr(g, "rate", None) or (standin.posts_in_15_minutes, 0, end)
        used = most if getattr(g, "exhausted", False) else used
        answer.headers["x-rate-limit-limit"] = str(most)
        answer.headers["x-rate-limit-remaining"] = str(max(most - used, 0))
        answer.headers["x-rate-limit-reset"] = str(int(until))
    return answer
