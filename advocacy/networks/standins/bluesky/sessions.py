"""Sessions by password: begun, carried on by a refresh token that rotates, ended."""

import json
import secrets
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify, request

from advocacy.networks.standins.bluesky.people import document, find
from advocacy.networks.standins.bluesky.words import encoded, json_body, no_body, refuse, throttled
from advocacy.networks.standins.standin import Doors, Refusal, add_doors
from advocacy.networks.standins.state import Member, Token

if TYPE_CHECKING:
    from advocacy.networks.standins.bluesky import Bluesky

ACCESS_SECONDS = 120 * 60
REFRESH_SECONDS = 90 * 24 * 3600
GRACE_SECONDS = 2 * 3600
LOGINS = ((30, 300), (300, 86400))
SCOPES = ("com.atproto.appPass", "com.atproto.access")


def new_app_password(member: Member) -> str:
    """A password made for one application."""
    made = "-".join(secrets.token_hex(2) for _ in range(4))
    member.facts.setdefault("app_passwords", []).append(made)
    return made


class Sessions:
    """The addresses of sessions."""

    def __init__(self, standin: "Bluesky", app: Flask) -> None:
        self.standin = standin
        doors: Doors = {
            ("POST", "/xrpc/com.atproto.server.createSession"): self.create,
            ("POST", "/xrpc/com.atproto.server.refreshSession"): self.refresh,
            ("POST", "/xrpc/com.atproto.server.deleteSession"): self.delete,
        }
        add_doors(app, doors)

    def create(self) -> Response:
        """Sign in."""
        body = json_body({"identifier", "password"}, {"authFactorToken", "allowTakendown"})
        self._count(str(body["identifier"]))
        member = find(self.standin, str(body["identifier"]))
        own = member is not None and body["password"] == member.facts.get("password")
        if member is None or not (own or body["password"] in member.facts.get("app_passwords", ())):
            raise refuse(401, "AuthenticationRequired", "Invalid identifier or password")
        if own and member.facts.get("second_factor"):
            raise refuse(401, "AuthFactorTokenRequired", "A sign in code has been sent to your email address")
        if member.facts.get("taken_down"):
            raise refuse(401, "AccountTakedown", "Account has been taken down")
        return self._told(member, self.begin(member, SCOPES[1] if own else SCOPES[0]))

    def begin(self, member: Member, scope: str, session: str = "") -> tuple[Token, Token]:
        """Tokens of a session."""
        state, session = self.standin.state, session or secrets.token_hex(8)
        made = []
        for kind, word, seconds in (
            ("access", scope, ACCESS_SECONDS),
            ("refresh", "com.atproto.refresh", REFRESH_SECONDS),
        ):
            token = state.issue(kind, member.id, (scope,), seconds, session=session, way="password")
            del state.tokens[token.text]
            claims = {"scope": word, "sub": member.id, "exp": int(token.expires_at or 0), "jti": token.text}
            head = encoded(b'{"typ":"at+jwt","alg":"HS256"}')
            token.text = f"{head}.{encoded(json.dumps(claims).encode())}.{encoded(secrets.token_bytes(32))}"
            state.tokens[token.text] = token
            made.append(token)
        return made[0], made[1]

    def refresh(self) -> Response:
        """Carry a session on. The refresh token works again for two hours, with the same outcome, as there."""
        no_body()
        with self.standin.state.lock:
            token = self._refresh_token()
            member = self.standin.state.members[token.member]
            if member.facts.get("taken_down"):
                raise refuse(401, "AccountTakedown", "Account has been taken down")
            if "next" in token.facts:
                return self._told(member, token.facts["next"])
            token.facts["next"] = self.begin(member, token.scopes[0], token.facts["session"])
            token.expires_at = self.standin.clock.now() + (GRACE_SECONDS if self.standin.grace else 0)
            return self._told(member, token.facts["next"])

    def delete(self) -> Response:
        """End a session."""
        no_body()
        session = self._refresh_token().facts["session"]
        for token in self.standin.state.tokens.values():
            dead = token.kind == "refresh" or not self.standin.lingering
            token.revoked = token.revoked or (dead and token.facts.get("session") == session)
        return Response(status=200)

    def _refresh_token(self) -> Token:
        scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not text:
            raise refuse(401, "AuthMissing", "Authentication Required")
        return bearer_token(self.standin, text, "refresh")

    def _told(self, member: Member, tokens: tuple[Token, Token]) -> Response:
        said: dict[str, Any] = {
            "accessJwt": tokens[0].text,
            "refreshJwt": tokens[1].text,
            "handle": member.handle,
            "did": member.id,
            "didDoc": document(self.standin, member),
            "active": not member.facts.get("status"),
        }
        if member.facts.get("status"):
            said["status"] = member.facts["status"]
        return jsonify(said)

    def _count(self, identifier: str) -> None:
        now = self.standin.clock.now()
        logins: list[float] = self.standin.state.more.setdefault("logins", {}).setdefault(identifier, [])
        for most, seconds in LOGINS:
            within = [moment for moment in logins if moment > now - seconds]
            if len(within) >= most:
                raise Refusal(throttled(most, seconds, within[0] + seconds))
        logins.append(now)


def bearer_token(standin: "Bluesky", text: str, kind: str) -> Token:
    """The live token of a session with that text. Refuses others as the network does: by 400, not 401."""
    token = standin.state.tokens.get(text)
    if token is None or token.facts.get("way") != "password":
        raise refuse(400, "InvalidToken", "Token could not be verified")
    if token.kind != kind:
        raise refuse(400, "InvalidToken", "Bad token scope")
    if token.revoked:
        raise refuse(400, "ExpiredToken", "Token has been revoked")
    if token.expires_at is not None and token.expires_at <= standin.clock.now():
        raise refuse(400, "ExpiredToken", "Token has expired")
    return token
