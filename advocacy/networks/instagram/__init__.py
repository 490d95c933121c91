"""Instagram, for professional accounts: pictures and reels with the consent of each; a container, then the post."""

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
from advocacy.networks.instagram import oauth, posts
from config.settings import Settings

BASIC, POSTING, MEASURING = (
    "instagram_business_basic",
    "instagram_business_content_publish",
    "instagram_business_manage_insights",
)

CAPABILITIES = Capabilities(
    name="instagram",
    label="Instagram",
    icon="brand-instagram",
    max_length=posts.LONGEST_TEXT,
    count_rule="characters",
    rewards_allowed=True,
    figures=frozenset({"impressions", "reach", "reactions", "comments", "reshares"}),
    can_remove=False,
    can_revoke=False,
    utm_source="instagram",
    kinds=frozenset({Kind.PICTURE, Kind.PICTURES, Kind.VIDEO}),
    settling=Settling.ASK,
    most_pictures=posts.MOST_PICTURES,
    largest_picture=8_000_000,
    longest_alt=posts.LONGEST_ALT,
    needs_picture=True,
    picture_shapes=posts.SHAPES,
    fetches_media=True,
    video=FileLimits(300_000_000, shortest=3, longest=900),
    link_in_text=True,
    professional_only=True,
    budget=(50, 86_400),
)


def offer(settings: Settings) -> "Instagram | None":
    """Instagram as the operator set it up; None without an app."""
    return Instagram(settings) if settings.instagram_client_id else None


class Instagram(Defaults):
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
        """The grant in the answer, its token made one of two months. Raises BadCallback for a private account."""
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
        """How many posts a day the network takes of this account, and how many it took."""
        return posts.limits(self._settings, credentials)

    def prepare(self, credentials: Credentials, outgoing: Outgoing, before: Prepared | None = None) -> Prepared:
        """Make the container; called again while the network is at work on it."""
        self._needs((BASIC, POSTING), credentials)
        longest = int(credentials.limits.get("max_length", self.capabilities.max_length))
        if self.count(outgoing.text, outgoing.link) > longest:
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
        """Where everybody sees that post; the account's page where its address is not known."""
        return posts.permalink(self._settings, external_id, credentials.handle if credentials else "")

    def remove(self, credentials: Credentials, external_id: str) -> None:
        """There is no call for that. Raises Rejected."""
        raise Rejected("cannot_remove")

    def measure(self, credentials: Credentials, external_id: str) -> Figures:
        """Views, accounts reached, likes, comments, shares."""
        return posts.measure(self._settings, credentials, external_id, allowed=MEASURING in credentials.scopes)

    def _needs(self, scopes: Collection[str], credentials: Credentials) -> None:
        missing = sorted(set(scopes) - set(credentials.scopes))
        if missing:
            raise Reconnect("scope", " ".join(missing))
