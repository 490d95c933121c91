"""What an application asks of a member, read strictly."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit, urlunsplit

from advocacy.networks.sandbox.options import Options


@dataclass(frozen=True)
class Asked:
    """A sound request for consent; scope is sorted and separated by spaces."""

    client_id: str
    redirect_uri: str
    state: str
    scope: str


class Unsafe(Exception):
    """The request cannot be answered by a redirect: the application or its address is not known."""


class SentBack(Exception):
    """The request is answered by a redirect that carries the error."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


def read_request(options: Options, given: Mapping[str, str]) -> Asked:
    """Check an authorization request. Raises Unsafe with its reason, or SentBack."""
    application = options.application(given.get("client_id", ""))
    if application is None:
        raise Unsafe("client_id")
    redirect_uri = given.get("redirect_uri", "")
    if not is_registered(options, redirect_uri):
        raise Unsafe("redirect_uri")
    state = given.get("state", "")
    if not state:
        raise Unsafe("state")
    if given.get("response_type") != "code":
        raise SentBack(refused(redirect_uri, state, "unsupported_response_type", "response_type must be code"))
    scope = given.get("scope", "").split(" ")
    if not set(scope) <= set(application.scopes.split()):
        unknown = ", ".join(sorted(set(scope) - set(application.scopes.split()))) or "(none)"
        message = f'Scope "{unknown}" is not authorized for your application'
        raise SentBack(refused(redirect_uri, state, "unauthorized_scope_error", message))
    return Asked(application.client_id, redirect_uri, state, " ".join(sorted(set(scope))))


def is_registered(options: Options, address: str) -> bool:
    """Whether a redirect address is absolute, without #, and registered; its query is ignored when matching."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not parts.hostname or "#" in address:
        return False
    if options.redirect_uri:
        return urlunsplit(parts._replace(query="")) in options.redirect_uri
    return is_loopback(parts.hostname)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself, by its name or its address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def with_query(address: str, **added: str) -> str:
    """An address with more query parameters."""
    parts = urlsplit(address)
    query = "&".join(filter(None, [parts.query, urlencode(added)]))
    return urlunsplit(parts._replace(query=query))


def refused(redirect_uri: str, state: str, error: str, description: str) -> str:
    """Where a browser is sent with an error."""
    return with_query(redirect_uri, error=error, error_description=description, state=state)
