"""The networks of the demo besides the sandbox: where their stand-ins answer, and the settings that lead there."""

from collections.abc import Mapping
from typing import NamedTuple


class Standin(NamedTuple):
    """One stand-in; `settings` of Relais with {url} for where it answers and {host} for the same without http://."""

    name: str
    label: str
    offset: int
    """Its port is that of the web, and so many more."""
    settings: Mapping[str, str]


def _app(prefix: str, client_id: str, **addresses: str) -> dict[str, str]:
    """An app as its stand-in knows it, and addresses there."""
    known = {"CLIENT_ID": client_id, "CLIENT_SECRET": "standin-secret", **addresses}
    return {f"RELAIS_{prefix}_{name}": value for name, value in known.items()}


_HERE = {"API_URL": "{url}", "SITE_URL": "{url}"}
_CONSENT = {"AUTHORIZE_URL": "{url}/oauth/authorize"}
_X = _app("X", "standin", **_HERE, AUTHORIZE_URL="{url}/i/oauth2/authorize", MONTHLY_BUDGET="20")
_BLUESKY = {
    "RELAIS_BLUESKY_ENABLED": "1",
    "RELAIS_BLUESKY_ENTRYWAY_URL": "{url}",
    "RELAIS_BLUESKY_PUBLIC_URL": "{url}",
    "RELAIS_BLUESKY_SITE_URL": "{url}",
    "RELAIS_BLUESKY_VIDEO_URL": "{url}",
    "RELAIS_BLUESKY_DIRECTORY_URL": "{url}/plc",
    "RELAIS_BLUESKY_HANDLE_URL": "{url}/hosts/{{handle}}/.well-known/atproto-did",
}
STANDINS = (
    Standin("x", "X", 2, _X),
    Standin("bluesky", "Bluesky", 3, _BLUESKY),
    Standin("mastodon", "Mastodon", 4, {"RELAIS_MASTODON_ENABLED": "1", "RELAIS_MASTODON_SERVER": "{host}"}),
    Standin("threads", "Threads", 5, _app("THREADS", "1234567890", **_HERE, **_CONSENT)),
    Standin("facebook", "Facebook", 6, _app("FACEBOOK", "1234567890", **_HERE)),
    Standin(
        "instagram",
        "Instagram",
        7,
        {**_app("INSTAGRAM", "1234567890", **_HERE, **_CONSENT), "RELAIS_INSTAGRAM_TOKEN_URL": "{url}"},
    ),
)
KEYS = (
    "RELAIS_LINKEDIN_CLIENT_ID",
    *(name for each in STANDINS for name in each.settings if name.endswith(("_CLIENT_ID", "_ENABLED"))),
)
"""What an operator sets who has networks of their own."""
FARTHEST = max(each.offset for each in STANDINS)


def settings_at(host: str, port: int) -> dict[str, str]:
    """The settings that lead to all stand-ins, where the web listens on `port`."""
    made: dict[str, str] = {}
    for standin in STANDINS:
        place = f"{host}:{port + standin.offset}"
        made |= {name: value.format(url=f"http://{place}", host=place) for name, value in standin.settings.items()}
    return made
