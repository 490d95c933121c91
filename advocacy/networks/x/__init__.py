"""X: posts of members by API v2, with the consent of each, paid by the call."""

from collections.abc import Collection, Mapping
from dataclasses import replace

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
    Rejected,
    Settling,
)
from advocacy.networks.defaults import Defaults
from advocacy.networks.x import media, oauth, posts
from config.settings import Settings

POSTING = ("tweet.write", "tweet.read", "users.read")
UPLOADING = "media.write"
READING = "tweet.read"

CAPABILITIES = Capabilities(
    name="x",
    label="X",
    icon="brand-x",
    max_length=280,
    count_rule="weighted",
    rewards_allowed=False,
    figures=frozenset({"impressions", "reactions", "comments", "reshares"}),
    can_remove=True,
    utm_source="x",
    kinds=frozenset({Kind.TEXT, Kind.LINK, Kind.PICTURE, Kind.PICTURES, Kind.VIDEO}),
    settling=Settling.PERSON,
    most_pictures=media.MOST_PICTURES,
    largest_picture=media.LARGEST_PICTURE,
    longest_alt=media.LONGEST_ALT,
    video=FileLimits(media.LARGEST_VIDEO, shortest=0.5, longest=140),
    link_in_text=True,
    own_words=True,
    asks_consent_to_match=True,
    budget=(100, 900),
    app_budget=(10_000, 86_400),
)


def offer(settings: Settings) -> "X | None":
    """X as the operator set it up; None without an app."""
    return X(settings) if settings.x_client_id else None


class X(Defaults):
    """The adapter; see `base.Adapter` for what each method promises."""

    posting, measuring = POSTING, READING

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        prices = {
            "publish": settings.x_price_publish,
            "publish_link": settings.x_price_publish_link,
            "picture": settings.x_price_picture,
            "measure": settings.x_price_measure,
            "connect": settings.x_price_connect,
        }
        most = None if settings.x_monthly_budget is None else round(settings.x_monthly_budget * 1_000_000)
        self.capabilities = replace(CAPABILITIES, prices=prices, monthly_budget=most)

    def depart(
        self, redirect_uri: str, state: str, entered: Mapping[str, str] | None = None, app: ClientApp | None = None
    ) -> Departure:
        """Where the person gives consent."""
        return oauth.depart(self._settings, redirect_uri, state)

    def arrive(
        self, redirect_uri: str, answer: Mapping[str, str], kept: Mapping[str, str], app: ClientApp | None = None
    ) -> Grant:
        """The grant in the answer, within the 30 seconds that its code lives."""
        return oauth.exchange(self._settings, redirect_uri, answer, kept)

    def remarks(self, scopes: Collection[str]) -> frozenset[str]:
        """Media are granted apart; who may post may also read what the member sees."""
        found = {"wide"} if READING in scopes else set()
        return frozenset(found if UPLOADING in scopes else found | {"no_files"})

    def renew(self, credentials: Credentials) -> Grant | None:
        """Fresh tokens; the old refresh token is used up."""
        return oauth.renew(self._settings, credentials)

    def revoke(self, credentials: Credentials) -> None:
        """End the grant at X."""
        oauth.revoke(self._settings, credentials)

    def prepare(self, credentials: Credentials, outgoing: Outgoing, before: Prepared | None = None) -> Prepared:
        """Upload pictures or a video; called again while X is at work on it."""
        if not media.wanted(outgoing):
            return Prepared()
        self._needs((UPLOADING,), credentials)
        if before is not None:
            return media.look(self._settings, credentials, before, outgoing.key)
        return media.upload(self._settings, credentials, outgoing)

    def publish(self, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published:
        """Make the post."""
        self._needs(POSTING, credentials)
        longest = int(credentials.limits.get("max_length", self.capabilities.max_length))
        if self.count(outgoing.text, outgoing.link) > longest:
            raise Rejected("too_long")
        if posts.too_many_cashtags(outgoing.text):
            raise Rejected("cashtags")
        return posts.publish(self._settings, credentials, outgoing, prepared)

    def permalink(self, external_id: str, credentials: Credentials | None = None) -> str:
        """Where everybody sees that post."""
        return posts.permalink(self._settings, external_id, credentials.handle if credentials else "")

    def remove(self, credentials: Credentials, external_id: str) -> None:
        """Delete the post."""
        self._needs(POSTING, credentials)
        posts.remove(self._settings, credentials, external_id)

    def measure(self, credentials: Credentials, external_id: str) -> Figures:
        """The figures that everybody sees; people reached are never told."""
        self._needs((READING,), credentials)
        return posts.measure(self._settings, credentials, external_id)
