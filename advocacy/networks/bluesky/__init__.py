"""Bluesky, and every other server that speaks the AT Protocol: members' own posts, by consent or by app password."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from advocacy.networks.base import (
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
)
from advocacy.networks.bluesky import client, consent, looking_up, media, passwords, posts, tokens, video
from advocacy.networks.bluesky.kept import kept_with
from advocacy.networks.bluesky.names import find_post, page_of
from advocacy.networks.bluesky.scopes import is_wide, may_post
from advocacy.networks.defaults import Defaults
from advocacy.networks.wire import Asked
from config.settings import Settings

CAPABILITIES = Capabilities(
    name="bluesky",
    label="Bluesky",
    icon="brand-bluesky",
    max_length=300,
    count_rule="graphemes-bytes",
    rewards_allowed=True,
    figures=frozenset({"reactions", "comments", "reshares"}),
    can_remove=True,
    utm_source="bluesky",
    entries=(Entry.HANDLE, Entry.PASSWORD),
    kinds=frozenset({Kind.TEXT, Kind.LINK, Kind.PICTURE, Kind.PICTURES, Kind.VIDEO, Kind.RESHARE}),
    settling=Settling.ASK,
    most_pictures=4,
    largest_picture=2_000_000,
    longest_alt=2000,
    video=FileLimits(largest=300_000_000, longest=180),
    several_accounts=True,
    budget=(1666, 3600),
)


def offer(settings: Settings) -> "Bluesky | None":
    """Bluesky where the operator switched it on."""
    return Bluesky(settings) if settings.bluesky_enabled else None


class Bluesky(Defaults):
    """The adapter; see `base.Adapter` for what each method promises."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        ways = CAPABILITIES.entries if client.is_possible(settings) else (Entry.PASSWORD,)
        self.capabilities = replace(CAPABILITIES, entries=ways)

    def depart(
        self, redirect_uri: str, state: str, entered: Mapping[str, str] | None = None, app: ClientApp | None = None
    ) -> Departure:
        """Where the person gives consent: on the server that their handle leads to."""
        return consent.depart(self._settings, redirect_uri, state, (entered or {}).get("handle", ""))

    def arrive(
        self, redirect_uri: str, answer: Mapping[str, str], kept: Mapping[str, str], app: ClientApp | None = None
    ) -> Grant:
        """The grant in the answer, for the very member whose handle was entered."""
        return consent.arrive(self._settings, redirect_uri, answer, kept)

    def sign_in(self, entered: Mapping[str, str]) -> Grant:
        """The grant for a handle and an app password."""
        return passwords.sign_in(self._settings, entered)

    def allows(self, scopes: Collection[str]) -> frozenset[str]:
        """Figures are public; posting is what has to be granted."""
        return frozenset({"publish", "measure"} if may_post(scopes) else {"measure"})

    def remarks(self, scopes: Collection[str]) -> frozenset[str]:
        """An app password opens nearly everything, and so does the usual consent."""
        return frozenset({"wide"} if is_wide(scopes) else ())

    def renew(self, credentials: Credentials) -> Grant | None:
        """A fresh grant; the refresh token is used up by it."""
        by_consent = kept_with(credentials).by_consent
        return (tokens.renew if by_consent else passwords.renew)(self._settings, credentials)

    def revoke(self, credentials: Credentials) -> None:
        """End the session or the consent."""
        by_consent = kept_with(credentials).by_consent
        (tokens.revoke if by_consent else passwords.revoke)(self._settings, credentials)

    def reshareable(self, link: str) -> str | None:
        """The post that an address of the site shows."""
        found = find_post(self._settings.bluesky_site_url, link)
        return found.uri if found else None

    def prepare(self, credentials: Credentials, outgoing: Outgoing, before: Prepared | None = None) -> Prepared:
        """Find out who is mentioned and what is quoted; upload pictures, or the video step by step."""
        self._may_post(credentials)
        facts: dict[str, Any] = dict(before.facts) if before else {}
        if before is None:
            if dids := looking_up.dids_of(self._settings, outgoing.text):
                facts["mentions"] = dids
            if outgoing.reshare_of:
                facts["quote"] = looking_up.quoted(self._settings, outgoing.reshare_of, Asked(key=outgoing.key))
        if outgoing.file is not None:
            return video.prepare(self._settings, credentials, outgoing.key, outgoing.file, facts)
        if outgoing.pictures:
            largest, most = self.capabilities.largest_picture, self.capabilities.most_pictures
            facts |= media.upload(self._settings, credentials, outgoing, largest, most)
        return Prepared(facts)

    def publish(self, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published:
        """Make the post under a key of our own."""
        self._may_post(credentials)
        if self.count(outgoing.text) > self.capabilities.max_length:
            raise Rejected("too_long")
        return posts.publish(self._settings, credentials, outgoing, prepared, self.capabilities.longest_alt)

    def settle(self, credentials: Credentials, outgoing: Outgoing, prepared: Prepared) -> Published | None:
        """Ask for our key."""
        return posts.settle(self._settings, credentials, outgoing)

    def permalink(self, external_id: str, credentials: Credentials | None = None) -> str:
        """Where people see that post."""
        return page_of(self._settings.bluesky_site_url, external_id)

    def remove(self, credentials: Credentials, external_id: str) -> None:
        """Delete the post."""
        self._may_post(credentials)
        posts.remove(self._settings, credentials, external_id)

    def measure(self, credentials: Credentials, external_id: str) -> Figures:
        """What the public can see of it."""
        return looking_up.measure(self._settings, external_id)

    def documents(self) -> Mapping[str, dict[str, Any]]:
        """Relais as members' servers read it."""
        return client.documents(self._settings)

    def _may_post(self, credentials: Credentials) -> None:
        if not may_post(credentials.scopes):
            raise Reconnect("scope")
