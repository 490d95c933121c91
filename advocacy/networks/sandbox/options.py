"""What the sandbox can be told when it starts."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, fields

EVERY_SCOPE = "openid profile email w_member_social r_member_postAnalytics r_member_profileAnalytics"
ANALYTICS_SCOPE = "r_basicprofile r_member_postAnalytics r_member_profileAnalytics"


@dataclass(frozen=True)
class Application:
    """An application that members can allow; scopes are separated by spaces."""

    client_id: str
    client_secret: str
    scopes: str


@dataclass(frozen=True)
class Options:
    """Every option with its default; durations are in seconds, limits in calls a UTC day (0: no limit)."""

    host: str = "127.0.0.1"
    port: int = 8001
    data: str = "var/sandbox.sqlite3"
    speed: float = 1.0
    audience: bool = True
    seed: int = 1
    client_id: str = "sandbox"
    client_secret: str = "sandbox-secret"  # noqa: S105 - the published secret of a stand-in
    app_scopes: str = EVERY_SCOPE
    analytics_client_id: str = "sandbox-analytics"
    analytics_client_secret: str = "sandbox-analytics-secret"  # noqa: S105 - likewise
    analytics_scopes: str = ANALYTICS_SCOPE
    redirect_uri: tuple[str, ...] = ()
    access_ttl: int = 5_184_000
    refresh_ttl: int = 31_536_000
    code_ttl: int = 1_800
    refresh_tokens: bool = True
    daily_member_limit: int = 150
    daily_app_limit: int = 100_000
    daily_analytics_limit: int = 0
    duplicate_minutes: float = 10
    processing_seconds: float = 0.5
    analytics_delay: float = 5
    versions: str = "202511-202611"

    def active_versions(self) -> tuple[int, int]:
        """The oldest and the newest API version that still answer, as YYYYMM."""
        oldest, _, newest = self.versions.partition("-")
        return int(oldest), int(newest or oldest)

    def application(self, client_id: str) -> Application | None:
        """The application of this id: the one for posting or the one for figures; None for any other."""
        known = (
            Application(self.client_id, self.client_secret, self.app_scopes),
            Application(self.analytics_client_id, self.analytics_client_secret, self.analytics_scopes),
        )
        return next((each for each in known if each.client_id == client_id), None)


MEANINGS = {
    "host": "address to listen on",
    "port": "port to listen on; 0 takes a free one",
    "data": "SQLite file that keeps members, tokens and posts; :memory: keeps nothing",
    "speed": "how many audience seconds pass in one real second",
    "audience": "whether readers look, react and click by themselves",
    "seed": "seed of the audience",
    "client_id": "the application's client id",
    "client_secret": "the application's client secret",
    "app_scopes": "scopes the application's products grant, separated by spaces",
    "analytics_client_id": "client id of the second application, which has the products for figures",
    "analytics_client_secret": "client secret of the second application",
    "analytics_scopes": "scopes that the second application's products grant",
    "redirect_uri": "a registered redirect address (repeatable); without any, every loopback address is registered",
    "access_ttl": "life of an access token",
    "refresh_ttl": "life of a refresh token, from the consent",
    "code_ttl": "life of an authorization code",
    "refresh_tokens": "whether the application receives refresh tokens",
    "daily_member_limit": "posts and media calls of one member a UTC day",
    "daily_app_limit": "posts and media calls of the application a UTC day",
    "daily_analytics_limit": "analytics calls of one member a UTC day; 0: no limit (Standard tier)",
    "duplicate_minutes": "for how long the same text and link of one author are a duplicate",
    "processing_seconds": "how long an uploaded image, document or video is processed",
    "analytics_delay": "how young a post has no figures",
    "versions": "active API versions, as 202511-202611",
}


def read_arguments(arguments: Sequence[str] | None = None) -> Options:
    """The options of a command line; exits with a usage message when one is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m advocacy.networks.sandbox",
        description="A stand-in network that speaks LinkedIn's wire format on this machine.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    for field in fields(Options):
        flag = "--" + field.name.replace("_", "-")
        meaning = MEANINGS[field.name]
        if field.name == "redirect_uri":
            parser.add_argument(flag, action="append", default=[], help=meaning)
        elif isinstance(field.default, bool):
            parser.add_argument(flag, action=argparse.BooleanOptionalAction, default=field.default, help=meaning)
        else:
            parser.add_argument(flag, type=type(field.default), default=field.default, help=meaning)
    found = vars(parser.parse_args(arguments))
    return Options(**{**found, "redirect_uri": tuple(found["redirect_uri"])})
