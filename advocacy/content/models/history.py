"""What a post was at each save, and the words it is found by."""

from typing import Any

from sqlalchemy import Computed, ForeignKey, Index, Text, UniqueConstraint, false
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advocacy.db import Created, Key, Model
from advocacy.people.models import Person

# The word at the end of each part keeps a phrase from running on into the next part.
_LEXEMES = " || ".join(
    f"setweight(to_tsvector('{language}', {column} || ' 0gap0'), '{weight}')"
    for column, weight in (("title", "A"), ("body", "D"))
    for language in ("french", "english", "simple")
)


class PostVersion(Created, Model):
    """Everything typed of a post after one act. `version` is the post's own counter then; `number` counts from 1."""

    __tablename__ = "post_version"
    __table_args__ = (UniqueConstraint("post_id", "number"),)

    id: Mapped[Key]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    number: Mapped[int]
    version: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    what: Mapped[str] = mapped_column(Text)
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSONB)
    assisted: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a suggestion of the assistant was taken into it."""

    person: Mapped[Person | None] = relationship(lazy="joined")


class PostWords(Model):
    """The words of a post without accents or capitals, and what PostgreSQL makes of them in each language."""

    __tablename__ = "post_words"
    __table_args__ = (Index("ix_post_words_lexemes", "lexemes", postgresql_using="gin"),)

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    lexemes: Mapped[Any] = mapped_column(TSVECTOR, Computed(_LEXEMES, persisted=True), deferred=True)
