"""Mastodon: statuses of members of any server, with the consent of each on their own server."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from advocacy.clock import utcnow
from advocacy.networks.base import (
    BadCallback,
    Capabilities,
    ClientApp,
    Credentials,
    Departure,
    Entry,
    Figures,
    FileLimits,
    Grant,
    Kind,
    Outgoing,
    Prepared,
    Published,
    Reconnect,
    Rejected,
    Settling,
    UnknownApp,
    Unsettled,
)
from advocacy.networks.defaults import Defaults
from advocacy.networks.mastodon import media, oauth, servers, statuses
from config.settings import Settings

KEY_LIVES = timedelta(minutes=55)
"""Servers remember a key for an hour."""
LINK_LENGTH = 23

CAPABILITIES = Capabilities(
    name="mastodon",
    label="Mastodon",
    icon="brand-mastodon",
    max_length=500,
    count_rule="graphemes-link23",
    rewards_allowed=True,
    figures=frozenset({"reactions", "comments", "reshares"}),
    can_remove=True,
    utm_source="mastodon",
    entries=(Entry.SERVER,),
    kinds=frozenset({Kind.TEXT, Kind.LINK, Kind.PICTURE, Kind.PICTURES, Kind.VIDEO}),
    settling=Settling.AGAIN,
    most_pictures=media.MOST_PICTURES,
    largest_picture=media.LARGEST_PICTURE,
    longest_alt=media.LONGEST_ALT,
    video=FileLimits(media.LARGEST_VIDEO),
    link_in_text=True,
    tells_limits=True,
    several_accounts=True,
)


def offer(settings: Settings) -> "Mastodon | None":
    """Mastodon where the operator switched it on."""
    return Mastodon(settings) if settings.mastodon_enabled else None


class Mastodon(Defaults):
    """The adapter; see `base.Adapter` for what each method promises."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.capabilities = replace(CAPABILITIES, usual_server=settings.mastodon_server)

    def register(self, host: str, redirect_uri: str) -> ClientApp | None:
        """Make Relais known to a server."""
        return servers.register(self._settings, host, redirect_uri)

    def depart(
        self, redirect_uri: str, state: str, entered: Mapping[str, str] | None = None, app: ClientApp | None = None
    ) -> Departure:
        """The consent page of the person's server, once it is certain that it still knows Relais."""
        host = (entered or {}).get("server", "")
        if not host:
            raise BadCallback("no_server")
        if app is None:
            raise UnknownApp("no_app")
        servers.check_known(self._settings, host, app)
        return oauth.depart(self._settings, redirect_uri, state, host, app)

    def arrive(
        self, redirect_uri: str, answer: Mapping[str, str], kept: Mapping[str, str], app: ClientApp | None = None
    ) -> Grant:
        """The grant in the answer."""
        return oauth.exchange(self._settings, redirect_uri, answer, kept, app)

    def allows(self, scopes: Collection[str]) -> frozenset[str]:
        """Figures are public there; posting has to be granted."""
        return frozenset({"measure", "publish"} if _granted(servers.POSTING, scopes) else {"measure"})

    def remarks(self, scopes: Collection[str]) -> frozenset[str]:
        """Media are granted apart; scopes without a part after their colon open all of their kind."""
        found = {"wide"} if any(":" not in scope and scope != servers.WHO for scope in scopes) else set()
        return frozenset(found if _granted(servers.UPLOADING, scopes) else found | {"no_files"})

    def revoke(self, credentials: Credentials) -> None:
        """End the grant on the server."""
        oauth.revoke(self._settings, credentials)

    def limits(self, credentials: Credentials) -> dict[str, Any]:
        """What the person's server says of its limits."""
        return servers.limits(self._settings, credentials.host)

    def prepare(self, credentials: Credentials, outgoing: Outgoing, before: Prepared | None = None) -> Prepared:
        """Upload pictures or a video; called again while the server is at work on them. Notes when it began, which
        is never later than the first call that publishes.
        """
        if before is not None:
            return media.look(self._settings, credentials, before, outgoing.key)
        facts: dict[str, Any] = {"since": utcnow().isoformat()}
        if media.wanted(outgoing):
            self._needs((servers.UPLOADING,), credentials)
            facts |= media.upload(self._settings, credentials, outgoing)
        return media.prepared(facts)

    def publish(self, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published:
        """Post the status."""
        self._needs((servers.POSTING,), credentials)
        if self._length(credentials, outgoing) > int(
            credentials.limits.get("max_length", self.capabilities.max_length)
        ):
            raise Rejected("too_long")
        return statuses.publish(self._settings, credentials, outgoing, prepared)

    def settle(self, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published | None:
        """Send the very same call again, while the server still knows its key, if it is one that keeps keys."""
        since = prepared.facts.get("since")
        if not isinstance(since, str) or utcnow() - datetime.fromisoformat(since) > KEY_LIVES:
            raise Unsettled("too_late")
        if not servers.keeps_keys(self._settings, credentials.host):
            raise Unsettled("no_keys")
        return statuses.publish_again(self._settings, credentials, outgoing, prepared)

    def permalink(self, external_id: str, credentials: Credentials | None = None) -> str:
        """Where everybody sees that status; nowhere without its server."""
        return statuses.permalink(self._settings, credentials, external_id) if credentials else ""

    def remove(self, credentials: Credentials, external_id: str) -> None:
        """Delete the status."""
        self._needs((servers.POSTING,), credentials)
        statuses.remove(self._settings, credentials, external_id)

    def measure(self, credentials: Credentials, external_id: str) -> Figures:
        """Favourites, replies, boosts; there are no views."""
        return statuses.measure(self._settings, credentials, external_id)

    def _length(self, credentials: Credentials, outgoing: Outgoing) -> int:
        theirs = int(credentials.limits.get("link_length", LINK_LENGTH))
        return self.count(outgoing.text, outgoing.link) + (theirs - LINK_LENGTH if outgoing.link else 0)

    def _needs(self, scopes: Collection[str], credentials: Credentials) -> None:
        missing = [scope for scope in scopes if not _granted(scope, credentials.scopes)]
        if missing:
            raise Reconnect("scope", " ".join(missing))


def _granted(scope: str, scopes: Collection[str]) -> bool:
    return scope in scopes or scope.partition(":")[0] in scopes
