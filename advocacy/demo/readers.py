"""What came of a share in the demo: readers, and figures of the network that are in keeping with them."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from advocacy.networks.base import METRICS
from advocacy.tracking.models import ClickKind

HALF_DAY: Final = 16.0
"""Hours after which about two thirds of those who will ever see a post have seen it."""
QUESTIONS: Final = tuple(timedelta(hours=hours) for hours in (6, 48, 168, 336, 720))
_ROBOTS: Final = ("Googlebot", "bingbot", "AhrefsBot", "PetalBot")


@dataclass(frozen=True)
class PlannedClick:
    """A visit of a short link."""

    id: UUID
    at: datetime
    visitor: bytes
    kind: ClickKind
    agent: str | None


@dataclass(frozen=True)
class PlannedResult:
    """What came of a share so far. `asked` holds each answer of the network with its moment (None: it said
    nothing), `standing` what the network would say now."""

    clicks: tuple[PlannedClick, ...]
    asked: tuple[tuple[datetime, dict[str, int | None]], ...]
    standing: dict[str, int]


def plan_result(rng: Random, published_at: datetime, followers: int, now: datetime) -> PlannedResult:
    """Draw what came of a share that was published then by somebody with so many followers."""
    impressions = followers * rng.uniform(0.25, 0.8)
    final = _final(rng, impressions)
    readers = round(impressions * rng.uniform(0.006, 0.034) + rng.random())
    silent = rng.random() < 0.05
    asked: list[tuple[datetime, dict[str, int | None]]] = []
    for age in QUESTIONS:
        if published_at + age <= now:
            told: dict[str, int | None] = dict.fromkeys(METRICS) if silent else {**_after(final, age)}
            asked.append((published_at + age, told))
        if silent and asked:
            break
    clicks = _clicks(rng, published_at, readers, now)
    return PlannedResult(tuple(clicks), tuple(asked), _after(final, now - published_at))


def _final(rng: Random, impressions: float) -> dict[str, float]:
    reactions = impressions * rng.uniform(0.01, 0.045)
    return {
        "impressions": impressions,
        "reach": impressions * rng.uniform(0.68, 0.86),
        "reactions": reactions,
        "comments": reactions * rng.uniform(0.0, 0.25),
        "reshares": reactions * rng.uniform(0.0, 0.12),
    }


def _after(final: dict[str, float], age: timedelta) -> dict[str, int]:
    part = 1 - math.exp(-age / timedelta(hours=HALF_DAY))
    return {metric: round(value * part) for metric, value in final.items()}


def _clicks(rng: Random, published_at: datetime, readers: int, now: datetime) -> list[PlannedClick]:
    found = [
        _click(rng, published_at + timedelta(seconds=rng.uniform(1, 20)), ClickKind.PREVIEW, "LinkedInBot")
        for _ in range(rng.choice((1, 1, 2)))
    ]
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
        at = published_at + timedelta(hours=rng.expovariate(1 / 30))
        found.append(_click(rng, at, ClickKind.ROBOT, rng.choice(_ROBOTS)))
    for _ in range(readers):
        first = _click(rng, published_at + timedelta(minutes=2, hours=rng.expovariate(1 / HALF_DAY)), ClickKind.HUMAN)
        found.append(first)
        again = first.at + timedelta(minutes=rng.uniform(1, 90))
        if rng.random() < 0.14 and again.date() == first.at.date():
            found.append(_click(rng, again, ClickKind.REPEAT, visitor=first.visitor))
    return sorted((click for click in found if click.at < now), key=lambda click: click.at)


def _click(
    rng: Random, at: datetime, kind: ClickKind, agent: str | None = None, visitor: bytes | None = None
) -> PlannedClick:
    return PlannedClick(UUID(int=rng.getrandbits(128), version=4), at, visitor or rng.randbytes(16), kind, agent)
