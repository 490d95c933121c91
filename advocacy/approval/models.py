"""Who has a say before a post goes live, what may not be said, and the record of both."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advocacy.content.models import Post
from advocacy.db import Created, Key, Model
from advocacy.people.models import Organisation, Person


class RoundState(StrEnum):
    """How a round stands. A void one was overtaken by a change of the content."""

    OPEN = "open"
    APPROVED = "approved"
    SENT_BACK = "sent_back"
    VOID = "void"


class Level(StrEnum):
    """What a compliance rule does: say so, or keep the words from going out."""

    WARN = "warn"
    BLOCK = "block"


class ApprovalChain(Created, Model):
    """Whose yes a post needs, in order. A row never changes: an edit retires it and makes the next version."""

    __tablename__ = "approval_chain"
    __table_args__ = (
        Index("ix_approval_chain_organisation_id", "organisation_id", postgresql_where=text("retired_at is null")),
        UniqueConstraint("origin", "version"),
    )

    id: Mapped[Key]
    origin: Mapped[int] = mapped_column(BigInteger)
    """The same for every version of a chain."""
    version: Mapped[int] = mapped_column(default=1)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(Text)
    topic_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list)
    body_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list)
    countries: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """In order: name, rule (any or all), people (ids), days (working days to decide in)."""
    retired_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)


class ApprovalRound(Model):
    """One asking for approval of a post as it was then."""

    __tablename__ = "approval_round"
    __table_args__ = (
        CheckConstraint("state in ('open', 'approved', 'sent_back', 'void')", name="state"),
        Index("uq_approval_round_post_id_open", "post_id", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_approval_round_post_id_id", "post_id", "id"),
    )

    id: Mapped[Key]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(Text)
    """Of the content that was put forward: what was approved is that and nothing else."""
    not_before: Mapped[datetime | None]
    """The moment it was put forward for; a publication before that needs another round."""
    state: Mapped[str] = mapped_column(Text, default=RoundState.OPEN.value)
    goes_live: Mapped[bool] = mapped_column(default=False)
    """Whether it goes live by itself once approved."""
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    writer_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list, server_default=text("'{}'"))
    """Who wrote what was put forward, where the four-eyes rule holds: they have no say in it."""
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    post: Mapped[Post] = relationship()
    opened_by: Mapped[Person | None] = relationship()
    steps: Mapped[list["RoundStep"]] = relationship(order_by="RoundStep.id", lazy="selectin")


class RoundStep(Model):
    """A step of a chain within a round; it is asked once those before it in its chain said yes."""

    __tablename__ = "approval_step"
    __table_args__ = (
        CheckConstraint("rule in ('any', 'all')", name="rule"),
        Index("ix_approval_step_round_id", "round_id"),
        Index("ix_approval_step_due_at", "due_at", postgresql_where=text("done_at is null and asked_at is not null")),
    )

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("approval_round.id", ondelete="CASCADE"))
    chain_id: Mapped[int] = mapped_column(ForeignKey("approval_chain.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    rule: Mapped[str] = mapped_column(Text)
    days: Mapped[int]
    asked_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    reminded_on: Mapped[date | None]

    round: Mapped[ApprovalRound] = relationship(back_populates="steps")
    chain: Mapped[ApprovalChain] = relationship(lazy="joined", innerjoin=True)
    seats: Mapped[list["Seat"]] = relationship(order_by="Seat.person_id", lazy="selectin")

    @property
    def is_done(self) -> bool:
        """Whether the yes it asks for is there."""
        said = [seat.approved_at is not None for seat in self.seats]
        return bool(said) and (any(said) if self.rule == "any" else all(said))


class Seat(Model):
    """A person whose yes a step waits for."""

    __tablename__ = "approval_seat"
    __table_args__ = (
        UniqueConstraint("step_id", "person_id"),
        Index("ix_approval_seat_person_id", "person_id", postgresql_where=text("approved_at is null")),
    )

    id: Mapped[Key]
    step_id: Mapped[int] = mapped_column(ForeignKey("approval_step.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    """Who pressed: the person, or their stand-in."""

    step: Mapped[RoundStep] = relationship(back_populates="seats")
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined", innerjoin=True)
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id], lazy="joined")


class StandIn(Created, Model):
    """Somebody decides for a person from one day to another, both included, in that person's time zone."""

    __tablename__ = "stand_in"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="days"),
        CheckConstraint("stand_in_id <> person_id", name="other"),
        Index("ix_stand_in_stand_in_id", "stand_in_id"),
        Index("ix_stand_in_person_id", "person_id"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    stand_in_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    first_day: Mapped[date]
    last_day: Mapped[date]

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined", innerjoin=True)
    stand_in: Mapped[Person] = relationship(foreign_keys=[stand_in_id], lazy="joined", innerjoin=True)


class ComplianceRule(Created, Model):
    """Words, or a regular expression, that posts and shares of a body and of all below it are read for."""

    __tablename__ = "compliance_rule"
    __table_args__ = (
        CheckConstraint("kind in ('words', 'regex')", name="kind"),
        CheckConstraint("level in ('warn', 'block')", name="level"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    pattern: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="")
    """Why, and what to say instead: shown to who wrote the words."""

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)


class DisclosureRule(Created, Model):
    """What shares end with, for a body and all below it, on a network or any, in a country or any."""

    __tablename__ = "disclosure_rule"
    __table_args__ = (UniqueConstraint("organisation_id", "network", "country", postgresql_nulls_not_distinct=True),)

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    network: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)


class PostRecord(Model):
    """What was done to a post: who, what, which version, when. Rows are never changed or deleted (a trigger sees to
    it), and each carries a digest over itself and the one before, so that a change from outside shows. People are
    named by id only: who is forgotten leaves the record whole.
    """

    __tablename__ = "post_record"
    __table_args__ = (UniqueConstraint("post_id", "number"),)

    id: Mapped[Key]
    post_id: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[int]
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    for_person_id: Mapped[int | None] = mapped_column(BigInteger)
    version: Mapped[int]
    note: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    previous: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)


class RecordHead(Model):
    """How far the record of a post goes: without its last lines, the record does not add up."""

    __tablename__ = "post_record_head"

    post_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(Text)
