"""Facebook Pages on stage."""

from collections.abc import Callable
from fnmatch import fnmatchcase

from advocacy.networks.facebook import CAPABILITIES as CAPABILITIES
from advocacy.networks.facebook import Facebook
from advocacy.networks.standins.facebook import Facebook as StandIn
from config.settings import Settings
from tests.networks.contract.stage import Stage

POSTING = ("pages_manage_posts", "pages_read_engagement", "pages_show_list")
SCOPES = (*POSTING, "read_insights")
CALLS = {
    "publish": ("POST", "/v25.0/*/feed"),
    "upload": ("POST", "/v25.0/*/photos"),
    "remove": ("DELETE", "/v25.0/*"),
    "measure": ("GET", "/v25.0/*/insights"),
    "revoke": ("DELETE", "/v25.0/*/permissions"),
}


class OnFacebook(Stage):
    """Its addresses have the Page's id in their middle."""

    def made(self, act: str) -> int:
        """How often that call reached the network."""
        method, path = self.calls[act]
        return sum(one["method"] == method and fnmatchcase(one["path"], path) for one in self.requests())


def serve() -> StandIn:
    """The stand-in."""
    return StandIn()


def stage(make_settings: Callable[..., Settings], url: str) -> Stage:
    """The adapter on the stand-in at `url`."""
    settings = make_settings(
        facebook_client_id=StandIn.client_id,
        facebook_client_secret=StandIn.client_secret,
        facebook_api_url=url,
        facebook_site_url=url,
    )
    return OnFacebook(Facebook(settings), url, CALLS, SCOPES)
