"""The authorization server: requests announced beforehand, consent, tokens that are bound to a key and rotate."""

import secrets
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from advocacy.networks.standins import consent
from advocacy.networks.standins.bluesky.clients import bad
from advocacy.networks.standins.bluesky.proofs import BadProof
from advocacy.networks.standins.bluesky.words import encoded
from advocacy.networks.standins.standin import Doors, add_doors
from advocacy.networks.standins.state import Token

if TYPE_CHECKING:
    from advocacy.networks.standins.bluesky import Bluesky

PAR_SECONDS = 300
CODE_SECONDS = 300
ACCESS_SECONDS = 3600
PUBLIC_SECONDS = 14 * 24 * 3600
SIGNED_SECONDS = 730 * 24 * 3600
_PAR = {
    "client_id",
    "response_type",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "login_hint",
}
_ASSERTION = {"client_assertion", "client_assertion_type"}
_KNOWN_SCOPES = ("atproto", "transition:generic", "transition:email", "transition:chat.bsky")


class Authorization:
    """Its addresses."""

    def __init__(self, standin: "Bluesky", app: Flask) -> None:
        self.standin = standin
        doors: Doors = {
            ("GET", "/.well-known/oauth-protected-resource"): self.resource,
            ("GET", "/.well-known/oauth-authorization-server"): self.described,
            ("POST", "/oauth/par"): self.announce,
            ("GET", "/oauth/authorize"): self.ask,
            ("POST", "/oauth/authorize"): self.decide,
            ("POST", "/oauth/token"): self.token,
            ("POST", "/oauth/revoke"): self.revoke,
        }
        add_doors(app, doors)

    def resource(self) -> Response:
        """Which authorization server answers for the accounts here."""
        url = self.standin.url
        return jsonify(
            resource=url, authorization_servers=[url], scopes_supported=[], bearer_methods_supported=["header"]
        )

    def described(self) -> Response:
        """Where its doors are."""
        url = self.standin.url
        return jsonify(
            issuer=url,
            authorization_endpoint=f"{url}/oauth/authorize",
            token_endpoint=f"{url}/oauth/token",
            revocation_endpoint=f"{url}/oauth/revoke",
            pushed_authorization_request_endpoint=f"{url}/oauth/par",
            require_pushed_authorization_requests=True,
            scopes_supported=list(_KNOWN_SCOPES),
            response_types_supported=["code"],
            grant_types_supported=["authorization_code", "refresh_token"],
            code_challenge_methods_supported=["S256"],
            token_endpoint_auth_methods_supported=["none", "private_key_jwt"],
            token_endpoint_auth_signing_alg_values_supported=["ES256"],
            dpop_signing_alg_values_supported=["ES256"],
            authorization_response_iss_parameter_supported=True,
            client_id_metadata_document_supported=True,
        )

    def announce(self) -> Response:
        """A request for consent, announced."""
        jkt = self._proof()
        client_id, kid = self.standin.clients.authenticate()
        form = self._form(_PAR, _ASSERTION)
        self.standin.clients.check_redirect(client_id, form["redirect_uri"])
        if (
            form["response_type"] != "code"
            or form["code_challenge_method"] != "S256"
            or len(form["code_challenge"]) != 43
        ):
            raise bad("invalid_request", "PKCE with S256 and response_type code are required")
        asked = form["scope"].split()
        if "atproto" not in asked or set(asked) - set(self.standin.clients.metadata(client_id)["scope"].split()):
            raise bad("invalid_scope", "Scope is not what the client metadata declares")
        facts = {**form, "jkt": jkt, "kid": kid}
        name = f"urn:ietf:params:oauth:request_uri:req-{secrets.token_hex(16)}"
        with self.standin.state.lock:
            until = self.standin.clock.now() + PAR_SECONDS
            self.standin.state.tokens[name] = Token(name, "request", "", expires_at=until, facts=facts)
        answer = jsonify(request_uri=name, expires_in=PAR_SECONDS)
        answer.status_code = 201
        return answer

    def ask(self) -> Response:
        """The page."""
        announced = self._announced(request.args)
        hidden = {name: request.args[name] for name in ("client_id", "request_uri")}
        return consent.page(self.standin, hidden, announced.facts["scope"], announced.facts.get("login_hint", ""))

    def decide(self) -> AnyResponse:
        """What the member pressed."""
        announced = self._announced(request.form)
        announced.revoked = True
        back = {"iss": self.standin.url, "state": announced.facts["state"]}
        chosen = consent.chosen(self.standin)
        if chosen is None:
            return consent.back(announced.facts["redirect_uri"], error="access_denied", **back)
        code = self.standin.state.issue("code", chosen, tuple(announced.facts["scope"].split()), CODE_SECONDS)
        code.facts = announced.facts
        return consent.back(announced.facts["redirect_uri"], code=code.text, **back)

    def token(self) -> Response:
        """Tokens for a code or a refresh token."""
        jkt = self._proof()
        client_id, kid = self.standin.clients.authenticate()
        with self.standin.state.lock:
            if request.form.get("grant_type") == "authorization_code":
                return self._exchange(jkt, client_id, kid)
            if request.form.get("grant_type") == "refresh_token":
                return self._refresh(jkt, client_id, kid)
        raise bad("unsupported_grant_type", "Grant type not supported")

    def revoke(self) -> Response:
        """End a consent; a token that is not known is no error."""
        self._proof()
        client_id, _kid = self.standin.clients.authenticate()
        token = self.standin.state.tokens.get(self._form({"client_id", "token"}, _ASSERTION)["token"])
        if token is not None and token.facts.get("client_id") == client_id:
            self.end(token.facts["session"])
        return jsonify({})

    def begin(self, member: str, scopes: tuple[str, ...], facts: dict[str, Any]) -> dict[str, Any]:
        """Tokens of a consent, as the token endpoint answers."""
        state = self.standin.state
        lasting = {**facts, "way": "consent"}
        access = state.issue("access", member, scopes, ACCESS_SECONDS, **lasting)
        left = facts["until"] - self.standin.clock.now()
        refresh = state.issue("refresh", member, scopes, left, **lasting)
        return {
            "access_token": access.text,
            "token_type": "DPoP",
            "refresh_token": refresh.text,
            "expires_in": ACCESS_SECONDS,
            "scope": " ".join(scopes),
            "sub": member,
        }

    def end(self, session: str) -> None:
        """No token of this consent opens anything any more."""
        for token in self.standin.state.tokens.values():
            token.revoked = token.revoked or token.facts.get("session") == session

    def _exchange(self, jkt: str, client_id: str, kid: str) -> Response:
        required = {"grant_type", "client_id", "code", "redirect_uri", "code_verifier"}
        form = self._form(required, _ASSERTION)
        code = self.standin.state.live(form["code"], "code")
        if code is None:
            used = self.standin.state.tokens.get(form["code"])
            if used is not None and "session" in used.facts:
                self.end(used.facts["session"])
            raise bad("invalid_grant", "Invalid code")
        code.revoked = True
        same = (code.facts["client_id"], code.facts["redirect_uri"], code.facts["jkt"], code.facts["kid"])
        if same != (client_id, form["redirect_uri"], jkt, kid):
            raise bad("invalid_grant", "The code was issued to another client, key or address")
        challenge = encoded(sha256(form["code_verifier"].encode()).digest())
        if not 43 <= len(form["code_verifier"]) <= 128 or challenge != code.facts["code_challenge"]:
            raise bad("invalid_grant", "Invalid code_verifier")
        until = self.standin.clock.now() + (SIGNED_SECONDS if kid else PUBLIC_SECONDS)
        facts = {"client_id": client_id, "jkt": jkt, "kid": kid, "session": secrets.token_hex(8), "until": until}
        code.facts = {**code.facts, "session": facts["session"]}
        return _unstored(jsonify(self.begin(code.member, code.scopes, facts)))

    def _refresh(self, jkt: str, client_id: str, kid: str) -> Response:
        form = self._form({"grant_type", "client_id", "refresh_token"}, _ASSERTION)
        known = self.standin.state.tokens.get(form["refresh_token"])
        if known is None or known.kind != "refresh" or known.facts.get("way") != "consent":
            raise bad("invalid_grant", "Invalid refresh token")
        if known.facts.get("used"):
            self.end(known.facts["session"])
            raise bad("invalid_grant", "Refresh token replayed")
        if self.standin.state.live(known.text, "refresh") is None:
            raise bad("invalid_grant", "Refresh token expired or revoked")
        if (known.facts["client_id"], known.facts["jkt"], known.facts["kid"]) != (client_id, jkt, kid):
            self.end(known.facts["session"])
            raise bad("invalid_grant", "Token was not issued to this client or key")
        facts = dict(known.facts)
        known.facts = {**facts, "used": True}
        for token in self.standin.state.tokens.values():
            if token.kind == "access" and token.facts.get("session") == facts["session"]:
                token.revoked = True
        return _unstored(jsonify(self.begin(known.member, known.scopes, facts)))

    def _announced(self, given: Any) -> Token:
        found = self.standin.state.live(given.get("request_uri", ""), "request")
        if found is None or found.facts["client_id"] != given.get("client_id"):
            raise bad("invalid_request", "Unknown or expired request_uri")
        return found

    def _proof(self) -> str:
        try:
            return self.standin.proofs.check("authorization")
        except BadProof as problem:
            raise bad(problem.error, problem.message.replace('"', "'")) from problem

    def _form(self, required: set[str], optional: set[str]) -> dict[str, str]:
        if request.mimetype != "application/x-www-form-urlencoded":
            raise bad("invalid_request", "Content-Type must be a form")
        form = request.form.to_dict()
        if set(form) - required - optional or required - {"login_hint"} - set(form):
            wrong = sorted(set(form) ^ required)
            raise bad("invalid_request", f"Parameters missing or not known: {wrong}".replace('"', "'"))
        return form


def _unstored(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
