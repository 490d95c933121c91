"""A network that speaks as Facebook does for Pages: people with Pages, proofs of the app, photos, posts, insights."""

import hmac
import json
import re
from hashlib import sha256
from typing import Any

from flask import Flask, Response, jsonify, request

from advocacy.networks.standins.meta import consenting, words
from advocacy.networks.standins.meta.ground import DAY, LONG, Meta, chosen_fields, fields_of, token_said
from advocacy.networks.standins.standin import add_doors
from advocacy.networks.standins.state import Member, Post, Token

LONGEST, LONGEST_ALT = 63_206, 1000
METRICS = ("post_total_media_view_unique", "post_clicks", "post_reactions_by_type_total")
POSTING = ("pages_manage_posts", "pages_read_engagement")
_ATTACHED = re.compile(r"attached_media\[(\d+)\]")


class Facebook(Meta):
    """Serves from its creation until `stop`; its options are the attributes below and those of `Meta`."""

    name = "facebook"
    pages_each = 1
    """How many Pages a person has who comes anew."""
    views = "post_media_view"
    """What it calls the number of views; empty: it has no such metric."""
    all_scopes = frozenset(
        {"pages_show_list", "business_management", "pages_manage_engagement", "read_insights", *POSTING}
    )

    def routes(self, app: Flask) -> None:
        """Add the network's own addresses."""
        super().routes(app)
        base = f"/{self.version}"
        rules: dict[tuple[str, str], Any] = {
            ("GET", f"{base}/dialog/oauth"): lambda: consenting.page(self),
            ("POST", f"{base}/dialog/oauth"): lambda: consenting.decision(self),
            ("GET", f"{base}/oauth/access_token"): self._tokens,
            ("GET", f"{base}/debug_token"): self._debug,
            ("GET", f"{base}/me"): self._who,
            ("GET", f"{base}/me/permissions"): self._permissions,
            ("GET", f"{base}/me/accounts"): self._pages,
            ("DELETE", f"{base}/<user>/permissions"): self._withdraw,
            ("POST", f"{base}/<page>/photos"): self._photo,
            ("POST", f"{base}/<page>/feed"): self._post,
            ("DELETE", f"{base}/<object_id>"): self._delete,
            ("GET", f"{base}/<object_id>/insights"): self._insights,
        }
        add_doors(app, rules)

    def grant(self, member: Member, scopes: tuple[str, ...]) -> dict[str, Any]:
        """The token of a Page, and what its person's consent is known by."""
        user = self.new_member(f"{member.name} in person")
        token = self.long_token(user.id, scopes)
        key = json.dumps({"user": user.id, "token": token.text})
        return {"access_token": self._page_token(token, member.id).text, "key": key}

    def acting(self, *scopes: str) -> Token:
        """As of the family; and the call has to prove that it comes from the app."""
        token, proof = super().acting(*scopes), request.values.get("appsecret_proof")
        if proof is None:
            raise words.no("API calls from the server require an appsecret_proof argument", 100, 0, 400)
        if not hmac.compare_digest(proof, self._proof(token.text)):
            raise words.no("Invalid appsecret_proof provided in the API argument", 100, 0, 400)
        return token

    def _proof(self, text: str) -> str:
        return hmac.new(self.client_secret.encode(), text.encode(), sha256).hexdigest()

    def _page_token(self, token: Token, page: str) -> Token:
        return self.state.issue("access", page, token.scopes, None, user=token.member, page=True)

    def _tokens(self) -> Response:
        if "fb_exchange_token" not in request.args:
            fields = fields_of("client_id", "client_secret", "redirect_uri", "code")
            short = consenting.short(self, consenting.spend_code(self, fields))
            return jsonify(access_token=short.text, token_type="bearer", expires_in=5180)  # noqa: S106
        fields = fields_of("client_id", "client_secret", "grant_type", "fb_exchange_token")
        consenting.client(self, fields)
        spent = self.state.live(fields.get("fb_exchange_token", ""), "access")
        if fields.get("grant_type") != "fb_exchange_token" or spent is None:
            raise words.no("Error validating access token: This is not a valid token.", 190, 467, 400)
        token = self.long_token(spent.member, spent.scopes)
        return jsonify(access_token=token.text, token_type="bearer", expires_in=LONG)  # noqa: S106

    def _debug(self) -> Response:
        if token_said() != f"{self.client_id}|{self.client_secret}":
            raise words.no("(#100) You must provide an app access token", 100)
        token = self.state.tokens.get(fields_of("input_token").get("input_token", ""))
        if token is None:
            return jsonify(data={"is_valid": False, "scopes": []})
        until = int(self.clock.now() + 90 * DAY)
        return jsonify(data={"is_valid": True, "scopes": list(token.scopes), "data_access_expires_at": until})

    def _who(self) -> Response:
        member = self.state.members[self.acting().member]
        known = {"id": member.id, "name": member.name}
        return jsonify({name: known[name] for name in ["id", *chosen_fields(*known)]})

    def _permissions(self) -> Response:
        token = self.acting()
        declined = sorted(self.all_scopes - set(token.scopes))
        said = [{"permission": scope, "status": "granted"} for scope in token.scopes]
        return jsonify(data=said + [{"permission": scope, "status": "declined"} for scope in declined])

    def _pages(self) -> Response:
        token = self.acting("pages_show_list")
        asked = fields_of("fields", "limit", "after")
        user = self.state.members[token.member]
        if "pages" not in user.facts:
            names = [f"{user.name} Works {number + 1}" for number in range(self.pages_each)]
            user.facts["pages"] = [self.new_member(name).id for name in names]
        pages = [self.state.members[page] for page in user.facts["pages"]]
        start, size = int(asked.get("after") or 0), min(int(asked.get("limit", 25)), 3)
        listed = [
            {
                "id": page.id,
                "name": page.name,
                "access_token": self._page_token(token, page.id).text,
                "tasks": page.facts.get("tasks", ["ANALYZE", "CREATE_CONTENT", "MANAGE"]),
            }
            for page in pages[start : start + size]
        ]
        paging: dict[str, Any] = {"cursors": {"before": str(start), "after": str(start + size)}}
        if start + size < len(pages):
            paging["next"] = f"{self.url}/more"
        return jsonify(data=listed, paging=paging)

    def _withdraw(self, user: str) -> Response:
        token = self.acting()
        fields_of()
        if token.member != user:
            raise words.absent(user, "DELETE")
        for each in self.state.tokens.values():
            each.revoked = each.revoked or user in (each.member, each.facts.get("user"))
        return jsonify(success=True)

    def _photo(self, page: str) -> Response:
        self._as(page)
        fields, file = fields_of("published", "alt_text_custom", "temporary"), request.files.get("source")
        if fields.get("published") != "false":
            raise words.no("(#100) A photo for a post has to be unpublished", 100)
        data = file.read() if file is not None else b""
        if not data.startswith(b"\xff\xd8\xff"):
            raise words.no("Invalid parameter", 100, 1366046, user="Your photos couldn't be uploaded.")
        if len(fields.get("alt_text_custom", "")) > LONGEST_ALT:
            raise words.no("(#100) alt_text_custom is too long", 100)
        number = self.state.number()
        held = {"page": page, "alt": fields.get("alt_text_custom", ""), "used": False}
        self.state.uploads[number] = held
        return jsonify(id=number)

    def _post(self, page: str) -> Response:
        self._as(page)
        attached = sorted((name for name in request.form if _ATTACHED.fullmatch(name)), key=_place)
        fields = fields_of("message", "link", "published", *attached)
        message = fields.get("message", "")
        if not message and not attached and "link" not in fields:
            raise words.missing("message")
        if len(message) > LONGEST:
            raise words.no("(#100) Message is too long", 100)
        if "facebook.com/" in fields.get("link", ""):
            raise words.no("Invalid parameter", 100, 1609008, user="You can't post Facebook.com links.")
        with self.state.lock:
            photos = [self._attached(page, fields[name]) for name in attached]
            self._refuse_again(page, message, fields.get("link"), photos)
            for photo in photos:
                photo["used"] = True
            facts = {"link": fields.get("link"), "pictures": [photo["alt"] for photo in photos], "video": None}
            number = f"{page}_{self.state.number()}"
            self.state.posts[number] = Post(number, page, message, self.clock.now(), facts)
        return jsonify(id=number)

    def _attached(self, page: str, said: str) -> dict[str, Any]:
        try:
            number = str(json.loads(said)["media_fbid"])
        except (ValueError, KeyError, TypeError):
            raise words.no("(#100) attached_media is no object", 100) from None
        photo: dict[str, Any] | None = self.state.uploads.get(number)
        if photo is None or photo["page"] != page:
            raise words.absent(number, "POST")
        if photo["used"]:
            raise words.no("Invalid parameter", 100, 1366051, user="These photos were already posted.")
        return photo

    def _refuse_again(self, page: str, message: str, link: str | None, photos: list[dict[str, Any]]) -> None:
        last = next((post for post in reversed(self.state.standing()) if post.member == page), None)
        if last is not None and not photos and message and (last.text, last.facts["link"]) == (message, link):
            raise words.no("Duplicate status message", 506, 1455006, 400)

    def _delete(self, object_id: str) -> Response:
        post = self._own(object_id, *POSTING)
        fields_of()
        post.deleted_at = self.clock.now()
        return jsonify(success=True)

    def _insights(self, object_id: str) -> Response:
        post = self._own(object_id, "read_insights", "pages_read_engagement")
        wanted = fields_of("metric", "period").get("metric", "").split(",")
        if not set(wanted) <= {*METRICS, *filter(None, [self.views])}:
            raise words.no("(#100) The value must be a valid insights metric", 100)
        return jsonify(data=[self._metric(post, name) for name in wanted])

    def _metric(self, post: Post, name: str) -> dict[str, Any]:
        value: Any = post.figures.get(name, 0)
        if name == "post_reactions_by_type_total":
            value = {"like": value} if value else {}
        if name == self.views and value:
            value = {"organic": value, "paid": 0}
        return {"name": name, "period": "lifetime", "values": [{"value": value}], "id": f"{post.id}/insights/{name}"}

    def _own(self, object_id: str, *scopes: str) -> Post:
        token, post = self.acting(*scopes), self.state.posts.get(object_id)
        if post is None or post.member != token.member or post.deleted_at is not None:
            raise words.absent(object_id, request.method)
        return post

    def _as(self, page: str) -> Token:
        """The Page's own token. Raises Refusal."""
        token = self.acting(*POSTING)
        if not token.facts.get("page") or token.member != page:
            raise words.no("(#200) The user hasn't authorized the application to perform this action", 200, 0, 403)
        return token


def _place(name: str) -> int:
    found = _ATTACHED.fullmatch(name)
    return int(found[1]) if found else 0
