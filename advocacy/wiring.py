"""Who reacts to what: the one table where slices that don't know each other are joined."""

from collections.abc import Callable
from typing import Any

from flask import url_for

from advocacy import media_links, orphans
from advocacy.approval import four_eyes, record
from advocacy.approval import service as approval
from advocacy.assistant.material import set_page_reader
from advocacy.brand.files import is_carried
from advocacy.cascade import following
from advocacy.cascade.aside import aside_of
from advocacy.content import attachments, captions, moves, offers, proposals
from advocacy.content.asides import add_aside
from advocacy.content.attachments import find_file
from advocacy.content.captions import CaptionNetwork
from advocacy.content.events import PostChanged, ProposalAccepted
from advocacy.content.gates import add_gate, add_publisher_gate
from advocacy.content.learning import LinkedPage
from advocacy.content.offers import Idea, Ideas
from advocacy.events import listen
from advocacy.media import get_image_store
from advocacy.networks import registry
from advocacy.networks.events import AccountGone, AccountMended
from advocacy.people.models import Person
from advocacy.recognition import service as recognition
from advocacy.sharing import results
from advocacy.sharing import service as sharing
from advocacy.sharing.events import SharePublished
from advocacy.sharing.tallies import count_shares
from advocacy.sources.links import canonical_link
from advocacy.sources.page_words import read_page_words
from advocacy.sources.reading import PageUnread, get_fetcher, read_page
from advocacy.tracking import service as tracking
from advocacy.tracking.events import ReadersCounted
from advocacy.tracking.readership import readership_of

JOINS: tuple[tuple[type[Any], Callable[[Any], None]], ...] = (
    (PostChanged, record.note_change),
    (PostChanged, approval.note_change),
    (PostChanged, following.note_change),
    (AccountMended, sharing.resume_waiting),
    (AccountGone, sharing.let_go),
    (SharePublished, tracking.plan_measurement),
    (SharePublished, recognition.award_share),
    (ReadersCounted, recognition.award_readers),
    (ProposalAccepted, recognition.award_proposal),
)

NOTHING_STORED = (
    "click",
    "journal_mark",
    "measurement",
    "measurement_plan",
    "point_entry",
    "share_figures",
    "standing",
)
"""Tables that grow for ever and name no file."""


def connect() -> None:
    """Join every listener to its event, and tell content which networks captions may be for."""
    for event, listener in JOINS:
        listen(event, listener)
    media_links.serve_files(find_file)
    captions.offer_networks(_caption_networks)
    add_gate(approval.flaws_in_the_way)
    add_publisher_gate(four_eyes.flaws_for)
    add_gate(following.flaws_of_copy)
    add_aside(aside_of)
    moves.wire_review(approval.submit, approval.take_back)
    offers.offer_ideas(_ideas)
    proposals.set_reader(_linked_page, canonical_link)
    proposals.set_share_count(count_shares)
    results.set_reader(readership_of)
    set_page_reader(read_page_words)
    attachments.also_carried_by(is_carried)
    orphans.spare(*NOTHING_STORED)


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
    return [
        CaptionNetwork(
            one.name,
            one.label,
            one.icon,
            one.max_length,
            one.count_rule,
            card=one.card_shape,
            alone=one.picture_shape,
            smallest=one.picture_width,
        )
        for one in known
    ]


def _linked_page(link: str) -> LinkedPage | None:
    try:
        page = read_page(get_fetcher(), get_image_store(), link)
    except PageUnread:
        return None
    said = page.preview
    return LinkedPage(said.url, said.title, said.description, page.image, said.image_alt)
