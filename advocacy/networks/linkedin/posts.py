"""Making and deleting a member's post."""

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any
from urllib.parse import quote, urlsplit

from advocacy.clock import utcnow
from advocacy.networks.base import (
    Credentials,
    Kind,
    NetworkFailure,
    Outgoing,
    Picture,
    Prepared,
    Published,
    Rejected,
    TryLater,
)
from advocacy.networks.linkedin.answers import failure_of
from advocacy.networks.linkedin.little_text import escape
from advocacy.networks.linkedin.rest import must, rest
from advocacy.networks.wire import Answer, Asked, Calls, malformed
from config.settings import Settings

LONGEST_TEXT = 3000
LONGEST_TITLE = 400
LONGEST_ALT = LONGEST_DESCRIPTION = 4086
URN = re.compile(r"urn:li:(share|ugcPost):[\w-]+", re.ASCII)


def publish(settings: Settings, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published:
    """Make the post by one call, never repeated. Raises any failure; Unconfirmed whenever it may stand there."""
    asked = Asked(once=True, key=outgoing.key, media_wait=settings.linkedin_image_wait)
    body = envelope(settings, credentials, outgoing, prepared)
    with Calls(settings, credentials.access_token) as calls:
        answer = rest(calls, "POST", "posts", asked, body)
    if not 200 <= answer.status < 300:
        raise _refusal(answer, asked, outgoing)
    urn = answer.headers.get("x-restli-id", "")
    if not URN.fullmatch(urn):
        raise malformed(answer, asked)
    return Published(urn, permalink(settings, urn))


def permalink(settings: Settings, urn: str) -> str:
    """Where a member sees a post."""
    return f"{settings.linkedin_site_url}/feed/update/{urn}/"


def envelope(settings: Settings, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> dict[str, Any]:
    """The body of the create. Raises TryLater when what the post shows was not uploaded yet."""
    body: dict[str, Any] = {
        "author": f"urn:li:person:{credentials.external_id}",
        "commentary": escape(_words(outgoing)),
        "visibility": settings.linkedin_visibility,
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    if outgoing.reshare_of:
        body["reshareContext"] = {"parent": outgoing.reshare_of}
    elif content := _content(outgoing, prepared.facts):
        body["content"] = content
    return body


def _words(outgoing: Outgoing) -> str:
    """The text; beside a file there is no card, so there the link follows the text where it fits."""
    if outgoing.file is None or outgoing.link is None or outgoing.reshare_of:
        return outgoing.text
    both = f"{outgoing.text}\n\n{outgoing.link}"
    return both if len(escape(both)) <= LONGEST_TEXT else outgoing.text


def _content(outgoing: Outgoing, facts: Mapping[str, Any]) -> dict[str, Any] | None:
    """What stands below the text: a file, a card, or pictures. Raises TryLater when it was not uploaded yet."""
    if outgoing.file is not None:
        urn = facts.get("video" if outgoing.file.kind is Kind.VIDEO else "document")
        title = outgoing.link_title.strip() or PurePath(outgoing.file.name).stem
        return {"media": {"id": _uploaded(urn), "title": title[:LONGEST_TITLE]}}
    if outgoing.link:
        return {
            "article": _article(outgoing, outgoing.link, _uploaded(facts.get("image")) if outgoing.pictures else None)
        }
    if len(outgoing.pictures) > 1:
        urns = _uploaded(facts.get("images"))
        return {"multiImage": {"images": [_picture(*each) for each in zip(urns, outgoing.pictures, strict=False)]}}
    if outgoing.pictures:
        return {"media": _picture(_uploaded(facts.get("image")), outgoing.pictures[0])}
    return None


def _uploaded(fact: Any) -> Any:
    if not fact:
        raise TryLater("media_gone", utcnow())
    return fact


def _picture(urn: str, picture: Picture) -> dict[str, str]:
    return {"id": urn, "altText": picture.alt[:LONGEST_ALT]}


def _refusal(answer: Answer, asked: Asked, outgoing: Outgoing) -> NetworkFailure:
    """What a refused create means; a reshare may be refused because of the post that it passes on."""
    failure = failure_of(answer, asked)
    original = answer.status == 404 or "RESHARE" in answer.text.upper() or (outgoing.reshare_of or " ") in answer.text
    if outgoing.reshare_of and type(failure) is Rejected and failure.reason == "refused" and original:
        return Rejected("not_reshareable", failure.detail)
    return failure


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
        must(rest(calls, "DELETE", f"posts/{quote(external_id, safe='')}", asked), asked, 200, 204, 404, 410)
