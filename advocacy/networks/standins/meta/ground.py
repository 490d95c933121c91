"""What the three have in common: whose token it is, what a call may carry, usage headers, faults in their words."""

import json
from typing import Any

from flask import Flask, Response, g, jsonify, request

from advocacy.networks.standins.meta import words
from advocacy.networks.standins.standin import Refusal, Standin
from advocacy.networks.standins.state import Member, Post, Token

DAY = 86_400
LONG = 60 * DAY


class Meta(Standin):
    """A stand-in of the family; see `Standin`."""

    client_id = "1234567890"
    client_secret = "standin-secret"  # noqa: S105
    version = "v25.0"
    redirect_uris: tuple[str, ...] = ()
    """Where people may be sent back to; empty: anywhere."""
    usage = 1
    """Per cent of the app's allowance that is used up."""
    account_usage = 1
    """The same of the account's, with half an hour to wait above 90."""
    posts_a_day = 250
    all_scopes: frozenset[str] = frozenset()

    def routes(self, app: Flask) -> None:
        """What is there for tests, and the family's headers."""
        app.after_request(self._with_usage)
        app.add_url_rule("/_sandbox/usage", "door usage", self._usage, methods=["POST"])

    def refuse(self, status: int) -> Response:
        """How the network says no with this status."""
        if status == 403:
            return words.problem("(#10) Application does not have permission for this action", 10, 0, 403)
        if status == 404:
            return words.problem("(#803) Some of the aliases you requested do not exist", 803, 0, 404)
        if status == 429:
            return words.problem("(#32) Page request limit reached", 32, 0, 400)
        return words.problem("An unknown error has occurred.", 1 if status == 500 else 2, 0, status)

    def expired(self) -> Response:
        """How it says that a token has ended."""
        return words.ended()

    def member_of(self) -> str | None:
        """Id of the member that the current request acts for."""
        token = self.state.tokens.get(token_said())
        return token.member if token else None

    def spoil(self, answer: Response) -> None:
        """Break an answer so that it says nothing."""
        answer.set_data(b'{"id": "broken')

    def acting(self, *scopes: str) -> Token:
        """The token of the call, with these scopes. Raises Refusal."""
        token = self.state.tokens.get(token_said())
        if token is None or token.kind != "access":
            raise words.no("Invalid OAuth access token - Cannot parse access token", 190, 0, 401)
        if token.revoked:
            raise Refusal(words.taken_away())
        if token.expires_at is not None and token.expires_at <= self.clock.now():
            raise Refusal(words.ended())
        lacking = [scope for scope in scopes if scope not in token.scopes]
        if lacking:
            said = f"(#200) Requires {lacking[0]} permission to manage the object"
            raise words.no(said, 200, 0, 403)
        return token

    def own_post(self, object_id: str, *scopes: str) -> Post:
        """A post that stands, of whom the call acts for with these scopes. Raises Refusal."""
        token, post = self.acting(*scopes), self.state.posts.get(object_id)
        if post is None or post.member != token.member or post.deleted_at is not None:
            raise words.absent(object_id, request.method)
        return post

    def long_token(self, member: str, scopes: tuple[str, ...], **facts: Any) -> Token:
        """A token of two months."""
        return self.state.issue("access", member, scopes, LONG, born=self.clock.now(), long=True, **facts)

    def grant(self, member: Member, scopes: tuple[str, ...]) -> dict[str, Any]:
        """A long token without the dance."""
        token = self.long_token(member.id, scopes)
        return {"access_token": token.text, "refresh_token": token.text, "expires_in": LONG}

    def _with_usage(self, answer: Response) -> Response:
        if not request.path.startswith("/_sandbox"):
            used, account = self.state.more.get("usage", (self.usage, self.account_usage))
            counts = {"call_count": used, "total_time": 1, "total_cputime": 1}
            answer.headers["X-App-Usage"] = json.dumps(counts)
            wait = 30 if account > 90 else 0
            said = {"type": "pages", "call_count": account, "total_cputime": 1, "total_time": 1}
            said["estimated_time_to_regain_access"] = wait
            answer.headers["X-Business-Use-Case-Usage"] = json.dumps({g.get("member") or "0": [said]})
        return answer

    def _usage(self) -> Response:
        """{app?, account?}: per cent that are used up."""
        body = request.get_json()
        self.state.more["usage"] = (body.get("app", self.usage), body.get("account", self.account_usage))
        return jsonify({})


def token_said() -> str:
    """The token of the request: in its header, or among its fields."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme in ("Bearer", "OAuth") and text:
        return text
    return str(request.values.get("access_token", ""))


def fields_of(*known: str) -> dict[str, str]:
    """What the call carries besides its token: these fields alone, each once. Raises Refusal."""
    source = request.form if request.method == "POST" else request.args
    strange = sorted(set(source) - {*known, "access_token", "appsecret_proof"})
    if strange:
        raise words.no(f"(#100) Param {strange[0]} is not known for {request.path}", 100)
    if any(len(source.getlist(name)) > 1 for name in source):
        raise words.no("(#100) A param was given more than once", 100)
    return {name: source[name] for name in known if name in source}


def chosen_fields(*known: str) -> list[str]:
    """The names after `fields=`, of these alone. Raises Refusal."""
    asked = list(filter(None, fields_of("fields").get("fields", "").split(",")))
    strange = [name for name in asked if name not in known]
    if strange:
        raise words.no(f"(#100) Tried accessing nonexisting field ({strange[0]})", 100, kind="THApiException")
    return asked or ["id"]
