"""Ready to go live? What is well with a post, what must change, and what would be better."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from advocacy.content.captions import caption_networks
from advocacy.content.counting import tally, tightest
from advocacy.content.drafts import flaws_of_post
from advocacy.content.models import Post, Wording
from advocacy.i18n import LANGUAGE_NAMES

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
        ("link", bool(post.link and post.link_title), _("Link was read")),
        ("image_alt", bool(post.image), _("Picture is described")),
        ("aim", True, _("You said whom it is for")),
        ("expires_at", post.expires_at is not None, _("Expiry is set")),
    )
    found += [Check("ok", sentence) for name, there, sentence in fine if there and name not in wrong]
    return found + _of_captions(post) + _advice(post)


def _of_captions(post: Post) -> list[Check]:
    """How many there are in each language, that of the post first, and which are too long where they go."""
    numbers = Counter(one.language for one in post.wordings)
    ordered = sorted({post.language, *numbers}, key=lambda language: (language != post.language, language))
    found = [_enough(language, numbers[language]) for language in ordered]
    for number, one in enumerate(post.wordings, 1):
        if label := _too_long(one):
            said = _("Caption %(number)d is too long for %(network)s", number=number, network=label)
            found.append(Check("", said, f"wordings-{number - 1}-text"))
    return found


def _enough(language: str, number: int) -> Check:
    name = LANGUAGE_NAMES.get(language, language)
    if not number:
        return Check("", _("No caption yet in this language: %(language)s", language=name), "captions")
    said = ngettext("%(num)d caption: %(language)s", "%(num)d captions: %(language)s", number, language=name)
    if number >= ENOUGH_CAPTIONS:
        return Check("ok", said)
    return Check("", _("%(captions)s. One is thin, three are better", captions=said), "captions")


def _too_long(wording: Wording) -> str | None:
    networks = caption_networks()
    network = networks.get(wording.network or "")
    found = tally(wording.text, network) if network else tightest(wording.text, networks.values())
    return found.network.label if found is not None and found.over else None


def _advice(post: Post) -> list[Check]:
    found = []
    if post.link and not post.link_title:
        found.append(Check("", _("The link was not read yet"), "link"))
    if not post.image:
        found.append(Check("", _("No picture"), "picture"))
    if post.expires_at is None:
        found.append(Check("", _("No expiry: it stays until somebody withdraws it"), "expires_at"))
    return found
