"""Topics that an organisation or a group was given to speak of."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from advocacy.content.models.audience import Audience
from advocacy.db import Created, Model


class TopicAssignment(Created, Model):
    """Everybody of an audience follows a topic, without having been asked."""

    __tablename__ = "topic_assignment"

    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True)
    audience_id: Mapped[int] = mapped_column(
        ForeignKey("audience.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    audience: Mapped[Audience] = relationship(lazy="joined", innerjoin=True)
