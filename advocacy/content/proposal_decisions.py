"""An editor decides about a proposal, once. Each act locks its proposal, so that of two decisions the second one is
told of the first.
"""

from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import func, select

from advocacy.clock import utcnow
from advocacy.content import service
from advocacy.content.aims import Aim, aim_at
from advocacy.content.events import ProposalAccepted
from advocacy.content.models import Post, Proposal, ProposalState
from advocacy.content.proposal_drafts import flaws_of_note
from advocacy.content.proposal_letters import tell_person
from advocacy.content.service import NotReady
from advocacy.db import db
from advocacy.errors import Conflict, NotFound
from advocacy.events import announce
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role
from advocacy.people.organisations import LARGEST_ID

_FOLLOWED: Final = (ProposalState.WAITING, ProposalState.ACCEPTED)


def get_proposal(actor: Person, proposal_id: int) -> Proposal:
    """A proposal, for an editor at its organisation or above. Raises NotFound or Forbidden."""
    proposal = db.session.get(Proposal, proposal_id) if proposal_id <= LARGEST_ID else None
    if proposal is None:
        raise NotFound
    people.require(actor, Role.EDITOR, proposal.organisation)
    return proposal


def accept(actor: Person, proposal: Proposal, times_sent: int | None = None) -> Post:
    """A draft made of the proposal, for `actor` to go on with. `times_sent` is the version they read. Raises as
    `people.require`, and Conflict when somebody decided before.
    """
    _open(actor, proposal, times_sent)
    group = proposal.group
    post = service.draft(actor, _body_for(actor, proposal), **post_values(proposal))
    if group is not None:
        aim_at(actor, post, Aim(group_ids=frozenset({group.id})))
    _decide(actor, proposal, ProposalState.ACCEPTED, post=post)
    announce_accepted(proposal, post, actor.id)
    return post


def send_back(actor: Person, proposal: Proposal, words: str, times_sent: int | None = None) -> None:
    """Return the proposal with a note, to be changed and sent again. Raises as `accept`, NotReady without a note."""
    if flaws := flaws_of_note(words):
        raise NotReady(flaws)
    _open(actor, proposal, times_sent)
    _decide(actor, proposal, ProposalState.RETURNED, words)


def decline(actor: Person, proposal: Proposal, words: str, times_sent: int | None = None) -> None:
    """Decline the proposal, for a reason that its person reads. Raises as `accept`, NotReady without a reason."""
    if flaws := flaws_of_note(words):
        raise NotReady(flaws)
    _open(actor, proposal, times_sent)
    _decide(actor, proposal, ProposalState.DECLINED, words)


def merge(actor: Person, proposal: Proposal, *, post: Post | None = None, original: Proposal | None = None) -> None:
    """Put the proposal with the post or the earlier proposal that says the same. Raises as `accept`, and Conflict
    when the other one leads nowhere.
    """
    for other in (post, original):
        if other is not None:
            people.require(actor, Role.EDITOR, other.organisation)
    _open(actor, proposal, None)
    followed = original is not None and original.id != proposal.id and original.state in _FOLLOWED
    if (post is None) == (original is None) or (original is not None and not followed):
        raise Conflict(_("Choose a post, or another proposal that waits or was accepted."))
    proposal.original_id = original.id if original else None
    _decide(actor, proposal, ProposalState.MERGED, post=post)


def lock(proposal: Proposal) -> None:
    """Keep the proposal for this transaction, as it stands now."""
    db.session.refresh(proposal, with_for_update={"of": Proposal})


def post_values(proposal: Proposal) -> dict[str, Any]:
    """The columns of a post made of the proposal."""
    image = proposal.image or proposal.link_image
    return {
        "title": proposal.title,
        "summary": proposal.why,
        "language": proposal.language,
        "link": proposal.link,
        "link_title": proposal.link_title,
        "link_description": proposal.link_description,
        "image": image,
        "image_alt": proposal.image_alt if proposal.image else proposal.link_image_alt,
        "proposed_by_id": proposal.person_id,
        "credits_person": proposal.names_person,
    }


def announce_accepted(proposal: Proposal, post: Post, by: int | None) -> None:
    """Let others know what became of the proposal; `by` is None for the rule of a group."""
    announce(ProposalAccepted(proposal.id, proposal.person_id, post.id, proposal.decided_at or utcnow(), by))


def meanwhile(proposal: Proposal) -> str:
    """Who decided what, in a sentence."""
    name = proposal.decided_by.name if proposal.decided_by else _("Somebody")
    match proposal.state:
        case ProposalState.WITHDRAWN:
            return str(_("%(name)s took this proposal back meanwhile.", name=proposal.person.name))
        case ProposalState.ACCEPTED if proposal.decided_by is None:
            return str(_("This proposal was published by the rule of its group."))
        case ProposalState.ACCEPTED:
            return str(_("%(name)s accepted this proposal meanwhile.", name=name))
        case ProposalState.RETURNED:
            return str(_("%(name)s returned this proposal with a note meanwhile.", name=name))
        case ProposalState.DECLINED:
            return str(_("%(name)s declined this proposal meanwhile.", name=name))
        case ProposalState.MERGED:
            return str(_("%(name)s put this proposal with another one meanwhile.", name=name))
    return str(_("This proposal waits for an editor."))


def _body_for(actor: Person, proposal: Proposal) -> Organisation:
    """Who publishes: the group's body, else the highest one above the person where `actor` is editor."""
    if proposal.group is not None:
        return proposal.group.organisation
    above = select(Organisation).where(Organisation.id.in_(proposal.organisation.lineage))
    bodies = db.session.scalars(above.order_by(func.cardinality(Organisation.lineage)))
    return next(body for body in bodies if people.may(actor, Role.EDITOR, body))


def _open(actor: Person, proposal: Proposal, times_sent: int | None) -> None:
    """Lock a proposal that waits for a decision, in the version that was read."""
    people.require(actor, Role.EDITOR, proposal.organisation)
    lock(proposal)
    if proposal.state != ProposalState.WAITING:
        raise Conflict(meanwhile(proposal))
    if times_sent is not None and times_sent != proposal.times_sent:
        raise Conflict(_("It was changed and sent again meanwhile. Read it once more before you decide."))


def _decide(
    actor: Person, proposal: Proposal, state: ProposalState, words: str = "", *, post: Post | None = None
) -> None:
    proposal.state, proposal.note = state.value, words
    proposal.decided_at, proposal.decided_by_id = utcnow(), actor.id
    proposal.post_id = post.id if post else None
    db.session.flush()
    tell_person(proposal, actor)
