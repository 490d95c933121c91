"""Points for the demo's history, by the rules of the instance: what happened is awarded in its order."""

from typing import Final

from advocacy.content.events import ProposalAccepted
from advocacy.db import db
from advocacy.demo.acts import NETWORK
from advocacy.demo.history import PlannedShare
from advocacy.demo.plan import Plan
from advocacy.networks.base import Adapter
from advocacy.recognition import service as recognition
from advocacy.sharing.events import SharePublished
from advocacy.tracking.events import Reader, ReadersCounted
from advocacy.tracking.models import ClickKind

_BATCH: Final = 1000


def award_history(
    plan: Plan,
    person_ids: list[int],
    post_ids: list[int],
    share_ids: list[int | None],
    adapter: Adapter | None,
    accepted: list[ProposalAccepted],
) -> None:
    """Award every published share, every reader and every accepted proposal, as if it happened at the moment it did.

    Nobody else is told: what else follows from a share was written with it.
    """
    db.session.flush()
    db.session.expunge_all()  # every question of the rules would look through all that was written
    readers: list[Reader] = []
    for share, share_id in zip(plan.shares, share_ids, strict=True):
        if share.result is None or share_id is None:
            continue
        recognition.award_share(_published(share, share_id, person_ids[share.author], post_ids[share.post], adapter))
        readers += [
            Reader(click.id, share_id, click.at) for click in share.result.clicks if click.kind is ClickKind.HUMAN
        ]
    readers.sort(key=lambda reader: (reader.at, reader.click_id))
    for start in range(0, len(readers), _BATCH):
        recognition.award_readers(ReadersCounted(tuple(readers[start : start + _BATCH])))
    for event in accepted:
        recognition.award_proposal(event)


def _published(
    share: PlannedShare, share_id: int, person_id: int, post_id: int, adapter: Adapter | None
) -> SharePublished:
    return SharePublished(
        share_id=share_id,
        person_id=person_id,
        post_id=post_id,
        network=NETWORK,
        published_at=share.wanted_at,
        alike=share.said.alike,
        rewards_allowed=adapter is not None and adapter.capabilities.rewards_allowed,
        settled_by_person=False,
    )
