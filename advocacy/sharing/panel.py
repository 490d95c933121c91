"""What the share panel shows: suggestions with how often they were used, accounts, and the limits of each network."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from advocacy.approval.disclosure import disclosures_of
from advocacy.clock import utcnow
from advocacy.content.cards import domain_of
from advocacy.content.models import Attachment, Post, Wording
from advocacy.counting import count
from advocacy.db import db
from advocacy.networks import registry, spending
from advocacy.networks import service as networks
from advocacy.networks.base import Capabilities
from advocacy.networks.intents import Intent
from advocacy.networks.models import Account, AccountState
from advocacy.people.models import Person
from advocacy.sharing import service as sharing
from advocacy.sharing.good_moments import GoodMoment, in_words
from advocacy.sharing.planning import Offer, offer
from advocacy.sharing.showing import Showing, length_of_link, reshareable, showing_on
from advocacy.sharing.words import with_disclosure

ENDING_SOON = timedelta(days=10)


@dataclass(frozen=True)
class Place:
    """An account as a place to share on."""

    account: Account
    capabilities: Capabilities
    usable: bool
    on_its_way: bool
    ends_soon: bool
    ends: datetime | None
    """When its person has to connect again, whatever is renewed until then."""
    unpaid: bool
    """Whether the network takes money, and the month's budget for it is used up."""
    disclosure: str | None
    """What is added to a share there."""
    extra: int
    """How much the link takes of the room, where it stands in the text."""
    longest: int
    """How long a text may be there."""
    showing: Showing
    passes_on: bool
    """Whether the content is a post of this very network, which can be passed on."""

    @property
    def room(self) -> int:
        """How long a person's own words may be there, beside the link and what is added."""
        rule = self.capabilities.count_rule
        added = count(rule, with_disclosure("x", self.disclosure)) - count(rule, "x")
        return max(1, self.longest - self.extra - added)


@dataclass(frozen=True)
class Suggestion:
    """A suggested wording and how many colleagues went out with these very words."""

    wording: Wording
    network_label: str | None
    used_by: int


@dataclass(frozen=True)
class Panel:
    """All that the panel shows besides its form."""

    post: Post
    places: list[Place]
    offered: list[Capabilities]
    suggestions: list[Suggestion]
    moments: list[GoodMoment]
    offer: Offer
    intents: list[Intent]
    """Pages of networks that the person may open to post by hand."""

    @property
    def disclosures(self) -> list[str]:
        """What is added to shares, each text once."""
        return list(dict.fromkeys(place.disclosure for place in self.places if place.disclosure))

    @property
    def domain(self) -> str | None:
        """The host that the preview names."""
        return domain_of(self.post.link)


def panel_for(person: Person, post: Post) -> Panel:
    """The panel of `post` for `person`."""
    offered = [adapter.capabilities for adapter in registry.offered()]
    used, labels = sharing.colleagues_with_these_words(post), {one.name: one.label for one in offered}
    suggestions = [
        Suggestion(wording, labels.get(wording.network or ""), used.get(wording.id, 0)) for wording in post.wordings
    ]
    when = offer(person, post)
    places, by_hand = _places(person, post, offered), registry.offered_intents()
    return Panel(post, places, offered, suggestions, in_words(when.slots), when, by_hand)


def _places(person: Person, post: Post, offered: Sequence[Capabilities]) -> list[Place]:
    now, mine, disclosures = utcnow(), networks.accounts_of(person), disclosures_of(person)
    on_their_way, renewing = sharing.live_accounts(person, post.id), networks.renewable_ids(mine)
    unpaid, attachment = spending.exhausted_among(offered, now), db.session.get(Attachment, post.id)
    places = []
    for account in mine:
        adapter = registry.find_adapter(account.network)
        if adapter is None:
            continue
        showing = showing_on(adapter.capabilities, post, attachment)
        ends = account.refresh_expires_at if account.id in renewing else account.expires_at
        places.append(
            Place(
                account=account,
                capabilities=adapter.capabilities,
                usable=_is_usable(account, showing, unpaid),
                on_its_way=account.id in on_their_way,
                ends_soon=ends is not None and ends < now + ENDING_SOON,
                ends=ends,
                unpaid=account.network in unpaid,
                disclosure=disclosures.get(account.network, disclosures.get(None)),
                extra=length_of_link(adapter, account, linked=bool(post.link)),
                longest=sharing.longest_text(account, adapter.capabilities),
                showing=showing,
                passes_on=reshareable(adapter, post) is not None,
            )
        )
    return places


def _is_usable(account: Account, showing: Showing, unpaid: Collection[str]) -> bool:
    connected = account.state == AccountState.CONNECTED
    return connected and account.network not in unpaid and not showing.lacks_picture
