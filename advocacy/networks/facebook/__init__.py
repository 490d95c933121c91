"""Facebook Pages: posts of a Page by a person who looks after it. Personal profiles have no API at all."""

from collections.abc import Mapping, Sequence

from advocacy.networks.base import (
    Capabilities,
    ClientApp,
    Credentials,
    Departure,
    Figures,
    Grant,
    Kind,
    Outgoing,
    Prepared,
    Published,
    Rejected,
    Settling,
)
from advocacy.networks.defaults import Defaults
from advocacy.networks.facebook import oauth, posts
from config.settings import Settings

POSTING = ("pages_manage_posts", "pages_read_engagement")
MEASURING = "read_insights"

CAPABILITIES = Capabilities(
    name="facebook",
    label="Facebook Page",
    icon="brand-facebook",
    max_length=posts.LONGEST_TEXT,
    count_rule="characters",
    rewards_allowed=True,
    figures=frozenset({"impressions", "reach", "reactions"}),
    can_remove=True,
    utm_source="facebook",
    kinds=frozenset({Kind.TEXT, Kind.LINK, Kind.PICTURE, Kind.PICTURES}),
    settling=Settling.PERSON,
    most_pictures=posts.MOST_PICTURES,
    largest_picture=posts.LARGEST_PICTURE,
    longest_alt=posts.LONGEST_ALT,
    professional_only=True,
    several_accounts=True,
)


def offer(settings: Settings) -> "Facebook | None":
    """Facebook Pages as the operator set it up; None without an app."""
    return Facebook(settings) if settings.facebook_client_id else None


class Facebook(Defaults):
    """The adapter; see `base.Adapter` for what each method promises."""

    capabilities, posting, measuring = CAPABILITIES, POSTING, MEASURING

    def depart(
        self, redirect_uri: str, state: str, entered: Mapping[str, str] | None = None, app: ClientApp | None = None
    ) -> Departure:
        """Where the person gives consent."""
        return oauth.depart(self._settings, redirect_uri, state)

    def arrive(
        self, redirect_uri: str, answer: Mapping[str, str], kept: Mapping[str, str], app: ClientApp | None = None
    ) -> Grant:
        """The grant for the first of the person's Pages."""
        return self.arrive_all(redirect_uri, answer, kept, app)[0]

    def arrive_all(
        self, redirect_uri: str, answer: Mapping[str, str], kept: Mapping[str, str], app: ClientApp | None = None
    ) -> Sequence[Grant]:
        """A grant for each Page that the person may post on. Raises BadCallback where there is none."""
        return oauth.exchange(self._settings, redirect_uri, answer)

    def revoke(self, credentials: Credentials) -> None:
        """Withdraw what the person granted, for all of their Pages."""
        oauth.revoke(self._settings, credentials)

    def is_one_consent(self, one: Credentials, other: Credentials) -> bool:
        """A person consents once, for all of their Pages."""
        return oauth.user_of(one) is not None and oauth.user_of(one) == oauth.user_of(other)

    def prepare(self, credentials: Credentials, outgoing: Outgoing, before: Prepared | None = None) -> Prepared:
        """Upload pictures that nobody sees yet."""
        self._check(credentials, outgoing)
        return before if before is not None else posts.prepare(self._settings, credentials, outgoing)

    def publish(self, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published:
        """Make the post."""
        self._check(credentials, outgoing)
        return posts.publish(self._settings, credentials, outgoing, prepared)

    def permalink(self, external_id: str, credentials: Credentials | None = None) -> str:
        """Where everybody sees that post."""
        return posts.permalink(self._settings, external_id)

    def remove(self, credentials: Credentials, external_id: str) -> None:
        """Delete the post."""
        self._needs(POSTING, credentials)
        posts.remove(self._settings, credentials, external_id)

    def measure(self, credentials: Credentials, external_id: str) -> Figures:
        """Views, people who saw it, reactions."""
        return posts.measure(self._settings, credentials, external_id, allowed=MEASURING in credentials.scopes)

    def _check(self, credentials: Credentials, outgoing: Outgoing) -> None:
        self._needs(POSTING, credentials)
        if self.count(outgoing.text) > int(credentials.limits.get("max_length", self.capabilities.max_length)):
            raise Rejected("too_long")
