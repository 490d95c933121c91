"""LinkedIn: members' own posts by the versioned REST API, with the consent of each member."""

from collections.abc import Collection, Mapping

from advocacy import counting
from advocacy.networks.base import (
    ACTS,
    METRICS,
    Capabilities,
    Credentials,
    Departure,
    Figures,
    Grant,
    Outgoing,
    Prepared,
    Published,
    Reconnect,
    Rejected,
)
from advocacy.networks.linkedin import analytics, images, oauth, posts
from config.settings import Settings

POSTING = "w_member_social"
READING = "r_member_postAnalytics"

CAPABILITIES = Capabilities(
    name="linkedin",
    label="LinkedIn",
    icon="brand-linkedin",
    max_length=3000,
    count_rule="little-text",
    rewards_allowed=True,
    figures=frozenset(METRICS),
    can_remove=True,
    utm_source="linkedin",
    picture_width=552,
)


def offer(settings: Settings) -> "LinkedIn | None":
    """LinkedIn as the operator set it up; None without an app."""
    return LinkedIn(settings) if settings.linkedin_client_id and settings.linkedin_client_secret else None


class LinkedIn:
    """The adapter; see `base.Adapter` for what each method promises."""

    capabilities = CAPABILITIES

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def depart(self, redirect_uri: str, state: str) -> Departure:
        """Where the person gives consent."""
        return Departure(oauth.consent_url(self._settings, redirect_uri, state))

    def arrive(self, redirect_uri: str, answer: Mapping[str, str], kept: Mapping[str, str]) -> Grant:
        """The grant in the answer; nothing needs to be kept meanwhile."""
        return oauth.exchange(self._settings, redirect_uri, answer)

    def allows(self, scopes: Collection[str]) -> frozenset[str]:
        """What these scopes let Relais do."""
        return frozenset(act for act, scope in zip(ACTS, (POSTING, READING), strict=True) if scope in scopes)

    def renew(self, credentials: Credentials) -> Grant | None:
        """A fresh grant where the app receives refresh tokens."""
        return oauth.renew(self._settings, credentials)

    def revoke(self, credentials: Credentials) -> None:
        """End the grant at LinkedIn."""
        oauth.revoke(self._settings, credentials)

    def count(self, text: str) -> int:
        """Characters, the backslashes of little text too: which of the two lengths LinkedIn limits is unknown."""
        return counting.count(self.capabilities.count_rule, text)

    def prepare(self, credentials: Credentials, outgoing: Outgoing) -> Prepared:
        """Upload the picture, if there is one."""
        if outgoing.image is None:
            return Prepared()
        self._needs(POSTING, credentials)
        return images.upload(self._settings, credentials, outgoing.image, outgoing.key)

    def publish(self, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published:
        """Make the post."""
        self._needs(POSTING, credentials)
        if self.count(outgoing.text) > self.capabilities.max_length:
            raise Rejected("too_long")
        return posts.publish(self._settings, credentials, outgoing, prepared)

    def permalink(self, external_id: str) -> str:
        """Where a member sees that post."""
        return posts.permalink(self._settings, external_id)

    def remove(self, credentials: Credentials, external_id: str) -> None:
        """Delete the post."""
        self._needs(POSTING, credentials)
        posts.remove(self._settings, credentials, external_id)

    def measure(self, credentials: Credentials, external_id: str) -> Figures:
        """The post's figures, all None where the member did not grant them."""
        if READING not in credentials.scopes:
            return Figures(dict.fromkeys(METRICS), f"linkedin/{self._settings.linkedin_version}")
        return analytics.measure(self._settings, credentials, external_id)

    def _needs(self, scope: str, credentials: Credentials) -> None:
        if scope not in credentials.scopes:
            raise Reconnect("scope", scope)
