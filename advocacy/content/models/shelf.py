"""What a person put aside."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from advocacy.db import Created, Model


class SavedPost(Created, Model):
    """A person kept a post for later."""

    __tablename__ = "saved_post"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, index=True)


class Dismissal(Created, Model):
    """A person does not want to see a post again."""

    __tablename__ = "dismissal"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, index=True)
