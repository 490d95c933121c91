"""What the slice announces. All within the transaction that records it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ProposalAccepted:
    """What a person proposed became a post; `accepted_by_id` is None where a group's rule published it by itself."""

    proposal_id: int
    person_id: int
    post_id: int
    accepted_at: datetime
    accepted_by_id: int | None


@dataclass(frozen=True)
class PostChanged:
    """A post was saved, went live or was taken back; `what` is edited, published or withdrawn. `person_id` is None
    where a rule did it."""

    post_id: int
    person_id: int | None
    what: str
