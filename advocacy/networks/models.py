"""A person's own accounts on networks. Tokens are sealed and belong to the person alone."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
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
        Index("ix_account_renew_at", "renew_at", postgresql_where=text("renew_at is not null")),
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
    handle: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What the member is called in addresses there, without @."""
    key: Mapped[Secret | None] = mapped_column(Sealed)
    """What else the adapter keeps with the grant."""
    limits: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    """What the network says of its own limits for this account (see `Adapter.limits`)."""
    limits_at: Mapped[datetime | None]
    renew_at: Mapped[datetime | None]
    """When a worker renews the grant though nobody uses it."""
    warned_days: Mapped[int | None] = mapped_column(SmallInteger)
    """How many days before its end the person was last told of it; None while they were not."""
    broken_at: Mapped[datetime | None]
    broken_reason: Mapped[str | None] = mapped_column(Text)
    """Machine word of why the network refuses the grant."""
    matching_agreed_at: Mapped[datetime | None]
    """When the person expressly agreed that their name there is kept beside theirs here, where terms ask for it."""

    person: Mapped[Person] = relationship()


class NetworkApp(Created, Model):
    """Relais as one server of a network knows it; made when the first person of that server connects."""

    __tablename__ = "network_app"
    __table_args__ = (UniqueConstraint("network", "host"),)

    id: Mapped[Key]
    network: Mapped[str] = mapped_column(Text)
    host: Mapped[str] = mapped_column(Text)
    client_id: Mapped[str] = mapped_column(Text)
    client_secret: Mapped[Secret] = mapped_column(Sealed)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    redirect_uri: Mapped[str] = mapped_column(Text)


class NetworkSpend(Model):
    """What a day's calls of a network cost, as Relais reckons by the prices it was told."""

    __tablename__ = "network_spend"

    network: Mapped[str] = mapped_column(Text, primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    """Of UTC."""
    calls: Mapped[int] = mapped_column(Integer, default=0)
    micros: Mapped[int] = mapped_column(BigInteger, default=0)
    """Millionths of a dollar."""
