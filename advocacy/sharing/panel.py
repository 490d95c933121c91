"""What the share panel shows: suggestions with how often they were used, accounts, and the limits of each network."""

from dataclasses import dataclass
from datetime import timedelta

from advocacy.approval.disclosure import disclosures_of
from advocacy.clock import utcnow
from advocacy.content.cards import domain_of
from advocacy.content.models import Post, Wording
from advocacy.networks import registry
from advocacy.networks import service as networks
from advocacy.networks.base import Capabilities
from advocacy.networks.models import Account, AccountState
from advocacy.people.models import Person
from advocacy.sharing import service as sharing
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
    disclosure: str | None
    """What is added to a share there."""
    extra: int
    """Characters that the server adds to the text."""


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
    now, used = utcnow(), sharing.colleagues_with_these_words(post)
    on_their_way, disclosures = sharing.live_accounts(person, post.id), disclosures_of(person)
    places = []
    for account in networks.accounts_of(person):
        adapter = registry.find_adapter(account.network)
        if adapter is None:
            continue
        added = disclosures.get(account.network, disclosures.get(None))
        ends_soon = account.expires_at is not None and account.expires_at < now + ENDING_SOON
        places.append(
            Place(
                account=account,
                capabilities=adapter.capabilities,
                usable=account.state == AccountState.CONNECTED,
                on_its_way=account.id in on_their_way,
                ends_soon=ends_soon,
                disclosure=added,
                extra=len(with_disclosure("x", added)) - 1,
            )
        )
    labels = {adapter.capabilities.name: adapter.capabilities.label for adapter in registry.offered()}
    suggestions = [
        Suggestion(wording, labels.get(wording.network or ""), used.get(wording.id, 0)) for wording in post.wordings
    ]
    offered = [adapter.capabilities for adapter in registry.offered()]
    return Panel(post, places, offered, suggestions)
