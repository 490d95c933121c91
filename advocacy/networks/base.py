"""What a network is to Relais: one adapter a network, a closed set of failures, plain values in and out.

Adapters know nothing of the database and hold no transaction: they get credentials and words, they call, they answer or
raise one of the failures below. Nothing outside an adapter's own module names a network.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from advocacy.sealing import Secret


class NetworkFailure(Exception):
    """A network did not do what was asked. `reason` is a machine word, `detail` the network's own words, cut short."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail[:500]


class TryLater(NetworkFailure):
    """Certainly not done, and worth another try at `after` (aware UTC)."""

    def __init__(self, reason: str, after: datetime, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.after = after


class Reconnect(NetworkFailure):
    """Certainly not done: the grant is gone, or does not cover this; only the person can mend it."""


class Rejected(NetworkFailure):
    """Certainly not done, and would not be by trying again."""


class Duplicate(Rejected):
    """Refused because the same thing is already there, as `external_id`."""

    def __init__(self, external_id: str, detail: str = "") -> None:
        super().__init__("duplicate", detail)
        self.external_id = external_id


class Unconfirmed(NetworkFailure):
    """May have been done: the request was sent and no answer tells. Never to be sent again by itself."""


class ConsentRefused(NetworkFailure):
    """The person said no on the network's own page."""


class BadCallback(NetworkFailure):
    """The network sent the person back with something that can't be a grant (made up, replayed, expired)."""


@dataclass(frozen=True)
class Credentials:
    """What an adapter needs to act for an account; detached from the database."""

    external_id: str
    access_token: Secret
    scopes: tuple[str, ...] = ()
    host: str = ""
    refresh_token: Secret | None = None
    refresh_expires_at: datetime | None = None


@dataclass(frozen=True)
class Grant:
    """What a person's consent brought: whom it is for, the tokens, until when. Tokens are never logged."""

    external_id: str
    name: str
    access_token: Secret
    scopes: tuple[str, ...]
    expires_at: datetime | None = None
    refresh_token: Secret | None = None
    refresh_expires_at: datetime | None = None
    host: str = ""


@dataclass(frozen=True)
class Departure:
    """Where to send the person for their consent, and what to keep in their session until they are back."""

    url: str
    keep: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outgoing:
    """A share as it is to stand on the network: raw text, short link, preview. `key` names this share for good."""

    key: str
    text: str
    language: str
    link: str | None = None
    link_title: str = ""
    link_description: str = ""
    image: bytes | None = None
    """JPEG of the picture, or None."""
    image_alt: str = ""


@dataclass(frozen=True)
class Prepared:
    """What `prepare` left at the network for this share: JSON facts, and when they may be used."""

    facts: dict[str, Any] = field(default_factory=dict)
    ready_at: datetime | None = None


@dataclass(frozen=True)
class Published:
    """Where the post stands now."""

    external_id: str
    url: str


@dataclass(frozen=True)
class Figures:
    """What a network says of a post. A missing metric is None: not given, not allowed, not yet; 0 is measured."""

    values: Mapping[str, int | None]
    source: str


METRICS = ("impressions", "reach", "reactions", "comments", "reshares")
ACTS = ("publish", "measure")


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
    card_shape: str = "card"
    """In which shape (`content/crops.py`) it shows the picture of a link."""
    picture_shape: str = "square"
    """In which shape it shows a picture that comes without a link."""
    picture_width: int = 0
    """How many pixels across it shows a picture; fewer would be blurred. 0 where that is not known."""


class Adapter(Protocol):
    """One network. What calls it raises a NetworkFailure of the closed set; `count` and `permalink` don't call."""

    capabilities: Capabilities

    def depart(self, redirect_uri: str, state: str) -> Departure:
        """Where the person gives consent; `state` must come back unchanged."""

    def arrive(self, redirect_uri: str, answer: Mapping[str, str], kept: Mapping[str, str]) -> Grant:
        """The grant in the network's answer. Raises ConsentRefused, BadCallback, TryLater."""

    def allows(self, scopes: Collection[str]) -> frozenset[str]:
        """What a grant of these scopes lets Relais do, of ACTS. Asks nobody."""

    def renew(self, credentials: Credentials) -> Grant | None:
        """A fresh grant without the person; None where the network offers no such way. Raises Reconnect, TryLater."""

    def revoke(self, credentials: Credentials) -> None:
        """Have the network forget the grant; done already is done."""

    def count(self, text: str) -> int:
        """How long the network takes `text` to be, by its own rule."""

    def prepare(self, credentials: Credentials, outgoing: Outgoing) -> Prepared:
        """Upload what the post needs. Safe to repeat. Raises TryLater, Reconnect, Rejected."""

    def publish(self, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published:
        """Make the post by one single call. Raises any failure; Unconfirmed whenever it may have been made."""

    def permalink(self, external_id: str) -> str:
        """Where a person sees that post."""

    def remove(self, credentials: Credentials, external_id: str) -> None:
        """Delete the post; gone already is done. Raises TryLater, Reconnect, Rejected."""

    def measure(self, credentials: Credentials, external_id: str) -> Figures:
        """What the network says of the post now. Raises TryLater, Reconnect, Rejected."""
