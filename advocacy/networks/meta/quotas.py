"""How many posts the network takes of a member in a while, as it says itself: its documentation says several things."""

from typing import Any

from advocacy.networks.base import Credentials
from advocacy.networks.meta.graph import Api, objects_in
from advocacy.networks.wire import Asked


def read(api: Api, credentials: Credentials, path: str) -> dict[str, Any]:
    """Total, used, and the seconds that they are counted over, each where it is said. Raises TryLater, Reconnect."""
    fields = {"fields": "quota_usage,config"}
    token, account = credentials.access_token, credentials.external_id
    listed = objects_in(api.call("GET", path, Asked(key=account), token, account, fields))
    if not listed:
        return {}
    config = listed[0].get("config")
    config = config if isinstance(config, dict) else {}
    said = {
        "posts_a_while": config.get("quota_total"),
        "while_seconds": config.get("quota_duration"),
        "posts_used": listed[0].get("quota_usage"),
    }
    return {name: value for name, value in said.items() if isinstance(value, int) and not isinstance(value, bool)}
