"""A network that speaks as Threads does: tokens of their own renewal, containers that take a while, posts from them."""

from typing import Any

from flask import Flask, Response, jsonify

from advocacy.networks.standins.meta import consenting, containers
from advocacy.networks.standins.meta.fetching import picture_at, video_at
from advocacy.networks.standins.meta.ground import Meta, chosen_fields, fields_of
from advocacy.networks.standins.meta.words import invalid, missing, no
from advocacy.networks.standins.standin import add_doors
from advocacy.networks.standins.state import Post

LONGEST, LONGEST_ALT = 500, 1000
KINDS = ("TEXT", "IMAGE", "VIDEO", "CAROUSEL")
MAKING = (
    "media_type", "text", "link_attachment", "image_url", "video_url", "alt_text", "topic_tag", "reply_control",
    "quote_post_id", "reply_to_id", "is_carousel_item", "children",
)  # fmt: skip
COUNTS = ("views", "likes", "replies", "reposts", "quotes", "shares")


class Threads(Meta):
    """Serves from its creation until `stop`; its options are the attributes below and those of `Meta`."""

    name = "threads"
    version = "v1.0"
    text_seconds = 0.0
    picture_seconds = 2.0
    video_seconds = 20.0
    failing = ""
    """What containers end with instead of FINISHED; empty: nothing."""
    hidden = False
    """Whether new posts don't appear in the member's list."""
    all_scopes = frozenset(
        {
            "threads_basic",
            "threads_content_publish",
            "threads_manage_insights",
            "threads_read_replies",
            "threads_manage_replies",
            "threads_delete",
        }
    )

    def routes(self, app: Flask) -> None:
        """Add the network's own addresses."""
        super().routes(app)
        base = f"/{self.version}"
        rules: dict[tuple[str, str], Any] = {
            ("GET", "/oauth/authorize"): lambda: consenting.page(self),
            ("POST", "/oauth/authorize"): lambda: consenting.decision(self),
            ("POST", "/oauth/access_token"): self._short,
            ("GET", "/access_token"): lambda: consenting.exchange(self, "th_exchange_token"),
            ("GET", "/refresh_access_token"): lambda: consenting.refresh(self, "th_refresh_token"),
            ("GET", f"{base}/debug_token"): lambda: consenting.debug(self),
            ("GET", f"{base}/me"): self._who,
            ("POST", f"{base}/me/threads"): self._make,
            ("GET", f"{base}/me/threads"): self._mine,
            ("POST", f"{base}/me/threads_publish"): self._publish,
            ("GET", f"{base}/me/threads_publishing_limit"): self._limit,
            ("GET", f"{base}/<object_id>"): self._object,
            ("DELETE", f"{base}/<object_id>"): self._delete,
            ("GET", f"{base}/<object_id>/insights"): self._insights,
        }
        add_doors(app, rules)

    def _short(self) -> Response:
        token = consenting.short_for_code(self)
        return jsonify(access_token=token.text, user_id=token.member)

    def _who(self) -> Response:
        member = self.state.members[self.acting("threads_basic").member]
        known = {"id": member.id, "username": member.handle, "name": member.name}
        return jsonify({name: known[name] for name in ["id", *chosen_fields(*known)]})

    def _limit(self) -> Response:
        token = self.acting("threads_basic", "threads_content_publish")
        chosen_fields("quota_usage", "config", "reply_quota_usage", "reply_config")
        return jsonify(containers.quota_said(self, token.member))

    def _make(self) -> Response:
        token = self.acting("threads_basic", "threads_content_publish")
        fields = fields_of(*MAKING)
        kind, text = fields.get("media_type"), fields.get("text", "")
        if kind not in KINDS:
            raise no("Param media_type must be one of {TEXT, IMAGE, VIDEO, CAROUSEL}", 100)
        if len(text) > LONGEST:
            raise no(f"Param text must be at most {LONGEST} characters long.", 100)
        if "link_attachment" in fields and kind != "TEXT":
            raise invalid("link_attachment is for text posts alone")
        facts: dict[str, Any] = {"kind": kind, "text": text, "link": fields.get("link_attachment")}
        seconds, more = self._shown(token.member, kind, fields)
        item = fields.get("is_carousel_item") == "true"
        return jsonify(id=containers.new(self, token.member, seconds, item=item, **facts, **more))

    def _shown(self, member: str, kind: str, fields: dict[str, str]) -> tuple[float, dict[str, Any]]:
        """How long the network is at work on it, and what it will show. Raises Refusal."""
        alt = fields.get("alt_text", "")
        if len(alt) > LONGEST_ALT:
            raise no(f"Param alt_text must be at most {LONGEST_ALT} characters long.", 100)
        if kind == "TEXT":
            if not fields.get("text"):
                raise missing("text")
            return self.text_seconds, {"pictures": [], "video": None, "error": self.failing}
        if kind == "IMAGE":
            if "image_url" not in fields:
                raise missing("image_url")
            picture_at(fields["image_url"], 0.1, 10.0)
            return self.picture_seconds, {"pictures": [alt], "video": None, "error": self.failing}
        if kind == "VIDEO":
            if "video_url" not in fields:
                raise missing("video_url")
            error = self.failing if video_at(fields["video_url"]) else "FAILED_PROCESSING_VIDEO"
            return self.video_seconds, {"pictures": [], "video": alt or "", "error": error}
        return self._carousel(member, fields)

    def _carousel(self, member: str, fields: dict[str, str]) -> tuple[float, dict[str, Any]]:
        children = list(filter(None, fields.get("children", "").split(",")))
        if not 2 <= len(children) <= 20:
            raise no("Param children must have between 2 and 20 elements", 100)
        parts = [containers.find(self, member, child) for child in children]
        if not all(part["item"] and containers.status(self, part) == "FINISHED" for part in parts):
            raise no("Invalid parameter: children", 100, user="A carousel item is not ready, or none.")
        shown = [alt for part in parts for alt in part["pictures"]]
        return self.text_seconds, {"pictures": shown, "video": None, "error": self.failing}

    def _publish(self) -> Response:
        token = self.acting("threads_basic", "threads_content_publish")
        creation = fields_of("creation_id").get("creation_id", "")
        container = containers.find(self, token.member, creation)
        if container["item"]:
            raise invalid("A carousel item can't be published alone")
        shown = {name: container[name] for name in ("link", "pictures", "video")}
        post = containers.publish(self, container, container["text"], {**shown, "code": _code(creation)})
        return jsonify(id=post.id)

    def _mine(self) -> Response:
        token = self.acting("threads_basic")
        asked = fields_of("fields", "since", "until", "limit")
        since = float(asked.get("since", 0))
        posts = [
            post
            for post in reversed(self.state.standing())
            if post.member == token.member and post.at >= since and not self.hidden
        ]
        return jsonify(data=[self._written(post) for post in posts[: int(asked.get("limit", 25))]])

    def _object(self, object_id: str) -> Response:
        token = self.acting("threads_basic")
        post = self.state.posts.get(object_id)
        if post is not None and post.member == token.member and post.deleted_at is None:
            wanted = chosen_fields("id", "permalink", "text", "timestamp", "username", "media_type")
            return jsonify({name: self._written(post)[name] for name in ["id", *wanted]})
        container = containers.find(self, token.member, object_id)
        chosen_fields("id", "status", "error_message")
        status = containers.status(self, container)
        said = {"error_message": container["error"]} if status == "ERROR" else {}
        return jsonify({"id": object_id, "status": status, **said})

    def _delete(self, object_id: str) -> Response:
        post = self.own_post(object_id, "threads_basic", "threads_delete")
        fields_of()
        post.deleted_at = self.clock.now()
        return jsonify(success=True, deleted_id=object_id)

    def _insights(self, object_id: str) -> Response:
        post = self.own_post(object_id, "threads_basic", "threads_manage_insights")
        wanted = fields_of("metric").get("metric", "").split(",")
        if not set(wanted) <= set(COUNTS):
            raise no("(#100) metric must be one of the following values: " + ", ".join(COUNTS), 100)
        said = [
            {
                "name": name,
                "period": "lifetime",
                "values": [{"value": post.figures.get(name, 0)}],
                "title": name.capitalize(),
                "id": f"{post.id}/insights/{name}/lifetime",
            }
            for name in wanted
        ]
        return jsonify(data=said)

    def _written(self, post: Post) -> dict[str, Any]:
        handle = self.state.members[post.member].handle
        return {
            "id": post.id,
            "permalink": f"{self.url}/@{handle}/post/{post.facts['code']}",
            "text": post.text,
            "timestamp": str(int(post.at)),
            "username": handle,
            "media_type": "TEXT_POST",
        }


def _code(number: str) -> str:
    return f"D{int(number) % 10**9:x}_k"
