"""Threads: posts of members by its own API, with the consent of each; a container first, then the post."""

from collections.abc import Collection, Mapping
from typing import Any

from advocacy.networks.base import (
    Capabilities,
    ClientApp,
    Credentials,
    Departure,
    Figures,
    FileLimits,
    Grant,
    Kind,
    Outgoing,
    Prepared,
    Published,
    Reconnect,
    Rejected,
    Settling,
)
from advocacy.networks.defaults import Defaults
from advocacy.networks.threads import oauth, posts
from config.settings import Settings

BASIC, POSTING, MEASURING, DELETING = (
    "threads_basic",
    "threads_content_publish",
    "threads_manage_insights",
    "threads_delete",
)

CAPABILITIES = Capabilities(
    name="threads",
    label="Threads",
    icon="brand-threads",
    max_length=posts.LONGEST_TEXT,
    count_rule="characters",
    rewards_allowed=True,
    figures=frozenset({"impressions", "reactions", "comments", "reshares"}),
    can_remove=True,
    can_revoke=False,
    utm_source="threads",
    kinds=frozenset({Kind.TEXT, Kind.LINK, Kind.PICTURE, Kind.PICTURES, Kind.VIDEO}),
    settling=Settling.ASK,
    most_pictures=posts.MOST_PICTURES,
    largest_picture=8_000_000,
    longest_alt=posts.LONGEST_ALT,
    picture_shapes=(0.1, 10.0),
    fetches_media=True,
    video=FileLimits(1_000_000_000, longest=300),
    budget=(250, 86_400),
)


def offer(settings: Settings) -> "Threads | None":
    """Threads as the operator set it up; None without an app."""
    return Threads(settings) if settings.threads_client_id else None


class Threads(Defaults):
    """The adapter; see `base.Adapter` for what each method promises."""

    capabilities = CAPABILITIES

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def depart(
        self, redirect_uri: str, state: str, entered: Mapping[str, str] | None = None, app: ClientApp | None = None
    ) -> Departure:
        """Where the person gives consent."""
        return oauth.depart(self._settings, redirect_uri, state)

    def arrive(
        self, redirect_uri: str, answer: Mapping[str, str], kept: Mapping[str, str], app: ClientApp | None = None
    ) -> Grant:
        """The grant in the answer, its token made one of two months."""
        return oauth.exchange(self._settings, redirect_uri, answer)

    def allows(self, scopes: Collection[str]) -> frozenset[str]:
        """What these scopes let Relais do."""
        may = {"publish"} if {BASIC, POSTING} <= set(scopes) else set()
        return frozenset(may | ({"measure"} if MEASURING in scopes else set()))

    def renew(self, credentials: Credentials) -> Grant | None:
        """A fresh token for one that still lives: there is no other to renew it by."""
        return oauth.renew(self._settings, credentials)

    def revoke(self, credentials: Credentials) -> None:
        """There is no call for that: the member withdraws it in their settings there."""

    def limits(self, credentials: Credentials) -> dict[str, Any]:
        """How many posts a day the network takes of this member, and how many it took."""
        return posts.limits(self._settings, credentials)

    def prepare(self, credentials: Credentials, outgoing: Outgoing, before: Prepared | None = None) -> Prepared:
        """Make the container; called again while the network is at work on it."""
        self._needs((BASIC, POSTING), credentials)
        longest = int(credentials.limits.get("max_length", self.capabilities.max_length))
        if self.count(posts.text_of(outgoing)) > longest:
            raise Rejected("too_long")
        return posts.prepare(self._settings, credentials, outgoing, before)

    def publish(self, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published:
        """Make the container a post."""
        self._needs((BASIC, POSTING), credentials)
        return posts.publish(self._settings, credentials, outgoing, prepared)

    def settle(self, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published | None:
        """Ask the container what became of it."""
        return posts.settle(self._settings, credentials, outgoing, prepared)

    def permalink(self, external_id: str, credentials: Credentials | None = None) -> str:
        """Where everybody sees that post; the member's page where its address is not known."""
        return posts.permalink(self._settings, external_id, credentials.handle if credentials else "")

    def remove(self, credentials: Credentials, external_id: str) -> None:
        """Delete the post."""
        self._needs((BASIC, DELETING), credentials)
        posts.remove(self._settings, credentials, external_id)

    def measure(self, credentials: Credentials, external_id: str) -> Figures:
        """Views, likes, replies, reposts with quotes; people reached are never told."""
        return posts.measure(self._settings, credentials, external_id, allowed=MEASURING in credentials.scopes)

    def _needs(self, scopes: Collection[str], credentials: Credentials) -> None:
        missing = sorted(set(scopes) - set(credentials.scopes))
        if missing:
            raise Reconnect("scope", " ".join(missing))
