"""What a network is to Relais: one adapter a network, a closed set of failures, plain values in and out.

Adapters know nothing of the database and hold no transaction: they get credentials and words, they call, they answer or
raise one of the failures below. Nothing outside an adapter's own module names a network.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from advocacy.networks.failures import (
    BadCallback,
    ConsentRefused,
    Duplicate,
    NetworkFailure,
    Reconnect,
    Rejected,
    TryLater,
    Unconfirmed,
    UnknownApp,
    Unsettled,
)
from advocacy.networks.values import (
    ClientApp,
    Credentials,
    Departure,
    Figures,
    File,
    Grant,
    Kind,
    Outgoing,
    Picture,
    Prepared,
    Published,
)

__all__ = [
    "ACTS",
    "METRICS",
    "REMARKS",
    "Adapter",
    "BadCallback",
    "Capabilities",
    "ClientApp",
    "ConsentRefused",
    "Credentials",
    "Departure",
    "Duplicate",
    "Entry",
    "Figures",
    "File",
    "FileLimits",
    "Grant",
    "Kind",
    "NetworkFailure",
    "Outgoing",
    "Picture",
    "Prepared",
    "Published",
    "Reconnect",
    "Rejected",
    "Settling",
    "TryLater",
    "Unconfirmed",
    "UnknownApp",
    "Unsettled",
]


METRICS = ("impressions", "reach", "reactions", "comments", "reshares")
ACTS = ("publish", "measure")
REMARKS = ("no_files", "wide")
"""Of a grant: that pictures and videos can't be sent with it; that it opens more than Relais uses."""


class Entry(StrEnum):
    """A way to connect an account."""

    CONSENT = "consent"
    """The network's own page, at once."""
    SERVER = "server"
    """The network's own page, after the person said on which server their account is."""
    HANDLE = "handle"
    """The network's own page, after the person said what they are called there."""
    PASSWORD = "password"  # noqa: S105 - the name of a way, not a password
    """A password that the person made there for Relais alone."""


class Settling(StrEnum):
    """How it is found out whether a call without an answer was carried out."""

    ASK = "ask"
    """The network can be asked."""
    AGAIN = "again"
    """The same call with the same key does no harm, for a while."""
    DUPLICATE = "duplicate"
    """Sent again by the person, the network says that it is there already."""
    PERSON = "person"
    """Only by looking."""


@dataclass(frozen=True)
class FileLimits:
    """What a network takes of one kind of file."""

    largest: int
    """Bytes."""
    shortest: float = 0
    """Seconds of a video."""
    longest: float = 0
    pages: int = 0
    """Most pages of a document; 0: no limit said."""


@dataclass(frozen=True)
class Capabilities:
    """What the screens may offer and say of a network."""

    name: str
    """Machine word, as in URLs and rows."""
    label: str
    icon: str
    max_length: int
    count_rule: str
    """Which rule of `advocacy/counting.py` applies (static/relais.js has them too), as `Adapter.count` does."""
    rewards_allowed: bool
    """Whether the network's terms allow points for publishing there."""
    figures: frozenset[str]
    """Which of METRICS the network can ever give for a person's own post."""
    can_remove: bool
    utm_source: str
    can_revoke: bool = True
    """Whether a grant can be given back by a call; else only the person can withdraw it there."""
    entries: tuple[Entry, ...] = (Entry.CONSENT,)
    kinds: frozenset[Kind] = frozenset({Kind.TEXT, Kind.LINK, Kind.PICTURE})
    settling: Settling = Settling.PERSON
    most_pictures: int = 1
    largest_picture: int = 5_000_000
    """Bytes of one JPEG."""
    longest_alt: int = 1000
    needs_picture: bool = False
    """Whether nothing can be posted without a picture or video."""
    video: FileLimits | None = None
    document: FileLimits | None = None
    figures_for: str = ""
    """The network whose posts this one tells the figures of, where that takes a consent apart; nothing is published on
    this one then, and `kinds` is empty.
    """
    picture_shapes: tuple[float, float] | None = None
    """Width by height of the narrowest and the widest picture that it takes; None: any."""
    fetches_media: bool = False
    """Whether it fetches pictures and videos itself, from an address of ours that anybody can read."""
    tells_limits: bool = False
    """Whether it tells its own limits for an account (see `Adapter.limits`)."""
    link_in_text: bool = False
    """Whether the link stands in the text (and counts there) rather than beside it."""
    own_words: bool = False
    """Whether the network's terms forbid the same text on several accounts."""
    professional_only: bool = False
    """Whether only a business account or a page can be connected, not a private person's."""
    several_accounts: bool = False
    """Whether one person may well have several accounts there, and share on each."""
    usual_server: str = ""
    """The server that the operator suggests to people, where there are many."""
    asks_consent_to_match: bool = False
    """Whether its terms want an express yes before the member's name there is kept beside a person's."""
    prices: Mapping[str, int] = field(default_factory=dict)
    """What calls cost, in millionths of a dollar: publish, publish_link, picture, measure, connect. Empty: nothing."""
    monthly_budget: int | None = None
    """The most that the operator lets them cost in a month, in millionths of a dollar; None: no end."""
    budget: tuple[int, int] | None = None
    """Most posts in so many seconds for one account, where the network says so."""
    app_budget: tuple[int, int] | None = None
    """The same for everything that this app (at one server, where there are many) posts for everybody."""
    card_shape: str = "card"
    """In which shape (`content/crops.py`) it shows the picture of a link."""
    picture_shape: str = "square"
    """In which shape it shows a picture that comes without a link."""
    picture_width: int = 0
    """How many pixels across it shows a picture; fewer would be blurred. 0 where that is not known."""


