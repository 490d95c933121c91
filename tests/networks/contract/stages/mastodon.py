"""Mastodon on stage: any server of its kind, told apart by its host."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import requests

from advocacy.networks.base import ClientApp, Credentials, Outgoing
from advocacy.networks.mastodon import CAPABILITIES as CAPABILITIES
from advocacy.networks.mastodon import Mastodon
from advocacy.networks.standins.mastodon import Mastodon as StandIn
from advocacy.sealing import Secret
from config.settings import Settings
from tests.networks.contract.stage import Stage, Standing

SCOPES = ("profile", "write:media", "write:statuses")
CALLS = {
    "publish": ("POST", "/api/v1/statuses"),
    "upload": ("POST", "/api/v2/media"),
    "remove": ("DELETE", "/api/v1/statuses/*"),
    "measure": ("GET", "/api/v1/statuses/*"),
    "revoke": ("POST", "/oauth/revoke"),
}


def serve() -> StandIn:
    """The stand-in; it works a while on each picture."""
    return StandIn(picture_seconds=2.0)


def stage(make_settings: Callable[..., Settings], url: str) -> Stage:
    """The adapter, its members on the server at `url`."""
    adapter = Mastodon(make_settings(mastodon_enabled=True))
    return Stage(adapter, url, CALLS, SCOPES, credentials=_credentials)


def _credentials(made: Stage, given: dict[str, Any]) -> Credentials:
    return Credentials(
        external_id=given["external_id"],
        access_token=Secret(given["access_token"]),
        scopes=tuple(given["scopes"]),
        host=urlsplit(made.url).netloc,
        handle=given["handle"],
        app=ClientApp(given["client_id"], Secret(given["client_secret"]), made.scopes),
    )


def real_stage(make_settings: Callable[..., Settings], url: str) -> Stage:
    """The adapter on a real server."""
    adapter = Mastodon(make_settings(mastodon_enabled=True, network_seconds=30))
    return OnServer(adapter, url, CALLS, tuple(os.environ["RELAIS_REAL_MASTODON_SCOPES"].split()), real=True)


@dataclass
class OnServer(Stage):
    """A real server, and an account there: RELAIS_REAL_MASTODON_TOKEN with RELAIS_REAL_MASTODON_SCOPES."""

    seen: set[str] = field(default_factory=set)
    """Statuses that stood there before this test."""

    def __post_init__(self) -> None:
        self.seen = {status["id"] for status in self._statuses()}

    def member(self, name: str = "Ada Lark", scopes: tuple[str, ...] | None = None) -> Credentials:
        """The one account there is."""
        me = self._get("accounts/verify_credentials")
        return Credentials(
            external_id=me["id"],
            access_token=Secret(os.environ["RELAIS_REAL_MASTODON_TOKEN"]),
            scopes=self.scopes if scopes is None else scopes,
            host=urlsplit(self.url).netloc,
            handle=me["username"],
        )

    def outgoing(self, text: str, **values: Any) -> Outgoing:
        """A share with a key of its own: the server remembers them for an hour."""
        return super().outgoing(text, **{"key": uuid4().hex, **values})

    def standing(self) -> list[Standing]:
        """What this test made, oldest first."""
        return [_read(status) for status in reversed(self._statuses()) if status["id"] not in self.seen]

    def _statuses(self) -> list[dict[str, Any]]:
        me = self._get("accounts/verify_credentials")["id"]
        found: list[dict[str, Any]] = self._get(f"accounts/{me}/statuses", limit="40", exclude_reblogs="true")
        return found

    def _get(self, path: str, **wanted: str) -> Any:
        bearer = {"Authorization": f"Bearer {os.environ['RELAIS_REAL_MASTODON_TOKEN']}"}
        answer = requests.get(f"{self.url}/api/v1/{path}", params=wanted, headers=bearer, timeout=30)
        assert answer.ok, answer.text
        return answer.json()


def _read(status: dict[str, Any]) -> Standing:
    """A status as the server writes it, its HTML read back."""
    lines = re.sub(r"</p>\s*<p>", "\n\n", re.sub(r"<br\s*/?>", "\n", status["content"]))
    media = status["media_attachments"]
    return Standing(
        id=status["id"],
        text=unescape(re.sub(r"<[^>]+>", "", lines)),
        alts=tuple(each["description"] or "" for each in media if each["type"] == "image"),
        video=next((each["description"] or "" for each in media if each["type"] in ("video", "gifv")), None),
    )
