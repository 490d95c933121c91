"""Where people gather: a group has a name and members."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advocacy.db import Created, Key, Model
from advocacy.people.models import Organisation


class ProposalRule(StrEnum):
    """What becomes of what a member proposes: an editor decides, or it is published for the group at once."""

    APPROVE = "approve"
    PUBLISH = "publish"


class Group(Created, Model):
    """A circle of people of one programme."""

    __tablename__ = "group"
    __table_args__ = (
        UniqueConstraint("organisation_id", "name"),
        CheckConstraint("proposals in ('approve', 'publish')", name="proposals"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(Text)
    proposals: Mapped[str] = mapped_column(Text, default=ProposalRule.APPROVE.value)

    organisation: Mapped[Organisation] = relationship(lazy="joined")


class Membership(Created, Model):
    """A person in a group."""

    __tablename__ = "membership"

    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
