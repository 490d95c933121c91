"""The hands that call networks side by side. They know no rows: what becomes of a call goes to the one who keeps the
books, in the task's own thread (`rounds`).
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import Enum
from queue import Empty, SimpleQueue

from flask import Flask

from advocacy.networks.base import Adapter, Prepared, Published, Reconnect
from advocacy.networks.lines import Lines, keep_here
from advocacy.networks.renewing import fresh_credentials
from advocacy.sealing import CannotOpen
from advocacy.sharing.claiming import Claim
from config.settings import get_settings

MOST_RENEWALS = 4
"""Renewing needs the database: so many at a time, that its connections last."""
MOST_OUTCOMES = 200
GATHERING = 0.02
GATHERING_OF_MANY = 0.05
MANY = 16
"""So many calls on their way bring answers often: a little longer is waited for more, that are recorded together."""


class Step(Enum):
    """What a hand was asked to do."""

    PREPARE = "prepare"
    PUBLISH = "publish"


@dataclass(frozen=True)
class Outcome:
    """What became of it: `prepared` or `published`, or the `problem`; the claim has fresh credentials by then."""

    step: Step
    claim: Claim
    prepared: Prepared | None = None
    published: Published | None = None
    problem: Exception | None = None


class Crew:
    """So many hands. Give them work only while `free`; take what came of it with `outcomes`."""

    def __init__(self, app: Flask, adapters: Mapping[str, Adapter], hands: int) -> None:
        self.hands, self.busy = hands, 0
        self._app, self._adapters = app, adapters
        self._lines = Lines(get_settings(), hands)
        self._pool = ThreadPoolExecutor(hands, "crew", keep_here, (self._lines,))
        self._done: SimpleQueue[Outcome] = SimpleQueue()
        self._renewals = threading.BoundedSemaphore(MOST_RENEWALS)

    @property
    def free(self) -> int:
        """How many hands have nothing to do."""
        return self.hands - self.busy

    def prepare(self, claim: Claim) -> None:
        """Upload what the share needs, with fresh credentials."""
        self._give(Step.PREPARE, claim, lambda: self._prepare(claim))

    def publish(self, claim: Claim, prepared: Prepared) -> None:
        """Make the one call; the share is armed, and that is committed."""
        self._give(Step.PUBLISH, claim, lambda: self._publish(claim, prepared))

    def outcomes(self, patience: float) -> list[Outcome]:
        """What came of the work so far, waiting so many seconds for the first one."""
        return list(self._gathered(patience))

    def dismiss(self) -> None:
        """Wait for what is being done, and let the hands go."""
        self._pool.shutdown(wait=True)
        self._lines.close()

    def _give(self, step: Step, claim: Claim, work: Callable[[], Outcome]) -> None:
        self.busy += 1
        self._pool.submit(self._do, step, claim, work)

    def _do(self, step: Step, claim: Claim, work: Callable[[], Outcome]) -> None:
        try:
            self._done.put(work())
        except Exception as problem:
            self._done.put(Outcome(step, claim, problem=problem))

    def _gathered(self, patience: float) -> Iterator[Outcome]:
        until, gathering = time.monotonic() + patience, False
        for _ in range(MOST_OUTCOMES):
            try:
                found = self._done.get(timeout=max(until - time.monotonic(), 0.001))
            except Empty:
                return
            if not gathering:
                wait = GATHERING_OF_MANY if self.busy > MANY else GATHERING
                until, gathering = time.monotonic() + wait, True
            self.busy -= 1
            yield found

    def _prepare(self, claim: Claim) -> Outcome:
        fresh = self._renewed(claim) if claim.ends_soon else claim
        if fresh.prepared is not None and fresh.prepared.complete:
            return Outcome(Step.PREPARE, fresh, prepared=fresh.prepared)
        adapter = self._adapters[claim.network]
        prepared = adapter.prepare(fresh.credentials, fresh.outgoing, fresh.prepared)
        return Outcome(Step.PREPARE, fresh, prepared=prepared)

    def _publish(self, claim: Claim, prepared: Prepared) -> Outcome:
        published = self._adapters[claim.network].publish(claim.credentials, claim.outgoing, prepared)
        return Outcome(Step.PUBLISH, claim, published=published)

    def _renewed(self, claim: Claim) -> Claim:
        """The claim with credentials that last: these alone are read and kept by the hand itself."""
        try:
            with self._renewals, self._app.app_context():
                credentials = fresh_credentials(claim.account_id)
        except CannotOpen:
            credentials = None
        if credentials is None:
            raise Reconnect("token")
        return replace(claim, credentials=credentials, ends_soon=False)
