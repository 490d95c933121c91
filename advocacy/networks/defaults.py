"""What most networks have in common, said once: an adapter inherits this and overrides what is otherwise at its own."""

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
    Reconnect,
    Unsettled,
)
from config.settings import Settings


class Defaults:
    """See `base.Adapter` for what each method promises."""

    capabilities: Capabilities
    posting: tuple[str, ...]
    """The scopes that publishing takes, all of them."""
    measuring: str
    """The scope that reading figures takes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

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

    def allows(self, scopes: Collection[str]) -> frozenset[str]:
        """By the scopes above."""
        may = {"publish"} if set(self.posting) <= set(scopes) else set()
        return frozenset(may | ({"measure"} if self.measuring in scopes else set()))

    def remarks(self, scopes: Collection[str]) -> frozenset[str]:
        """There is nothing more to say."""
        return frozenset()

    def renew(self, credentials: Credentials) -> Grant | None:
        """There is no such way."""
        return None

    def is_one_consent(self, one: Credentials, other: Credentials) -> bool:
        """Each has its own."""
        return False

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

    def _needs(self, scopes: Collection[str], credentials: Credentials) -> None:
        """Raises Reconnect where the grant lacks any of these scopes."""
        missing = sorted(set(scopes) - set(credentials.scopes))
        if missing:
            raise Reconnect("scope", " ".join(missing))
