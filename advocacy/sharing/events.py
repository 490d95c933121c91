"""What the slice announces. All within the transaction that records it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class SharePublished:
    """The network confirmed the share (or, where `settled_by_person`, only the person did)."""

    share_id: int
    person_id: int
    post_id: int
    network: str
    published_at: datetime
    alike: int
    rewards_allowed: bool
    settled_by_person: bool


@dataclass(frozen=True)
class PostRecalled:
    """A post is called back by an editor, or, where `person_id` is None, because it expired while shares are online."""

    post_id: int
    recall_id: int
    person_id: int | None


@dataclass(frozen=True)
class ShareRemoved:
    """The post was deleted at the network on the person's wish."""

    share_id: int
    person_id: int
