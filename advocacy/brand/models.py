"""The brand space: pages that stay, each with its history and its files."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advocacy.content.models import Audience, Post
from advocacy.db import Created, Key, Model
from advocacy.people.models import Organisation, Person


class Section(StrEnum):
    """Where a page stands in the brand space; shown in this order."""

    MANIFESTO = "manifesto"
    TONE = "tone"
    EDITORIAL = "editorial"
    VISUAL = "visual"
    POSITIONS = "positions"
    MORE = "more"


class BrandPage(Created, Model):
    """A page that stays: written in French, in English or in both."""

    __tablename__ = "brand_page"
    __table_args__ = (
        CheckConstraint("section in ('manifesto', 'tone', 'editorial', 'visual', 'positions', 'more')", name="section"),
        Index("ix_brand_page_root_id_section_position", "root_id", "section", "position", "id"),
        Index("ix_brand_page_search", "search", postgresql_using="gin"),
    )

    id: Mapped[Key]
    root_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    section: Mapped[str] = mapped_column(Text, default=Section.MORE.value)
    position: Mapped[int] = mapped_column(default=0)
    title_fr: Mapped[str] = mapped_column(Text, default="")
    body_fr: Mapped[str] = mapped_column(Text, default="")
    title_en: Mapped[str] = mapped_column(Text, default="")
    body_en: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[datetime | None]
    """None: a draft, seen by editors only."""
    shareable: Mapped[bool] = mapped_column(default=False)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id", ondelete="SET NULL"), index=True)
    """The post by which people share what the page says."""
    search: Mapped[str | None] = mapped_column(TSVECTOR, deferred=True)
    """Words of both languages without accents; titles weigh more."""
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    """Counts up at each save; a save of an older version is refused."""

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True, foreign_keys=[organisation_id])
    post: Mapped[Post | None] = relationship(lazy="select")
    audiences: Mapped[list["BrandAudience"]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    __mapper_args__ = {"version_id_col": version}


class BrandAudience(Model):
    """Who may read a page."""

    __tablename__ = "brand_audience"

    page_id: Mapped[int] = mapped_column(ForeignKey("brand_page.id", ondelete="CASCADE"), primary_key=True)
    audience_id: Mapped[int] = mapped_column(
        ForeignKey("audience.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    audience: Mapped[Audience] = relationship(lazy="joined", innerjoin=True)


class BrandVersion(Created, Model):
    """A page as it was after one save; never changed."""

    __tablename__ = "brand_version"
    __table_args__ = (UniqueConstraint("page_id", "number"),)

    id: Mapped[Key]
    page_id: Mapped[int] = mapped_column(ForeignKey("brand_page.id", ondelete="CASCADE"))
    number: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    section: Mapped[str] = mapped_column(Text)
    title_fr: Mapped[str] = mapped_column(Text)
    body_fr: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    body_en: Mapped[str] = mapped_column(Text)

    author: Mapped[Person | None] = relationship(lazy="joined")


class BrandFile(Created, Model):
    """A file to download, for whoever may read its page. Its bytes lie under var/files by their digest."""

    __tablename__ = "brand_file"
    __table_args__ = (Index("ix_brand_file_page_id", "page_id", "id"),)

    id: Mapped[Key]
    page_id: Mapped[int] = mapped_column(ForeignKey("brand_page.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    """The ending that its bytes have earned: pdf, zip, png, jpg, woff2, woff, ttf, otf."""
    digest: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    image: Mapped[str | None] = mapped_column(Text)
    """Key of our own copy, for a picture that can be shown."""
