"""Statuses: checked, made once a key, shown, deleted."""

from typing import TYPE_CHECKING, Any

import regex
from flask import Flask, Response, jsonify, request

from advocacy.networks.sandbox.clock import written
from advocacy.networks.standins.mastodon.checks import acting, no
from advocacy.networks.standins.mastodon.media import is_ready
from advocacy.networks.standins.state import Post

if TYPE_CHECKING:
    from advocacy.networks.standins.mastodon import Mastodon

KEY_SECONDS = 3600
_VISIBLE = ("public", "unlisted", "private", "direct")


def add(standin: "Mastodon", app: Flask) -> None:
    """Make, show, delete."""
    app.add_url_rule("/api/v1/statuses", "create", lambda: _create(standin), methods=["POST"])
    one = "/api/v1/statuses/<status_id>"
    app.add_url_rule(one, "status", lambda status_id: _show(standin, status_id))
    app.add_url_rule(one, "delete", lambda status_id: _delete(standin, status_id), methods=["DELETE"])


def length(standin: "Mastodon", text: str) -> int:
    """What a person would count; an address is as long as the server says, a far name as long as its first part."""
    pieces = []
    for word in regex.split(r"(\s+)", text):
        at = next((place for place in (word.find("https://"), word.find("http://")) if place >= 0), -1)
        if at >= 0:
            end = len(word.rstrip(".,;:!?)]}'\"»”’…"))
            pieces.append(word[:at] + "x" * standin.url_length + word[end:])
            continue
        far = regex.fullmatch(r"(@\w+)@[\w.-]+\w(\W*)", word)
        pieces.append(f"{far[1]}{far[2]}" if far else word)
    # Only the whole is parted into what one sees: a mark may belong to the space before it.
    return len(regex.findall(r"\X", "".join(pieces)))


def _create(standin: "Mastodon") -> Response:
    token = acting(standin, "write:statuses")
    body: dict[str, Any] = request.get_json() if request.is_json else request.form.to_dict()
    with standin.state.lock:
        key = (token.member, request.headers.get("Idempotency-Key", ""))
        made = _made_before(standin, key)
        if made is not None:
            return jsonify(_written(standin, made))
        post = _checked(standin, token.member, body)
        standin.state.posts[post.id] = post
        for media_id in body.get("media_ids") or []:
            standin.state.uploads[media_id]["status"] = post.id
        if key[1] and standin.keeps_keys:
            standin.state.more.setdefault("keys", {})[key] = (post.id, standin.clock.now() + KEY_SECONDS)
    return jsonify(_written(standin, post))


def _made_before(standin: "Mastodon", key: tuple[str, str]) -> Post | None:
    found = standin.state.more.get("keys", {}).get(key)
    if found is None or found[1] <= standin.clock.now():
        return None
    post = standin.state.posts[found[0]]
    if post.deleted_at is not None:
        raise no(404, "Record not found")
    return post


def _checked(standin: "Mastodon", member: str, body: dict[str, Any]) -> Post:
    """The status that these words would make. Raises Refusal."""
    text, media_ids = body.get("status", ""), body.get("media_ids") or []
    if not isinstance(text, str) or not (text.strip() or media_ids):
        raise no(422, "Validation failed: Text can't be blank")
    if length(standin, text) > standin.max_characters:
        raise no(422, f"Validation failed: Text character limit of {standin.max_characters} exceeded")
    if body.get("visibility", "public") not in _VISIBLE:
        raise no(422, "Validation failed: Visibility is not included in the list")
    if not regex.fullmatch(r"[a-z]{2,3}", body.get("language", "en")):
        raise no(422, "Validation failed: Language is not valid")
    uploads = _attached(standin, member, media_ids)
    number = standin.state.number()
    facts = {
        "url": f"{standin.url}/@{standin.state.members[member].handle}/{number}",
        "language": body.get("language"),
        "visibility": body.get("visibility", "public"),
        "pictures": [each["description"] for each in uploads if each["kind"] == "image"],
        "video": next((each["description"] for each in uploads if each["kind"] == "video"), None),
    }
    return Post(number, member, text, standin.clock.now(), facts)


def _attached(standin: "Mastodon", member: str, media_ids: Any) -> list[dict[str, Any]]:
    if not isinstance(media_ids, list):
        raise no(422, "Validation failed: Media is invalid")
    if len(media_ids) > standin.max_media:
        raise no(422, f"Cannot attach more than {standin.max_media} files")
    found = [standin.state.uploads.get(media_id) for media_id in media_ids]
    uploads = [each for each in found if each and each["member"] == member and each["status"] is None]
    if len(uploads) < len(media_ids):
        raise no(422, f"Media {', '.join(map(str, media_ids))} not found or already attached to another post")
    if len(uploads) > 1 and any(each["kind"] == "video" for each in uploads):
        raise no(422, "Cannot attach a video to a post that already contains images")
    if not all(is_ready(standin, each) for each in uploads):
        raise no(422, "Cannot attach files that have not finished processing. Try again in a moment!")
    return uploads


def _show(standin: "Mastodon", status_id: str) -> Response:
    if "Authorization" in request.headers:
        acting(standin, "read:statuses")
    elif standin.closed:
        raise no(401, "This API requires an authenticated user")
    return jsonify(_written(standin, _standing(standin, status_id)))


def _delete(standin: "Mastodon", status_id: str) -> Response:
    token = acting(standin, "write:statuses")
    post = _standing(standin, status_id)
    if post.member != token.member:
        raise no(404, "Record not found")
    post.deleted_at = standin.clock.now()
    return jsonify({**_written(standin, post), "text": post.text})


def _standing(standin: "Mastodon", status_id: str) -> Post:
    post = standin.state.posts.get(status_id)
    if post is None or post.deleted_at is not None:
        raise no(404, "Record not found")
    return post


def _written(standin: "Mastodon", post: Post) -> dict[str, Any]:
    said = {
        "id": post.id,
        "created_at": written(post.at),
        "visibility": post.facts["visibility"],
        "language": post.facts["language"],
        "uri": f"{standin.url}/users/{standin.state.members[post.member].handle}/statuses/{post.id}",
        "url": post.facts["url"],
        "replies_count": post.figures.get("replies", 0),
        "reblogs_count": post.figures.get("boosts", 0),
        "favourites_count": post.figures.get("favourites", 0),
        "content": post.text,
    }
    return {**said, "quotes_count": post.figures.get("quotes", 0)} if standin.recent else said
