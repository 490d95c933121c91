"""What the slice announces."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Reader:
    """A person followed a short link, for the first time that day."""

    click_id: UUID
    share_id: int
    at: datetime


@dataclass(frozen=True)
class ReadersCounted:
    """A batch of clicks was told apart; these were readers."""

    readers: tuple[Reader, ...]
