"""What pictures, documents and videos have in common: they are announced, and put where LinkedIn says."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from advocacy.networks.base import Credentials
from advocacy.networks.linkedin.rest import must, rest
from advocacy.networks.wire import Answer, Asked, Calls, malformed
from config.settings import Settings


def announce(
    calls: Calls, kind: str, credentials: Credentials, asked: Asked, **more: Any
) -> tuple[Answer, Mapping[str, Any]]:
    """LinkedIn's answer to the announcement of an upload of the member's, and the `value` in it."""
    wanted = {"initializeUploadRequest": {"owner": f"urn:li:person:{credentials.external_id}", **more}}
    answer = must(rest(calls, "POST", f"{kind}?action=initializeUpload", asked, wanted), asked, 200)
    value = answer.body.get("value")
    if not isinstance(value, dict):
        raise malformed(answer, asked)
    return answer, value


def put_whole(calls: Calls, kind: str, credentials: Credentials, asked: Asked, data: Any, mimetype: str) -> str:
    """Announce and upload what goes in one piece; its URN. Raises TryLater, Reconnect, Rejected."""
    answer, value = announce(calls, f"{kind}s", credentials, asked)
    urn, address = value.get(kind), value.get("uploadUrl")
    if not isinstance(urn, str) or not may_be_told(calls.settings, address):
        raise malformed(answer, asked)
    must(calls.send("PUT", str(address), asked, data=data, headers={"Content-Type": mimetype}), asked, 200, 201)
    return urn


def may_be_told(settings: Settings, address: object) -> bool:
    """Whether something private may go to this address: only ever encrypted, or to the very server that the API is."""
    if not isinstance(address, str):
        return False
    return address.startswith("https://") or urlsplit(address)[:2] == urlsplit(settings.linkedin_api_url)[:2]
