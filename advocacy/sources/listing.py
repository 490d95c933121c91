"""Whole lists of sources: taken in line by line, and given out."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from advocacy.addresses import FetchRefused, is_allowed, is_numeric, read_address
from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role
from advocacy.sources.kinds import known_without_asking
from advocacy.sources.models import Kind, Source
from advocacy.sources.opml import Listed, Outline
from advocacy.sources.reading import LONGEST_URL
from config.settings import get_settings

SPREAD: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Line:
    """What became of a line of a list: `added`, `known`, or `refused` with the machine word why."""

    title: str
    url: str
    outcome: str
    reason: str = ""


def take_list(actor: Person, organisation: Organisation, outlines: list[Outline]) -> list[Line]:
    """Make sources of the body of all lines that it does not have; their first readings are spread over SPREAD, so
    that they do not all start at once. Raises as `people.require`.
    """
    people.require(actor, Role.EDITOR, organisation)
    known = set(db.session.scalars(select(Source.url).where(Source.organisation_id == organisation.id)))
    lines: list[Line] = []
    rows: list[dict[str, Any]] = []
    for outline in outlines:
        try:
            kind, url = known_without_asking(_settled(outline.url))
        except FetchRefused as refused:
            lines.append(Line(outline.title, outline.url[:LONGEST_URL], "refused", refused.reason))
            continue
        # An account that is read by its server's API is the same as its RSS.
        if url in known or url.removesuffix(".rss") in known:
            lines.append(Line(outline.title, url, "known"))
            continue
        known.add(url)
        rows.append({"kind": kind.value, "url": url, "title": outline.title})
        lines.append(Line(outline.title, url, "added"))
    added = _add(organisation, rows)
    late = {row["url"] for row in rows} - added
    return [replace(line, outcome="known") if line.url in late else line for line in lines]


def list_of_sources(sources: list[Source]) -> list[Listed]:
    """The sources as other readers can read them: an account by its RSS."""
    return [Listed(source.title or source.url, _feed_of(source), _page_of(source)) for source in sources]


def _settled(typed: str) -> str:
    """The address in its one spelling. Raises FetchRefused where Relais does not go, as far as its spelling tells."""
    address = read_address(typed if ":" in typed else f"https://{typed}")
    if len(address.url) > LONGEST_URL:
        raise FetchRefused("too_long")
    if is_numeric(address.host) and not is_allowed(address.host, get_settings().fetch_allow_loopback):
        raise FetchRefused("private")
    return address.url


def _add(organisation: Organisation, rows: list[dict[str, Any]]) -> set[str]:
    """Add the rows that are not there by now; the addresses of those that were added."""
    if not rows:
        return set()
    now = utcnow()
    step = SPREAD / len(rows)
    common = {"organisation_id": organisation.id, "failures": 0, "created_at": now}
    values = [{**common, **row, "next_read_at": now + step * place} for place, row in enumerate(rows)]
    added = insert(Source).values(values).on_conflict_do_nothing().returning(Source.url)
    return set(db.session.scalars(added))


def _feed_of(source: Source) -> str:
    if source.kind == Kind.MASTODON:
        return f"{source.url}.rss"
    return f"{source.url}/rss" if source.kind == Kind.BLUESKY else source.url


def _page_of(source: Source) -> str:
    return source.url if source.kind in (Kind.MASTODON, Kind.BLUESKY) else ""
