"""LinkedIn's "little" text format: what is reserved is escaped once, at the moment of sending; rows keep the raw text.

LinkedIn does not refuse a text that was not escaped: it cuts it at the first reserved character.
"""

from advocacy.counting import LITTLE_TEXT_PIECE


def escape(text: str) -> str:
    """What LinkedIn must be sent to show exactly `text`, its hashtags live."""
    return str(LITTLE_TEXT_PIECE.sub(lambda found: "#" if found["hashtag"] else "\\" + found["reserved"], text))
