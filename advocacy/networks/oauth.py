"""The authorization-code grant by requests-oauthlib, as every network with OAuth 2.0 shares it."""

import ipaddress
import logging
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests_oauthlib import OAuth2Session

from advocacy.guarded import GuardedAdapter
from config.settings import Settings

# Its debug lines hold tokens and the app's secret.
logging.getLogger("requests_oauthlib").setLevel(logging.WARNING)


class _Loopback(HTTPAdapter):
    """Sends in plain http what oauthlib was told is https.

    oauthlib refuses http unless OAUTHLIB_INSECURE_TRANSPORT switches its check off for the whole process. This is
    mounted for one address of this very machine (a sandbox network), so for every other address the check stands.
    """

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """Send it to the same address, without TLS."""
        request.url = plain(request.url or "")
        return super().send(request, *args, **options)


def session(
    settings: Settings, client_id: str | None, redirect_uri: str | None, base: str, *, typed: bool = False
) -> OAuth2Session:
    """A session for the token endpoint below `base`; it follows no redirect. `typed`: somebody typed the host.

    It has no scope: told one, oauthlib would take another way of writing the same scopes for a change and raise.
    """
    opened = OAuth2Session(client_id, redirect_uri=redirect_uri)
    opened.max_redirects = 0
    if as_https(base) != base:
        opened.mount(as_https(base), _Loopback())
    elif typed:
        opened.trust_env = False
        opened.mount("https://", GuardedAdapter(allow_loopback=settings.fetch_allow_loopback))
    return opened


def consent_url(opened: OAuth2Session, address: str, state: str, scopes: list[str], **parameters: str) -> str:
    """Where the member gives consent to these scopes, in this order, separated by spaces."""
    opened.scope = scopes
    url, _state = opened.authorization_url(as_https(address), state, **parameters)
    url = str(url).replace("+", "%20")  # a literal + is %2B there; networks document %20 between scopes
    return url if as_https(address) == address else plain(url)


def as_https(url: str) -> str:
    """How oauthlib is told an address of this machine; every other stays as it is, and http is refused by oauthlib."""
    return "https" + url.removeprefix("http") if url.startswith("http://") and is_here(url) else url


def plain(url: str) -> str:
    """The http address of what `as_https` wrote."""
    return "http" + url.removeprefix("https")


def is_here(url: str) -> bool:
    """Whether an address leads to this very machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
