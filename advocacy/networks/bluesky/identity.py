"""From a handle to whose it is and where they live, believed only when both ends say the same."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from advocacy.addresses import FetchError, read_address
from advocacy.clock import utcnow
from advocacy.networks.base import BadCallback, NetworkFailure, TryLater
from advocacy.networks.bluesky.names import is_did, read_handle
from advocacy.networks.oauth import is_here
from advocacy.networks.wire import SOON, Asked, Calls
from config.settings import Settings

_BLANK = re.compile(r"\s+")


@dataclass(frozen=True)
class Identity:
    """Somebody: the name that never changes, the one people use, and the server with their posts."""

    did: str
    handle: str
    server: str


def identify(settings: Settings, typed: str) -> Identity:
    """Who a handle is, checked both ways. Raises BadCallback for nobody, TryLater when the directories are silent."""
    handle = read_handle(typed)
    if handle is None:
        raise BadCallback("no_handle")
    with Calls(settings, typed=True) as calls:
        did = find_did(calls, handle)
        if did is None:
            raise BadCallback("unknown_handle")
        document = _document(calls, did)
    server = server_in(document, settings)
    if handle not in _handles_in(document) or server is None:
        raise BadCallback("unknown_handle")
    return Identity(did, handle, server)


def find_did(calls: Calls, handle: str) -> str | None:
    """Whom a handle says it belongs to: by the public resolver, else by the handle's own server; None: nobody.

    Raises TryLater when neither tells and the resolver may know later.
    """
    settings, trouble = calls.settings, None
    try:
        url = f"{settings.bluesky_public_url}/xrpc/com.atproto.identity.resolveHandle"
        answer = calls.send("GET", url, Asked(), params={"handle": handle})
        if answer.status == 200 and is_did(answer.body.get("did")):
            return str(answer.body["did"])
        if answer.status not in (400, 404):
            trouble = answer.detail
    except NetworkFailure as failure:
        trouble = failure.detail
    try:
        answer = calls.send("GET", settings.bluesky_handle_url.replace("{handle}", handle), Asked())
        said = _BLANK.sub("", answer.text[:300]) if answer.status == 200 else ""
        if is_did(said):
            return said
    except NetworkFailure:
        pass  # most names have no server of their own: their silence says nothing
    if trouble is not None:
        raise _away(trouble)
    return None


def server_in(document: Any, settings: Settings) -> str | None:
    """The server with the member's posts that a DID document names; None without a proper one."""
    services = document.get("service") if isinstance(document, dict) else None
    for service in services if isinstance(services, list) else ():
        if isinstance(service, dict) and str(service.get("id", "")).endswith("#atproto_pds"):
            found = origin_of(service.get("serviceEndpoint"), settings)
            return found if service.get("type") == "AtprotoPersonalDataServer" else None
    return None


def origin_of(url: object, settings: Settings) -> str | None:
    """Scheme, host and port of an address that is nothing more than that, encrypted or on this machine; else None."""
    try:
        address = read_address(url if isinstance(url, str) else "")
    except FetchError:
        return None
    origin = f"{address.scheme}://{address.authority}"
    if address.target != "/" or address.fragment:
        return None
    return origin if is_safe(origin, settings) else None


def is_safe(url: str, settings: Settings) -> bool:
    """Whether secrets may go there: over TLS, or to this very machine where that is allowed."""
    return url.startswith("https://") or (settings.fetch_allow_loopback and url.startswith("http://") and is_here(url))


def _handles_in(document: dict[str, Any]) -> list[str]:
    """The handle that the document claims: the first one counts, and no other."""
    known = document.get("alsoKnownAs")
    names = [name for name in known if str(name).startswith("at://")] if isinstance(known, list) else []
    return [str(name).removeprefix("at://").lower() for name in names[:1]]


def _document(calls: Calls, did: str) -> dict[str, Any]:
    settings = calls.settings
    if did.startswith("did:plc:"):
        url = f"{settings.bluesky_directory_url}/{did}"
    else:
        host = unquote(did.removeprefix("did:web:"))
        scheme = "http" if settings.fetch_allow_loopback and is_here(f"http://{host}") else "https"
        url = f"{scheme}://{host}/.well-known/did.json"
    answer = calls.send("GET", url, Asked())
    if answer.status in (404, 410):
        raise BadCallback("unknown_handle")
    if answer.status != 200 or answer.body.get("id") != did:
        raise _away(answer.detail)
    return dict(answer.body)


def _away(detail: str) -> TryLater:
    return TryLater("unavailable", utcnow() + SOON, detail, scope="server")
