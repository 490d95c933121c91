"""Bluesky on stage once more, with tokens of a consent: bound to a key, each request with a proof and a nonce."""

from collections.abc import Callable
from dataclasses import dataclass

from advocacy.networks.base import Credentials
from advocacy.networks.bluesky import CAPABILITIES as CAPABILITIES
from advocacy.networks.bluesky import Bluesky, dpop
from advocacy.networks.bluesky.kept import kept_with
from advocacy.networks.standins.bluesky import Bluesky as Standin
from advocacy.networks.wire import Asked, Calls
from config.settings import Settings
from tests.networks.contract.stage import Stage
from tests.networks.contract.stages import bluesky as with_password

SCOPES = ("atproto", "transition:generic")
ROTATES = True
CALLS = {
    **with_password.CALLS,
    "renew": ("POST", "/oauth/token"),
    "revoke": ("POST", "/oauth/revoke"),
}


def serve() -> Standin:
    """A member's server with all that is around it."""
    return Standin()


@dataclass
class OnConsent(with_password.OnBluesky):
    """Members whose server has already told its nonces: that first refusal is no call that does anything."""

    def member(self, name: str = "Ada Lark", scopes: tuple[str, ...] | None = None) -> Credentials:
        """A new member who gave consent to these scopes."""
        given = self.scopes if scopes is None else scopes
        made = self.ask("accounts", name=name, scopes=list(given or ("atproto",)))
        credentials = with_password.credentials_of(self, made)
        kept = kept_with(credentials)
        key, asked = dpop.read_key(kept.jwk), Asked()
        with Calls(self.adapter._settings, typed=True) as calls:  # type: ignore[attr-defined]
            dpop.send(calls, key, "authorization", "POST", f"{kept.issuer}/oauth/par", asked, data={"nothing": "yet"})
            token, url = credentials.access_token, f"{kept.server}/xrpc/com.atproto.server.getServiceAuth"
            dpop.send(calls, key, "resource", "GET", url, asked, token)
        return credentials


def stage(make_settings: Callable[..., Settings], url: str) -> Stage:
    """The adapter on the stand-in at `url`."""
    adapter = Bluesky(with_password.settings_at(make_settings, url))
    return OnConsent(adapter, url, CALLS, SCOPES)
