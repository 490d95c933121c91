"""A person's own accounts on networks. Tokens are sealed and belong to the person alone."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advocacy.db import Created, Key, Model
from advocacy.people.models import Person
from advocacy.sealing import Sealed, Secret


class AccountState(StrEnum):
    """Whether the grant still works as far as we know."""

    CONNECTED = "connected"
    RECONNECT = "reconnect"


class Account(Created, Model):
    """A connected account: one member of one network, linked to one person."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("state in ('connected', 'reconnect')", name="state"),
        UniqueConstraint("network", "host", "external_id"),
        Index("ix_account_expires_at", "expires_at"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    network: Mapped[str] = mapped_column(Text)
    host: Mapped[str] = mapped_column(Text, default="")
    """The instance, for networks that have many; empty elsewhere."""
    external_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default=AccountState.CONNECTED.value)
    access_token: Mapped[Secret | None] = mapped_column(Sealed)
    refresh_token: Mapped[Secret | None] = mapped_column(Sealed)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    expires_at: Mapped[datetime | None]
    """When the access token ends; None where the network names no end."""
    refresh_expires_at: Mapped[datetime | None]
    connected_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
