"""What goes in and out of an adapter: plain values, detached from the database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from advocacy.sealing import Secret


class Kind(StrEnum):
    """What a post may carry beside its text."""

    TEXT = "text"
    LINK = "link"
    PICTURE = "picture"
    PICTURES = "pictures"
    VIDEO = "video"
    DOCUMENT = "document"
    RESHARE = "reshare"


@dataclass(frozen=True)
class ClientApp:
    """Relais as a network's server knows it, where each server has to be told of it first."""

    client_id: str
    client_secret: Secret
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Credentials:
    """What an adapter needs to act for an account; detached from the database."""

    external_id: str
    access_token: Secret
    scopes: tuple[str, ...] = ()
    host: str = ""
    """The server, for networks that have many: host, and port where it is not the usual one."""
    refresh_token: Secret | None = None
    refresh_expires_at: datetime | None = None
    handle: str = ""
    """What the member is called in addresses there, without @."""
    key: Secret | None = None
    """What else the adapter needs to keep with the grant, in a form of its own."""
    app: ClientApp | None = None
    limits: Mapping[str, Any] = field(default_factory=dict)
    """What `Adapter.limits` last said."""


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
    handle: str = ""
    key: Secret | None = None
    renew_at: datetime | None = None
    """When a worker should renew it though nobody uses it; None: a week before it ends, if it does."""


@dataclass(frozen=True)
class Departure:
    """Where to send the person for their consent, and what to keep until they are back (it may be secret)."""

    url: str
    keep: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Picture:
    """A picture on its way out, read only when it is needed."""

    load: Callable[[], bytes]
    """JPEG, cut to the network's shape; no transaction may be open. Raises `ImageMissing`."""
    alt: str = ""
    address: str = ""
    """Where a network that fetches pictures itself finds it; signed, for a while. Empty where there is none."""


@dataclass(frozen=True)
class File:
    """A video or document on its way out."""

    kind: Kind
    """VIDEO or DOCUMENT."""
    path: Path
    name: str
    mimetype: str
    size: int
    """Bytes."""
    seconds: float | None = None
    alt: str = ""
    address: str = ""
    """As of a picture."""


@dataclass(frozen=True)
class Outgoing:
    """A share as it is to stand on the network: raw text, short link, preview. `key` names this share for good."""

    key: str
    text: str
    language: str
    made_at: datetime | None = None
    """When the person made the share: the same at each attempt (aware UTC)."""
    link: str | None = None
    link_title: str = ""
    link_description: str = ""
    pictures: tuple[Picture, ...] = ()
    """With a link: the picture of its card, one at most. Without one: what the post shows, in this order."""
    file: File | None = None
    """Shown instead of pictures and card, where the network takes it."""
    reshare_of: str | None = None
    """The network's id of the post that this one passes on."""


@dataclass(frozen=True)
class Prepared:
    """What `prepare` left at the network for this share: JSON facts, and when they may be used."""

    facts: dict[str, Any] = field(default_factory=dict)
    ready_at: datetime | None = None
    complete: bool = True
    """False: at `ready_at`, `prepare` wants to be called again with this (the network is still at work)."""


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
