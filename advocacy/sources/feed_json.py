"""JSON Feed 1.0 and 1.1 (jsonfeed.org), read as they come: any member may be missing or of the wrong kind."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from advocacy.markup import language_tag
from advocacy.sources.entries import Feed, NotAFeed, RawEntry, feed_title, gather
from advocacy.sources.links import absolute_link
from advocacy.sources.moments import read_moment


def parse_json_feed(text: str, url: str, now: datetime) -> Feed:
    """Read a JSON Feed that was served at `url`. Raises `NotAFeed` for any other JSON, or none."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAFeed("malformed") from error
    if not isinstance(document, dict) or not _text(document, "version").startswith(
        ("https://jsonfeed.org/", "http://jsonfeed.org/")
    ):
        raise NotAFeed("not_a_feed")
    return Feed(
        title=feed_title(_text(document, "title")),
        language=language_tag(_text(document, "language")),
        home_url=absolute_link(_text(document, "home_page_url"), url),
        entries=gather(_raw_entries(document, url, now)),
    )


def _raw_entries(document: dict[str, Any], url: str, now: datetime) -> Iterator[RawEntry]:
    for item in _items(document, "items"):
        published = _text(item, "date_published") or _text(item, "date_modified")
        yield RawEntry(
            base=url,
            guid=_identity(item),
            links=[_text(item, "url"), _text(item, "external_url")],
            title=_text(item, "title"),
            texts=[_text(item, name) for name in ("summary", "content_html", "content_text")],
            images=[_text(item, "image"), _text(item, "banner_image"), *_attached_pictures(item)],
            published_at=read_moment(published, now),
            author=_author(item) or _author(document),
        )


def _author(holder: dict[str, Any]) -> str:
    single = holder.get("author")
    people = _items(holder, "authors") + ([single] if isinstance(single, dict) else [])
    return ", ".join(filter(None, (_text(person, "name") for person in people[:5])))


def _attached_pictures(item: dict[str, Any]) -> list[str]:
    return [_text(each, "url") for each in _items(item, "attachments") if _text(each, "mime_type").startswith("image/")]


def _items(holder: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = holder.get(name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _identity(item: dict[str, Any]) -> str:
    """The id, which some write as a number."""
    value = item.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**30 else ""
    return _text(item, "id")


def _text(holder: dict[str, Any], name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""
