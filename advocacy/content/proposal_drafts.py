"""A proposal as its person typed it, and what is wrong with it."""

from dataclasses import dataclass
from typing import Final

from flask_babel import lazy_gettext as _l

from advocacy.content.drafts import LONGEST_ALT, LONGEST_DRAFT_TITLE, LONGEST_LINK, LONGEST_SUMMARY, Flaw
from advocacy.i18n import LANGUAGES
from advocacy.markup import safe_http_url

LONGEST_NOTE: Final = 1000


@dataclass(frozen=True, slots=True)
class ProposalDraft:
    """What it is, why it matters, and for whom: a group of the person's, or everyone (None). `image` is the key of a
    stored picture.
    """

    title: str
    why: str
    link: str | None = None
    image: str | None = None
    image_alt: str = ""
    language: str = "fr"
    group_id: int | None = None
    names_person: bool = True


def flaws_of_proposal(draft: ProposalDraft) -> list[Flaw]:
    """What must change before it can be sent."""
    checks = (
        ("title", bool(draft.title), _l("Say in a few words what it is.")),
        ("title", len(draft.title) <= LONGEST_DRAFT_TITLE, _l("200 characters at most.")),
        ("why", bool(draft.why), _l("Say in a sentence why it matters.")),
        ("why", len(draft.why) <= LONGEST_SUMMARY, _l("1,000 characters at most.")),
        ("link", draft.link is None or _is_link(draft.link), _l("A link begins with https:// or http://.")),
        (
            "image_alt",
            not draft.image or bool(draft.image_alt),
            _l("Describe the picture for those who do not see it."),
        ),
        ("image_alt", len(draft.image_alt) <= LONGEST_ALT, _l("500 characters at most.")),
        ("language", draft.language in LANGUAGES, _l("Choose one of the languages of the list.")),
    )
    return [Flaw(name, sentence) for name, fine, sentence in checks if not fine]


def flaws_of_note(words: str) -> list[Flaw]:
    """What must change in what an editor answers."""
    checks = (
        ("note", bool(words), _l("Give a reason: they took the time to propose it.")),
        ("note", len(words) <= LONGEST_NOTE, _l("1,000 characters at most.")),
    )
    return [Flaw(name, sentence) for name, fine, sentence in checks if not fine]


def _is_link(link: str) -> bool:
    return len(link) <= LONGEST_LINK and safe_http_url(link) is not None
