"""Posts there: of known keys alone, weighed, refused when said before, paid; looked up in groups."""

import re
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, jsonify, request

from advocacy.networks.sandbox.clock import written
from advocacy.networks.standins.state import Post
from advocacy.networks.standins.x.checks import DAY, QUARTER, acting, body_of, charge, invalid, no, take
from advocacy.networks.standins.x.media import is_usable
from advocacy.networks.standins.x.weight import LIMIT, weight

if TYPE_CHECKING:
    from advocacy.networks.standins.x import X

KEYS = (
    "text", "media", "reply", "quote_tweet_id", "poll", "reply_settings", "geo", "community_id",
    "share_with_followers", "paid_partnership", "made_with_ai", "nullcast", "edit_options",
    "for_super_followers_only", "card_uri", "direct_message_deep_link",
)  # fmt: skip
COUNTS = ("like_count", "reply_count", "repost_count", "quote_count", "bookmark_count", "impression_count")
PRICE, PRICE_WITH_ADDRESS, PRICE_OF_READING = 15_000, 200_000, 5_000
SAID_RECENTLY = 86_400


def add(standin: "X", app: Flask) -> None:
    """Make, delete, look up."""
    app.add_url_rule("/2/tweets", "create", lambda: _create(standin), methods=["POST"])
    app.add_url_rule("/2/tweets", "lookup", lambda: _lookup(standin))
    app.add_url_rule("/2/tweets/<post_id>", "delete", lambda post_id: _delete(standin, post_id), methods=["DELETE"])


def _create(standin: "X") -> Response:
    token = acting(standin, "tweet.write", "tweet.read", "users.read")
    take(standin, "posts", token.member, standin.posts_in_15_minutes, QUARTER)
    take(standin, "posts", "", standin.posts_of_the_app_a_day, DAY)
    body = body_of(*KEYS)
    if "quote_tweet_id" in body:
        raise no(403, "You are not permitted to perform this action.", "Forbidden")
    with standin.state.lock:
        post = _checked(standin, token.member, body)
        charge(standin, PRICE_WITH_ADDRESS if re.search(r"https?://", post.text) else PRICE)
        standin.state.posts[post.id] = post
    answer = jsonify(data={"id": post.id, "text": _short(post.text), "edit_history_tweet_ids": [post.id]})
    answer.status_code = 201
    return answer


def _checked(standin: "X", member: str, body: dict[str, Any]) -> Post:
    """The post that this would be. Raises Refusal."""
    text, uploads = body.get("text", ""), _attached(standin, member, body.get("media"))
    if not isinstance(text, str) or not (text.strip() or uploads):
        raise invalid("$.text: is missing but it is required")
    if weight(text) > LIMIT:
        raise no(403, "Your Tweet text is too long.", "Forbidden")
    if len(re.findall(r"(?<!\w)\$[A-Za-z]{1,6}\b", text)) > 1:
        raise no(403, "A post may contain a maximum of one cashtag.", "Forbidden")
    now = standin.clock.now()
    for other in standin.state.posts.values():
        recent = other.deleted_at is None and now - other.at < SAID_RECENTLY
        if other.member == member and recent and other.text == text and not uploads:
            raise no(403, "You are not allowed to create a Tweet with duplicate content.", "Forbidden")
    facts = {
        "pictures": [each["alt"] for each in uploads if each["kind"] == "image"],
        "video": next((each["alt"] for each in uploads if each["kind"] == "video"), None),
    }
    return Post(standin.state.number(), member, text, now, facts)


def _attached(standin: "X", member: str, media: Any) -> list[dict[str, Any]]:
    if media is None:
        return []
    ids = media.get("media_ids") if isinstance(media, dict) and set(media) <= {"media_ids", "tagged_user_ids"} else None
    if not isinstance(ids, list) or not 1 <= len(ids) <= 4 or not all(isinstance(each, str) for each in ids):
        raise invalid("$.media.media_ids: must have between 1 and 4 items")
    found = [standin.state.uploads.get(each) for each in ids]
    if not all(is_usable(standin, upload, member) for upload in found):
        raise invalid("Your media IDs are invalid.")
    uploads = [upload for upload in found if upload is not None]
    if len(uploads) > 1 and any(upload["kind"] == "video" for upload in uploads):
        raise invalid("Your media IDs are invalid: one video alone.")
    if any(upload["failed"] for upload in uploads):
        raise invalid("Your media IDs are invalid.")
    return uploads


def _delete(standin: "X", post_id: str) -> Response:
    token = acting(standin, "tweet.write", "tweet.read", "users.read")
    post = standin.state.posts.get(post_id)
    if post is None or post.deleted_at is not None:
        raise no(404, f"Could not find tweet with id: [{post_id}].", "Not Found Error", "resource-not-found")
    if post.member != token.member:
        raise no(403, "You are not authorized to delete this Tweet.", "Forbidden")
    post.deleted_at = standin.clock.now()
    return jsonify(data={"deleted": True})


def _lookup(standin: "X") -> Response:
    acting(standin, "tweet.read", "users.read")
    ids = request.args.get("ids", "").split(",")
    if not 1 <= len(ids) <= 100 or not all(re.fullmatch(r"[0-9]{1,19}", each) for each in ids):
        raise invalid("The `ids` query parameter value is not valid")
    wanted = set(filter(None, request.args.get("tweet.fields", "").split(",")))
    if not wanted <= {"public_metrics", "created_at", "text", "id", "author_id"}:
        raise invalid("The `tweet.fields` query parameter value is not one of the known fields")
    found = [standin.state.posts.get(each) for each in ids]
    posts = [post for post in found if post is not None and post.deleted_at is None]
    charge(standin, PRICE_OF_READING * len(posts))
    body: dict[str, Any] = {}
    if posts:
        body["data"] = [_written(standin, post, wanted) for post in posts]
    missing = [each for each in ids if each not in {post.id for post in posts}]
    if missing:
        body["errors"] = [_not_found(each) for each in missing]
    return jsonify(body)


def _written(standin: "X", post: Post, wanted: set[str]) -> dict[str, Any]:
    said: dict[str, Any] = {"id": post.id, "text": _short(post.text), "edit_history_tweet_ids": [post.id]}
    if "created_at" in wanted:
        said["created_at"] = written(post.at)
    if "public_metrics" in wanted:
        counts = {name: post.figures.get(name, 0) for name in COUNTS}
        counts[standin.names] = counts.pop("repost_count")
        said["public_metrics"] = counts
    return said


def _not_found(post_id: str) -> dict[str, Any]:
    return {
        "value": post_id,
        "detail": f"Could not find tweet with ids: [{post_id}].",
        "title": "Not Found Error",
        "resource_type": "tweet",
        "parameter": "ids",
        "resource_id": post_id,
        "type": "https://api.x.com/2/problems/resource-not-found",
    }


def _short(text: str) -> str:
    """As X shows it: every address its own short one."""
    return re.sub(r"https?://\S+", "https://t.co/standin", text)
