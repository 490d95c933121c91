"""Whose word about a visitor's address is believed."""

from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any

from config.settings import Network

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


def client_address(environ: Environ, trusted: tuple[Network, ...]) -> str:
    """The visitor's address: the peer's, or what a trusted proxy says, read from the right past trusted hops."""
    peer = str(environ.get("REMOTE_ADDR") or "")
    hops = [part.strip() for part in str(environ.get("HTTP_X_FORWARDED_FOR") or "").split(",") if part.strip()]
    address = peer
    while hops and _is_trusted(address, trusted):
        candidate = hops.pop()
        if _parse(candidate) is None:
            break
        address = candidate
    return address


def _parse(text: str) -> Any:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _is_trusted(address: str, trusted: tuple[Network, ...]) -> bool:
    parsed = _parse(address) if address else None
    if parsed is None:
        return address == "" and bool(trusted)
    return any(parsed in network for network in trusted)


class TrustedProxies:
    """WSGI middleware that sets REMOTE_ADDR and the scheme from headers of trusted proxies only."""

    def __init__(self, app: Callable[[Environ, StartResponse], Iterable[bytes]], trusted: tuple[Network, ...]) -> None:
        self.app, self.trusted = app, trusted

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Serve the request with the visitor's own address in it."""
        if self.trusted:
            if _is_trusted(str(environ.get("REMOTE_ADDR") or ""), self.trusted):
                scheme = environ.get("HTTP_X_FORWARDED_PROTO")
                if scheme in ("http", "https"):
                    environ["wsgi.url_scheme"] = scheme
            environ["REMOTE_ADDR"] = client_address(environ, self.trusted)
        return self.app(environ, start_response)
