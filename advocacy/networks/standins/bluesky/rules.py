"""What a post may be, by the network's own schema, written anew and read strictly: what it does not know it refuses."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import regex

from advocacy.networks.standins.bluesky.words import invalid

POST = "app.bsky.feed.post"
KEY = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]+")
_AT = re.compile(r"at://did:[a-z]+:[A-Za-z0-9._:%-]+/[a-zA-Z0-9.-]+/[A-Za-z0-9._:~-]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,20})?(Z|[+-]\d\d:\d\d)")
_URI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s]{1,8000}")
Blob = Callable[[Any, str, int], None]


def check(record: Any, blob: Blob) -> None:
    """Refuse what is no post; `blob(reference, kind, largest)` refuses what was not uploaded by this member."""
    _fields("Record", record, {"$type", "text", "createdAt"}, {"langs", "facets", "embed", "tags", "labels"})
    if record["$type"] != POST:
        raise _wrong(f"Record/$type must be {POST}")
    text = _text("Record/text", record["text"], graphemes=300, most=3000)
    moment = record["createdAt"]
    if not isinstance(moment, str) or not _MOMENT.fullmatch(moment) or not _is_moment(moment):
        raise _wrong("Record/createdAt must be an valid atproto datetime (both RFC-3339 and ISO-8601)")
    langs = record.get("langs", [])
    if not isinstance(langs, list) or len(langs) > 3:
        raise _wrong("Record/langs must not have more than 3 elements")
    if not all(isinstance(each, str) and _LANGUAGE.fullmatch(each) for each in langs):
        raise _wrong("Record/langs/0 must be a well-formed BCP 47 language tag")
    for facet in record.get("facets", []):
        _facet(facet, text.encode())
    if "embed" in record:
        _embed(record["embed"], blob, _EMBEDS)


def _facet(facet: Any, text: bytes) -> None:
    _fields("Record/facets", facet, {"index", "features"}, set())
    _fields("Record/facets/index", facet["index"], {"byteStart", "byteEnd"}, set())
    start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
        raise _wrong("Record/facets/index is out of range")
    try:
        text[start:end].decode()
    except UnicodeDecodeError:
        raise _wrong("Record/facets/index cuts a character") from None
    if not isinstance(facet["features"], list) or not facet["features"]:
        raise _wrong("Record/facets/features must be an array")
    for feature in facet["features"]:
        _feature(feature)


def _feature(feature: Any) -> None:
    kind = feature.get("$type", "") if isinstance(feature, dict) else ""
    if kind == "app.bsky.richtext.facet#link":
        _fields("feature", feature, {"$type", "uri"}, set())
        _matches("Record/facets/features/uri", feature["uri"], _URI, "a uri")
    elif kind == "app.bsky.richtext.facet#mention":
        _fields("feature", feature, {"$type", "did"}, set())
        _matches("Record/facets/features/did", feature["did"], _DID, "a valid did")
    elif kind == "app.bsky.richtext.facet#tag":
        _fields("feature", feature, {"$type", "tag"}, set())
        tag = _text("Record/facets/features/tag", feature["tag"], graphemes=64, most=640)
        if not tag or tag.startswith("#"):
            raise _wrong("a tag is written without #")
    else:
        raise _wrong(f"Record/facets/features has an unknown type {kind}")


def _embed(embed: Any, blob: Blob, allowed: Mapping[str, Callable[[dict[str, Any], Blob], None]]) -> None:
    kind = embed.get("$type") if isinstance(embed, dict) else None
    if kind not in allowed:
        raise _wrong(f"Record/embed has an unknown type {kind}")
    allowed[str(kind)](embed, blob)


def _external(embed: dict[str, Any], blob: Blob) -> None:
    _fields("Record/embed", embed, {"$type", "external"}, set())
    card = embed["external"]
    _fields("Record/embed/external", card, {"uri", "title", "description"}, {"thumb"})
    _matches("Record/embed/external/uri", card["uri"], _URI, "a uri")
    for name in ("title", "description"):
        _text(f"Record/embed/external/{name}", card[name])
    if "thumb" in card:
        blob(card["thumb"], "image/", 1_000_000)


def _images(embed: dict[str, Any], blob: Blob) -> None:
    _fields("Record/embed", embed, {"$type", "images"}, set())
    if not isinstance(embed["images"], list) or not 1 <= len(embed["images"]) <= 4:
        raise _wrong("Record/embed/images must not have more than 4 elements")
    for image in embed["images"]:
        _fields("Record/embed/images/0", image, {"image", "alt"}, {"aspectRatio"})
        _text("Record/embed/images/0/alt", image["alt"])
        if "aspectRatio" in image:
            _ratio(image["aspectRatio"])
        blob(image["image"], "image/", 2_000_000)


def _video(embed: dict[str, Any], blob: Blob) -> None:
    _fields("Record/embed", embed, {"$type", "video"}, {"alt", "aspectRatio", "captions"})
    _text("Record/embed/alt", embed.get("alt", ""), graphemes=1000, most=10000)
    if "aspectRatio" in embed:
        _ratio(embed["aspectRatio"])
    blob(embed["video"], "video/mp4", 300_000_000)


def _record(embed: dict[str, Any], _blob: Blob) -> None:
    _fields("Record/embed", embed, {"$type", "record"}, set())
    _fields("Record/embed/record", embed["record"], {"uri", "cid"}, set())
    _matches("Record/embed/record/uri", embed["record"]["uri"], _AT, "a valid at-uri")
    _text("Record/embed/record/cid", embed["record"]["cid"])


def _both(embed: dict[str, Any], blob: Blob) -> None:
    _fields("Record/embed", embed, {"$type", "record", "media"}, set())
    _embed(embed["record"], blob, {"app.bsky.embed.record": _record})
    _embed(embed["media"], blob, _MEDIA)


_MEDIA = {"app.bsky.embed.external": _external, "app.bsky.embed.images": _images, "app.bsky.embed.video": _video}
_EMBEDS = {**_MEDIA, "app.bsky.embed.record": _record, "app.bsky.embed.recordWithMedia": _both}


def _ratio(ratio: Any) -> None:
    _fields("aspectRatio", ratio, {"width", "height"}, set())
    if not all(type(side) is int and side >= 1 for side in ratio.values()):
        raise _wrong("aspectRatio must be integers of at least 1")


def _fields(name: str, given: Any, required: set[str], optional: set[str]) -> None:
    if not isinstance(given, dict):
        raise _wrong(f"{name} must be an object")
    for field in sorted(required - given.keys()):
        raise _wrong(f'{name} must have the property "{field}"')
    for field in sorted(given.keys() - required - optional):
        raise _wrong(f'{name} has an unknown property "{field}"')


def _text(name: str, given: Any, graphemes: int = 100_000, most: int = 1_000_000) -> str:
    if not isinstance(given, str):
        raise _wrong(f"{name} must be a string")
    if len(given.encode()) > most:
        raise _wrong(f"{name} must not be longer than {most} characters")
    if len(regex.findall(r"\X", given)) > graphemes:
        raise _wrong(f"{name} must not be longer than {graphemes} graphemes")
    return given


def _matches(name: str, given: Any, pattern: re.Pattern[str], what: str) -> None:
    if not isinstance(given, str) or not pattern.fullmatch(given):
        raise _wrong(f"{name} must be {what}")


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _wrong(message: str) -> Exception:
    return invalid(f"Invalid {POST} record: {message}")
