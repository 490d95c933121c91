"""A worker's round of deletions: claimed by the batch, done side by side at the pace of their networks, written down.

No transaction is open while a network answers. A process may die on any line: what it held is due again soon.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from datetime import timedelta
from functools import partial

import structlog
from flask import Flask, current_app

from advocacy.clock import utcnow
from advocacy.networks import circuits, pacing, quotas, registry
from advocacy.networks import service as networks
from advocacy.networks.base import Adapter, Capabilities, Credentials, NetworkFailure, Reconnect, TryLater
from advocacy.networks.lines import Lines, keep_here
from advocacy.networks.renewing import freshened
from advocacy.networks.wire import spread
from advocacy.sharing import removal
from advocacy.sharing.answers import OF_THE_ACCOUNT
from advocacy.sharing.claiming import AFTER_CRASH
from advocacy.sharing.places import is_clear, judge, probed, resting
from advocacy.sharing.removal import Errand
from advocacy.sharing.rounds import insist
from config.settings import get_settings

LOOK_AGAIN = 0.25
MOST_RENEWALS = 4
"""Renewing needs the database: so many at a time, that its connections last."""
Done = tuple[Credentials, Exception | None]
"""The credentials that were used in the end, and what went wrong."""
log = structlog.get_logger(__name__)


class Removing:
    """One round of one worker."""

    def __init__(self) -> None:
        settings = get_settings()
        self.adapters: Mapping[str, Adapter] = {one.capabilities.name: one for one in registry.offered()}
        self.hands = settings.delivery_threads
        self.until = time.monotonic() + settings.delivery_seconds
        self.without: set[str] = set()
        """Places where nothing can be done now."""
        self.taken = 0
        self.more = True
        self._app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        self._renewals = threading.BoundedSemaphore(MOST_RENEWALS)
        self._busy: dict[Future[Done], Errand] = {}

    def run(self) -> int:
        """Delete what is due, until nothing is left or the time is over; answers how many were taken."""
        self.without = resting()
        lines = Lines(get_settings(), self.hands)
        with closing(lines), ThreadPoolExecutor(self.hands, "removing", keep_here, (lines,)) as pool:
            for errand in self._allowed(probed(lambda place: insist(partial(removal.claim, 1, only=place)))):
                self._busy[pool.submit(self._delete, errand)] = errand
            while True:
                for errand in self._allowed(self._claimed()):
                    self._busy[pool.submit(self._delete, errand)] = errand
                if not self._busy:
                    if not self.more or time.monotonic() >= self.until:
                        return self.taken
                    continue
                done, _ = wait(self._busy, LOOK_AGAIN, FIRST_COMPLETED)
                for one in done:
                    self._keep_books(self._busy.pop(one), *one.result())

    @property
    def unfinished(self) -> bool:
        """Whether it ended because its time was over."""
        return self.more

    def _claimed(self) -> list[Errand]:
        room = self.hands - len(self._busy)
        if not self.more or room < max(self.hands // 4, 1) or time.monotonic() >= self.until:
            return []
        errands = insist(lambda: removal.claim(room, without=self.without))
        self.more = bool(errands)
        return errands

    def _allowed(self, errands: Sequence[Errand]) -> list[Errand]:
        """Those that the pace of their networks allows; the others are put off."""
        self.taken += len(errands)
        known = [errand for errand in errands if errand.network in self.adapters]
        for errand in errands:
            if errand.network not in self.adapters:
                insist(partial(removal.record_refused, errand, "network_gone"))
        asked = [(self._pace_of(errand), errand.place, errand.account_id) for errand in known]
        going = []
        for errand, pause in zip(known, pacing.take(asked), strict=True):
            if not pause.seconds:
                going.append(errand)
                continue
            after = utcnow() + timedelta(seconds=pause.seconds + spread(str(errand.share_id), 5))
            insist(partial(removal.record_later, errand, after))
            self.without |= {errand.place} if pause.for_place else set()
        return going

    def _delete(self, errand: Errand) -> Done:
        """In a hand of its own."""
        credentials = errand.credentials
        try:
            if errand.ends_soon:
                with self._renewals, self._app.app_context():
                    credentials = freshened(errand.account_id, credentials)
            self.adapters[errand.network].remove(credentials, errand.external_id)
        except Exception as problem:
            return credentials, problem
        return credentials, None

    def _keep_books(self, errand: Errand, credentials: Credentials, problem: Exception | None) -> None:
        insist(partial(self._record, errand, credentials, problem))
        if is_clear(problem):
            circuits.note_answers({errand.place})
        self.without |= judge([(errand.place, problem)])

    def _record(self, errand: Errand, credentials: Credentials, problem: Exception | None) -> None:
        match problem:
            case None:
                removal.record_removed(errand)
            case TryLater():
                removal.record_later(errand, problem.after)
                if problem.scope == "account" and problem.reason in OF_THE_ACCOUNT:
                    removal.delay_account(errand.account_id, problem.after)
            case Reconnect():
                networks.mark_broken(errand.account_id, problem.reason, credentials)
                removal.record_refused(errand, "reconnect")
            case NetworkFailure():
                removal.record_refused(errand, problem.reason)
            case _:
                log.error("removal_crashed", share_id=errand.share_id, exc_info=problem)
                removal.record_later(errand, utcnow() + AFTER_CRASH)

    def _pace_of(self, errand: Errand) -> Capabilities:
        return quotas.paced(self.adapters[errand.network].capabilities, errand.credentials.limits)
