"""What the server says of itself, and of the member who asks."""

from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify

from advocacy.networks.standins.mastodon.checks import acting, no

if TYPE_CHECKING:
    from advocacy.networks.standins.mastodon import Mastodon


def add(standin: "Mastodon", app: Flask) -> None:
    """The instance in both forms, and who one is."""
    app.add_url_rule("/api/v2/instance", "instance", lambda: _described(standin, recent=True))
    app.add_url_rule("/api/v1/instance", "instance before", lambda: _described(standin, recent=False))
    app.add_url_rule("/api/v1/accounts/verify_credentials", "who", lambda: _who(standin))


def _described(standin: "Mastodon", *, recent: bool) -> Response:
    if recent and int(standin.version.split(".")[0]) < 4:
        raise no(404, "Record not found")
    media = {
        "supported_mime_types": ["image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4", "video/quicktime"],
        "image_size_limit": standin.picture_limit,
        "image_matrix_limit": standin.picture_pixels,
        "video_size_limit": standin.video_limit,
        "video_frame_rate_limit": 120,
        "video_matrix_limit": 8_294_400,
    }
    if standin.recent:
        media["description_limit"] = standin.description_limit
    statuses = {
        "max_characters": standin.max_characters,
        "max_media_attachments": standin.max_media,
        "characters_reserved_per_url": standin.url_length,
    }
    named = {"domain": standin.host} if recent else {"uri": standin.host}
    return jsonify(
        {
            **named,
            "title": "Stand-in",
            "version": standin.version,
            "configuration": {"statuses": statuses, "media_attachments": media},
        }
    )


def _who(standin: "Mastodon") -> Response:
    token = acting(standin, *(("profile",) if standin.recent else ()), "read:accounts")
    member = standin.state.members[token.member]
    return jsonify(
        {
            "id": member.id,
            "username": member.handle,
            "acct": member.handle,
            "display_name": member.name,
            "url": f"{standin.url}/@{member.handle}",
            "followers_count": member.followers,
        }
    )
