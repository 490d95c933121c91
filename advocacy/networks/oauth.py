"""The authorization-code grant by requests-oauthlib, as every network with OAuth 2.0 shares it."""

import ipaddress
import logging
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import requests
from oauthlib.oauth2 import OAuth2Error
from requests.adapters import HTTPAdapter
from requests_oauthlib import OAuth2Session

from advocacy.clock import utcnow
from advocacy.guarded import GuardedAdapter
from advocacy.networks.failures import BadCallback, NetworkFailure, TryLater
from advocacy.networks.wire import SOON, Answer, Asked, silence
from config.settings import Settings

_TOKEN = re.compile(r"[\x21-\x7e]+")  # what can stand in a header
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


def pkce() -> tuple[str, dict[str, str]]:
    """A verifier that stays here until the person is back, and what the consent page is told of it."""
    verifier = secrets.token_urlsafe(48)
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return verifier, {"code_challenge": challenge, "code_challenge_method": "S256"}


@contextmanager
def asking_tokens(
    opened: OAuth2Session,
    failure_of: Callable[[Answer, Asked], NetworkFailure],
    client_refused: Callable[[Answer], NetworkFailure | None],
) -> Iterator[None]:
    """Around a call of the token endpoint: lets only a sound answer through to oauthlib, which does not look at the
    status. Raises BadCallback where the code or token is refused, TryLater, what `client_refused` makes of an answer.
    """

    def check(response: requests.Response) -> requests.Response:
        problem = _problem(response, failure_of, client_refused)
        if problem is not None:
            raise problem
        return response

    opened.register_compliance_hook("access_token_response", check)
    opened.register_compliance_hook("refresh_token_response", check)
    try:
        yield
    except requests.RequestException as error:
        raise silence(error, Asked()) from None
    except (OAuth2Error, ValueError, TypeError) as error:
        raise TryLater("malformed", utcnow() + SOON, type(error).__name__) from None


def is_token(value: object) -> bool:
    """Whether it may be a token: words that can stand in a header."""
    return isinstance(value, str) and bool(_TOKEN.fullmatch(value))


def _problem(
    response: requests.Response,
    failure_of: Callable[[Answer, Asked], NetworkFailure],
    client_refused: Callable[[Answer], NetworkFailure | None],
) -> NetworkFailure | None:
    try:
        body = response.json()
    except ValueError:
        body = None
    body = body if isinstance(body, dict) else {}
    answer = Answer(response.status_code, response.headers, body, "")
    refusal = client_refused(answer)
    if refusal is not None:
        return refusal
    if answer.status == 429 or answer.status >= 500:
        return failure_of(answer, Asked())
    if answer.status != 200 or "error" in body:
        return BadCallback(str(body.get("error") or "refused")[:80], answer.detail)
    return None if is_token(body.get("access_token")) else TryLater("malformed", utcnow() + SOON)


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
