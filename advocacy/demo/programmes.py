"""The invented programmes, as their files tell them."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from advocacy.clock import from_local
from advocacy.content.models import PostState

KEYS: Final = ("aubrelle", "northwick")
_TEXTS: Final = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Words:
    """A suggested wording; `network` is None where it suits any."""

    language: str
    network: str | None
    text: str


@dataclass(frozen=True)
class PlannedPost:
    """A post with its moments settled. `body` or `group` narrow its audience; neither: the whole programme."""

    title: str
    summary: str
    topics: tuple[str, ...]
    state: PostState
    publish_at: datetime | None
    expires_at: datetime | None
    link: str
    link_title: str
    cover: str | None
    alt: str
    words: tuple[Words, ...]
    body: str | None = None
    group: str | None = None

    def is_out(self, moment: datetime) -> bool:
        """Whether it could be shared at that moment."""
        if self.state is not PostState.PUBLISHED or self.publish_at is None or moment < self.publish_at:
            return False
        return self.expires_at is None or moment < self.expires_at


@dataclass(frozen=True)
class Programme:
    """One invented programme: what its files say, and its posts as seen from one moment."""

    key: str
    facts: dict[str, Any]
    posts: tuple[PlannedPost, ...]
    studio: dict[str, Any]
    """What its editors set up: campaigns, proposals, approval."""
    pages: list[dict[str, Any]]
    """Of its brand space, in their order."""

    @property
    def name(self) -> str:
        """Name of its root organisation."""
        return str(self.facts["name"])

    @property
    def language(self) -> str:
        """What most of its people speak."""
        return str(self.facts["language"])

    @property
    def zone(self) -> str:
        """Where its clocks are."""
        return str(self.facts["zone"])

    @property
    def domain(self) -> str:
        """Where its invented addresses end."""
        return str(self.facts["domain"])


def read_programme(key: str, now: datetime) -> Programme:
    """The programme of that key, its posts placed around `now`."""
    facts, posts = _read(f"{key}.toml"), _read(f"{key}-posts.toml")["post"]
    placed = tuple(_placed(post, facts, now) for post in posts)
    return Programme(key, facts, placed, _read(f"{key}-studio.toml"), _read(f"{key}-brand.toml")["page"])


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_TEXTS / name).read_text(encoding="utf-8"))


def _placed(post: dict[str, Any], facts: dict[str, Any], now: datetime) -> PlannedPost:
    publish_at = _publish_at(post, facts["zone"], now)
    until = post.get("until")
    return PlannedPost(
        title=post["title"],
        summary=post["summary"],
        topics=tuple(post["topics"]),
        state=PostState(post.get("state", "published")),
        publish_at=publish_at,
        expires_at=None if until is None else _on_day(until, "18:00", facts["zone"], now),
        link=f"https://{facts['domain']}/{post['page']}",
        link_title=post["page_title"],
        cover=post.get("cover"),
        alt=post.get("alt", ""),
        words=tuple(Words(language, network or None, text) for language, network, text in post["words"]),
        body=post.get("body"),
        group=post.get("group"),
    )


def _publish_at(post: dict[str, Any], zone: str, now: datetime) -> datetime | None:
    if "ago" in post:
        return now - timedelta(hours=post["ago"])
    return _on_day(post["day"], post["clock"], zone, now) if "day" in post else None


def _on_day(day: int, clock: str, zone: str, now: datetime) -> datetime:
    today = now.astimezone(ZoneInfo(zone)).date()
    return from_local(datetime.combine(today + timedelta(days=day), time.fromisoformat(clock)), zone)
