"""X on stage."""

from collections.abc import Callable

from advocacy.networks.standins.x import X as StandIn
from advocacy.networks.x import CAPABILITIES as CAPABILITIES
from advocacy.networks.x import X
from config.settings import Settings
from tests.networks.contract.stage import Stage

SCOPES = ("media.write", "offline.access", "tweet.read", "tweet.write", "users.read")
ROTATES = True
CALLS = {
    "publish": ("POST", "/2/tweets"),
    "upload": ("POST", "/2/media/upload"),
    "remove": ("DELETE", "/2/tweets/*"),
    "measure": ("GET", "/2/tweets"),
    "renew": ("POST", "/2/oauth2/token"),
    "revoke": ("POST", "/2/oauth2/revoke"),
}


def serve() -> StandIn:
    """The stand-in."""
    return StandIn()


def stage(make_settings: Callable[..., Settings], url: str) -> Stage:
    """The adapter on the stand-in at `url`."""
    settings = make_settings(
        x_client_id=StandIn.client_id,
        x_client_secret=StandIn.client_secret,
        x_authorize_url=f"{url}/i/oauth2/authorize",
        x_api_url=url,
        x_site_url=url,
    )
    return Stage(X(settings), url, CALLS, SCOPES)
