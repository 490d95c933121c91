"""Bluesky's stand-in: a member's server, its authorization server, the directories of names, the public API and the
video service, all on one address.
"""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask, Response, request

from advocacy.networks.standins.bluesky.authorization import PUBLIC_SECONDS, Authorization
from advocacy.networks.standins.bluesky.clients import Clients
from advocacy.networks.standins.bluesky.people import People, new_did
from advocacy.networks.standins.bluesky.proofs import Proofs, thumbprint
from advocacy.networks.standins.bluesky.public import Public
from advocacy.networks.standins.bluesky.repository import Repository
from advocacy.networks.standins.bluesky.sessions import Sessions, new_app_password
from advocacy.networks.standins.bluesky.words import answer, encoded, throttled
from advocacy.networks.standins.standin import Standin, plain_of
from advocacy.networks.standins.state import Member

__all__ = ["Bluesky"]
_REFUSALS = {
    403: ("Forbidden", "Forbidden"),
    404: ("XRPCNotSupported", "XRPCNotSupported"),
    500: ("InternalServerError", "Internal Server Error"),
    503: ("NotEnoughResources", "Service Unavailable"),
}


class Bluesky(Standin):
    """`grace`: whether the refresh token of a password session works again for two hours; `lingering`: whether its
    access token outlives it (the network has both); `video_seconds`: how long a video takes to be ready.
    """

    name = "bluesky"
    grace = True
    lingering = True
    video_seconds = 0.0

    def routes(self, app: Flask) -> None:
        """Everything there is."""
        self.proofs, self.clients = Proofs(self), Clients(self)
        self.people, self.sessions, self.repository = People(self, app), Sessions(self, app), Repository(self, app)
        self.authorization, self.public = Authorization(self, app), Public(self, app)
        app.after_request(self._with_nonce)

    def refuse(self, status: int) -> Response:
        """The network's own words for this status."""
        if status == 429:
            return throttled(5000, 3600, self.clock.now() + 600)
        return answer(status, *_REFUSALS[status])

    def expired(self) -> Response:
        """A token that has ended: 400 for a session, 401 for a consent."""
        if request.headers.get("Authorization", "").startswith("DPoP "):
            return self.repository.refuse_token('"exp" claim timestamp check failed').response
        return answer(400, "ExpiredToken", "Token has expired")

    def new_member(self, name: str, **facts: Any) -> Member:
        """A new member with a DID, a handle below .test, and a password of their own."""
        with self.state.lock:
            number = int(self.state.number())
            handle = f"{plain_of(name)}{str(number)[-4:].lstrip('0')}.test"
            member = Member(new_did(number), name, handle, facts={"password": encoded(str(number).encode()), **facts})
            self.state.members[member.id] = member
        return member

    def introduce(self, name: str) -> Member:
        """A member who has made an app password."""
        member = self.new_member(name)
        new_app_password(member)
        return member

    def grant(self, member: Member, scopes: tuple[str, ...]) -> dict[str, Any]:
        """Tokens: of a consent where the scopes have `atproto`, else of a session by an app password."""
        said: dict[str, Any] = {"server": self.url, "app_password": new_app_password(member)}
        if "atproto" not in scopes:
            scope = scopes[0] if scopes else "com.atproto.none"
            access, refresh = self.sessions.begin(member, scope)
            return {**said, "access_token": access.text, "refresh_token": refresh.text, "scope": " ".join(scopes)}
        jwk, client_id = _new_key(), "http://localhost?scope=" + "%20".join(scopes).replace(":", "%3A")
        public = {name: value for name, value in jwk.items() if name != "d"}
        facts = {"client_id": client_id, "jkt": thumbprint(public), "kid": "", "session": member.id}
        tokens = self.authorization.begin(member.id, scopes, {**facts, "until": self.clock.now() + PUBLIC_SECONDS})
        return {**said, **tokens, "jwk": jwk, "client_id": client_id}

    def member_of(self) -> str | None:
        """By the token, or by the handle or DID of whoever signs in."""
        found = super().member_of()
        if found is not None or not request.path.endswith("createSession"):
            return found
        body = request.get_json(silent=True)
        name = body.get("identifier") if isinstance(body, dict) else None
        return name if isinstance(name, str) and name in self.state.members else None

    def _with_nonce(self, response: Response) -> Response:
        """Every answer of either side hands out its nonce."""
        side = "authorization" if request.path.startswith("/oauth/") else "resource"
        if "DPoP" in request.headers:
            response.headers["DPoP-Nonce"] = self.proofs.nonce(side)  # type: ignore[arg-type]
        return response


def _new_key() -> dict[str, str]:
    numbers = ec.generate_private_key(ec.SECP256R1()).private_numbers()
    public, size = numbers.public_numbers, 32
    given = {"x": public.x, "y": public.y, "d": numbers.private_value}
    return {
        "kty": "EC",
        "crv": "P-256",
        **{name: encoded(value.to_bytes(size, "big")) for name, value in given.items()},
    }
