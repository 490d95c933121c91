"""A running month of shares: who, what, when, and what came of it."""

import math
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from advocacy.clock import from_local
from advocacy.demo.people import PlannedPerson
from advocacy.demo.programmes import PlannedPost, Programme
from advocacy.demo.readers import PlannedResult, plan_result
from advocacy.demo.voices import Said, speak
from advocacy.sharing.models import ShareState

WEEKS: Final = 5
_WEEKDAYS: Final = (18, 22, 17, 23, 15, 3, 2)
_HOURS: Final = {7: 6, 8: 20, 9: 14, 10: 7, 11: 6, 12: 12, 13: 10, 14: 5, 15: 4, 16: 5, 17: 12, 18: 10, 19: 4, 21: 3}
_CODE: Final = string.ascii_letters + string.digits
_FRESH: Final = 6.0
"""Days after which a post is shared about a third as often as when it was new."""
_NEWEST: Final = 0
"""Place of the newest post, which some have shared just now."""
# Days before today, local time, and how likely words of one's own are.
_HERO_DAYS: Final = (
    (33, "08:35", 0.0),
    (30, "12:10", 1.0),
    (26, "08:52", 0.0),
    (22, "17:40", 0.0),
    (19, "08:31", 1.0),
    (15, "12:25", 0.0),
    (13, "09:02", 1.0),
    (8, "08:44", 0.0),
    (5, "13:05", 1.0),
    (2, "08:38", 0.0),
)


@dataclass(frozen=True)
class PlannedShare:
    """A share; `author` and `post` are places in the lists it was planned from."""

    author: int
    post: int
    code: str
    submission: UUID
    said: Said
    state: ShareState
    made_at: datetime
    wanted_at: datetime
    failure: str | None = None
    result: PlannedResult | None = None


@dataclass
class _Month:
    """A month in the making."""

    programme: Programme
    people: Sequence[PlannedPerson]
    rng: Random
    now: datetime

    def choose(self, author: int, moment: datetime, shared: set[int]) -> int | None:
        """A post that the person could share then and has not; the fresher the likelier. None where there is none."""
        person, posts = self.people[author], self.programme.posts
        open_ones = [
            n for n, post in enumerate(posts) if n not in shared and post.is_out(moment) and _sees(person, post)
        ]
        if not open_ones:
            return None
        ages = [(moment - (posts[n].publish_at or moment)) / timedelta(days=1) for n in open_ones]
        chosen = self.rng.choices(open_ones, [math.exp(-age / _FRESH) + 0.02 for age in ages])[0]
        shared.add(chosen)
        return chosen

    def share(
        self, author: int, post: int, moment: datetime, own: float, state: ShareState, failure: str | None = None
    ) -> PlannedShare:
        """The share of a post at a moment; a published one comes with what came of it."""
        person, rng = self.people[author], self.rng
        said = speak(self.programme, person, self.programme.posts[post], rng, own)
        out = state is ShareState.PUBLISHED
        ahead = timedelta(seconds=rng.uniform(20, 90)) if out else timedelta(minutes=rng.randint(5, 600))
        return PlannedShare(
            author=author,
            post=post,
            code="".join(rng.choices(_CODE, k=9)),
            submission=UUID(int=rng.getrandbits(128), version=4),
            said=said,
            state=state,
            made_at=min(moment, self.now) - ahead,
            wanted_at=moment,
            failure=failure,
            result=plan_result(rng, moment, person.followers, self.now) if out else None,
        )

    def at(self, day: int, clock: str) -> datetime:
        """A local clock time so many days from today."""
        today = self.now.astimezone(ZoneInfo(self.programme.zone)).date()
        return from_local(datetime.combine(today + timedelta(days=day), time.fromisoformat(clock)), self.programme.zone)


def plan_history(
    programme: Programme, people: Sequence[PlannedPerson], rng: Random, now: datetime
) -> list[PlannedShare]:
    """Every share of the last weeks and those that wait, in the order of their moments."""
    month = _Month(programme, people, rng, now)
    rate = sum(person.weekly for person in people) * WEEKS
    scale = programme.facts["shares"] / rate
    shares: list[PlannedShare] = []
    for author, person in enumerate(people):
        if person.hero:
            shares += _hero(month, author)
        elif person.weekly and not person.deactivated:
            shares += _shares_of(month, author, scale)
    return sorted(shares, key=lambda share: (share.wanted_at, share.author))


def _shares_of(month: _Month, author: int, scale: float) -> list[PlannedShare]:
    person, rng, shared = month.people[author], month.rng, {_NEWEST}
    own = rng.choice((0.05, 0.15, 0.3, 0.6))
    found = []
    for week in range(WEEKS, 0, -1):
        wanted = person.weekly * scale
        times = int(wanted) + (rng.random() < wanted % 1)
        for moment in sorted(_moment(month, week) for _ in range(times)):
            soon = month.now - timedelta(minutes=10) < moment
            if soon or person.joined_at is None or moment < person.joined_at:
                continue
            post = month.choose(author, moment, shared)
            if post is not None:
                found.append(month.share(author, post, moment, own, ShareState.PUBLISHED))
    if person.weekly > 1 and rng.random() < 0.2:
        moment = month.now - timedelta(minutes=rng.uniform(4, 100))
        found.append(month.share(author, _NEWEST, moment, own, ShareState.PUBLISHED))
    if rng.random() < 0.04:
        moment = month.at(rng.randint(1, 3), "08:50") + timedelta(minutes=rng.randrange(0, 500, 5))
        post = month.choose(author, month.now, shared)
        expires_at = month.programme.posts[post].expires_at if post is not None else None
        if post is not None and (expires_at is None or moment < expires_at):
            found.append(month.share(author, post, moment, own, ShareState.SCHEDULED))
    return found


def _moment(month: _Month, week: int) -> datetime:
    """A moment in the seven days that ended `week - 1` weeks ago: by weekday and hour as people are."""
    rng, zone = month.rng, ZoneInfo(month.programme.zone)
    first = month.now.astimezone(zone).date() - timedelta(days=7 * week - 1)
    days = [first + timedelta(days=n) for n in range(7)]
    day = rng.choices(days, [_WEEKDAYS[day.weekday()] for day in days])[0]
    hour = rng.choices(list(_HOURS), list(_HOURS.values()))[0]
    clock = time(hour, rng.randrange(60), rng.randrange(60))
    return from_local(datetime.combine(day, clock), month.programme.zone)


def _hero(month: _Month, author: int) -> list[PlannedShare]:
    """The month of the one who signs in: steady, with one share that failed, one nobody is sure of, two that wait."""
    shared = {_NEWEST}  # it stays for the visitor to share
    found = []
    for days, clock, own in _HERO_DAYS:
        post = month.choose(author, month.at(-days, clock), shared)
        if post is not None:
            found.append(month.share(author, post, month.at(-days, clock), own, ShareState.PUBLISHED))
    rest = (
        (-11, "12:15", ShareState.FAILED, "duplicate"),
        (-4, "09:02", ShareState.UNCONFIRMED, "no_answer"),
        (1, "08:40", ShareState.SCHEDULED, None),
        (3, "12:30", ShareState.SCHEDULED, None),
    )
    for day, clock, state, failure in rest:
        moment = month.at(day, clock)
        post = month.choose(author, min(moment, month.now), shared)
        if post is not None:
            found.append(month.share(author, post, moment, 0.0, state, failure))
    return found


def _sees(person: PlannedPerson, post: PlannedPost) -> bool:
    if post.group is not None:
        return post.group in person.groups
    return post.body in (None, person.body)
