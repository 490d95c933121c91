"""What Threads and Instagram have in common as networks: tokens that renew themselves, a container, then the post."""

from collections.abc import Mapping
from typing import Any, Protocol

from advocacy.networks.base import (
    ClientApp,
    Credentials,
    Departure,
    Figures,
    Grant,
    Outgoing,
    Prepared,
    Published,
    Rejected,
)
from advocacy.networks.defaults import Defaults
from config.settings import Settings


class Consent(Protocol):
    """A network's module of consents."""

    def depart(self, settings: Settings, redirect_uri: str, state: str) -> Departure:
        """The consent page."""

    def exchange(self, settings: Settings, redirect_uri: str, answer: Mapping[str, str]) -> Grant:
        """The grant of a callback."""

    def renew(self, settings: Settings, credentials: Credentials) -> Grant | None:
        """A fresh token."""


class Posts(Protocol):
    """A network's module of posts."""

    def text_of(self, outgoing: Outgoing) -> str:
        """The words as they stand in the post."""

    def limits(self, settings: Settings, credentials: Credentials) -> dict[str, Any]:
        """What the network says of its quota."""

    def prepare(
        self, settings: Settings, credentials: Credentials, outgoing: Outgoing, before: Prepared | None
    ) -> Prepared:
        """The containers, as far as the network is with them."""

    def publish(
        self, settings: Settings, credentials: Credentials, outgoing: Outgoing, prepared: Prepared
    ) -> Published:
        """The one call that makes the post."""

    def settle(
        self, settings: Settings, credentials: Credentials, outgoing: Outgoing, prepared: Prepared
    ) -> Published | None:
        """What became of that call."""

    def permalink(self, settings: Settings, external_id: str, handle: str) -> str:
        """Where everybody sees the post."""

    def measure(self, settings: Settings, credentials: Credentials, external_id: str, *, allowed: bool) -> Figures:
        """What the network says of the post."""


class TwoSteps(Defaults):
    """See `base.Adapter` for what each method promises."""

    def __init__(self, settings: Settings, consent: Consent, posts: Posts) -> None:
        super().__init__(settings)
        self._consent, self._posts = consent, posts

    def depart(
        self, redirect_uri: str, state: str, entered: Mapping[str, str] | None = None, app: ClientApp | None = None
    ) -> Departure:
        """Where the person gives consent."""
        return self._consent.depart(self._settings, redirect_uri, state)

    def arrive(
        self, redirect_uri: str, answer: Mapping[str, str], kept: Mapping[str, str], app: ClientApp | None = None
    ) -> Grant:
        """The grant in the answer, its token made one of two months."""
        return self._consent.exchange(self._settings, redirect_uri, answer)

    def renew(self, credentials: Credentials) -> Grant | None:
        """A fresh token for one that still lives: there is no other to renew it by."""
        return self._consent.renew(self._settings, credentials)

    def revoke(self, credentials: Credentials) -> None:
        """There is no call for that: the member withdraws it in their settings there."""

    def limits(self, credentials: Credentials) -> dict[str, Any]:
        """How many posts a day the network takes of this account, and how many it took."""
        return self._posts.limits(self._settings, credentials)

    def prepare(self, credentials: Credentials, outgoing: Outgoing, before: Prepared | None = None) -> Prepared:
        """Make the container; called again while the network is at work on it."""
        self._needs(self.posting, credentials)
        longest = int(credentials.limits.get("max_length", self.capabilities.max_length))
        if self.count(self._posts.text_of(outgoing)) > longest:
            raise Rejected("too_long")
        return self._posts.prepare(self._settings, credentials, outgoing, before)

    def publish(self, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published:
        """Make the container a post."""
        self._needs(self.posting, credentials)
        return self._posts.publish(self._settings, credentials, outgoing, prepared)

    def settle(self, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published | None:
        """Ask the container what became of it."""
        return self._posts.settle(self._settings, credentials, outgoing, prepared)

    def permalink(self, external_id: str, credentials: Credentials | None = None) -> str:
        """Where everybody sees that post; the account's page where its address is not known."""
        return self._posts.permalink(self._settings, external_id, credentials.handle if credentials else "")

    def measure(self, credentials: Credentials, external_id: str) -> Figures:
        """What the network says of it, where the grant allows that."""
        return self._posts.measure(
            self._settings, credentials, external_id, allowed=self.measuring in credentials.scopes
        )
