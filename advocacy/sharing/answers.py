"""What networks' answers mean for a share, its account and its network; within the caller's transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from celery import current_app

from advocacy.clock import utcnow
from advocacy.jobs import nudge
from advocacy.networks import circuits, pacing, spending
from advocacy.networks import service as networks
from advocacy.networks.base import (
    Adapter,
    Duplicate,
    NetworkFailure,
    Published,
    Reconnect,
    Rejected,
    Settling,
    TryLater,
    Unconfirmed,
)
from advocacy.networks.wire import spread
from advocacy.sharing import delivery
from advocacy.sharing.announcing import announce_published
from advocacy.sharing.claiming import AFTER_CRASH, Claim
from advocacy.sharing.crew import Outcome, Step
from advocacy.sharing.places import is_clear, judge
from config.settings import get_settings

log = structlog.get_logger(__name__)
ASKABLE = (Settling.ASK, Settling.AGAIN)
OF_THE_ACCOUNT = ("throttled", "quota", "busy")
"""Words of TryLater that hold for everything the account would send; others are about the one share."""


def first_asked_at(settling: Settling) -> datetime:
    """When a network is first asked about a call without an answer: at once where asking changes nothing; where asking
    is calling again, once the first call is certainly over, since its key is known only from then on.
    """
    over = timedelta(seconds=2 * get_settings().network_seconds)
    return utcnow() + (over if settling is Settling.AGAIN else timedelta())


class Answers:
    """Records refusals, keeps circuits and closed places, and says what the other slices are to be told of."""

    def __init__(self, adapters: Mapping[str, Adapter]) -> None:
        self._adapters = adapters
        self.without: set[str] = set()
        """Places where nothing goes now, as far as this round knows."""
        self.untold = 0
        """How many planned shares were published that the other slices do not know of."""

    def found(self, outcomes: Sequence[Outcome]) -> list[tuple[Claim, Published]]:
        """Shares that an earlier try had brought there without our knowing."""
        return [
            (one.claim, self._standing(one.claim, one.problem))
            for one in outcomes
            if isinstance(one.problem, Duplicate) and self.is_found(one)
        ]

    def is_found(self, outcome: Outcome) -> bool:
        """Whether the network refused it as a duplicate of what may be this very share."""
        return isinstance(outcome.problem, Duplicate) and outcome.claim.uncertain

    def _standing(self, claim: Claim, duplicate: Duplicate) -> Published:
        adapter = self._adapters[claim.network]
        return Published(duplicate.external_id, adapter.permalink(duplicate.external_id, claim.credentials))

    def leave_to_tell(self) -> None:
        """A planned share is published: a task of its own tells the other slices."""
        self.untold += 1

    def tell_at_once(self, claim: Claim) -> None:
        """Somebody waits for it: the other slices hear of it now."""
        share = delivery.find_share(claim.share_id)
        if share is not None:
            announce_published(share)

    def refused(self, outcome: Outcome) -> None:
        """Write down what a refusal means for the share, and tell whoever has to know."""
        claim, failure = outcome.claim, outcome.problem
        if not isinstance(failure, NetworkFailure):
            self._crashed(outcome)
            return
        log.info("share_not_sent", share_id=claim.share_id, kind=type(failure).__name__, reason=failure.reason)
        if outcome.step is Step.PUBLISH and not isinstance(failure, Unconfirmed):
            spending.give_back(self._adapters[claim.network].capabilities, claim.outgoing)
        match failure:
            case TryLater():
                self._later(claim, failure)
            case Reconnect():
                networks.mark_broken(claim.account_id, failure.reason, claim.credentials)
                delivery.record_later(claim, utcnow(), "reconnect", failure.detail)
            case Rejected():
                delivery.record_failed(claim, failure.reason, failure.detail)
            case _ if outcome.step is Step.PUBLISH:
                self._unconfirmed(claim, failure.reason, failure.detail)
            case _:
                delivery.record_later(claim, utcnow() + AFTER_CRASH, failure.reason, failure.detail)

    def _crashed(self, outcome: Outcome) -> None:
        log.error(f"{outcome.step.value}_crashed", share_id=outcome.claim.share_id, exc_info=outcome.problem)
        if outcome.step is Step.PUBLISH:
            self._unconfirmed(outcome.claim, "crashed", "")
        else:
            delivery.record_later(outcome.claim, utcnow() + AFTER_CRASH, "crashed", "")

    def _unconfirmed(self, claim: Claim, reason: str, detail: str) -> None:
        settling = self._adapters[claim.network].capabilities.settling
        first = first_asked_at(settling) if settling in ASKABLE else None
        if delivery.record_unconfirmed(claim, reason, detail, first) and settling is Settling.ASK:
            nudge(current_app.tasks["sharing.settle_due"])

    def _later(self, claim: Claim, failure: TryLater) -> None:
        gone = failure.reason == "media_gone"
        delivery.record_later(claim, failure.after, failure.reason, failure.detail, forget_prepared=gone)
        if failure.scope == "account" and failure.reason in OF_THE_ACCOUNT:
            delivery.delay_account(claim.account_id, failure.after, failure.reason)

    def paced(self, claim: Claim, wait: pacing.Wait) -> None:
        """As much was posted as the network allows for now."""
        after = utcnow() + timedelta(seconds=wait.seconds + spread(claim.outgoing.key, 5))
        delivery.record_later(claim, after, "paced", "")
        if wait.for_place:
            pacing.close(claim.place, after)
            self.without.add(claim.place)
        else:
            delivery.delay_account(claim.account_id, after, "paced")

    def unpaid(self, claim: Claim, failure: NetworkFailure) -> None:
        """There is no money for it this month."""
        after = failure.after if isinstance(failure, TryLater) else utcnow() + AFTER_CRASH
        delivery.record_later(claim, after, failure.reason, failure.detail)

    def judge(self, outcomes: Sequence[Outcome]) -> None:
        """Circuits and closed places, after what networks just said or did not say."""
        answered = {one.claim.place for one in outcomes if one.step is Step.PUBLISH and is_clear(one.problem)}
        circuits.note_answers(answered)
        self.without |= judge((one.claim.place, one.problem) for one in outcomes)
