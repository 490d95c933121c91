"""Bluesky on stage, with sessions by app password; consent has tests of its own (tests/networks/test_bluesky_*)."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import requests

from advocacy.clock import utcnow
from advocacy.networks.base import Credentials
from advocacy.networks.bluesky import CAPABILITIES as CAPABILITIES
from advocacy.networks.bluesky import Bluesky
from advocacy.networks.bluesky.kept import Kept, kept_with
from advocacy.networks.standins.bluesky import Bluesky as Standin
from advocacy.networks.standins.bluesky.repository import shown
from advocacy.sealing import Secret
from config.settings import Settings
from tests.networks.contract.stage import Stage, Standing, read_facts

SCOPES = ("com.atproto.appPass",)
ROTATES = True
CALLS = {
    "publish": ("POST", "/xrpc/com.atproto.repo.createRecord"),
    "upload": ("POST", "/xrpc/com.atproto.repo.uploadBlob"),
    "remove": ("POST", "/xrpc/com.atproto.repo.deleteRecord"),
    "measure": ("GET", "/xrpc/app.bsky.feed.getPosts"),
    "renew": ("POST", "/xrpc/com.atproto.server.refreshSession"),
    "revoke": ("POST", "/xrpc/com.atproto.server.deleteSession"),
}


def serve() -> Standin:
    """A member's server with all that is around it; sessions end at once, without the graces that the network gives."""
    return Standin(grace=False, lingering=False)


def settings_at(make_settings: Callable[..., Settings], url: str, **values: Any) -> Settings:
    """Settings that find everything at `url`."""
    return make_settings(
        **{
            "bluesky_enabled": True,
            "bluesky_entryway_url": url,
            "bluesky_public_url": url,
            "bluesky_video_url": url,
            "bluesky_directory_url": f"{url}/plc",
            "bluesky_handle_url": f"{url}/hosts/{{handle}}/.well-known/atproto-did",
            "bluesky_site_url": "https://bsky.test",
            **values,
        }
    )


def credentials_of(stage: Stage, given: dict[str, Any]) -> Credentials:
    """What the stand-in gave, as Relais would have kept it after a session or a consent."""
    kept = Kept(given["server"])
    if "jwk" in given:
        url = given["server"]
        doors = (url, f"{url}/oauth/token", f"{url}/oauth/revoke")
        kept = Kept(url, *doors, given["client_id"], "", json.dumps(given["jwk"]), utcnow().timestamp())
    return Credentials(
        external_id=given["external_id"],
        access_token=Secret(given["access_token"]),
        scopes=tuple(given["scope"].split()),
        refresh_token=Secret(given["refresh_token"]),
        handle=given["handle"],
        key=kept.sealed(),
    )


@dataclass
class OnBluesky(Stage):
    """A member's server is kept with their grant, not as a host."""

    def elsewhere(self, credentials: Credentials, host: str) -> Credentials:
        """The same credentials, on another server."""
        moved = replace(kept_with(credentials), server=host if "://" in host else f"http://{host}")
        return replace(credentials, key=moved.sealed())


def stage(make_settings: Callable[..., Settings], url: str) -> Stage:
    """The adapter on the stand-in at `url`."""
    adapter = Bluesky(settings_at(make_settings, url))
    return OnBluesky(adapter, url, CALLS, SCOPES, credentials=credentials_of)


@dataclass
class OnServer(OnBluesky):
    """A real server, and an account there: RELAIS_REAL_BLUESKY_HANDLE with an app password."""

    def member(self, name: str = "Ada Lark", scopes: tuple[str, ...] | None = None) -> Credentials:
        """The one account there is."""
        entered = {
            "handle": os.environ["RELAIS_REAL_BLUESKY_HANDLE"],
            "password": os.environ["RELAIS_REAL_BLUESKY_PASSWORD"],
        }
        grant = self.adapter.sign_in(entered)
        return Credentials(
            grant.external_id,
            grant.access_token,
            grant.scopes,
            refresh_token=grant.refresh_token,
            handle=grant.handle,
            key=grant.key,
        )

    def standing(self) -> list[Standing]:
        """The account's latest posts, the oldest first."""
        query = {"repo": self.member().external_id, "collection": "app.bsky.feed.post", "limit": "20"}
        listed = requests.get(f"{self.url}/xrpc/com.atproto.repo.listRecords", params=query, timeout=20).json()
        found = [
            {"id": each["uri"], "text": each["value"]["text"], **shown(each["value"])} for each in listed["records"]
        ]
        return [read_facts(each) for each in reversed(found)]


def real_stage(make_settings: Callable[..., Settings], url: str) -> Stage:
    """The adapter on a real server, whose names are found where names are found."""
    settings = make_settings(bluesky_enabled=True, bluesky_entryway_url=url, network_seconds=30.0)
    return OnServer(Bluesky(settings), url, CALLS, SCOPES, real=True)
