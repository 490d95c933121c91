"""Where content comes from: sources that are polled, what they or a pasted address brought into the inbox, and the
rules by which some of it is sorted.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, desc, false, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advocacy.content.models import Post
from advocacy.db import Created, Key, Model
from advocacy.people.models import Organisation, Person


class Kind(StrEnum):
    """What a source is, and so by which reader it is read."""

    FEED = "feed"
    YOUTUBE = "youtube"
    MASTODON = "mastodon"
    BLUESKY = "bluesky"


class RuleAction(StrEnum):
    """What a rule does beside suggesting."""

    SUGGEST = "suggest"
    DRAFT = "draft"
    DISMISS = "dismiss"


class ItemState(StrEnum):
    """What an editor decided about an item."""

    NEW = "new"
    TAKEN = "taken"
    DISMISSED = "dismissed"


class Source(Created, Model):
    """A feed, a channel or an account read at intervals for an organisation. `url` is the feed's address, or the
    page of the account.
    """

    __tablename__ = "source"
    __table_args__ = (
        UniqueConstraint("organisation_id", "url"),
        CheckConstraint("kind in ('feed', 'youtube', 'mastodon', 'bluesky')", name="kind"),
        Index("ix_source_failing_since", "failing_since", postgresql_where=text("warned_at is null")),
        Index("ix_source_next_read_at", "next_read_at", postgresql_where=text("disabled_at is null")),
        Index("ix_source_host_asked_at", text("split_part(url, '/', 3)"), "asked_at"),
        Index("ix_source_organisation_id_imported_at", "organisation_id", "imported_at"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(Text, default=Kind.FEED.value, server_default=Kind.FEED.value)
    url: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str | None] = mapped_column(Text)
    external_id: Mapped[str | None] = mapped_column(Text)
    """The account's id where it is read from, once it was asked for."""
    newest_id: Mapped[str | None] = mapped_column(Text)
    """The newest thing read of an account: only what came after it is asked for."""
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)
    next_read_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    """When somebody last set out to read it."""
    imported_at: Mapped[datetime | None]
    """When it came in with a list; the same for all of that list."""
    last_read_at: Mapped[datetime | None]
    last_item_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(Text)
    """Machine word of the last reading's failure (the reason of fetching or of parsing); None when it went well."""
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    """When the editors were written to about this run of failures."""
    disabled_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)


class Item(Created, Model):
    """A thing that might become a post: from a feed, or pasted (then it has no source)."""

    __tablename__ = "item"
    __table_args__ = (
        CheckConstraint("state in ('new', 'taken', 'dismissed')", name="state"),
        UniqueConstraint("source_id", "guid"),
        Index("ix_item_organisation_id_state_found_at", "organisation_id", "state", desc("found_at"), desc("id")),
        Index("ix_item_organisation_id_link", "organisation_id", text("md5(link)")),
        Index("ix_item_rule_id_id", "rule_id", desc("id"), postgresql_where=text("rule_id is not null")),
        Index("ix_item_source_id_found_at", "source_id", "found_at"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"))
    guid: Mapped[str] = mapped_column(Text)
    link: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text, default="")
    image_url: Mapped[str | None] = mapped_column(Text)
    image: Mapped[str | None] = mapped_column(Text)
    image_alt: Mapped[str] = mapped_column(Text, default="", server_default="")
    language: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime | None]
    found_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(Text, default=ItemState.NEW.value)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id", ondelete="SET NULL"), index=True)
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("source_rule.id", ondelete="SET NULL"))
    matched: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """The words of the rule that stood in the item."""

    source: Mapped[Source | None] = relationship()
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    post: Mapped[Post | None] = relationship()
    rule: Mapped["Rule | None"] = relationship()
    sightings: Mapped[list["Sighting"]] = relationship(order_by="Sighting.source_id", passive_deletes=True)


class Sighting(Created, Model):
    """An item that another source of the same body brought as well."""

    __tablename__ = "item_sighting"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"), primary_key=True, index=True)

    source: Mapped[Source] = relationship()


class Rule(Created, Model):
    """What to do with new items of a body and of all below it, or of one of its sources, that meet all its conditions.
    A body's own rules are asked first, then those of the body above it, and so on to the top; the first that matches
    decides. Topics and audiences are suggestions: what is gone or not open to the editor is passed over.
    """

    __tablename__ = "source_rule"
    __table_args__ = (
        CheckConstraint("action in ('suggest', 'draft', 'dismiss')", name="action"),
        Index("ix_source_rule_organisation_id_position", "organisation_id", "position"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    keywords: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    language: Mapped[str | None] = mapped_column(Text)
    """Only items in this language."""
    action: Mapped[str] = mapped_column(Text, default=RuleAction.SUGGEST.value)
    set_language: Mapped[str | None] = mapped_column(Text)
    topic_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list)
    organisation_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list)
    group_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list)
    may_be_off: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether bodies below, where it holds as well, may switch it off for themselves."""

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    source: Mapped[Source | None] = relationship()
    author: Mapped[Person | None] = relationship()


class RuleOff(Created, Model):
    """A body that switched off a rule from above, for itself and all below; void while the rule does not allow it."""

    __tablename__ = "source_rule_off"

    rule_id: Mapped[int] = mapped_column(ForeignKey("source_rule.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True, index=True
    )
