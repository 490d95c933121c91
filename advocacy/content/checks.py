"""Ready to go live? What is well with a post, what must change, and what would be better."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from advocacy.content.drafts import flaws_of_post
from advocacy.content.models import Post

ENOUGH_CAPTIONS = 3


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the list: `state` is ok, no (must change) or empty (would be better); `field` is where to go."""

    state: str
    sentence: Any
    field: str = ""


def checks_of(post: Post) -> list[Check]:
    """The list for a post as it was last saved."""
    flaws = flaws_of_post(post, post.publish_at)
    wrong = {flaw.field for flaw in flaws}
    found = [Check("no", flaw.sentence, flaw.field) for flaw in flaws]
    fine = (
        ("title", True, _("Title fits")),
        ("link", bool(post.link), _("Link is there")),
        ("image_alt", bool(post.image), _("Picture is described")),
        ("aim", True, _("You said whom it is for")),
        ("expires_at", post.expires_at is not None, _("Expiry is set")),
    )
    found += [Check("ok", sentence) for name, there, sentence in fine if there and name not in wrong]
    return found + _advice(post)


def _advice(post: Post) -> list[Check]:
    found = []
    number = len(post.wordings)
    said = ngettext("%(num)d caption", "%(num)d captions", number) if number else _("No caption yet")
    if number >= ENOUGH_CAPTIONS:
        found.append(Check("ok", said))
    else:
        found.append(Check("", _("%(captions)s: one is thin, three are better", captions=said), "captions"))
    if not post.image:
        found.append(Check("", _("No picture"), "picture"))
    if post.expires_at is None:
        found.append(Check("", _("No expiry: it stays until somebody withdraws it"), "expires_at"))
    return found
