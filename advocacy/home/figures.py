"""What a person's own shares brought, read in few questions. A figure that a network does not give is None, never 0."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, false, func, or_, select

from advocacy.content.models import Post
from advocacy.db import db
from advocacy.networks.base import Capabilities
from advocacy.sharing.models import Share, ShareState
from advocacy.sharing.recall import asked_to_delete
from advocacy.tracking.models import Click, ClickKind, ShareFigures

WAITING: Final = (ShareState.SCHEDULED.value, ShareState.CLAIMED.value, ShareState.ARMED.value)
OUT: Final = (ShareState.PUBLISHED.value, ShareState.REMOVED.value)
_OPEN: Final = (*WAITING, ShareState.UNCONFIRMED.value)


@dataclass(frozen=True, slots=True)
class MyShare:
    """One of the person's shares with its figures. `readers` counts since the moment that was asked for."""

    id: int
    post_id: int
    title: str
    image: str | None
    account_id: int | None
    network: str
    state: str
    settled_by_person: bool
    wanted_at: datetime
    published_at: datetime | None
    external_url: str | None
    impressions: int | None
    reach: int | None
    reactions: int | None
    comments: int | None
    reshares: int | None
    readers: int
    called_back: bool
    """Whether the person is asked to delete it."""

    @property
    def is_out(self) -> bool:
        """Whether it went out, still there or not."""
        return self.state in OUT and self.published_at is not None

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to go, or just going."""
        return self.state in WAITING

    @property
    def is_unconfirmed(self) -> bool:
        """Whether only the person can say what became of it."""
        return self.state == ShareState.UNCONFIRMED.value

    @property
    def moment(self) -> datetime:
        """When it went out, or is to."""
        return self.published_at or self.wanted_at

    @property
    def engagement(self) -> int | None:
        """Reactions, comments and reshares together; None where the network gave none of them."""
        known = [value for value in (self.reactions, self.comments, self.reshares) if value is not None]
        return sum(known) if known else None


def my_shares(person_id: int, since: datetime, readers_since: datetime) -> list[MyShare]:
    """The person's shares that went out since `since` and those that are not settled yet, newest first; readers are
    those who came since `readers_since`."""
    return _shares(person_id, readers_since, or_(Share.state.in_(_OPEN), Share.published_at >= since))


def shares_at_hand(
    person_id: int, since: datetime, readers_since: datetime, post_ids: Collection[int]
) -> list[MyShare]:
    """The same, and with them, whenever they were, those of these posts and those that are called back."""
    wanted = (Share.state.in_(_OPEN), Share.published_at >= since, Share.post_id.in_(post_ids), asked_to_delete())
    return _shares(person_id, readers_since, or_(*wanted))


def newest_states(shares: Iterable[MyShare]) -> dict[int, str]:
    """The state of the newest of these shares of each post."""
    return {share.post_id: share.state for share in sorted(shares, key=lambda share: share.id)}


def _shares(person_id: int, readers_since: datetime, wanted: ColumnElement[bool]) -> list[MyShare]:
    readers = (
        select(func.count())
        .select_from(Click)
        .where(Click.share_id == Share.id, Click.kind == ClickKind.HUMAN.value)
        .where(Click.day >= readers_since.date() - timedelta(days=1), Click.at >= readers_since)
        .scalar_subquery()
    )
    rows: Iterable[Any] = db.session.execute(
        select(
            Share.id,
            Share.post_id,
            Post.title,
            Post.image,
            Share.account_id,
            Share.network,
            Share.state,
            Share.settled_by_person,
            Share.wanted_at,
            Share.published_at,
            Share.external_url,
            ShareFigures.impressions,
            ShareFigures.reach,
            ShareFigures.reactions,
            ShareFigures.comments,
            ShareFigures.reshares,
            readers,
            func.coalesce(asked_to_delete(), false()),
        )
        .join(Post, Post.id == Share.post_id)
        .outerjoin(ShareFigures, ShareFigures.share_id == Share.id)
        .where(Share.person_id == person_id, wanted)
        .where(Share.state.not_in((ShareState.CANCELLED.value, ShareState.OPENED.value)))
    )
    return sorted((MyShare(*row) for row in rows), key=lambda share: (share.moment, share.id), reverse=True)


@dataclass(frozen=True, slots=True)
class Measured:
    """A sum that one network gave: of how many shares, out of how many that went out there."""

    network: str
    label: str
    offered: bool
    """Whether the network can give this figure at all."""
    value: int | None
    known: int
    shares: int


def measured(shares: Iterable[MyShare], metric: str, networks: dict[str, Capabilities]) -> list[Measured]:
    """The sum of `metric` (a figure of MyShare) for each network that shares went out on, most shares first."""
    by_network: dict[str, list[MyShare]] = {}
    for share in shares:
        if share.is_out:
            by_network.setdefault(share.network, []).append(share)
    sums = [_measured(name, mine, metric, networks.get(name)) for name, mine in by_network.items()]
    return sorted(sums, key=lambda one: (-one.shares, one.label))


def _measured(name: str, shares: list[MyShare], metric: str, network: Capabilities | None) -> Measured:
    known = [value for share in shares if (value := getattr(share, metric)) is not None]
    wanted = {"reactions", "comments", "reshares"} if metric == "engagement" else {metric}
    offered = network is None or bool(wanted & network.figures)
    label = network.label if network else name
    return Measured(name, label, offered, sum(known) if known else None, len(known), len(shares))
