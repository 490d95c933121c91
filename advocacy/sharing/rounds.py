"""A worker's round: shares are claimed, prepared, armed, sent side by side, recorded, batch by batch.

This is the only hand that writes to the database, and no transaction of it is open while it waits. A process may die on
any of these lines: the row says how far the share came.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import structlog
from flask import current_app
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.networks import pacing, quotas, registry, spending
from advocacy.networks import service as networks
from advocacy.networks.base import NetworkFailure, Prepared, Published
from advocacy.sharing import claiming, delivery
from advocacy.sharing.answers import Answers
from advocacy.sharing.claiming import Claim
from advocacy.sharing.crew import Crew, Outcome
from advocacy.sharing.places import probed, resting
from config.settings import get_settings

log = structlog.get_logger(__name__)
T = TypeVar("T")
LOOK_AGAIN = 0.25
PATIENCE = 120.0
"""For how long an answer in hand waits for a database that is away."""
Work = tuple[Claim, Prepared | None]


class Round:
    """One round of one worker. `waited_for_only`: planned shares are left to others."""

    def __init__(self, *, waited_for_only: bool = False) -> None:
        settings = get_settings()
        self.waited_for_only = waited_for_only
        self.adapters = {adapter.capabilities.name: adapter for adapter in registry.offered()}
        self.crew = Crew(current_app._get_current_object(), self.adapters, settings.delivery_threads)  # type: ignore[attr-defined]
        self.reserve = self.crew.hands // 8
        self.answers = Answers(self.adapters)
        self.work: deque[Work] = deque()
        self.preparing: dict[int, Claim] = {}
        self.probing: set[int] = set()
        self.disclosures: dict[int, dict[str | None, str]] = {}
        self.taken = 0
        self.more, self.look_at = True, 0.0
        self.until = time.monotonic() + settings.delivery_seconds
        self.lease = settings.delivery_lease
        self.held_at = time.monotonic()

    def run(self) -> int:
        """Send what is due, until nothing is left or the time is over; answers how many shares were taken."""
        try:
            while True:
                self._take_on()
                self._set_to_work()
                if not self.crew.busy and not self.work:
                    break
                self._keep_books(self.crew.outcomes(LOOK_AGAIN))
        finally:
            self.crew.dismiss()
            while self.crew.busy:
                self._keep_books(self.crew.outcomes(LOOK_AGAIN))
        return self.taken

    @property
    def unfinished(self) -> bool:
        """Whether it ended because its time was over."""
        return self.more

    def _take_on(self) -> None:
        """Claim what there is room for."""
        now, room = time.monotonic(), 2 * self.crew.hands - self.crew.busy - len(self.work)
        enough = room >= max(self.crew.hands // 2, 1) and self.more
        if now >= self.until or room <= 0 or not (enough or now >= self.look_at):
            return
        self.look_at = now + LOOK_AGAIN
        try:
            claims = self._claimed(room)
        except (OperationalError, InterfaceError) as error:
            log.warning("nothing_claimed", error=type(error).__name__)
            undo()
            self.until = now
            return
        self.taken += len(claims)
        if claims:
            log.info("shares_claimed", attempts={claim.share_id: claim.attempt for claim in claims})
        for claim in claims:
            ready = claim.prepared is not None and claim.prepared.complete and not claim.ends_soon
            self.work.append((claim, claim.prepared if ready else None))

    def _claimed(self, room: int) -> list[Claim]:
        share_ids, without = self._probes(), resting()
        planned = room - 2 * self.reserve
        if self.waited_for_only or planned <= 0:
            share_ids += claiming.claim(room, without=without, waited_for_only=True)
        else:
            share_ids += claiming.claim(planned, without=without)
        db.session.commit()
        self.more = bool(share_ids)
        claims = claiming.claims_of(share_ids, self.adapters, self.disclosures) if share_ids else []
        db.session.commit()
        self.answers.without = without
        return claims

    def _probes(self) -> list[int]:
        """One share each for places whose network may be back."""

        def claimed(place: str) -> list[int]:
            taken = claiming.claim(1, only=place)
            db.session.commit()
            return taken

        found = probed(claimed)
        self.probing.update(found)
        return found

    def _set_to_work(self) -> None:
        """Give free hands what they can do, those a person waits for first, and keep a few hands free for such."""
        now: list[tuple[Claim, Prepared]] = []
        left: deque[Work] = deque()
        free = self.crew.free
        for claim, prepared in sorted(self.work, key=lambda work: not work[0].waited_for):
            if claim.place in self.answers.without and claim.share_id not in self.probing:
                self._back(claim, "network_down")
            elif free <= (0 if claim.waited_for else self.reserve):
                left.append((claim, prepared))
            else:
                free -= 1
                if prepared is None:
                    self.preparing[claim.share_id] = claim
                    self.crew.prepare(claim)
                else:
                    now.append((claim, prepared))
        self.work = left
        self._send(now)

    def _send(self, ready: list[tuple[Claim, Prepared]]) -> None:
        """Arm these, commit, and only then have the networks called."""
        if not ready:
            return
        try:
            ours = delivery.arm(self._affordable([claim for claim, _ in ready]))
            db.session.commit()
        except DBAPIError as error:
            log.warning("not_armed", error=type(error).__name__)
            undo()
            for claim, _ in ready:  # armed or not, nobody was called
                self._back(claim, "crashed")
            self.until = 0.0
            return
        for claim, prepared in ready:
            if claim.share_id in ours:
                self.crew.publish(claim, prepared)

    def _affordable(self, claims: Sequence[Claim]) -> list[Claim]:
        """Those that pace and money allow; the others are put off."""
        networks_of = [
            (
                quotas.paced(self.adapters[claim.network].capabilities, claim.credentials.limits),
                claim.place,
                claim.account_id,
            )
            for claim in claims
        ]
        going = []
        for claim, (capabilities, *_), wait in zip(claims, networks_of, pacing.take(networks_of), strict=True):
            if wait.seconds:
                self.answers.paced(claim, wait)
                continue
            try:
                spending.check(capabilities, claim.outgoing)
            except NetworkFailure as failure:
                self.answers.unpaid(claim, failure)
            else:
                going.append(claim)
        return going

    def _keep_books(self, outcomes: Sequence[Outcome]) -> None:
        """Record what came back: what is published first, together; then each refusal."""
        if outcomes:
            self.more = True
        for outcome in outcomes:
            self.preparing.pop(outcome.claim.share_id, None)
        made = [(one.claim, one.prepared) for one in outcomes if one.prepared is not None]
        if made:
            self.work.extend(insist(lambda: delivery.keep_prepared(made)))
        published = [(one.claim, one.published) for one in outcomes if one.published is not None]
        self._published([*published, *self.answers.found(outcomes)])
        for one in outcomes:
            if one.problem is not None and not self.answers.is_found(one):
                insist(partial(self.answers.refused, one))
        self.answers.judge(outcomes)
        if time.monotonic() - self.held_at > self.lease / 3:
            self.held_at = time.monotonic()
            insist(lambda: delivery.still_held([*self.preparing.values(), *(claim for claim, _ in self.work)]))

    def _published(self, published: Sequence[tuple[Claim, Published]]) -> None:
        if not published:
            return

        def written() -> set[int]:
            # The accounts first, then their shares: as a disconnection locks them.
            networks.note_use(*(claim.account_id for claim, _ in published))
            return delivery.record_published(published)

        recorded = insist(written)
        log.info("shares_published", posts={claim.share_id: made.external_id for claim, made in published})
        for claim, _ in published:
            if claim.share_id in recorded:
                self._tell(claim)

    def _tell(self, claim: Claim) -> None:
        if not claim.waited_for:
            self.answers.leave_to_tell()
            return
        try:
            self.answers.tell_at_once(claim)
            db.session.commit()
        except Exception as crash:  # the sweep tells what could not be told now
            log.error("announcing_crashed", share_id=claim.share_id, exc_info=crash)
            undo()

    def _back(self, claim: Claim, reason: str) -> None:
        """It was not sent after all."""
        insist(lambda: delivery.record_later(claim, utcnow(), reason, ""))


def insist(act: Callable[[], T]) -> T:
    """Do it and commit; while the database is away, again and again for a while. Raises OperationalError in the end."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            done = act()
            db.session.commit()
        except (OperationalError, InterfaceError) as error:
            undo()
            if time.monotonic() > until:
                raise
            log.warning("database_away", error=type(error).__name__)
            threading.Event().wait(0.5)
        else:
            return done


def undo() -> None:
    """Give up the open transaction, whether or not its connection still stands."""
    try:
        db.session.rollback()
    except DBAPIError:
        db.session().invalidate()