class Adapter(Protocol):
    """One network. What calls it raises a NetworkFailure of the closed set; `count`, `permalink` and `allows` don't."""

    capabilities: Capabilities

    def register(self, host: str, redirect_uri: str) -> ClientApp | None:
        """Make Relais known to a server; None where the operator did that. Raises BadCallback for what is no server
        of this network, TryLater.
        """

    def depart(
        self, redirect_uri: str, state: str, entered: Mapping[str, str] | None = None, app: ClientApp | None = None
    ) -> Departure:
        """Where the person gives consent; `state` must come back unchanged. `entered`: server or handle, as typed.
        Raises BadCallback for a handle or server that leads nowhere, UnknownApp, TryLater.
        """

    def arrive(
        self, redirect_uri: str, answer: Mapping[str, str], kept: Mapping[str, str], app: ClientApp | None = None
    ) -> Grant:
        """The grant in the network's answer. Raises ConsentRefused, BadCallback, UnknownApp, TryLater."""

    def arrive_all(
        self, redirect_uri: str, answer: Mapping[str, str], kept: Mapping[str, str], app: ClientApp | None = None
    ) -> Sequence[Grant]:
        """As `arrive`, for networks where one consent may be for several accounts: the person picks one of them."""

    def sign_in(self, entered: Mapping[str, str]) -> Grant:
        """The grant for a handle and a password made for Relais. Raises BadCallback when refused, TryLater."""

    def allows(self, scopes: Collection[str]) -> frozenset[str]:
        """What a grant of these scopes lets Relais do, of ACTS. Asks nobody."""

    def remarks(self, scopes: Collection[str]) -> frozenset[str]:
        """What else its person should know of a grant of these scopes, of REMARKS. Asks nobody."""

    def renew(self, credentials: Credentials) -> Grant | None:
        """A fresh grant without the person; None where the network offers no such way. Raises Reconnect, TryLater."""

    def revoke(self, credentials: Credentials) -> None:
        """Have the network forget the grant; done already is done."""

    def is_one_consent(self, one: Credentials, other: Credentials) -> bool:
        """Whether giving back the one grant would take away the other as well. Asks nobody."""

    def limits(self, credentials: Credentials) -> dict[str, Any]:
        """What the network says of its own limits for this account (max_length, most_pictures, …); empty where it says
        nothing. Raises TryLater, Reconnect.
        """

    def count(self, text: str, link: str | None = None) -> int:
        """How long the network takes `text` to be, by its own rule, with the link where it stands in the text."""

    def reshareable(self, link: str) -> str | None:
        """The id of the network's post that this address shows, where such a post can be passed on."""

    def prepare(self, credentials: Credentials, outgoing: Outgoing, before: Prepared | None = None) -> Prepared:
        """Upload what the post needs; `before` is what an earlier call left. Safe to repeat. Raises TryLater,
        Reconnect, Rejected.
        """

    def publish(self, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published:
        """Make the post by one single call. Raises any failure; Unconfirmed whenever it may have been made."""

    def settle(self, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published | None:
        """Ask what became of a call without an answer: the post, or None where it certainly was not made. Raises
        Unsettled where the network can't tell, TryLater, Reconnect.
        """

    def permalink(self, external_id: str, credentials: Credentials | None = None) -> str:
        """Where a person sees that post."""

    def remove(self, credentials: Credentials, external_id: str) -> None:
        """Delete the post; gone already is done. Raises TryLater, Reconnect, Rejected."""

    def measure(self, credentials: Credentials, external_id: str) -> Figures:
        """What the network says of the post now. Raises TryLater, Reconnect, Rejected."""

    def concerns(self, now: datetime) -> Mapping[str, str]:
        """What the operator should look after soon, by machine word: a sentence for the log. The page of networks has
        one of its own for each word. Asks nobody.
        """

    def documents(self) -> Mapping[str, dict[str, Any]]:
        """JSON documents that Relais has to show in public for this network, by file name."""
