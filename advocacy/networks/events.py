"""What the slice announces."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AccountBroken:
    """The network no longer accepts an account's grant: the person has to connect it again."""

    account_id: int
    person_id: int


@dataclass(frozen=True)
class AccountMended:
    """An account that was broken, or new, works: shares that waited for it may go."""

    account_id: int
    person_id: int


@dataclass(frozen=True)
class AccountGone:
    """A person disconnects an account; its row still stands while this is announced."""

    account_id: int
    person_id: int
