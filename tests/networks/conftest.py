"""A sandbox network over real HTTP, its members, and the adapter that talks to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest
import requests

from advocacy.networks.base import Credentials, Outgoing, Picture
from advocacy.networks.linkedin import LinkedIn
from advocacy.networks.sandbox import Sandbox, serve_in_thread
from advocacy.sealing import Secret
from config.settings import Settings

CALLBACK = "http://relais.test/accounts/linkedin/callback"
SECOND_CALLBACK = "http://relais.test/accounts/linkedin-analytics/callback"
SCOPES = "openid profile email w_member_social r_member_postAnalytics"


S = TypeVar("S")


def settings_of(**values: Any) -> Settings:
    """Settings that stand nowhere, with these values."""
    neutral: dict[str, Any] = {
        "database_url": "postgresql+psycopg://nowhere",
        "redis_url": "redis://nowhere",
        "secret_key": "k" * 40,
        "seal_keys": "unused",
        "public_url": "https://relais.test",
        "network_seconds": 1.0,
    }
    return Settings(**{**neutral, **values})


@pytest.fixture
def start() -> Iterator[Callable[..., Any]]:
    """Starts a stand-in of a kind, with its options; all are stopped afterwards."""
    running: list[Any] = []

    def started(kind: type[S], **options: Any) -> S:
        made = kind(**options)
        running.append(made)
        return made

    yield started
    for each in running:
        each.stop()


@dataclass(frozen=True)
class Member:
    """A member of the sandbox and what an adapter needs to act for them."""

    sub: str
    name: str
    credentials: Credentials


class Outside:
    """The sandbox as seen by somebody who may look inside."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox, self.url = sandbox, sandbox.url

    def ask(self, path: str, /, **body: Any) -> Any:
        """POST to one of the sandbox's own addresses."""
        answer = requests.post(f"{self.url}/_sandbox/{path}", json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def fault(self, path: str, kind: str, **more: Any) -> None:
        """Have the next request of this path suffer."""
        self.ask("faults", path=path, kind=kind, **more)

    def posts(self, sub: str = "") -> list[dict[str, Any]]:
        """What stands on the network."""
        answer = requests.get(f"{self.url}/_sandbox/posts", params={"member": sub} if sub else {}, timeout=10)
        return list(answer.json())

    def requests(self) -> list[dict[str, Any]]:
        """What was asked of it."""
        return list(requests.get(f"{self.url}/_sandbox/requests", timeout=10).json())

    def member(self, name: str = "Ada Lark", scope: str = SCOPES) -> Member:
        """A new member who has granted `scope`."""
        sub = self.ask("members", name=name)["sub"]
        tokens = self.ask("tokens", member=sub, scope=scope)
        refresh = tokens.get("refresh_token")
        credentials = Credentials(
            external_id=sub,
            access_token=Secret(tokens["access_token"]),
            scopes=tuple(scope.split()),
            refresh_token=Secret(refresh) if refresh else None,
        )
        return Member(sub, name, credentials)


@pytest.fixture(scope="session")
def outside() -> Iterator[Outside]:
    with serve_in_thread(redirect_uri=(CALLBACK, SECOND_CALLBACK), analytics_delay=0) as sandbox:
        yield Outside(sandbox)


@pytest.fixture
def network(outside: Outside) -> Iterator[Outside]:
    """The sandbox, empty."""
    outside.ask("reset")
    yield outside
    outside.ask("reset")


@pytest.fixture
def make_settings(network: Outside) -> Callable[..., Settings]:
    def made(**values: Any) -> Settings:
        return Settings(
            **{
                "database_url": "postgresql+psycopg://nowhere",
                "redis_url": "redis://nowhere",
                "secret_key": "k" * 40,
                "seal_keys": "unused",
                "linkedin_client_id": "sandbox",
                "linkedin_client_secret": "sandbox-secret",
                "linkedin_scopes": SCOPES,
                "linkedin_version": "202608",
                "linkedin_oauth_url": f"{network.url}/oauth/v2",
                "linkedin_api_url": network.url,
                "linkedin_site_url": network.url,
                "linkedin_image_wait": 0,
                "network_seconds": 0.6,
                **values,
            }
        )

    return made


@pytest.fixture
def linkedin(make_settings: Callable[..., Settings]) -> LinkedIn:
    """The adapter, patient for a little more than half a second."""
    return LinkedIn(make_settings())


@pytest.fixture
def ada(network: Outside) -> Member:
    return network.member()


def outgoing(text: str = "Words of my own.", **values: Any) -> Outgoing:
    """A share on its way."""
    image, alt = values.pop("image", None), values.pop("image_alt", "")
    if image is not None:
        values["pictures"] = (Picture(lambda: image, alt),)
    return Outgoing(**{"key": "c0de", "text": text, "language": "en", **values})


@pytest.fixture
def offered(network: Outside, set_environment: Callable[..., None]) -> Outside:
    """The app's own settings point to the sandbox."""
    set_environment(
        RELAIS_LINKEDIN_OAUTH_URL=f"{network.url}/oauth/v2",
        RELAIS_LINKEDIN_API_URL=network.url,
        RELAIS_LINKEDIN_SITE_URL=network.url,
        RELAIS_NETWORK_SECONDS="1",
    )
    return network
