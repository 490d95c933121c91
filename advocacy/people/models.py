"""Who is here: people in a tree of organisations, and the roles they were granted."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship, remote

from advocacy.db import Created, Key, Model


class Role(StrEnum):
    """What a person may do at an organisation and everywhere below it; each holds the ones before it."""

    EMPLOYEE = "employee"
    APPROVER = "approver"
    EDITOR = "editor"
    ADMIN = "admin"

    @property
    def weight(self) -> int:
        """0 for the least, so that roles compare."""
        return list(Role).index(self)


class BoardName(StrEnum):
    """How a person appears on leaderboards."""

    NAME = "name"
    ALIAS = "alias"
    HIDDEN = "hidden"


class Organisation(Created, Model):
    """A body in the tree. A root is a programme of its own: nothing is shared between roots.

    `lineage` holds the ids from the root down to this one, so that "at or below X" is `lineage @> {X}`.
    """

    __tablename__ = "organisation"
    __table_args__ = (Index("ix_organisation_lineage", "lineage", postgresql_using="gin"),)

    id: Mapped[Key]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    lineage: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list)
    hue: Mapped[int | None]
    disclosure: Mapped[str | None] = mapped_column(Text)
    """Hashtag that every share of the programme ends with, as #EquipeAubrelle (roots only)."""
    time_zone: Mapped[str] = mapped_column(Text, default="Europe/Paris")
    country: Mapped[str | None] = mapped_column(Text)
    """ISO 3166 code of two capitals; a body without one is where the nearest above it is."""

    four_eyes: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether what one person wrote needs a second person to be published, here and everywhere below."""
    recall_names: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether editors are told whose shares of a recalled post are still online (roots only)."""

    parent: Mapped["Organisation | None"] = relationship(remote_side="Organisation.id")
    root: Mapped["Organisation"] = relationship(
        primaryjoin=lambda: remote(foreign(Organisation.id)) == Organisation.lineage[1], uselist=False, viewonly=True
    )
    """The programme this body belongs to; itself, if it is one."""

    @property
    def root_id(self) -> int:
        """The id of the programme this body belongs to."""
        return self.lineage[0]


class Person(Created, Model):
    """An employee. Signs in with an e-mail address and a password chosen at the invitation."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("board_name in ('name', 'alias', 'hidden')", name="board_name"),
        Index("uq_person_email", text("lower(email)"), unique=True),
        Index("ix_person_present", "organisation_id", "id", postgresql_where=text("deactivated_at is null")),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    email: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    job: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(Text, default="fr")
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text), default=lambda: ["fr"])
    """Languages the person shares in."""
    time_zone: Mapped[str] = mapped_column(Text, default="Europe/Paris")
    theme: Mapped[str] = mapped_column(Text, default="system")
    photo: Mapped[str | None] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)
    epoch: Mapped[int] = mapped_column(default=0)
    """Counts up to end every session and void every link mailed before."""
    board_name: Mapped[str] = mapped_column(Text, default=BoardName.NAME.value)
    alias: Mapped[str | None] = mapped_column(Text)
    invited_at: Mapped[datetime | None]
    joined_at: Mapped[datetime | None]
    """First sign-in: the connection rate counts these."""
    welcomed_at: Mapped[datetime | None]
    deactivated_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="person", cascade="all, delete-orphan", lazy="selectin", foreign_keys="RoleGrant.person_id"
    )

    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        """Whether the person may sign in."""
        return self.deactivated_at is None

    def get_id(self) -> str:
        """What the session cookie remembers: who, and which epoch of their sessions."""
        return f"{self.id}.{self.epoch}"

    def role_at(self, organisation: Organisation) -> Role | None:
        """The strongest role held at `organisation`, granted there or above; None where there is none."""
        held = [Role(grant.role) for grant in self.grants if grant.organisation_id in organisation.lineage]
        if self.organisation.root_id == organisation.root_id:
            held.append(Role.EMPLOYEE)
        return max(held, key=lambda role: role.weight, default=None)

    def holds(self, role: Role) -> bool:
        """Whether the person holds `role` or a stronger one anywhere."""
        return role is Role.EMPLOYEE or any(Role(grant.role).weight >= role.weight for grant in self.grants)


class RoleGrant(Created, Model):
    """A role given to a person at an organisation, valid there and everywhere below."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("person_id", "organisation_id", "role"),
        CheckConstraint("role in ('employee', 'approver', 'editor', 'admin')", name="role"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[str] = mapped_column(Text)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    person: Mapped[Person] = relationship(back_populates="grants", foreign_keys=[person_id])
    organisation: Mapped[Organisation] = relationship(lazy="joined")
