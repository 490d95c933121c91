"""Who reacts to what: the one table where slices that don't know each other are joined."""

from collections.abc import Callable
from typing import Any

from flask import url_for

from advocacy.approval import record
from advocacy.approval import service as approval
from advocacy.content import captions, moves, offers, proposals
from advocacy.content.captions import CaptionNetwork
from advocacy.content.events import PostChanged, ProposalAccepted
from advocacy.content.gates import add_gate
from advocacy.content.learning import LinkedPage
from advocacy.content.offers import Idea, Ideas
from advocacy.events import listen
from advocacy.media import get_image_store
from advocacy.networks import registry
from advocacy.networks.events import AccountGone, AccountMended
from advocacy.people.models import Person
from advocacy.recognition import service as recognition
from advocacy.sharing import service as sharing
from advocacy.sharing.events import SharePublished
from advocacy.sharing.tallies import count_shares
from advocacy.sources.links import canonical_link
from advocacy.sources.reading import PageUnread, get_fetcher, read_page
from advocacy.tracking import service as tracking
from advocacy.tracking.events import ReadersCounted

JOINS: tuple[tuple[type[Any], Callable[[Any], None]], ...] = (
    (PostChanged, record.note_change),
    (PostChanged, approval.note_change),
    (AccountMended, sharing.resume_waiting),
    (AccountGone, sharing.let_go),
    (SharePublished, tracking.plan_measurement),
    (SharePublished, recognition.award_share),
    (ReadersCounted, recognition.award_readers),
    (ProposalAccepted, recognition.award_proposal),
)


def connect() -> None:
    """Join every listener to its event, and tell content which networks captions may be for."""
    for event, listener in JOINS:
        listen(event, listener)
    captions.offer_networks(_caption_networks)
    add_gate(approval.flaws_in_the_way)
    moves.wire_review(approval.submit, approval.take_back)
    offers.offer_ideas(_ideas)
    proposals.set_reader(_linked_page, canonical_link)
    proposals.set_share_count(count_shares)


def _ideas(actor: Person, limit: int) -> Ideas:
    """Proposals on the board: they are decided on their own desk."""
    found = proposals.proposals_waiting_for(actor, limit)
    shown = [
        Idea(
            id=one.id,
            title=one.title,
            language=one.language,
            proposer=one.person.name,
            at=one.created_at,
            href=url_for("content.studio_proposal", proposal_id=one.id),
            image=one.image or one.link_image,
        )
        for one in found
    ]
    count = proposals.count_waiting_for(actor) if len(found) == limit else len(found)
    return Ideas(shown, count, url_for("content.studio_proposals"))


def _caption_networks() -> list[CaptionNetwork]:
    known = [adapter.capabilities for adapter in registry.offered()]
    return [CaptionNetwork(one.name, one.label, one.icon, one.max_length, one.count_rule) for one in known]


def _linked_page(link: str) -> LinkedPage | None:
    try:
        page = read_page(get_fetcher(), get_image_store(), link)
    except PageUnread:
        return None
    said = page.preview
    return LinkedPage(said.url, said.title, said.description, page.image, said.image_alt)
