"""Bluesky's stand-in, members with either kind of grant, and the adapter."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from advocacy.networks.base import Credentials, Grant
from advocacy.networks.bluesky import Bluesky
from advocacy.networks.standins.bluesky import Bluesky as Standin
from advocacy.networks.standins.state import Member
from config.settings import Settings
from tests.networks.consenting import consent
from tests.networks.contract.stages import bluesky as with_password
from tests.networks.contract.stages import bluesky_consent as with_consent
from tests.networks.contract.stages.bluesky import OnBluesky

CALLBACK = "http://127.0.0.1:8000/accounts/bluesky/callback"


@dataclass
class Sky(OnBluesky):
    """The network as seen by somebody who may look inside."""

    standin: Standin = None  # type: ignore[assignment]

    def person(self, name: str = "Ada Lark", **facts: Any) -> Member:
        """Somebody who has no connection yet."""
        return self.standin.new_member(name, **facts)

    def app_password(self, member: Member) -> str:
        """A password made for one application."""
        from_there = self.standin.grant(member, ("com.atproto.appPass",))
        return str(from_there["app_password"])

    def consented(self, name: str = "Ada Lark") -> Credentials:
        """A new member with tokens of a consent."""
        return self.member(name, with_consent.SCOPES)

    def asked(self, path: str) -> list[int]:
        """The statuses of the requests to this path."""
        return [each["status"] for each in self.requests() if each["path"] == path]

    def arrive(self, handle: str, adapter: Bluesky | None = None, **choice: str) -> Grant:
        """Leave for consent, give it, come back."""
        using = adapter or self.adapter
        departure = using.depart(CALLBACK, "a-state", {"handle": handle})
        member = next(each for each in self.standin.state.members.values() if each.handle == handle)
        answer = consent(departure.url, **{"sub": member.id, **choice})
        assert answer["state"] == "a-state"
        return using.arrive(CALLBACK, answer, departure.keep)


def credentials_of(grant: Grant) -> Credentials:
    """What is kept of a grant."""
    return Credentials(
        grant.external_id,
        grant.access_token,
        grant.scopes,
        refresh_token=grant.refresh_token,
        refresh_expires_at=grant.refresh_expires_at,
        handle=grant.handle,
        key=grant.key,
    )


@pytest.fixture(scope="session")
def standin() -> Iterator[Standin]:
    with Standin() as running:
        yield running


@pytest.fixture
def make_settings(standin: Standin) -> Callable[..., Settings]:
    def made(**values: Any) -> Settings:
        neutral = {
            "database_url": "postgresql+psycopg://nowhere",
            "redis_url": "redis://nowhere",
            "public_url": "http://127.0.0.1:8000",
            "secret_key": "k" * 40,
            "seal_keys": "unused",
            "fetch_allow_loopback": True,
            "network_seconds": 1.0,
        }
        return with_password.settings_at(lambda **more: Settings(**{**neutral, **more}), standin.url, **values)

    return made


@pytest.fixture
def sky(standin: Standin, make_settings: Callable[..., Settings]) -> Iterator[Sky]:
    made = Sky(
        Bluesky(make_settings()),
        standin.url,
        with_password.CALLS,
        with_password.SCOPES,
        credentials=with_password.credentials_of,
        standin=standin,
    )
    made.ask("reset")
    standin.clients.documents.clear()
    yield made
    made.ask("reset")


@pytest.fixture
def ada(sky: Sky) -> Credentials:
    """Somebody connected by an app password."""
    return sky.member()
