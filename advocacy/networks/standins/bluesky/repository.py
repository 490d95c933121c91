"""A member's own records: made under a key, asked for, deleted; blobs; what each costs of the hourly points."""

from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify, request

from advocacy.networks.standins.bluesky import rules
from advocacy.networks.standins.bluesky.people import find
from advocacy.networks.standins.bluesky.proofs import BadProof
from advocacy.networks.standins.bluesky.sessions import bearer_token
from advocacy.networks.standins.bluesky.words import answer, asked, cid, cid_of, invalid, json_body, refuse, throttled
from advocacy.networks.standins.standin import Doors, Refusal, add_doors
from advocacy.networks.standins.state import Post, Token

if TYPE_CHECKING:
    from advocacy.networks.standins.bluesky import Bluesky

LARGEST_BLOB = 50 * 1024 * 1024
POINTS = ((5000, 3600), (35000, 86400))
POSTING = {"com.atproto.appPass", "com.atproto.access", "transition:generic"}


class Repository:
    """Its addresses."""

    def __init__(self, standin: "Bluesky", app: Flask) -> None:
        self.standin = standin
        doors: Doors = {
            ("POST", "/xrpc/com.atproto.repo.createRecord"): self.create,
            ("GET", "/xrpc/com.atproto.repo.getRecord"): self.read,
            ("POST", "/xrpc/com.atproto.repo.deleteRecord"): self.delete,
            ("POST", "/xrpc/com.atproto.repo.uploadBlob"): self.upload,
        }
        add_doors(app, doors)

    def create(self) -> Response:
        """Make a record. A key that is taken breaks inside the repository, as there."""
        token = self.acting()
        body = json_body({"repo", "collection", "record"}, {"rkey", "validate", "swapCommit"})
        self._own(token, body["repo"], body["collection"])
        key = body.get("rkey")
        if not isinstance(key, str) or not rules.KEY.fullmatch(key):
            raise invalid("Invalid record key: it has to be a TID here")
        rules.check(body["record"], lambda reference, kind, largest: self._blob(token, reference, kind, largest))
        with self.standin.state.lock:
            self._spend(token.member, 3)
            uri = f"at://{token.member}/{body['collection']}/{key}"
            before = self.standin.state.posts.get(uri)
            if before is not None and before.deleted_at is None:
                raise refuse(500, "InternalServerError", "Internal Server Error")
            self.standin.state.posts[uri] = made = self._post(uri, token.member, body["record"])
        commit = {"cid": cid(uri.encode(), 0x71), "rev": key}
        return jsonify(uri=uri, cid=made.facts["cid"], commit=commit, validationStatus="valid")

    def read(self) -> Response:
        """Show a record to anybody."""
        repo, collection, key = asked("repo", "collection", "rkey")
        member = find(self.standin, repo)
        if member is None:
            raise invalid(f"Could not find repo: {repo}")
        post = self.standin.state.posts.get(f"at://{member.id}/{collection}/{key}")
        if post is None or post.deleted_at is not None:
            raise refuse(400, "RecordNotFound", f"Could not locate record: at://{repo}/{collection}/{key}")
        return jsonify(uri=post.id, cid=post.facts["cid"], value=post.facts["record"])

    def delete(self) -> Response:
        """Delete a record; one that is not there is deleted already."""
        token = self.acting()
        body = json_body({"repo", "collection", "rkey"}, {"swapRecord", "swapCommit"})
        self._own(token, body["repo"], body["collection"])
        with self.standin.state.lock:
            self._spend(token.member, 1)
            post = self.standin.state.posts.get(f"at://{token.member}/{body['collection']}/{body['rkey']}")
            if post is not None:
                post.deleted_at = post.deleted_at or self.standin.clock.now()
        return jsonify({})

    def upload(self) -> Response:
        """Take a blob, and name it by its content."""
        token = self.acting()
        data, kind = request.get_data(), request.mimetype
        if not kind or "*" in kind:
            raise invalid("Request encoding (Content-Type) required but not provided")
        if len(data) > LARGEST_BLOB:
            raise refuse(413, "PayloadTooLarge", "request entity too large")
        if kind.startswith("image/") and _sniffed(data) != kind:
            kind = _sniffed(data)
        return jsonify(blob=self.keep(token.member, data, kind))

    def keep(self, member: str, data: bytes, kind: str) -> dict[str, Any]:
        """Store a blob for a member; its reference."""
        reference = {"$type": "blob", "ref": {"$link": cid(data)}, "mimeType": kind, "size": len(data)}
        self.standin.state.uploads[f"{member} {cid(data)}"] = reference
        return reference

    def acting(self) -> Token:
        """The token that the current request acts with. Refuses, in the words of either way."""
        scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
        if scheme == "DPoP":
            token = self._bound(text)
        elif scheme == "Bearer":
            token = bearer_token(self.standin, text, "access")
        else:
            raise refuse(401, "AuthMissing", "Authentication Required")
        member = self.standin.state.members.get(token.member)
        if member is None or member.facts.get("taken_down"):
            raise refuse(401, "AccountTakedown", "Account has been taken down")
        if member.facts.get("deactivated"):
            raise refuse(401, "AccountDeactivated", "Account is deactivated")
        if not POSTING & set(token.scopes):
            raise refuse(403, "ScopeMissingError", "Missing required scope")
        return token

    def refuse_token(self, message: str, error: str = "invalid_token") -> Refusal:
        """How a token or proof is refused here."""
        said = f'DPoP error="{error}", error_description="{message.replace(chr(34), chr(39))}"'
        return Refusal(answer(401, error, message, WWW_Authenticate=said))

    def _bound(self, text: str) -> Token:
        try:
            jkt = self.standin.proofs.check("resource", text)
        except BadProof as problem:
            raise self.refuse_token(problem.message, problem.error) from problem
        token = self.standin.state.tokens.get(text)
        if token is None or token.kind != "access" or token.facts.get("way") != "consent" or token.facts["jkt"] != jkt:
            raise self.refuse_token("Invalid token")
        if token.revoked:
            raise self.refuse_token("Token has been revoked")
        if token.expires_at is not None and token.expires_at <= self.standin.clock.now():
            raise self.refuse_token('"exp" claim timestamp check failed')
        return token

    def _own(self, token: Token, repo: Any, collection: Any) -> None:
        member = find(self.standin, str(repo))
        if member is None:
            raise invalid(f"Could not find repo: {repo}")
        if member.id != token.member:
            raise refuse(401, "AuthenticationRequired", "Authentication Required")
        if collection != rules.POST:
            raise invalid("Invalid collection: only posts are made here")

    def _blob(self, token: Token, reference: Any, kind: str, largest: int) -> None:
        if not isinstance(reference, dict) or set(reference) != {"$type", "ref", "mimeType", "size"}:
            raise invalid("Invalid app.bsky.feed.post record: a blob ref is malformed")
        name = reference["ref"].get("$link") if isinstance(reference["ref"], dict) else None
        stored = self.standin.state.uploads.get(f"{token.member} {name}")
        if stored is None:
            raise refuse(400, "BlobNotFound", f"Could not find blob: {name}")
        if stored["mimeType"] != reference["mimeType"] or not stored["mimeType"].startswith(kind):
            raise refuse(
                400, "InvalidMimeType", f"Referenced Mimetype does not match stored blob: {stored['mimeType']}"
            )
        if stored["size"] != reference["size"]:
            raise refuse(400, "InvalidSize", "Referenced size does not match stored blob")
        if stored["size"] > largest:
            raise refuse(
                400, "BlobTooLarge", f"This file is too large. It is {stored['size']} but the maximum is {largest}"
            )

    def _spend(self, member: str, points: int) -> None:
        now = self.standin.clock.now()
        spent: list[tuple[float, int]] = self.standin.state.more.setdefault("points", {}).setdefault(member, [])
        for most, seconds in POINTS:
            within = [(at, cost) for at, cost in spent if at > now - seconds]
            if sum(cost for _at, cost in within) + points > most:
                raise Refusal(throttled(most, seconds, within[0][0] + seconds))
        spent.append((now, points))

    def _post(self, uri: str, member: str, record: dict[str, Any]) -> Post:
        facts = {"record": record, "cid": cid_of(record), "key": uri.rpartition("/")[2], **shown(record)}
        return Post(uri, member, record["text"], self.standin.clock.now(), facts)


def shown(record: dict[str, Any]) -> dict[str, Any]:
    """What a post shows, in the words in which tests look at every stand-in."""
    embed = record.get("embed", {})
    quoted = embed.get("record", {})
    media = embed.get("media", embed)
    card = media.get("external", {})
    return {
        "link": card.get("uri"),
        "thumbnail": "thumb" in card,
        "pictures": [image["alt"] for image in media.get("images", [])],
        "video": media.get("alt", "") if "video" in media else None,
        "document": None,
        "reshare_of": quoted.get("uri") or quoted.get("record", {}).get("uri"),
    }


def _sniffed(data: bytes) -> str:
    kinds = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"RIFF": "image/webp"}
    return next((kind for head, kind in kinds.items() if data.startswith(head)), "application/octet-stream")
