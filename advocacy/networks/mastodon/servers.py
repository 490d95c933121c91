"""A server of Mastodon's kind: where it answers, what it offers, how Relais is made known to it, what it allows."""

import re
from collections.abc import Mapping
from typing import Any

from advocacy.networks.base import BadCallback, ClientApp, TryLater, UnknownApp
from advocacy.networks.mastodon.answers import failure_of, must
from advocacy.networks.oauth import is_here
from advocacy.networks.wire import Answer, Asked, Calls
from advocacy.sealing import Secret
from config.settings import Settings

POSTING, UPLOADING = "write:statuses", "write:media"
WHO, WHO_BEFORE = "profile", "read:accounts"
_OWN_VERSION = re.compile(r"[3-9]\.(?!.*compatible)")
_LIMITS = {
    "max_length": ("statuses", "max_characters"),
    "most_pictures": ("statuses", "max_media_attachments"),
    "link_length": ("statuses", "characters_reserved_per_url"),
    "longest_alt": ("media_attachments", "description_limit"),
    "largest_picture": ("media_attachments", "image_size_limit"),
    "picture_pixels": ("media_attachments", "image_matrix_limit"),
    "largest_video": ("media_attachments", "video_size_limit"),
}


def address(settings: Settings, host: str) -> str:
    """Where a server answers: encrypted, but for one on this very machine where the operator allows those."""
    here = settings.fetch_allow_loopback and is_here(f"http://{host}")
    return f"{'http' if here else 'https'}://{host}"


def register(settings: Settings, host: str, redirect_uri: str) -> ClientApp:
    """Make Relais known to a server. Raises BadCallback for what is no server of this kind, TryLater."""
    asked, base = Asked(), address(settings, host)
    try:
        with Calls(settings, typed=True) as calls:
            offered = calls.send("GET", f"{base}/.well-known/oauth-authorization-server", asked)
            wanted = {
                "client_name": "Relais",
                "redirect_uris": [redirect_uri] if offered.status == 200 else redirect_uri,
                "scopes": " ".join(scopes_at(offered)),
                "website": settings.public_url,
            }
            answer = calls.send("POST", f"{base}/api/v1/apps", asked, json=wanted)
    except TryLater as silent:
        # A name that nobody has, or that leads inside, is a slip of the pen; a server that is slow is not.
        raise (BadCallback("no_server", silent.detail) if silent.reason == "unreachable" else silent) from None
    if answer.status == 429 or answer.status >= 500:
        raise failure_of(answer, asked)
    client_id, secret = answer.body.get("client_id"), answer.body.get("client_secret")
    if answer.status != 200 or not (isinstance(client_id, str) and isinstance(secret, str) and client_id and secret):
        raise BadCallback("no_server", answer.detail)
    return ClientApp(client_id, Secret(secret), scopes_at(offered))


def scopes_at(offered: Answer) -> tuple[str, ...]:
    """The least that Relais needs there: servers before 4.3 say nothing of themselves and know no `profile`."""
    known = offered.body.get("scopes_supported") if offered.status == 200 else None
    who = WHO if isinstance(known, list) and WHO in known else WHO_BEFORE
    return (who, POSTING, UPLOADING)


def check_known(settings: Settings, host: str, app: ClientApp) -> None:
    """Raises UnknownApp where the server has forgotten the app, as those before 4.3 do with apps that nobody uses.

    A token for the app itself keeps it there. Raises TryLater where nothing can be said.
    """
    form = {
        "grant_type": "client_credentials",
        "client_id": app.client_id,
        "client_secret": app.client_secret.reveal(),
        "scope": " ".join(app.scopes),
    }
    asked = Asked()
    with Calls(settings, typed=True) as calls:
        answer = calls.send("POST", f"{address(settings, host)}/oauth/token", asked, data=form)
    if answer.body.get("error") == "invalid_client":
        raise UnknownApp("forgotten", answer.detail)
    if answer.status == 429 or answer.status >= 500:
        raise failure_of(answer, asked)


def limits(settings: Settings, host: str) -> dict[str, Any]:
    """What the server says of its limits; nothing where it does not say. Raises TryLater."""
    return limits_in(_itself(settings, host))


def keeps_keys(settings: Settings, host: str) -> bool:
    """Whether the server answers a second call of the same key with the status of the first: Mastodon itself does.

    Others that speak its language say so in their version, as "2.7.2 (compatible; …)", or count their own from 0.
    """
    return _OWN_VERSION.match(str(_itself(settings, host).get("version") or "")) is not None


def limits_in(body: Mapping[str, Any]) -> dict[str, int]:
    """The limits in a server's description of itself, those alone that are sound numbers."""
    configuration = _object(body, "configuration")
    said = {ours: _object(configuration, part).get(theirs) for ours, (part, theirs) in _LIMITS.items()}
    return {name: value for name, value in said.items() if type(value) is int and 0 < value < 10**12}


def _itself(settings: Settings, host: str) -> Mapping[str, Any]:
    """What the server says of itself; those before 4.0 say it elsewhere. Raises TryLater."""
    asked, base = Asked(), address(settings, host)
    with Calls(settings, typed=True) as calls:
        answer = calls.send("GET", f"{base}/api/v2/instance", asked)
        if answer.status == 404:
            answer = calls.send("GET", f"{base}/api/v1/instance", asked)
    return {} if answer.status in (401, 403, 404) else must(answer, asked, 200).body


def _object(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    return value if isinstance(value, dict) else {}
