"""Threads on stage."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from advocacy.networks.standins.threads import Threads as StandIn
from advocacy.networks.threads import CAPABILITIES as CAPABILITIES
from advocacy.networks.threads import Threads
from config.settings import Settings
from tests.networks.contract.gallery import Fetching, beside
from tests.networks.contract.stage import Stage, Standing, read_facts

POSTING = ("threads_basic", "threads_content_publish", "threads_delete")
SCOPES = (*POSTING, "threads_manage_insights")
CALLS = {
    "publish": ("POST", "/v1.0/me/threads_publish"),
    "upload": ("POST", "/v1.0/me/threads"),
    "remove": ("DELETE", "/v1.0/*"),
    "measure": ("GET", "/v1.0/*/insights"),
    "renew": ("GET", "/refresh_access_token"),
}


def serve() -> AbstractContextManager[Any]:
    """The stand-in; it works a while on each picture."""
    return beside(StandIn())


def stage(make_settings: Callable[..., Settings], url: str) -> Stage:
    """The adapter on the stand-in at `url`."""
    settings = make_settings(
        threads_client_id=StandIn.client_id,
        threads_client_secret=StandIn.client_secret,
        threads_authorize_url=f"{url}/oauth/authorize",
        threads_api_url=url,
        threads_site_url=url,
    )
    return Fetching(Threads(settings), url, CALLS, SCOPES, read=read)


def read(post: Mapping[str, Any]) -> Standing:
    """A post, known by its id and the code in its address."""
    return replace(read_facts(post), id=f"{post['id']}:{post['code']}")
