"""What a page says about itself: Open Graph, then Twitter card, then title and description."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote, urlsplit

from advocacy.addresses import FetchRefused
from advocacy.charsets import decode_text
from advocacy.clock import utcnow
from advocacy.markup import Tag, clean_line, language_tag, plain_text, tokens
from advocacy.sources.links import absolute_link, canonical_link, same_site
from advocacy.sources.moments import read_moment

_LONGEST_TITLE = 300
_LONGEST_DESCRIPTION = 1000
_LONGEST_NAME = 200
_LONGEST_VALUE = 20_000

_PAGES = ("text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain", "application/octet-stream")
_SHOWN_PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif")
_TITLES = ("og:title", "twitter:title")
_DESCRIPTIONS = ("og:description", "twitter:description", "description")
_IMAGES = ("og:image:secure_url", "og:image:url", "og:image", "twitter:image", "twitter:image:src")
_IMAGE_ALTS = ("og:image:alt", "twitter:image:alt")
_SITE_NAMES = ("og:site_name", "application-name", "apple-mobile-web-app-title")
_LANGUAGES = ("og:locale", "content-language")
_MOMENTS = ("article:published_time", "og:article:published_time", "datepublished", "dc.date.issued", "dc.date", "date")


@dataclass(frozen=True, slots=True)
class Preview:
    """A page in short. Texts are plain and bounded (title 300, description 1000 characters), addresses are http(s).
    `url` is the canonical address where the page may name one (same site), else where it was read, without tracking
    parameters.
    """

    url: str
    title: str
    description: str
    image_url: str | None
    image_alt: str
    site_name: str
    language: str | None
    published_at: datetime | None


@dataclass(slots=True)
class _Head:
    """The tags that matter, the first of each kind."""

    base: str
    metas: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    title: str = ""
    heading: str = ""
    language: str = ""

    def first(self, names: tuple[str, ...]) -> str:
        """The first of these that says anything, in plain text."""
        return next(filter(None, (plain_text(self.metas.get(name, "")) for name in names)), "")


def read_preview(
    body: bytes, content_type: str | None, url: str, *, charset: str | None = None, now: datetime | None = None
) -> Preview:
    """The preview of what was read at `url` (after redirects). A picture, a PDF or another file is known by its file
    name. Never raises on a broken document; raises `FetchRefused` when `url` itself is no web address.
    """
    kind = (content_type or "text/html").partition(";")[0].strip().lower()
    if kind not in _PAGES or (kind == "application/octet-stream" and not body[:512].lstrip().startswith(b"<")):
        return _of_file(url, kind)
    head = _read_head(decode_text(body, charset), url)
    title = head.first(_TITLES) or plain_text(head.title) or plain_text(head.heading) or _file_name(url)
    return Preview(
        url=_address(head, url),
        title=clean_line(title, _LONGEST_TITLE),
        description=clean_line(head.first(_DESCRIPTIONS), _LONGEST_DESCRIPTION),
        image_url=_image(head),
        image_alt=clean_line(head.first(_IMAGE_ALTS), _LONGEST_NAME),
        site_name=clean_line(head.first(_SITE_NAMES), _LONGEST_NAME) or _host(url),
        language=language_tag(head.language) or language_tag(head.first(_LANGUAGES)),
        published_at=_moment(head, now or utcnow()),
    )


def _read_head(document: str, url: str) -> _Head:
    head = _Head(base=url)
    opened: str | None = None
    for token in tokens(document):
        if isinstance(token, str):
            if opened == "title" and not head.title:
                head.title = token[:_LONGEST_VALUE]
            elif opened == "h1" and len(head.heading) < _LONGEST_TITLE:
                head.heading += token[:_LONGEST_TITLE]
            continue
        if token.name in ("title", "h1"):
            opened = None if token.closing or (token.name == "h1" and head.heading) else token.name
        elif not token.closing:
            _note(head, token, url)
    return head


def _note(head: _Head, tag: Tag, url: str) -> None:
    attributes = tag.attributes
    if tag.name == "meta":
        content = attributes.get("content", "").strip()[:_LONGEST_VALUE]
        for place in ("property", "name", "itemprop", "http-equiv"):
            name = attributes.get(place, "").strip().lower()
            if name and content:
                head.metas.setdefault(name, content)
    elif tag.name == "link":
        for rel in attributes.get("rel", "").lower().split():
            head.links.setdefault(rel, attributes.get("href", ""))
    elif tag.name == "base":
        head.base = absolute_link(attributes.get("href"), url) or head.base
    elif tag.name == "html" and not head.language:
        head.language = attributes.get("lang", "") or attributes.get("xml:lang", "")


def _address(head: _Head, url: str) -> str:
    own = canonical_link(url)
    for said in (head.links.get("canonical"), head.metas.get("og:url")):
        link = absolute_link(said, head.base)
        if link is not None and _may_stand_for(link, own):
            try:
                return canonical_link(link)
            except FetchRefused:
                continue
    return own


def _may_stand_for(link: str, own: str) -> bool:
    """Whether a page may call itself by this address: on its own site, no step back from https, and not the front
    page for all.
    """
    said, read = urlsplit(link), urlsplit(own)
    front_page_for_all = said.path in ("", "/") and not said.query and read.path not in ("", "/")
    return same_site(link, own) and not (read.scheme == "https" and said.scheme == "http") and not front_page_for_all


def _image(head: _Head) -> str | None:
    for said in (*(head.metas.get(name) for name in _IMAGES), head.links.get("image_src")):
        link = absolute_link(said, head.base)
        if link is not None:
            return link
    return None


def _moment(head: _Head, now: datetime) -> datetime | None:
    moments = (read_moment(head.metas.get(name, ""), now) for name in _MOMENTS)
    return next((moment for moment in moments if moment is not None), None)


def _of_file(url: str, kind: str) -> Preview:
    own = canonical_link(url)
    return Preview(own, _file_name(url), "", own if kind in _SHOWN_PICTURES else None, "", _host(url), None, None)


def _file_name(url: str) -> str:
    """The last part of the path as words, without its ending; the host where there is no path."""
    name = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2], errors="replace")
    words = plain_text(re.sub(r"[_+-]+", " ", re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name)))
    return clean_line(words, _LONGEST_TITLE) or _host(url)


def _host(url: str) -> str:
    return (urlsplit(canonical_link(url)).hostname or "").removeprefix("www.")
