"""The feed as its page shows it: tabs, cards with what the person did with each post, and what is new."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from advocacy import formats
from advocacy.clock import local_day, utcnow
from advocacy.content import service as content
from advocacy.content.campaigns import get_campaign
from advocacy.content.cards import card
from advocacy.content.cursor import Cursor
from advocacy.content.feed import MOST_COUNTED
from advocacy.content.models import Campaign, Post
from advocacy.networks import registry
from advocacy.people.models import Organisation, Person
from advocacy.sharing import service as sharing
from advocacy.sharing.models import ShareState
from config import points

PAGE: Final = 20
_EARNED: Final = (ShareState.PUBLISHED.value, ShareState.REMOVED.value)


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the feed, as its link shows it."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Posts of the feed, as they were asked for."""

    tab: str
    campaign: Campaign | None
    page: content.FeedPage

    @property
    def post_ids(self) -> list[int]:
        """Which posts they are."""
        return [post.id for post in self.page.posts]


@dataclass(frozen=True, slots=True)
class Feed:
    """Some cards of the feed (see templates/parts/post.html), and where the next ones begin."""

    tab: str
    campaign: Campaign | None
    """The campaign that was asked for; then the tab stands for everything."""
    cards: list[dict[str, Any]]
    next_cursor: Cursor | None


def ask_feed(person: Person, tab: str = "all", before: Cursor | None = None, campaign_id: int | None = None) -> Asked:
    """The posts of a tab, or of a campaign, after `before`. Raises BadRequest for a tab that there is not, NotFound for
    a campaign that is not the person's to know of."""
    campaign = get_campaign(person, campaign_id) if campaign_id is not None else None
    tab = "all" if campaign else tab
    return Asked(tab, campaign, content.feed_for(person, before=before, limit=PAGE, tab=tab, campaign_id=campaign_id))


def feed_of(person: Person, language: str, asked: Asked, states: Mapping[int, str]) -> Feed:
    """The cards of the posts, for a reader of `language`; `states` of the person's newest shares, by post."""
    page = asked.page
    earns = points.SHARE if any(network.capabilities.rewards_allowed for network in registry.offered()) else None
    cards = []
    for post in page.posts:
        shown = card(post, language, saved=post.id in page.saved)
        state = states.get(post.id)
        cards.append(
            {
                **shown,
                "wordings": _mine_first(person, shown["wordings"]),
                "my_share_state": state,
                "points": None if state in _EARNED else earns,
            }
        )
    return Feed(asked.tab, asked.campaign, cards, page.next_cursor)


def _mine_first(person: Person, wordings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Suggestions in a language the person shares in, where there are any; else all of them."""
    return [wording for wording in wordings if wording["language"] in person.languages] or wordings


def tabs_of(person: Person, programme: Organisation) -> list[Tab]:
    """The tabs of the person's feed. Who works at the head of the programme has no body of their own beside it."""
    home = person.organisation
    tabs = [Tab("all", _("For you")), Tab("programme", programme.name)]
    if home.id != programme.id:
        tabs.append(Tab("organisation", home.name))
    return [*tabs, Tab("groups", _("My groups")), Tab("topics", _("My topics")), Tab("saved", _("Saved"))]


def programme_of(person: Person) -> Organisation:
    """The root of the person's organisation."""
    return person.organisation.root


def greeting(person: Person) -> str:
    """Hello, by first name."""
    return str(_("Hello %(name)s", name=person.name.split()[0]))


def whats_new(person: Person, since: datetime | None) -> str:
    """What came since the person was here last, in one sentence; one that counts nothing where that is not known."""
    advice = str(_("Take what speaks to you, leave the rest."))
    if since is None:
        return advice
    count, day = content.count_new(person, since), _since(person, since)
    if count >= MOST_COUNTED:
        return str(_("Many new things since %(day)s.", day=day)) + " " + advice
    if count == 0:
        return str(_("Nothing new since %(day)s, and that is fine.", day=day))
    counted = ngettext("%(num)d new thing since %(day)s.", "%(num)d new things since %(day)s.", count, day=day)
    return f"{counted} {advice}"


def _since(person: Person, moment: datetime) -> str:
    """`yesterday`, `Tuesday` within a week, then the date, on the person's calendar."""
    locale = get_locale() or Locale("en")
    day, today = local_day(moment, person.time_zone), local_day(utcnow(), person.time_zone)
    days = (today - day).days
    if days <= 1:
        return str(_("yesterday"))
    if days < 7:
        return format_date(day, "EEEE", locale=locale)
    return formats.day(day, locale, ZoneInfo(person.time_zone), today)


def first_post_for(person: Person, language: str) -> Post | None:
    """A post to begin with: among the newest that the person has not shared, the one nearest to their topics and
    languages; None where there is nothing to share."""
    posts = [post for post in content.feed_for(person, limit=PAGE).posts if post.link or post.wordings]
    shared = sharing.shared_posts(person, [post.id for post in posts])
    liked = content.followed_topics(person)
    fresh = [post for post in posts if post.id not in shared]

    def nearness(post: Post) -> tuple[bool, int, bool]:
        common = len(liked.intersection(topic.id for topic in post.topics))
        return post.language in person.languages, common, post.language == language

    return max(fresh, key=nearness, default=None)
