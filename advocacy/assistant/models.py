"""What a person asked the assistant for, and what came back. Rows are kept for some days only."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from advocacy.clock import utcnow
from advocacy.db import Key, Model


class Kind(StrEnum):
    """What is asked for."""

    WORDINGS = "wordings"
    """Captions from a link."""
    SHORTER = "shorter"
    PLAINER = "plainer"
    OWN_WORDS = "own_words"
    """In the manner of what the person published themselves."""
    TRANSLATION = "translation"


class AskState(StrEnum):
    """asked → running → done | failed. What is running and lost has failed: it is never asked twice by itself."""

    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class AssistRequest(Model):
    """One question of one person. `material` is what is sent; it is forgotten as soon as there is an answer."""

    __tablename__ = "assist_request"
    __table_args__ = (
        CheckConstraint("kind in ('wordings', 'shorter', 'plainer', 'own_words', 'translation')", name="kind"),
        CheckConstraint("state in ('asked', 'running', 'done', 'failed')", name="state"),
        UniqueConstraint("person_id", "press", "kind", "digest"),
        Index("ix_assist_request_waiting", "id", postgresql_where=text("state = 'asked'")),
        Index("ix_assist_request_running", "started_at", postgresql_where=text("state = 'running'")),
        Index("ix_assist_request_person_id_asked_at", "person_id", "asked_at"),
        Index("ix_assist_request_asked_at", "asked_at"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    press: Mapped[UUID]
    """The page it was asked from; sent twice, it asks once."""
    kind: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    """What it is about, in the words of the slice that asks; as post:12."""
    digest: Mapped[str] = mapped_column(Text)
    """Of the text it was asked for."""
    language: Mapped[str] = mapped_column(Text)
    """Of the answer."""
    network: Mapped[str | None] = mapped_column(Text)
    material: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(Text, default=AskState.ASKED.value)
    failure: Mapped[str | None] = mapped_column(Text)
    """A reason of `completions`, or lost."""
    retry_after: Mapped[int | None]
    """Seconds the server asked to wait."""
    result: Mapped[list[str]] = mapped_column(JSONB, default=list)
    asked_at: Mapped[datetime] = mapped_column(default=utcnow)
    started_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    put_away_at: Mapped[datetime | None]
    """When its person took it or left it: it is not shown again by itself."""

    @property
    def is_pending(self) -> bool:
        """Whether an answer may still come."""
        return self.state in (AskState.ASKED, AskState.RUNNING)
