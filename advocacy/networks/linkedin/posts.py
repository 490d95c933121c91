"""Making and deleting a member's post."""

import re
from typing import Any
from urllib.parse import quote, urlsplit

from advocacy.clock import utcnow
from advocacy.networks.base import Credentials, Outgoing, Prepared, Published, TryLater
from advocacy.networks.linkedin.answers import Asked, failure_of, malformed
from advocacy.networks.linkedin.calls import Calls, must
from advocacy.networks.linkedin.little_text import escape
from config.settings import Settings

LONGEST_TITLE = 400
LONGEST_DESCRIPTION = 4086
URN = re.compile(r"urn:li:(share|ugcPost):[\w-]+", re.ASCII)


def publish(settings: Settings, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published:
    """Make the post by one call, never repeated. Raises any failure; Unconfirmed whenever it may stand there."""
    asked = Asked(once=True, key=outgoing.key, media_wait=settings.linkedin_image_wait)
    body = envelope(credentials, outgoing, prepared)
    with Calls(settings, credentials.access_token) as calls:
        answer = calls.rest("POST", "posts", asked, body)
    if not 200 <= answer.status < 300:
        raise failure_of(answer, asked)
    urn = answer.headers.get("x-restli-id", "")
    if not URN.fullmatch(urn):
        raise malformed(answer, asked)
    return Published(urn, permalink(settings, urn))


def permalink(settings: Settings, urn: str) -> str:
    """Where a member sees a post."""
    return f"{settings.linkedin_site_url}/feed/update/{urn}/"


def envelope(credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> dict[str, Any]:
    """The body of the create. Raises TryLater when the picture was not uploaded yet."""
    body: dict[str, Any] = {
        "author": f"urn:li:person:{credentials.external_id}",
        "commentary": escape(outgoing.text),
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    image = prepared.facts.get("image")
    if outgoing.image is not None and image is None:
        raise TryLater("media_gone", utcnow())
    if outgoing.link:
        body["content"] = {"article": _article(outgoing, outgoing.link, image)}
    elif image is not None:
        body["content"] = {"media": {"id": image, "altText": outgoing.image_alt[:LONGEST_DESCRIPTION]}}
    return body


def _article(outgoing: Outgoing, link: str, image: str | None) -> dict[str, str]:
    """The card of a link: LinkedIn reads nothing from the address itself."""
    title = outgoing.link_title.strip() or urlsplit(link).hostname or link
    article = {"source": link, "title": title[:LONGEST_TITLE]}
    if description := outgoing.link_description.strip():
        article["description"] = description[:LONGEST_DESCRIPTION]
    if image is not None:
        article["thumbnail"] = image
    return article


def remove(settings: Settings, credentials: Credentials, external_id: str) -> None:
    """Delete the post; gone already is done. Raises TryLater, Reconnect, Rejected."""
    asked = Asked(key=external_id)
    with Calls(settings, credentials.access_token) as calls:
        must(calls.rest("DELETE", f"posts/{quote(external_id, safe='')}", asked), asked, 200, 204, 404, 410)
