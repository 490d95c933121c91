"""Whole lists of sources: taken in line by line, and given out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

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

PACE: Final = timedelta(seconds=1)
"""Between the first readings of a list, whatever their sites: what is due besides is read in between."""


@dataclass(frozen=True, slots=True)
class Line:
    """What became of a line of a list: `added`, `known`, or `refused` with the machine word why."""

    title: str
    url: str
    outcome: str
    reason: str = ""


def take_list(actor: Person, organisation: Organisation, outlines: list[Outline]) -> list[Line]:
    """Make sources of the body of all lines that it does not have. They are read for the first time one after the
    other, by `first_readings`. Raises as `people.require`.
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


def first_readings(urls: Sequence[str], peace: timedelta) -> list[timedelta]:
    """When each address is read for the first time, from now: no two within PACE of each other, no two of one site
    within `peace`, and none later than that asks for. Sites take turns."""
    turns: Counter[str] = Counter()
    placed = []
    for place, url in enumerate(urls):
        host = urlsplit(url).netloc
        placed.append((turns[host], place, host))
        turns[host] += 1
    waits = [timedelta()] * len(urls)
    free, next_free = timedelta(), dict.fromkeys(turns, timedelta())
    for _turn, place, host in sorted(placed):
        waits[place] = max(free, next_free[host])
        free = waits[place] + PACE
        next_free[host] = waits[place] + peace
    return waits


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
    common = {"organisation_id": organisation.id, "failures": 0, "created_at": now, "imported_at": now}
    waits = first_readings([row["url"] for row in rows], timedelta(seconds=get_settings().fetch_host_seconds))
    values = [{**common, **row, "next_read_at": now + wait} for row, wait in zip(rows, waits, strict=True)]
    added = insert(Source).values(values).on_conflict_do_nothing().returning(Source.url)
    return set(db.session.scalars(added))


def _feed_of(source: Source) -> str:
    if source.kind == Kind.MASTODON:
        return f"{source.url}.rss"
    return f"{source.url}/rss" if source.kind == Kind.BLUESKY else source.url


def _page_of(source: Source) -> str:
    return source.url if source.kind in (Kind.MASTODON, Kind.BLUESKY) else ""
