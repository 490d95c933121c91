"""A network that speaks as Instagram does to professional accounts: containers of pictures and reels, then posts."""

from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, jsonify, request

from advocacy.networks.standins.meta import consenting, containers
from advocacy.networks.standins.meta.fetching import picture_at, video_at
from advocacy.networks.standins.meta.ground import Meta, chosen_fields, fields_of
from advocacy.networks.standins.meta.words import absent, invalid, missing, no
from advocacy.networks.standins.standin import add_doors
from advocacy.networks.standins.state import Member, Post, Token

LONGEST, LONGEST_ALT, MOST_TAGS = 2200, 1000, 30
BASIC, POSTING, MEASURING = (
    "instagram_business_basic",
    "instagram_business_content_publish",
    "instagram_business_manage_insights",
)
COUNTS = ("views", "reach", "saved", "likes", "comments", "shares")


class Instagram(Meta):
    """Serves from its creation until `stop`; its options are the attributes below and those of `Meta`."""

    name = "instagram"
    posts_a_day = 50
    picture_seconds = 2.0
    video_seconds = 20.0
    failing = ""
    """What containers say that ended with ERROR; empty: none does."""
    hidden = False
    """Whether new posts don't appear in the account's list."""
    private = False
    """Whether accounts are those of private people."""
    flat = False
    """Whether the short token stands at the top of its answer, as in older documentation."""
    all_scopes = frozenset({BASIC, POSTING, MEASURING, "instagram_business_manage_comments"})

    def routes(self, app: Flask) -> None:
        """Add the network's own addresses."""
        super().routes(app)
        base = f"/{self.version}"
        rules: dict[tuple[str, str], Any] = {
            ("GET", "/oauth/authorize"): lambda: consenting.page(self),
            ("POST", "/oauth/authorize"): lambda: consenting.decision(self),
            ("POST", "/oauth/access_token"): self._short,
            ("GET", "/access_token"): lambda: consenting.exchange(self, "ig_exchange_token"),
            ("GET", "/refresh_access_token"): lambda: consenting.refresh(self, "ig_refresh_token"),
            ("GET", f"{base}/me"): self._who,
            ("POST", f"{base}/<account>/media"): self._make,
            ("GET", f"{base}/<account>/media"): self._mine,
            ("POST", f"{base}/<account>/media_publish"): self._publish,
            ("GET", f"{base}/<account>/content_publishing_limit"): self._limit,
            ("GET", f"{base}/<object_id>"): self._object,
            ("GET", f"{base}/<object_id>/insights"): self._insights,
        }
        add_doors(app, rules)

    def _short(self) -> Response:
        token = consenting.short_for_code(self)
        said = {"access_token": token.text, "user_id": token.member, "permissions": ",".join(token.scopes)}
        return jsonify(said if self.flat else {"data": [said]})

    def _who(self) -> Response:
        member: Member = self.state.members[self.acting(BASIC).member]
        kind = "PERSONAL" if self.private else "BUSINESS"
        known = {"id": f"9{member.id}", "user_id": member.id, "username": member.handle, "name": member.name}
        known["account_type"] = kind
        return jsonify({name: known[name] for name in ["id", *chosen_fields(*known)]})

    def _limit(self, account: str) -> Response:
        token = self._as(account, BASIC, POSTING)
        chosen_fields("quota_usage", "config")
        return jsonify(containers.quota_said(self, token.member))

    def _make(self, account: str) -> Response:
        token = self._as(account, BASIC, POSTING)
        fields = fields_of(
            "image_url", "video_url", "media_type", "caption", "alt_text", "is_carousel_item", "children",
            "share_to_feed", "cover_url", "thumb_offset",
        )  # fmt: skip
        caption = fields.get("caption", "")
        if len(caption) > LONGEST or caption.count("#") > MOST_TAGS:
            words = "The caption was too long: at most 2200 characters and 30 hashtags."
            raise no("The caption was too long", 36004, 2207010, user=words)
        item = fields.get("is_carousel_item") == "true"
        if item and "caption" in fields:
            raise invalid("A carousel item has no caption")
        seconds, shown = self._shown(token.member, fields)
        if self.failing:
            shown["error"] = f"Error: {self.failing}"
        return jsonify(id=containers.new(self, token.member, seconds, item=item, text=caption, **shown))

    def _shown(self, member: str, fields: dict[str, str]) -> tuple[float, dict[str, Any]]:
        """How long the network is at work on it, and what it will show. Raises Refusal."""
        kind, alt = fields.get("media_type", "IMAGE"), fields.get("alt_text", "")
        if kind == "CAROUSEL":
            return self._carousel(member, fields)
        if kind == "REELS":
            if "video_url" not in fields:
                raise missing("video_url")
            if "alt_text" in fields:
                raise invalid("alt_text is for images alone")
            sound = video_at(fields["video_url"])
            said = "" if sound else "Error: 2207026 video"
            return self.video_seconds, {"pictures": [], "sizes": [], "video": "", "error": said}
        if kind != "IMAGE" or "image_url" not in fields or "video_url" in fields:
            raise no("Only photo or video can be accepted as media type.", 9004, 2207052, user="No media was given.")
        if len(alt) > LONGEST_ALT:
            raise no(f"Param alt_text must be at most {LONGEST_ALT} characters long.", 100)
        size = picture_at(fields["image_url"], 0.8, 1.911)
        return self.picture_seconds, {"pictures": [alt], "sizes": [size], "video": None, "error": ""}

    def _carousel(self, member: str, fields: dict[str, str]) -> tuple[float, dict[str, Any]]:
        children = list(filter(None, fields.get("children", "").split(",")))
        if not 2 <= len(children) <= 10:
            raise no("Carousels need between 2 and 10 items", 36000, 2207006)
        parts = [containers.find(self, member, child) for child in children]
        if not all(part["item"] and containers.status(self, part) == "FINISHED" for part in parts):
            raise invalid("A carousel item is not ready, or none.")
        shown = {name: [each for part in parts for each in part[name]] for name in ("pictures", "sizes")}
        return 0.0, {**shown, "video": None, "error": ""}

    def _publish(self, account: str) -> Response:
        token = self._as(account, BASIC, POSTING)
        creation = fields_of("creation_id").get("creation_id", "")
        container = containers.find(self, token.member, creation)
        if container["item"]:
            raise invalid("A carousel item can't be published alone")
        code = f"C{int(creation) % 10**9:x}-q"
        facts = {name: container[name] for name in ("pictures", "sizes", "video")} | {"code": code, "link": None}
        post = containers.publish(self, container, container["text"], facts)
        return jsonify(id=post.id)

    def _mine(self, account: str) -> Response:
        token = self._as(account, BASIC)
        asked = fields_of("fields", "limit", "after")
        posts = [post for post in reversed(self.state.standing()) if post.member == token.member and not self.hidden]
        return jsonify(data=[self._written(post) for post in posts[: int(asked.get("limit", 25))]])

    def _object(self, object_id: str) -> Response:
        token = self.acting(BASIC)
        post = self.state.posts.get(object_id)
        if post is not None and post.member == token.member and post.deleted_at is None:
            wanted = chosen_fields("id", "permalink", "caption", "timestamp", "media_type")
            return jsonify({name: self._written(post)[name] for name in ["id", *wanted]})
        container = self.state.uploads.get(object_id)
        if container is None or container["member"] != token.member:
            raise absent(object_id, request.method)
        chosen_fields("id", "status_code", "status")
        code = containers.status(self, container)
        words = container["error"] if code == "ERROR" else f"{code.replace('_', ' ').capitalize()}: media."
        return jsonify(id=object_id, status_code=code, status=words)

    def _insights(self, object_id: str) -> Response:
        post = self.own_post(object_id, BASIC, MEASURING)
        wanted = fields_of("metric", "period").get("metric", "").split(",")
        if not set(wanted) <= set(COUNTS):
            raise no("(#100) metric[0] must be one of the following values: " + ", ".join(COUNTS), 100)
        said = [
            {"name": name, "period": "lifetime", "values": [{"value": post.figures.get(name, 0)}]} for name in wanted
        ]
        return jsonify(data=said)

    def _as(self, account: str, *scopes: str) -> Token:
        """The token, for the account that it is for. Raises Refusal."""
        token = self.acting(*scopes)
        if account not in (token.member, "me"):
            raise absent(account, request.method)
        return token

    def _written(self, post: Post) -> dict[str, Any]:
        at = datetime.fromtimestamp(post.at, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
        place = "reel" if post.facts["video"] is not None else "p"
        link = f"{self.url}/{place}/{post.facts['code']}/"
        return {"id": post.id, "permalink": link, "caption": post.text, "timestamp": at, "media_type": "IMAGE"}
