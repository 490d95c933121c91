"""A network that speaks as X does: OAuth 2 with PKCE, posts of known keys alone, media in steps, calls that cost."""

from typing import Any

from flask import Flask, Response, g, jsonify, request

from advocacy.networks.standins.standin import Standin
from advocacy.networks.standins.state import Member
from advocacy.networks.standins.x import consenting, media, posts
from advocacy.networks.standins.x.checks import problem, rate_headers


class X(Standin):
    """Serves from its creation until `stop`; its options are the attributes below."""

    name = "x"
    client_id = "standin"
    client_secret = "standin-secret"  # noqa: S105 - empty: a public client
    redirect_uris: tuple[str, ...] = ()
    """Where people may be sent back to; empty: anywhere."""
    access_seconds = 7200
    video_seconds = 4.0
    credits = -1
    """Millionths of a dollar that may still be spent; -1: no end."""
    posts_in_15_minutes = 100
    posts_of_the_app_a_day = 10_000
    names = "retweet_count"
    """What it calls the number of reposts; openapi.json has repost_count."""

    def routes(self, app: Flask) -> None:
        """Add the network's own addresses."""
        app.after_request(lambda answer: rate_headers(self, answer))
        for part in (consenting, media, posts):
            part.add(self, app)
        app.add_url_rule("/_sandbox/spent", "door spent", lambda: jsonify(micros=self.state.more.get("spent", 0)))
        app.add_url_rule("/_sandbox/credits", "door credits", self._credits, methods=["POST"])

    def refuse(self, status: int) -> Response:
        """How the network says no with this status."""
        if status == 403:
            return problem(403, "You are not permitted to perform this action.", "Forbidden")
        if status == 404:
            return problem(404, "Could not find the resource.", "Not Found Error", "resource-not-found")
        if status == 429:
            g.exhausted = True
            answer = jsonify(errors=[{"code": 88, "message": "Rate limit exceeded"}])
            answer.status_code = 429
            return answer
        title = "Service Unavailable" if status == 503 else "Internal Server Error"
        return problem(status, title, title)

    def expired(self) -> Response:
        """How it says that a token is none (any more)."""
        return problem(401, "Unauthorized", "Unauthorized")

    def grant(self, member: Member, scopes: tuple[str, ...]) -> dict[str, Any]:
        """Tokens without the dance."""
        given = consenting.tokens(self, member.id, scopes)
        return {name: given[name] for name in ("access_token", "refresh_token", "expires_in") if name in given}

    def spoil(self, answer: Response) -> None:
        """Break an answer so that it says nothing."""
        answer.set_data(b'{"data": {"broken')

    def _credits(self) -> Response:
        """{micros}: what may still be spent."""
        self.state.more["credits"] = request.get_json()["micros"]
        return jsonify({})
