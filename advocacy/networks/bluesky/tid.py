"""Record keys of our own: 13 signs of a 64-bit number, the time in microseconds and ten bits more.

A share always gives the same key, so that the same post can't be made twice and can be asked for by name.
"""

from datetime import UTC, datetime
from hashlib import sha256

_SIGNS = "234567abcdefghijklmnopqrstuvwxyz"
_LENGTH = 13
_EARLIEST = datetime(2024, 1, 1, tzinfo=UTC)


def record_key(key: str, made_at: datetime | None) -> str:
    """The record key of the share `key`, made at that moment (aware).

    Shares made in different seconds sort by time; within a second thirty bits drawn from both tell them apart, since a
    person may queue many at one moment.
    """
    moment = (made_at or _EARLIEST).astimezone(UTC)
    second = int(moment.timestamp())
    drawn = int.from_bytes(sha256(f"{moment.isoformat()} {key}".encode()).digest()[:8], "big")
    return written((second * 1_000_000 + drawn % 1_000_000) << 10 | (drawn // 1_000_000) % 1024)


def written(number: int) -> str:
    """A number of at most 63 bits in the alphabet whose order is the order of numbers."""
    signs = [_SIGNS[number >> 5 * place & 31] for place in reversed(range(_LENGTH))]
    return "".join(signs)
