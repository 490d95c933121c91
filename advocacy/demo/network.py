"""The demo on the sandbox network: its members, their tokens, their posts. Never on a real one."""

import ipaddress
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests

from config.settings import Settings

_PATIENCE = 10.0


class SandboxNetwork:
    """The sandbox's own doors. Every method raises `requests.RequestException` when it doesn't answer as it should."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/_sandbox"
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy would carry the request off this machine

    def members(self) -> list[dict[str, Any]]:
        """Everybody there."""
        return list(self._ask("GET", "/members"))

    def reset(self) -> None:
        """Have it forget everything."""
        self._ask("POST", "/reset")

    def add_member(self, name: str, email: str, followers: int) -> str:
        """A new member; their id."""
        return str(self._ask("POST", "/members", name=name, email=email, followers=followers)["sub"])

    def add_tokens(self, member: str, scope: str) -> dict[str, Any]:
        """Tokens as its token endpoint gives them."""
        return dict(self._ask("POST", "/tokens", member=member, scope=scope))

    def add_post(self, member: str, commentary: str, published_at: datetime, **more: Any) -> str:
        """A post that stands there since that moment; its id."""
        body = {"member": member, "commentary": commentary, "published_at": published_at.isoformat(), **more}
        return str(self._ask("POST", "/posts", **body)["urn"])

    def close(self) -> None:
        """Give the connection back."""
        self._session.close()

    def _ask(self, method: str, path: str, **body: Any) -> Any:
        answer = self._session.request(method, self._url + path, json=body or None, timeout=_PATIENCE)
        answer.raise_for_status()
        return answer.json() if answer.content else None


def find_sandbox(settings: Settings) -> SandboxNetwork | None:
    """The sandbox that the settings point at, or None where they point elsewhere or nothing answers there."""
    if not settings.linkedin_client_id or not _on_this_machine(settings.linkedin_api_url):
        return None
    sandbox = SandboxNetwork(settings.linkedin_api_url)
    try:
        sandbox.members()
    except requests.RequestException:
        sandbox.close()
        return None
    return sandbox


def _on_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
