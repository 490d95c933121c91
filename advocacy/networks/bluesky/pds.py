"""A member's own server, spoken to with their grant."""

from types import TracebackType
from typing import Any, Self

from joserfc.errors import JoseError

from advocacy.networks.base import Credentials, Reconnect
from advocacy.networks.bluesky import dpop
from advocacy.networks.bluesky.kept import kept_with
from advocacy.networks.wire import Answer, Asked, Bearer, Calls
from config.settings import Settings


class Pds:
    """A group of calls for one member. Raises Reconnect where what was kept with the grant is unreadable."""

    def __init__(self, settings: Settings, credentials: Credentials) -> None:
        self._token, self.kept = credentials.access_token, kept_with(credentials)
        try:
            self._key = dpop.read_key(self.kept.jwk) if self.kept.by_consent else None
        except (ValueError, JoseError):
            raise Reconnect("token") from None
        self._calls = Calls(settings, typed=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._calls.__exit__(kind, error, at)

    def get(self, name: str, asked: Asked, **query: str) -> Answer:
        """Ask something of the server."""
        return self._send("GET", name, asked, params=query)

    def post(self, name: str, asked: Asked, **options: Any) -> Answer:
        """Have the server do something. `options` as of `Calls.send`."""
        return self._send("POST", name, asked, **options)

    def _send(self, method: str, name: str, asked: Asked, **options: Any) -> Answer:
        url = f"{self.kept.server}/xrpc/{name}"
        if self._key is None:
            return self._calls.send(method, url, asked, auth=Bearer(self._token), **options)
        return dpop.send(self._calls, self._key, "resource", method, url, asked, self._token, **options)


def ask_openly(settings: Settings, server: str, name: str, asked: Asked, **query: str) -> Answer:
    """Ask a server what everybody may know."""
    with Calls(settings, typed=True) as calls:
        return calls.send("GET", f"{server}/xrpc/{name}", asked, params=query)
