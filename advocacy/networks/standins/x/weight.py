"""How long a text is there, from its own description: an address 23, an emoji 2, Latin and its neighbours 1, others 2.

Counted in hundredths and by its table of ranges, as the description has it.
"""

import re
import unicodedata

import regex

LIMIT, SCALE, ADDRESS = 280, 100, 23
_RANGES = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_AFTER = ".,;:!?'\"()[]{}«»“”‘’…"


def weight(text: str) -> int:
    """The weighted length of a text."""
    total, rest = 0, unicodedata.normalize("NFC", text)
    while found := _ADDRESS.search(rest):
        total += _plain(rest[: found.start()]) + ADDRESS * SCALE
        address = found[0].rstrip(_AFTER)
        rest = rest[found.start() + len(address) :]
    return (total + _plain(rest)) // SCALE


def _plain(text: str) -> int:
    total = 0
    for seen in regex.findall(r"\X", text):
        # A colour of skin or a selector without an emoji before it is a sign like others.
        if regex.search(r"\p{Extended_Pictographic}|\p{RI}|\u20E3", seen):
            total += 2 * SCALE
            continue
        for sign in seen:
            light = any(first <= ord(sign) <= last for first, last in _RANGES)
            total += SCALE if light else 2 * SCALE
    return total
