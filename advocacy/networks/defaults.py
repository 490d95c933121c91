"""What most networks don't have, said once: an adapter inherits this and overrides what its network does have."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from advocacy import counting
from advocacy.networks.base import (
    BadCallback,
    Capabilities,
    ClientApp,
    Credentials,
    Grant,
    Outgoing,
    Prepared,
    Published,
    Unsettled,
)


class Defaults:
    """See `base.Adapter` for what each method promises."""

    capabilities: Capabilities

    def register(self, host: str, redirect_uri: str) -> ClientApp | None:
        """The operator made Relais known."""
        return None

    def arrive(
        self, redirect_uri: str, answer: Mapping[str, str], kept: Mapping[str, str], app: ClientApp | None = None
    ) -> Grant:
        """There is no such way in."""
        raise BadCallback("no_consent_here")

    def arrive_all(
        self, redirect_uri: str, answer: Mapping[str, str], kept: Mapping[str, str], app: ClientApp | None = None
    ) -> Sequence[Grant]:
        """A consent is for one account."""
        return [self.arrive(redirect_uri, answer, kept, app)]

    def sign_in(self, entered: Mapping[str, str]) -> Grant:
        """There is no such way in."""
        raise BadCallback("no_password_here")

    def remarks(self, scopes: Collection[str]) -> frozenset[str]:
        """There is nothing more to say."""
        return frozenset()

    def renew(self, credentials: Credentials) -> Grant | None:
        """There is no such way."""
        return None

    def limits(self, credentials: Credentials) -> dict[str, Any]:
        """The network says nothing of its limits."""
        return {}

    def count(self, text: str, link: str | None = None) -> int:
        """By the rule of the capabilities; a link in the text is two line breaks away from it."""
        whole = f"{text}\n\n{link}" if link and self.capabilities.link_in_text else text
        return counting.count(self.capabilities.count_rule, whole)

    def reshareable(self, link: str) -> str | None:
        """Nothing can be passed on."""
        return None

    def settle(self, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published | None:
        """The network can't be asked."""
        raise Unsettled("cannot_be_asked")

    def concerns(self, now: datetime) -> Mapping[str, str]:
        """There is nothing to look after."""
        return {}

    def documents(self) -> Mapping[str, dict[str, Any]]:
        """The network wants none."""
        return {}
