"""Instagram on stage."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from advocacy.networks.instagram import CAPABILITIES as CAPABILITIES
from advocacy.networks.instagram import Instagram
from advocacy.networks.standins.instagram import Instagram as StandIn
from config.settings import Settings
from tests.networks.contract.gallery import Fetching, beside
from tests.networks.contract.stage import Stage, Standing, read_facts

POSTING = ("instagram_business_basic", "instagram_business_content_publish")
SCOPES = (*POSTING, "instagram_business_manage_insights")
CALLS = {
    "publish": ("POST", "/v25.0/*/media_publish"),
    "upload": ("POST", "/v25.0/*/media"),
    "measure": ("GET", "/v25.0/*/insights"),
    "renew": ("GET", "/refresh_access_token"),
}


class OnInstagram(Fetching):
    """Its addresses have the account's id in their middle."""

    def made(self, act: str) -> int:
        """How often that call reached the network."""
        method, path = self.calls[act]
        return sum(one["method"] == method and fnmatchcase(one["path"], path) for one in self.requests())


def serve() -> AbstractContextManager[Any]:
    """The stand-in; it works a while on each picture."""
    return beside(StandIn())


def stage(make_settings: Callable[..., Settings], url: str) -> Stage:
    """The adapter on the stand-in at `url`."""
    settings = make_settings(
        instagram_client_id=StandIn.client_id,
        instagram_client_secret=StandIn.client_secret,
        instagram_authorize_url=f"{url}/oauth/authorize",
        instagram_token_url=url,
        instagram_api_url=url,
        instagram_site_url=url,
    )
    return OnInstagram(Instagram(settings), url, CALLS, SCOPES, read=read)


def read(post: Mapping[str, Any]) -> Standing:
    """A post, known by its id and the code in its address."""
    return replace(read_facts(post), id=f"{post['id']}:{post['code']}")
