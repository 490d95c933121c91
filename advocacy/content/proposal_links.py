"""The pages behind proposed links: which are due to be read, and what they said. Reading itself is done by a worker,
with no transaction open.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select, update

from advocacy.clock import utcnow
from advocacy.content.learning import LinkedPage
from advocacy.content.models import Post, Proposal
from advocacy.db import db

LEASE: Final = timedelta(minutes=5)
GIVE_UP_AFTER: Final = timedelta(hours=1)


def claim_unread() -> tuple[int, str] | None:
    """Take the next proposal whose page is due, for a few minutes: its id and link. One that could not be read for an
    hour is left as it is. The caller commits.
    """
    now = utcnow()
    too_old = Proposal.sent_at < now - GIVE_UP_AFTER
    db.session.execute(update(Proposal).where(Proposal.read_at <= now, too_old).values(read_at=None))
    due = select(Proposal.id).where(Proposal.read_at <= now).order_by(Proposal.read_at).limit(1)
    taken = (
        update(Proposal)
        .where(Proposal.id == due.with_for_update(skip_locked=True).scalar_subquery())
        .values(read_at=func.now() + LEASE)
        .returning(Proposal.id, Proposal.link)
    )
    row = db.session.execute(taken).first()
    return (row.id, row.link) if row else None


def record_page(proposal_id: int, link: str, page: LinkedPage | None) -> None:
    """Keep what the page said, unless the link is another one by now; a post that a rule made of the proposal shows
    it as well. A page that can't be read is asked once.
    """
    query = select(Proposal).where(Proposal.id == proposal_id, Proposal.link == link).with_for_update(of=Proposal)
    proposal = db.session.scalar(query.execution_options(populate_existing=True))
    if proposal is None:
        return
    proposal.read_at = None
    if page is None:
        return
    proposal.canonical = page.canonical
    proposal.link_title, proposal.link_description = page.title, page.description
    proposal.link_image, proposal.link_image_alt = page.image, page.image_alt
    if proposal.post_id is not None and proposal.decided_by_id is None:
        _show(proposal)


def _show(proposal: Proposal) -> None:
    """No editor has the post open: it was live before anybody saw it. A picture needs words to come along."""
    post = db.session.get(Post, proposal.post_id, with_for_update={"of": Post})
    if post is None or post.link != proposal.link or post.link_title:
        return
    post.link_title, post.link_description = proposal.link_title, proposal.link_description
    if post.image is None and proposal.link_image and proposal.link_image_alt:
        post.image, post.image_alt = proposal.link_image, proposal.link_image_alt
