"""Tokens of two months that are their own renewal, as Threads and Instagram give them: a short one for the code, a long
one for the short one, a fresh one for the long one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from advocacy.clock import utcnow
from advocacy.networks.base import Credentials, Grant
from advocacy.networks.meta import grants
from advocacy.networks.wire import seconds_of
from advocacy.sealing import Secret
from config.settings import Settings

RENEWED_EVERY = timedelta(days=7)
"""A token is renewed only while it lives; before its second day it can't be."""


@dataclass(frozen=True)
class Issuer:
    """Where a network gives out its tokens, and to which app of ours."""

    settings: Settings = field(repr=False)
    prefix: str
    """Of the names of its grants."""
    codes: str
    """Below this address a code becomes a token."""
    base: str
    """Below this one, without a version, a token becomes another."""
    client_id: str
    secret: Secret

    def exchange(self, redirect_uri: str, answer: Mapping[str, str]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """What is said with the short token, then with the long one, for a callback whose state was checked. Raises
        ConsentRefused, BadCallback, TryLater.
        """
        form = {
            "client_id": self.client_id,
            "client_secret": self.secret.reveal(),
            "code": grants.code_in(answer),
            "grant_type": "authorization_code",
            "redirect_uri": redirect_uri,
        }
        short = grants.ask_token(self.settings, "POST", f"{self.codes}/oauth/access_token", form)
        more = {
            "grant_type": f"{self.prefix}_exchange_token",
            "client_secret": self.secret.reveal(),
            "access_token": short["access_token"],
        }
        return short, grants.ask_token(self.settings, "GET", f"{self.base}/access_token", more)

    def renew(self, credentials: Credentials) -> Grant | None:
        """A fresh token. Raises Reconnect for one that ended or was taken away, TryLater."""
        if credentials.refresh_token is None:
            return None
        url, kind = f"{self.base}/refresh_access_token", f"{self.prefix}_refresh_token"
        fresh = grants.renewed_token(self.settings, url, kind, credentials.access_token)
        return grant_of(fresh, credentials.scopes, credentials.external_id, "", credentials.handle)


def grant_of(token: Mapping[str, Any], scopes: tuple[str, ...], member: str, name: str, handle: str) -> Grant:
    """The grant of what is said with a long token, which stands in both places: it is its own renewal."""
    secret = Secret(token["access_token"])
    return Grant(
        external_id=member,
        name=name,
        access_token=secret,
        scopes=tuple(sorted(scopes)),
        expires_at=seconds_of(token.get("expires_in")),
        refresh_token=secret,
        handle=handle,
        renew_at=utcnow() + RENEWED_EVERY,
    )
