"""LinkedIn's "little" text format: what is reserved is escaped once, at the moment of sending; rows keep the raw text.

LinkedIn does not refuse a text that was not escaped: it cuts it at the first reserved character.
"""

import re

# A # that begins a word stays, so that it becomes a hashtag; the # of C#, of #1 and of an address does not begin one.
_PIECE = re.compile(r"(?P<hashtag>(?<![^\s(\[{«“‘\"'])#(?=[^\W_]*[^\W\d_]))|(?P<reserved>[\\|{}@\[\]()<>#*_~])")


def escape(text: str) -> str:
    """What LinkedIn must be sent to show exactly `text`, its hashtags live."""
    return _PIECE.sub(lambda found: "#" if found["hashtag"] else "\\" + found["reserved"], text)
