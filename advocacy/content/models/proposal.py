"""What people would like to see offered: proposals, until an editor decided."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, desc, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advocacy.content.models.post import Post
from advocacy.db import Created, Key, Model
from advocacy.groups.models import Group
from advocacy.people.models import Organisation, Person


class ProposalState(StrEnum):
    """Where a proposal stands. Returned waits for its person; the four last are final."""

    WAITING = "waiting"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class Proposal(Created, Model):
    """Something a person found worth sharing. Editors at its organisation, or above, decide; where it is for a group,
    that is the group's organisation, else the person's own.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint(
            "state in ('waiting', 'returned', 'accepted', 'declined', 'merged', 'withdrawn')", name="state"
        ),
        CheckConstraint("state in ('waiting', 'withdrawn') or decided_at is not null", name="decided"),
        CheckConstraint("state not in ('returned', 'declined') or note <> ''", name="reason"),
        Index("ix_proposal_person_id_id", "person_id", desc("id")),
        Index("ix_proposal_organisation_id_state_id", "organisation_id", "state", "id"),
        Index("ix_proposal_canonical", text("md5(canonical)"), postgresql_where=text("canonical is not null")),
        Index("ix_proposal_read_at", "read_at", postgresql_where=text("read_at is not null")),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id", ondelete="SET NULL"), index=True)
    state: Mapped[str] = mapped_column(Text, default=ProposalState.WAITING.value)
    title: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    link: Mapped[str | None] = mapped_column(Text)
    canonical: Mapped[str | None] = mapped_column(Text)
    """The one spelling of the link, by which two proposals of a page know each other."""
    link_title: Mapped[str] = mapped_column(Text, default="")
    link_description: Mapped[str] = mapped_column(Text, default="")
    link_image: Mapped[str | None] = mapped_column(Text)
    link_image_alt: Mapped[str] = mapped_column(Text, default="")
    read_at: Mapped[datetime | None]
    """When its page is to be read by a worker; None once that is done, or where there is no link."""
    image: Mapped[str | None] = mapped_column(Text)
    image_alt: Mapped[str] = mapped_column(Text, default="")
    names_person: Mapped[bool] = mapped_column(default=True)
    """Whether the post may say who proposed it."""
    sent_at: Mapped[datetime]
    times_sent: Mapped[int] = mapped_column(default=1)
    note: Mapped[str] = mapped_column(Text, default="")
    """What the editor who decided last had to say, in the language of the person."""
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    """None also for what a group's rule accepted."""
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id", ondelete="SET NULL"), index=True)
    original_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id", ondelete="SET NULL"), index=True)
    """The earlier proposal of the same thing, for a merged one."""

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    organisation: Mapped[Organisation] = relationship()
    group: Mapped[Group | None] = relationship()
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    post: Mapped[Post | None] = relationship()
