"""LinkedIn on stage; its stand-in is the sandbox network, which names things a little differently."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from advocacy.networks.base import Credentials
from advocacy.networks.linkedin import CAPABILITIES as CAPABILITIES
from advocacy.networks.linkedin import LinkedIn
from advocacy.networks.sandbox import Sandbox, serve_in_thread
from advocacy.sealing import Secret
from config.settings import Settings
from tests.networks.contract.stage import Stage, Standing

POSTING = ("email", "openid", "profile", "w_member_social")
SCOPES = (*POSTING, "r_member_postAnalytics")
CALLS = {
    "publish": ("POST", "/rest/posts"),
    "upload": ("POST", "/rest/images"),
    "remove": ("DELETE", "/rest/posts/*"),
    "measure": ("GET", "/rest/memberCreatorPostAnalytics"),
    "renew": ("POST", "/oauth/v2/accessToken"),
    "revoke": ("POST", "/oauth/v2/revoke"),
}


def serve() -> Sandbox:
    """The sandbox network; figures are there at once."""
    return serve_in_thread(analytics_delay=0)


def stage(make_settings: Callable[..., Settings], url: str) -> Stage:
    """The adapter on the sandbox at `url`."""
    settings = make_settings(
        linkedin_client_id="sandbox",
        linkedin_client_secret="sandbox-secret",
        linkedin_scopes=" ".join(SCOPES),
        linkedin_version="202608",
        linkedin_oauth_url=f"{url}/oauth/v2",
        linkedin_api_url=url,
        linkedin_site_url=url,
        linkedin_image_wait=0,
    )
    return OnSandbox(LinkedIn(settings), url, CALLS, SCOPES, read=read)


@dataclass
class OnSandbox(Stage):
    """Members and tokens are made apart there."""

    def member(self, name: str = "Ada Lark", scopes: tuple[str, ...] | None = None) -> Credentials:
        """A new member with tokens for these scopes."""
        given = self.scopes if scopes is None else scopes
        sub = self.ask("members", name=name)["sub"]
        tokens = self.ask("tokens", member=sub, scope=" ".join(given))
        refresh = Secret(tokens["refresh_token"])
        return Credentials(sub, Secret(tokens["access_token"]), tuple(given), refresh_token=refresh)


def read(post: Mapping[str, Any]) -> Standing:
    """A post in the sandbox's words."""
    return Standing(
        id=post["urn"],
        text=post["commentary"],
        link=post["source"],
        alts=tuple(post["alts"]),
        thumbnail=bool(post["thumbnail"]),
        video=post["video"],
        document=post["document"],
        reshare_of=post["parent"],
    )
