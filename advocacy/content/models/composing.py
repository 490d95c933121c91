"""What surrounds the writing of a post: its attachment, words not saved yet, and templates to begin from."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advocacy.db import Created, Key, Model
from advocacy.people.models import Organisation


class AttachmentKind(StrEnum):
    """What can be attached to a post."""

    DOCUMENT = "document"
    VIDEO = "video"


class Attachment(Created, Model):
    """The one file of a post; `key` names its content in the store of files."""

    __tablename__ = "attachment"
    __table_args__ = (CheckConstraint("kind in ('document', 'video')", name="kind"),)

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text, index=True)
    name: Mapped[str] = mapped_column(Text)
    bytes: Mapped[int]
    pages: Mapped[int | None]
    seconds: Mapped[int | None]


class PostAutosave(Model):
    """What a person typed in a draft and did not save yet, and the version of the post they had before them."""

    __tablename__ = "post_autosave"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    version: Mapped[int]
    typed: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[datetime]


class PostTemplate(Created, Model):
    """A post to begin from; the editors of its organisation, and of those below it, may."""

    __tablename__ = "post_template"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(Text)
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
