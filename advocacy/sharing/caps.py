"""Caps: how much of one person a day, of one post an hour, and of one account by its network's own rule."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from advocacy.clock import midnight, utcnow
from advocacy.db import db
from advocacy.errors import Invalid
from advocacy.formats import moment_in_words
from advocacy.networks import registry
from advocacy.networks.base import Capabilities
from advocacy.networks.models import Account
from advocacy.networks.quotas import quota_of
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role
from advocacy.sharing.hours import FARTHEST, read
from advocacy.sharing.models import Share, ShareCap
from advocacy.sharing.room import first_day, first_fit, fits
from advocacy.sharing.staggering import COUNTED

MOST_A_DAY, MOST_AN_HOUR = 50, 100_000
_HOUR: Final = timedelta(hours=1)
_HOURS_AHEAD: Final = 14 * 24
_TAKEN: Final = 5_000


@dataclass(frozen=True, slots=True)
class Caps:
    """What a programme lets out; the figures here are the usual ones."""

    a_person_a_day: int = 5
    """Contents of one person in a day of theirs, however many networks."""
    a_post_an_hour: int = 100
    """People who share one post in one hour of the clock."""


@dataclass(frozen=True, slots=True)
class Full:
    """There is no room at the moment wished for: which cap says so, and when there is (None: not to be seen)."""

    sentence: str
    free: datetime | None


def caps_of(root_id: int) -> Caps:
    """The caps of a programme."""
    row, usual = db.session.get(ShareCap, root_id), Caps()
    if row is None:
        return usual
    return Caps(row.a_person_a_day or usual.a_person_a_day, row.a_post_an_hour or usual.a_post_an_hour)


def set_caps(actor: Person, root: Organisation, a_person_a_day: int, a_post_an_hour: int) -> None:
    """Change what a programme lets out. Raises Forbidden, Invalid."""
    people.require(actor, Role.ADMIN, root)
    if not (1 <= a_person_a_day <= MOST_A_DAY and 1 <= a_post_an_hour <= MOST_AN_HOUR):
        raise Invalid(_("Choose a number that is within the limits."))
    values = {"a_person_a_day": a_person_a_day, "a_post_an_hour": a_post_an_hour}
    made = insert(ShareCap).values(organisation_id=root.id, **values)
    db.session.execute(made.on_conflict_do_update(index_elements=["organisation_id"], set_=values))


def find_full(person: Person, post_id: int, accounts: Collection[Account], at: datetime) -> Full | None:
    """The cap that leaves no room for this share at this moment, or None where there is room.

    A share already counted under the caps (the same content that day) is not counted twice.
    """
    caps = caps_of(person.organisation.root_id)
    return _day_full(person, post_id, caps, at) or _hour_full(person, post_id, caps, at) or _network_full(accounts, at)


def shared_moments(person: Person, start: datetime) -> list[tuple[datetime, int]]:
    """When, from `start` on, the person shares or shared, and which post."""
    query = (
        select(Share.wanted_at, Share.post_id)
        .where(Share.person_id == person.id, Share.wanted_at >= start, Share.state.in_(COUNTED))
        .order_by(Share.wanted_at)
        .limit(_TAKEN)
    )
    return [(at, post_id) for at, post_id in db.session.execute(query)]


def _day_full(person: Person, post_id: int, caps: Caps, at: datetime) -> Full | None:
    place = ZoneInfo(person.time_zone)
    day = at.astimezone(place).date()
    contents = {
        (when.astimezone(place).date(), other)
        for when, other in shared_moments(person, midnight(day, person.time_zone))
        if other != post_id
    }
    taken = Counter(when for when, _other in contents)
    if taken[day] < caps.a_person_a_day:
        return None
    later = first_day(day, taken, caps.a_person_a_day, FARTHEST.days - 1)
    local = at.astimezone(place).replace(tzinfo=None)
    free = read(datetime.combine(later, local.time()), person.time_zone).at if later else None
    sentence = ngettext(
        "Your programme lets out %(num)d content of yours a day, and that day is full.",
        "Your programme lets out %(num)d contents of yours a day, and that day is full.",
        caps.a_person_a_day,
    )
    return Full(_with_free(sentence, free), free)


def _hour_full(person: Person, post_id: int, caps: Caps, at: datetime) -> Full | None:
    hour = at.replace(minute=0, second=0, microsecond=0)
    if _people_from(person, post_id, hour, hour + _HOUR).get(hour, 0) < caps.a_post_an_hour:
        return None
    ahead = _people_from(person, post_id, hour + _HOUR, hour + _HOURS_AHEAD * _HOUR)
    hours = (hour + number * _HOUR for number in range(1, _HOURS_AHEAD))
    next_hour = next((one for one in hours if ahead.get(one, 0) < caps.a_post_an_hour), None)
    free = next_hour + (at - hour) if next_hour else None
    sentence = ngettext(
        "%(num)d colleague shares this content in that hour already, the most your programme lets out.",
        "%(num)d colleagues share this content in that hour already, the most your programme lets out.",
        caps.a_post_an_hour,
    )
    return Full(_with_free(sentence, free), free)


def _people_from(person: Person, post_id: int, start: datetime, end: datetime) -> dict[datetime, int]:
    hour = func.date_trunc("hour", Share.wanted_at, "UTC")
    query = (
        select(hour, func.count(Share.person_id.distinct()))
        .where(
            Share.post_id == post_id,
            Share.network.in_(sorted(registry.shown())),
            Share.wanted_at >= start,
            Share.wanted_at < end,
            Share.person_id != person.id,
            Share.state.in_(COUNTED),
        )
        .group_by(hour)
    )
    return {when.astimezone(UTC): count for when, count in db.session.execute(query)}


def _network_full(accounts: Collection[Account], at: datetime) -> Full | None:
    budgets = {}
    for account in accounts:
        adapter = registry.find_adapter(account.network)
        if adapter is not None and (budget := _budget_of(account, adapter.capabilities)):
            budgets[account.id] = (adapter.capabilities.label, *budget)
    if not budgets:
        return None
    longest = max(span for _label, _most, span in budgets.values())
    query = (
        select(Share.account_id, Share.wanted_at)
        .where(Share.account_id.in_(sorted(budgets)), Share.wanted_at > at - longest, Share.state.in_(COUNTED))
        .order_by(Share.wanted_at)
        .limit(_TAKEN)
    )
    rows = db.session.execute(query).all()
    for account_id, (label, most, span) in budgets.items():
        taken = [when for owner, when in rows if owner == account_id]
        if not fits(at, taken, most, span):
            free = first_fit(at, taken, most, span)
            sentence = _("%(network)s takes no more from this account at that moment.", network=label)
            return Full(_with_free(sentence, free), free)
    return None


def _budget_of(account: Account, network: Capabilities) -> tuple[int, timedelta] | None:
    """How many posts the account may make in which span: as its network told it, else as it says to everybody."""
    quota = quota_of(account)
    if quota is not None:
        return quota.most, quota.span
    return (network.budget[0], timedelta(seconds=network.budget[1])) if network.budget else None


def _with_free(sentence: str, free: datetime | None) -> str:
    if free is None or free > utcnow() + FARTHEST:
        return sentence
    offered = _("The next free moment: %(moment)s.", moment=moment_in_words(free))
    return f"{sentence} {offered}"
