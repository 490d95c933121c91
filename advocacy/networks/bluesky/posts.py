"""Making a post under a key of our own, asking for it, deleting it."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from advocacy.clock import utcnow
from advocacy.counting import graphemes_and_bytes
from advocacy.networks.base import Credentials, Outgoing, Prepared, Published, Rejected, TryLater, Unsettled
from advocacy.networks.bluesky.answers import error_of, failure_of, must
from advocacy.networks.bluesky.facets import facets_of
from advocacy.networks.bluesky.kept import kept_with
from advocacy.networks.bluesky.names import POST, Record, find_record, page_of
from advocacy.networks.bluesky.pds import Pds, ask_openly
from advocacy.networks.bluesky.tid import record_key
from advocacy.networks.wire import Asked, malformed
from config.settings import Settings

LONGEST_TEXT = LONGEST_TITLE = 300
LONGEST_DESCRIPTION = 1000
LONGEST_VIDEO_ALT = 1000


def publish(
    settings: Settings, credentials: Credentials, outgoing: Outgoing, prepared: Prepared, longest_alt: int
) -> Published:
    """Make the post by one call, never repeated. Raises any failure; Unconfirmed whenever it may stand there."""
    asked, place = Asked(once=True, key=outgoing.key), place_of(credentials, outgoing)
    body = {
        "repo": place.repo,
        "collection": place.collection,
        "rkey": place.rkey,
        "record": record_of(outgoing, prepared.facts, utcnow(), longest_alt),
    }
    with Pds(settings, credentials) as pds:
        answer = must(pds.post("com.atproto.repo.createRecord", asked, json=body), asked)
    if answer.body.get("uri") != place.uri:
        raise malformed(answer, asked)
    return Published(place.uri, page_of(settings.bluesky_site_url, place.uri))


def settle(settings: Settings, credentials: Credentials, outgoing: Outgoing) -> Published | None:
    """The post under our key, or None where there is none. Raises Unsettled, TryLater, Reconnect."""
    asked, place = Asked(key=outgoing.key), place_of(credentials, outgoing)
    answer = ask_openly(settings, kept_with(credentials).server, "com.atproto.repo.getRecord", asked, **place._asdict())
    if answer.status == 200:
        value = answer.body.get("value")
        if answer.body.get("uri") != place.uri or not isinstance(value, dict):
            raise malformed(answer, asked)
        if value.get("text") != words_of(outgoing):
            raise Unsettled("another_post", answer.detail)
        return Published(place.uri, page_of(settings.bluesky_site_url, place.uri))
    if error_of(answer) == "RecordNotFound" or (answer.status == 400 and "could not locate" in answer.message.lower()):
        return None
    failure = failure_of(answer, asked)
    if not isinstance(failure, Rejected):
        raise failure
    raise Unsettled("cannot_be_asked", answer.detail) if error_of(answer) else malformed(answer, asked)


def remove(settings: Settings, credentials: Credentials, external_id: str) -> None:
    """Delete the post; gone already is done. Raises TryLater, Reconnect, Rejected."""
    asked, record = Asked(key=external_id), find_record(external_id)
    if record is None:
        raise Rejected("refused")
    with Pds(settings, credentials) as pds:
        must(pds.post("com.atproto.repo.deleteRecord", asked, json=record._asdict()), asked)


def place_of(credentials: Credentials, outgoing: Outgoing) -> Record:
    """Where the share's post stands, or will: the same at each attempt."""
    return Record(credentials.external_id, POST, record_key(outgoing.key, outgoing.made_at))


def record_of(outgoing: Outgoing, facts: dict[str, Any], moment: datetime, longest_alt: int) -> dict[str, Any]:
    """The post as it is stored. Raises TryLater when what it shows was not uploaded yet.

    It is dated when it goes out, not when the share was made: feeds sort by that date, and one that was planned a week
    ago would appear a week down.
    """
    text = words_of(outgoing)
    record: dict[str, Any] = {
        "$type": POST,
        "text": text,
        "createdAt": moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "langs": [outgoing.language],
    }
    if facets := facets_of(text, facts.get("mentions") or {}):
        record["facets"] = facets
    media, quote = _media(outgoing, facts, longest_alt), facts.get("quote")
    if outgoing.reshare_of and not quote:
        raise TryLater("media_gone", utcnow())
    if quote:
        quoted = {"$type": "app.bsky.embed.record", "record": quote}
        both = {"$type": "app.bsky.embed.recordWithMedia", "record": quoted, "media": media}
        record["embed"] = both if media else quoted
    elif media:
        record["embed"] = media
    return record


def words_of(outgoing: Outgoing) -> str:
    """The text; beside a video there is no card, so there the link follows the text where it fits."""
    if outgoing.file is None or outgoing.link is None:
        return outgoing.text
    both = "\n\n".join(filter(None, (outgoing.text, outgoing.link)))
    return both if graphemes_and_bytes(both) <= LONGEST_TEXT else outgoing.text


def _media(outgoing: Outgoing, facts: dict[str, Any], longest_alt: int) -> dict[str, Any] | None:
    """What the post shows: a video, pictures, or the card of its link."""
    if outgoing.file is not None:
        alt = outgoing.file.alt[:LONGEST_VIDEO_ALT]
        return {"$type": "app.bsky.embed.video", "video": _uploaded(facts, "video"), **({"alt": alt} if alt else {})}
    if outgoing.link:
        thumb = {"thumb": _uploaded(facts, "thumb")} if outgoing.pictures else {}
        return {"$type": "app.bsky.embed.external", "external": {**_card(outgoing, outgoing.link), **thumb}}
    if not outgoing.pictures:
        return None
    images = [
        {**image, "alt": picture.alt[:longest_alt]}
        for image, picture in zip(_uploaded(facts, "images"), outgoing.pictures, strict=False)
    ]
    return {"$type": "app.bsky.embed.images", "images": images}


def _uploaded(facts: dict[str, Any], name: str) -> Any:
    if not facts.get(name):
        raise TryLater("media_gone", utcnow())
    return facts[name]


def _card(outgoing: Outgoing, link: str) -> dict[str, str]:
    title = outgoing.link_title.strip() or urlsplit(link).hostname or link
    description = outgoing.link_description.strip()
    return {"uri": link, "title": title[:LONGEST_TITLE], "description": description[:LONGEST_DESCRIPTION]}
