"""A server that speaks as Mastodon does: apps, consent with PKCE, statuses with keys, media at work, own limits."""

from typing import Any

from flask import Flask, Response, jsonify

from advocacy.networks.standins.mastodon import apps, consenting, instance, media, statuses
from advocacy.networks.standins.mastodon.checks import answer_with, note_rate, rate_headers
from advocacy.networks.standins.standin import Standin
from advocacy.networks.standins.state import Member


class Mastodon(Standin):
    """Serves from its creation until `stop`; its options are the attributes below."""

    name = "mastodon"
    version = "4.4.2"
    """Before 4.3: no description of its OAuth, no PKCE, no `profile`. With "(compatible; …)": it keeps no keys."""
    max_characters = 500
    max_media = 4
    url_length = 23
    description_limit = 1500
    picture_limit = 16_777_216
    picture_pixels = 33_177_600
    video_limit = 103_809_024
    picture_seconds = 0.0
    """How long it works on a picture; 0: not at all."""
    video_seconds = 4.0
    closed = False
    """Whether strangers see nothing."""
    calls_in_5_minutes = 300
    media_in_30_minutes = 30
    deletes_in_30_minutes = 30

    @property
    def recent(self) -> bool:
        """Whether it is 4.3 or later."""
        major, minor = self.version.split(".")[:2]
        return (int(major), int(minor)) >= (4, 3)

    @property
    def keeps_keys(self) -> bool:
        """Whether a second call of the same key finds the first one's status."""
        return "compatible" not in self.version

    def routes(self, app: Flask) -> None:
        """Add the network's own addresses."""
        app.before_request(lambda: note_rate(self))
        app.after_request(lambda answer: rate_headers(self, answer))
        for part in (apps, consenting, instance, media, statuses):
            part.add(self, app)
        app.add_url_rule("/_sandbox/forget_apps", "door forget_apps", self._forget_apps, methods=["POST"])

    def refuse(self, status: int) -> Response:
        """How the network says no with this status."""
        words = {
            403: "This action is not allowed",
            404: "Record not found",
            429: "Too many requests",
            503: "There was a temporary problem serving your request, please try again",
        }
        if status == 500:
            return Response("<!DOCTYPE html><title>We're sorry, but something went wrong</title>", 500)
        return answer_with(status, words[status])

    def expired(self) -> Response:
        """How it says that a token has ended."""
        return answer_with(401, "The access token expired")

    def grant(self, member: Member, scopes: tuple[str, ...]) -> dict[str, Any]:
        """A token of an app that is made for it."""
        app = apps.make(self, "Relais", ["https://relais.test/callback"], scopes)
        token = self.state.issue("access", member.id, scopes, app=app["client_id"])
        shown = {name: app[name] for name in ("client_id", "client_secret")}
        return {"access_token": token.text, "host": self.host, "scopes": scopes, **shown}

    def _forget_apps(self) -> Response:
        """Forget every app, as servers before 4.3 do with those that nobody uses."""
        self.state.more["apps"] = {}
        return jsonify({})
