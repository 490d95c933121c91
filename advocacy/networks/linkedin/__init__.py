"""LinkedIn: members' own posts by the versioned REST API, with the consent of each member."""

from collections.abc import Collection, Mapping
from datetime import datetime

from advocacy.networks.base import (
    METRICS,
    Capabilities,
    Credentials,
    Figures,
    FileLimits,
    Kind,
    Outgoing,
    Prepared,
    Published,
    Rejected,
    Settling,
)
from advocacy.networks.linkedin import documents, identity, images, posts, reshares, version, videos
from advocacy.networks.linkedin.analytics import READING, measure
from advocacy.networks.linkedin.apps import posting_app
from advocacy.networks.linkedin.consent import OfOneApp
from advocacy.networks.linkedin.doubt import certain
from advocacy.networks.linkedin.second_app import LinkedInAnalytics, offer_analytics
from config.settings import Settings

__all__ = ["CAPABILITIES", "POSTING", "READING", "LinkedIn", "LinkedInAnalytics", "offer", "offer_analytics"]

POSTING = "w_member_social"

CAPABILITIES = Capabilities(
    name="linkedin",
    label="LinkedIn",
    icon="brand-linkedin",
    max_length=3000,
    count_rule="little-text",
    rewards_allowed=True,
    figures=frozenset(METRICS),
    can_remove=True,
    kinds=frozenset(Kind),
    settling=Settling.DUPLICATE,
    most_pictures=images.MOST,
    longest_alt=4086,
    largest_picture=images.LARGEST,
    video=FileLimits(500_000_000, shortest=3, longest=1800),
    document=FileLimits(100_000_000, pages=300),
    budget=(150, 86_400),
    app_budget=(100_000, 86_400),
    utm_source="linkedin",
    picture_width=552,
)


def offer(settings: Settings) -> "LinkedIn | None":
    """LinkedIn as the operator set it up; None without an app."""
    return LinkedIn(settings) if posting_app(settings) is not None else None


class LinkedIn(OfOneApp):
    """The adapter; see `base.Adapter` for what each method promises."""

    capabilities, posting, measuring = CAPABILITIES, (POSTING,), READING

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, posting_app, identity.by_userinfo)

    def remarks(self, scopes: Collection[str]) -> frozenset[str]:
        """Who may post may also like and comment."""
        return frozenset({"wide"} if POSTING in scopes else ())

    def reshareable(self, link: str) -> str | None:
        """The URN of the post that this address shows."""
        return reshares.reshareable(link, self._settings.linkedin_site_url)

    def prepare(self, credentials: Credentials, outgoing: Outgoing, before: Prepared | None = None) -> Prepared:
        """Upload what the post shows, if it shows anything; a video is then waited for."""
        self._check(credentials, outgoing)
        file, settings, key = outgoing.file, self._settings, outgoing.key
        if outgoing.reshare_of or not (file or outgoing.pictures):
            return Prepared()
        with certain(settings, self._app, credentials):
            if file is None:
                wanted = outgoing.pictures[:1] if outgoing.link else outgoing.pictures
                return images.upload(settings, credentials, wanted, key)
            if file.kind is Kind.DOCUMENT:
                return documents.upload(settings, credentials, file, key)
            return videos.prepare(settings, credentials, file, key, before)

    def publish(self, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published:
        """Make the post."""
        self._check(credentials, outgoing)
        with certain(self._settings, self._app, credentials):
            return posts.publish(self._settings, credentials, outgoing, prepared)

    def remove(self, credentials: Credentials, external_id: str) -> None:
        """Delete the post."""
        self._needs((POSTING,), credentials)
        with certain(self._settings, self._app, credentials):
            posts.remove(self._settings, credentials, external_id)

    def measure(self, credentials: Credentials, external_id: str) -> Figures:
        """The post's figures, all None where the member did not grant them."""
        if READING not in credentials.scopes:
            return Figures(dict.fromkeys(METRICS), f"linkedin/{self._settings.linkedin_version}")
        with certain(self._settings, self._app, credentials):
            return measure(self._settings, credentials, external_id)

    def concerns(self, now: datetime) -> Mapping[str, str]:
        """That the version of the API comes to its end."""
        said = version.concern_of(self._settings.linkedin_version, now.date())
        return {"version_ends": said} if said else {}

    def _check(self, credentials: Credentials, outgoing: Outgoing) -> None:
        self._needs((POSTING,), credentials)
        if self.count(outgoing.text) > self.capabilities.max_length:
            raise Rejected("too_long")
