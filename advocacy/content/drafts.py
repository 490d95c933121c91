"""What an editor typed of a post, and what is still missing before it may go live."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from advocacy.clock import utcnow
from advocacy.content.aims import Aim, aim_of
from advocacy.content.captions import caption_networks
from advocacy.content.models import Post
from advocacy.i18n import LANGUAGES
from advocacy.markup import safe_http_url

LONGEST_TITLE: Final = 70
LONGEST_DRAFT_TITLE: Final = 200
LONGEST_SUMMARY: Final = 1000
LONGEST_ALT: Final = 500
LONGEST_LINK: Final = 2000
LONGEST_LINK_TITLE: Final = 300
LONGEST_LINK_DESCRIPTION: Final = 1000
LONGEST_WORDING: Final = 5000
LONGEST_CAMPAIGN: Final = 60
MOST_WORDINGS: Final = 20


@dataclass(frozen=True, slots=True)
class WordingDraft:
    """A suggested caption as typed; `network` is None for any."""

    text: str
    language: str
    network: str | None = None


@dataclass(frozen=True, slots=True)
class PostDraft:
    """A post as typed. `image` is the key of a stored picture, `publish_at` when it is meant to go live
    (None: as soon as it is published)."""

    title: str = ""
    summary: str = ""
    language: str = "fr"
    link: str | None = None
    image: str | None = None
    image_alt: str = ""
    topic_ids: frozenset[int] = frozenset()
    wordings: tuple[WordingDraft, ...] = ()
    aim: Aim = field(default_factory=Aim)
    publish_at: datetime | None = None
    expires_at: datetime | None = None
    focus: tuple[int, int] | None = None
    crops: dict[str, list[int]] | None = None
    pinned_until: datetime | None = None
    featured: bool = False
    utm_campaign: str = ""
    campaign_id: int | None = None


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something to change, and the field it is about."""

    field: str
    sentence: Any


def flaws_of_draft(draft: PostDraft) -> list[Flaw]:
    """What can't even be kept as a draft."""
    checks = (
        (
            "title",
            len(draft.title) <= LONGEST_DRAFT_TITLE,
            _l("A title this long can’t be kept: 200 characters at most."),
        ),
        ("summary", len(draft.summary) <= LONGEST_SUMMARY, _l("1,000 characters at most.")),
        ("language", draft.language in LANGUAGES, _l("Choose one of the languages of the list.")),
        ("link", draft.link is None or _is_link(draft.link), _l("A link begins with https:// or http://.")),
        ("image_alt", len(draft.image_alt) <= LONGEST_ALT, _l("500 characters at most.")),
        ("utm_campaign", len(draft.utm_campaign) <= LONGEST_CAMPAIGN, _l("60 characters at most.")),
        ("wordings", len(draft.wordings) <= MOST_WORDINGS, _l("20 captions at most.")),
        (
            "wordings",
            all(map(_may_be_kept, draft.wordings)),
            _l("A caption has 5,000 characters at most, and a language."),
        ),
    )
    flaws = [Flaw(name, sentence) for name, fine, sentence in checks if not fine]
    if draft.expires_at and draft.publish_at and draft.expires_at <= draft.publish_at:
        flaws.append(Flaw("expires_at", _l("It would be over before it begins.")))
    return flaws


def flaws_of_post(post: Post, publish_at: datetime | None = None) -> list[Flaw]:
    """What keeps a post from being live at `publish_at` (now unless given)."""
    start = publish_at or utcnow()
    checks = (
        ("title", bool(post.title), _l("Give it a title.")),
        ("title", len(post.title) <= LONGEST_TITLE, _l("Shorten the title to 70 characters.")),
        ("link", bool(post.link or post.wordings), _l("Add a link, or at least one suggested caption.")),
        ("image_alt", not post.image or bool(post.image_alt), _l("Describe the picture for those who do not see it.")),
        ("aim", bool(aim_of(post)), _l("Choose whom it is for.")),
        ("expires_at", post.expires_at is None or post.expires_at > start, _l("It would be over before it begins.")),
    )
    return [Flaw(name, sentence) for name, fine, sentence in checks if not fine]


def _is_link(link: str) -> bool:
    return len(link) <= LONGEST_LINK and safe_http_url(link) is not None


def _may_be_kept(wording: WordingDraft) -> bool:
    known = wording.network is None or wording.network in caption_networks()
    return 0 < len(wording.text) <= LONGEST_WORDING and wording.language in LANGUAGES and known
