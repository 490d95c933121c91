"""The networks of a chaos run: each with its stand-in, its settings, its members, and the call that publishes."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import Flask

from advocacy.db import db
from advocacy.networks import apps
from advocacy.networks.base import Capabilities, ClientApp
from advocacy.sealing import Secret
from config.settings import Settings, get_settings
from tests.networks.contract.stage import Stage
from tests.networks.contract.stages import bluesky, facebook, instagram, linkedin, mastodon, threads, x

STAGES = {
    "linkedin": linkedin,
    "x": x,
    "bluesky": bluesky,
    "mastodon": mastodon,
    "threads": threads,
    "facebook": facebook,
    "instagram": instagram,
}


@dataclass(frozen=True)
class Network:
    """One that is up."""

    name: str
    url: str
    module: Any

    def break_down(self, kind: str, rate: float, **more: Any) -> None:
        """From now on this befalls so many of the calls that publish."""
        self.fault("publish", kind, times=-1, rate=rate, **more)

    def fault(self, act: str, kind: str, **more: Any) -> None:
        """The next call of this act suffers, or as many as `times` says."""
        method, path = self.module.CALLS[act]
        self.ask("faults", method=method, path=path, kind=kind, **more)

    def ask(self, path: str, /, **body: Any) -> None:
        """POST to one of the stand-in's own addresses."""
        requests.post(f"{self.url}/_sandbox/{path}", json=body, timeout=30).raise_for_status()

    def look(self, path: str) -> Any:
        """GET one of the stand-in's own addresses."""
        return requests.get(f"{self.url}/_sandbox/{path}", timeout=60).json()

    def heal(self) -> None:
        """Nothing befalls it any more, and nothing is held."""
        requests.delete(f"{self.url}/_sandbox/faults", timeout=30).raise_for_status()
        requests.post(f"{self.url}/_sandbox/faults/release", timeout=30).raise_for_status()

    def texts(self) -> list[str]:
        """What stands there."""
        return [
            post.get("commentary", post.get("text", "")) for post in self.look("posts") if post["deleted_at"] is None
        ]

    @property
    def needs_picture(self) -> bool:
        """Whether nothing can be posted there without one."""
        found: Capabilities = self.module.CAPABILITIES
        return found.needs_picture

    def members(self, owners: list[int]) -> list[dict[str, object]]:
        """Rows of accounts that work, one for each of these people."""
        stage: Stage = self.module.stage(_settings, self.url)
        rows: list[dict[str, object]] = []
        for owner in owners:
            made = stage.member(f"Member {owner}")
            rows.append(
                {
                    "person_id": owner,
                    "network": self.name,
                    "host": made.host,
                    "external_id": made.external_id,
                    "handle": made.handle,
                    "access_token": made.access_token,
                    "refresh_token": made.refresh_token,
                    "key": made.key,
                    "scopes": list(made.scopes),
                }
            )
        return rows


def _settings(**values: Any) -> Settings:
    return get_settings().model_copy(update=values)


def environment_of(networks: list[Network]) -> dict[str, str]:
    """The settings that point Relais at the stand-ins."""
    at = {network.name: network.url for network in networks}
    return {
        "RELAIS_LINKEDIN_OAUTH_URL": f"{at['linkedin']}/oauth/v2",
        "RELAIS_LINKEDIN_API_URL": at["linkedin"],
        "RELAIS_LINKEDIN_SITE_URL": at["linkedin"],
        "RELAIS_X_CLIENT_ID": x.StandIn.client_id,
        "RELAIS_X_CLIENT_SECRET": x.StandIn.client_secret,
        "RELAIS_X_AUTHORIZE_URL": f"{at['x']}/i/oauth2/authorize",
        "RELAIS_X_API_URL": at["x"],
        "RELAIS_X_SITE_URL": at["x"],
        "RELAIS_BLUESKY_ENABLED": "1",
        "RELAIS_BLUESKY_ENTRYWAY_URL": at["bluesky"],
        "RELAIS_BLUESKY_PUBLIC_URL": at["bluesky"],
        "RELAIS_BLUESKY_DIRECTORY_URL": f"{at['bluesky']}/plc",
        "RELAIS_MASTODON_ENABLED": "1",
        **_of_the_family(at),
    }


def _of_the_family(at: Mapping[str, str]) -> dict[str, str]:
    """The settings of those that speak alike: an app at each, and where it answers."""
    found: dict[str, str] = {}
    for name, standin, doors in (
        ("threads", threads.StandIn, ("api", "site")),
        ("facebook", facebook.StandIn, ("api", "site")),
        ("instagram", instagram.StandIn, ("token", "api", "site")),
    ):
        word = f"RELAIS_{name.upper()}"
        found[f"{word}_CLIENT_ID"], found[f"{word}_CLIENT_SECRET"] = standin.client_id, standin.client_secret
        found |= {f"{word}_{door.upper()}_URL": at[name] for door in doors}
    return found


@contextmanager
def networks_up() -> Iterator[list[Network]]:
    """Every network's stand-in, in this process."""
    with ExitStack() as stack:
        yield [
            Network(name, stack.enter_context(module.serve()).url, module)  # type: ignore[attr-defined]
            for name, module in STAGES.items()
        ]


def know_servers(app: Flask, networks: list[Network]) -> None:
    """Relais is known to the servers that want to be told."""
    [one] = [network for network in networks if network.name == "mastodon"]
    made = one.module.stage(_settings, one.url).member("The first").app
    with app.app_context():
        host = urlsplit(one.url).netloc
        apps.keep_app("mastodon", host, "http://relais.test", made or ClientApp("none", Secret("none")))
        db.session.commit()
