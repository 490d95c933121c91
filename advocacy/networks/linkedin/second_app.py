"""A second consent, for figures alone: LinkedIn gives its analytics to an app that does nothing else.

It is a network of its own to Relais, with accounts of its own, on which nothing is published. It answers for posts of
the first app by their URN; a person's id is another one in each app, so accounts are joined by their person.
"""

from collections.abc import Collection

from advocacy.networks.base import (
    METRICS,
    Capabilities,
    Credentials,
    Figures,
    Outgoing,
    Prepared,
    Published,
    Reconnect,
    Rejected,
)
from advocacy.networks.linkedin import identity
from advocacy.networks.linkedin.analytics import READING, measure
from advocacy.networks.linkedin.apps import analytics_app
from advocacy.networks.linkedin.consent import OfOneApp
from advocacy.networks.linkedin.doubt import certain
from config.settings import Settings

ANALYTICS = Capabilities(
    name="linkedin-analytics",
    label="LinkedIn Analytics",
    icon="brand-linkedin",
    max_length=0,
    count_rule="little-text",
    rewards_allowed=False,
    figures=frozenset(METRICS),
    can_remove=False,
    kinds=frozenset(),
    figures_for="linkedin",
    utm_source="linkedin",
)


def offer_analytics(settings: Settings) -> "LinkedInAnalytics | None":
    """The second consent as the operator set it up; None without a second app."""
    return LinkedInAnalytics(settings) if analytics_app(settings) is not None else None


class LinkedInAnalytics(OfOneApp):
    """The adapter; see `base.Adapter` for what each method promises. It publishes nothing."""

    capabilities = ANALYTICS

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, analytics_app, identity.by_me)

    def allows(self, scopes: Collection[str]) -> frozenset[str]:
        """To read figures, at most."""
        return frozenset({"measure"} if READING in scopes else ())

    def prepare(self, credentials: Credentials, outgoing: Outgoing, before: Prepared | None = None) -> Prepared:
        """Nothing is published here."""
        raise Rejected("not_offered")

    def publish(self, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published:
        """Nothing is published here."""
        raise Rejected("not_offered")

    def remove(self, credentials: Credentials, external_id: str) -> None:
        """Nothing is removed here."""
        raise Rejected("not_offered")

    def measure(self, credentials: Credentials, external_id: str) -> Figures:
        """The figures of a post that the member made by the first app."""
        if READING not in credentials.scopes:
            raise Reconnect("scope", READING)
        with certain(self._settings, self._app, credentials):
            return measure(self._settings, credentials, external_id)
