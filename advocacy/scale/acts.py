"""What people of the nation shared, and who followed their links: planned a person at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Final

from advocacy.scale.inhabitants import joined_at
from advocacy.scale.nation import Body
from advocacy.scale.plan import Plan
from advocacy.scale.repertoire import Repertoire, Shareable, moment
from advocacy.sharing.models import ShareState
from advocacy.tracking.models import ClickKind

_CODE: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_KINDS: Final = (ClickKind.HUMAN, ClickKind.REPEAT, ClickKind.ROBOT, ClickKind.PREVIEW)
_PARTS: Final = (0.62, 0.12, 0.18)
_ROBOTS: Final = {ClickKind.ROBOT: "Googlebot", ClickKind.PREVIEW: "Slackbot"}
_MINUTE: Final = timedelta(minutes=1)


@dataclass(slots=True)
class Visit:
    """Somebody, or something, followed the link of a share."""

    id: str
    at: datetime
    visitor: bytes
    kind: ClickKind
    agent: str | None


@dataclass(slots=True)
class Act:
    """A share to be written, with the visits it brought."""

    id: int
    code: str
    submission: str
    person_id: int
    organisation_id: int
    account_id: int
    post: Shareable
    state: ShareState
    at: datetime
    alike: int
    visits: list[Visit] = field(default_factory=list)

    @property
    def is_out(self) -> bool:
        """Whether its network has shown it."""
        return self.state in (ShareState.PUBLISHED, ShareState.REMOVED)


class Crowd:
    """Everybody who shares: few often, most now and then."""

    def __init__(self, plan: Plan, bodies: Sequence[Body], repertoire: Repertoire) -> None:
        """Prepare; nobody has done anything yet."""
        self.plan, self.bodies, self.repertoire = plan, bodies, repertoire
        self._rng, self._visits = plan.rng("shares"), plan.rng("clicks")
        self._ids, self._accounts = count(1), count(1)
        self._shares_left, self._clicks_left = plan.shares, plan.clicks

    def seasons(self) -> Iterator[list[Act]]:
        """The acts of each person in the order of their moments; people who never shared are left out."""
        left = sum(joined_at(self.plan, person_id) is not None for person_id in range(1, self.plan.people + 1))
        for body in self.bodies:
            for person_id in body.own:
                joined = joined_at(self.plan, person_id)
                if joined is None:
                    continue
                number = _part(self._shares_left, left, 1.2, self._rng)
                left -= 1
                self._shares_left -= number
                if acts := self._season(body, person_id, joined, number):
                    yield acts

    def _season(self, body: Body, person_id: int, joined: datetime, number: int) -> list[Act]:
        account_id, seen, found = next(self._accounts), set[int](), []
        since, audiences = int(joined.timestamp()), body.lineage
        for _ in range(number):
            post = self.repertoire.draw(audiences, since, self._rng)
            if post is not None and post.id not in seen:
                seen.add(post.id)
                found.append(self._act(body, person_id, account_id, post, since))
        found.sort(key=lambda act: act.at)
        for act in found:
            act.id = next(self._ids)
            if act.is_out:
                self._visit(act)
        return found

    def _act(self, body: Body, person_id: int, account_id: int, post: Shareable, joined: int) -> Act:
        rng, now = self._rng, self.plan.now
        drawn = rng.random()
        state = ShareState.PUBLISHED
        if drawn > 0.95:
            state = ShareState.FAILED if drawn < 0.965 else ShareState.CANCELLED if drawn < 0.98 else ShareState.REMOVED
        last = min(post.expires_at, int(now.timestamp())) - 60
        at = max(post.publish_at, min(max(post.publish_at, joined) + rng.expovariate(1 / 130_000), last))
        return Act(
            id=0,
            code="".join(rng.choices(_CODE, k=10)),
            submission=f"{rng.getrandbits(128):032x}",
            person_id=person_id,
            organisation_id=body.id,
            account_id=account_id,
            post=post,
            state=state,
            at=moment(int(at)),
            alike=rng.randrange(5, 38) if rng.random() < 0.3 else 100,
        )

    def _visit(self, act: Act) -> None:
        """Give the share its part of the visits that are left."""
        shares = max(1, round(self.plan.shares * 0.97) - act.id)
        number = _part(self._clicks_left, shares, 1.4, self._visits)
        self._clicks_left -= number
        rng, now, human = self._visits, self.plan.now, None
        for _ in range(number):
            drawn = rng.random()
            kind = _KINDS[sum(drawn > limit for limit in (_PARTS[0], _PARTS[0] + _PARTS[1], sum(_PARTS)))]
            at = min(act.at + timedelta(seconds=2 + rng.expovariate(1 / 70_000)), now - _MINUTE)
            visitor = rng.randbytes(16)
            if kind is ClickKind.REPEAT:
                if human is None:
                    kind = ClickKind.HUMAN
                else:
                    at, visitor = human.at, human.visitor
            tail = f"{rng.getrandbits(80):020x}"
            key = f"{int(at.timestamp() * 1000):012x}7{tail[:3]}8{tail[3:18]}"
            visit = Visit(key, at, visitor, kind, _ROBOTS.get(kind))
            act.visits.append(visit)
            human = visit if kind is ClickKind.HUMAN else human


def _part(left: int, among: int, spread: float, rng: Random) -> int:
    """One's part of what is left for so many; very unequal, and all of it for the last."""
    if among <= 1:
        return left
    mean = left / among
    return min(left, int(mean * rng.lognormvariate(-spread * spread / 2, spread) + rng.random()))
