"""A post's content as it stands: what approvers look at and the record keeps."""

import hashlib
import json
from typing import Any, Final

from advocacy.content.aims import aim_of
from advocacy.content.attachments import find_attachment
from advocacy.content.models import Post

_COLUMNS: Final = (
    "title", "summary", "language", "link", "link_title", "link_description", "image", "image_alt", "locked",
    "countries", "roles",
)  # fmt: skip


def content_of(post: Post) -> dict[str, Any]:
    """All that readers and sharers get of the post, as JSON. The moment it goes live is not part of it."""
    aim = aim_of(post)
    return {
        **{name: getattr(post, name) for name in _COLUMNS},
        "locked": bool(post.locked),
        "expires_at": post.expires_at.isoformat() if post.expires_at else None,
        "wordings": [[wording.network, wording.language, wording.text] for wording in post.wordings],
        "focus": [post.focus_x, post.focus_y],
        **({"crops": post.crops} if post.crops else {}),
        "attachment": attachment.key if (attachment := find_attachment(post.id)) else None,
        "topics": sorted(topic.id for topic in post.topics),
        "organisations": sorted(aim.organisation_ids),
        "groups": sorted(aim.group_ids),
    }


def digest_of(post: Post) -> str:
    """The same for the same content, another one for any change of it."""
    return hashlib.sha256(canonical(content_of(post)).encode()).hexdigest()


def canonical(facts: Any) -> str:
    """JSON with one spelling for the same facts."""
    return json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
