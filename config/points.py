"""What acts earn by default. A change gets a new version: entries name the version they were made under."""

from typing import Final

VERSION: Final = 2

SHARE: Final = 10
"""Points for a share that its network confirmed, once for a content however many networks."""

SHARES_A_WEEK: Final = 3
"""Contents a week (ISO week, the person's zone) that earn; further shares are entered with zero points."""

OWN_WORDS: Final = 5
"""Points for a text of one's own, once for a content."""

OWN_WORDS_ALIKE: Final = 40
"""Per cent of likeness to a suggested wording below which a text is one's own."""

CLICK: Final = 1
"""Points for a reader, once a reader and day and share."""

CLICKS_A_SHARE: Final = 25
"""Readers of a share that earn; further readers are counted and earn nothing."""

PROPOSAL: Final = 30
"""Points for a proposal that an editor accepted, once for a proposal."""
