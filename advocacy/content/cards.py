"""A post as the card of the feed needs it (see templates/parts/post.html). Higher slices add what they know."""

from typing import Any
from urllib.parse import urlsplit

from flask import url_for

from advocacy.clock import utcnow
from advocacy.content.campaigns import has_begun
from advocacy.content.captions import caption_networks
from advocacy.content.models import Post


def card(post: Post, language: str, *, saved: bool = False) -> dict[str, Any]:
    """What the card shows, for a reader of `language`; nothing of shares, which are not known here."""
    campaign = post.campaign
    return {
        "id": post.id,
        "title": post.title,
        "summary": post.summary,
        "language": post.language,
        "byline": post.organisation.name,
        "where": [topic.name_in(language) for topic in post.topics],
        "published_at": post.publish_at or post.updated_at,
        "expires_at": post.expires_at,
        "image_url": url_for("media.show", key=post.image) if post.image else None,
        "image_alt": post.image_alt,
        "link": post.link,
        "link_domain": domain_of(post.link),
        "link_title": post.link_title or None,
        "wordings": [_wording(wording) for wording in post.wordings],
        "shareable": bool(post.link or post.wordings),
        "expired": post.expires_at is not None and post.expires_at <= utcnow(),
        "featured": post.featured,
        "pinned": post.pinned_until is not None and post.pinned_until > utcnow(),
        "suggested_by": post.suggested_by,
        "my_share_state": None,
        "saved": saved,
        "campaign": {"id": campaign.id, "name": campaign.name} if campaign and has_begun(campaign) else None,
        "points": None,
    }


def domain_of(link: str | None) -> str | None:
    """The host of a link as a reader knows it, without `www.`."""
    host = urlsplit(link).hostname if link else None
    return host.removeprefix("www.") if host else None


def _wording(wording: Any) -> dict[str, Any]:
    network = caption_networks().get(wording.network or "")
    label = network.label if network else None
    return {"id": wording.id, "text": wording.text, "language": wording.language, "network": label}
