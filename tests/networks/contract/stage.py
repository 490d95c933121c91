"""What the contract tests need of a network: an adapter, its stand-in (or a real server), members, a look inside.

A network joins by a module `stages/<name>.py` with

    CAPABILITIES   the adapter's own
    CALLS          act → (method, path) of the one call that does it; the path may end with *. Acts: publish; and where
                   the network has them upload, remove, measure, renew, revoke
    SCOPES         what a member grants in full; empty where the network has no scopes
    POSTING        scopes that allow publishing but not measuring, where those are two things (left out otherwise)
    ROTATES        True where a renewal uses up the old refresh token (left out otherwise)
    serve()        a context manager that runs the stand-in; what it gives has `.url`
    stage(make_settings, url)        the Stage; must also work for an address where nobody listens
    real_stage(make_settings, url)   likewise for a real server, used when RELAIS_REAL_<NAME>_URL is set (may be left
                                     out); its Stage has `real=True` and its own `member` and `standing`

An adapter reads its limits from `self.capabilities` and `credentials.limits`, so that a test can widen them.
"""

import copy
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import requests

from advocacy.clock import utcnow
from advocacy.networks.base import Adapter, Credentials, Outgoing, Picture, Prepared, Published
from advocacy.sealing import Secret
from tests.networks.contract.samples import jpeg


@dataclass(frozen=True)
class Standing:
    """A post as it stands on the network."""

    id: str
    text: str
    link: str | None = None
    """The link of its card, where the link stands beside the text."""
    alts: tuple[str, ...] = ()
    """The descriptions of its pictures (not of a card), in order; "" for one without."""
    thumbnail: bool = False
    """Whether its card has a picture."""
    video: str | None = None
    """The description or title of its video."""
    document: str | None = None
    """The title of its document."""
    reshare_of: str | None = None


def read_facts(post: Mapping[str, Any]) -> Standing:
    """A post as a stand-in tells it that names its facts link, pictures (alts), thumbnail, video, document and
    reshare_of; a Stage whose stand-in has other words brings its own reader.
    """
    return Standing(
        id=post["id"],
        text=post["text"],
        link=post.get("link"),
        alts=tuple(post.get("pictures") or ()),
        thumbnail=bool(post.get("thumbnail")),
        video=post.get("video"),
        document=post.get("document"),
        reshare_of=post.get("reshare_of"),
    )


@dataclass
class Stage:
    """One network on stage. `calls` name its addresses for faults: publish, upload, remove, measure, renew."""

    adapter: Adapter
    url: str
    calls: dict[str, tuple[str, str]]
    """Act → method and path (which may end with *)."""
    scopes: tuple[str, ...] = ()
    real: bool = False
    """A real server: nothing can be broken on purpose."""
    credentials: Callable[["Stage", dict[str, Any]], Credentials] | None = None
    read: Callable[[Mapping[str, Any]], Standing] = read_facts
    normal: Callable[[str], str] = str
    """What a text becomes there, for networks that change texts."""
    expired_reason: str = "expired"
    """The reason of Reconnect for a token that ended by time (networks that can't tell: another word)."""
    throttle_scope: str = "account"
    """The scope of TryLater for the stand-in's 429."""

    def ask(self, path: str, /, **body: Any) -> Any:
        """POST to one of the stand-in's own addresses."""
        answer = requests.post(f"{self.url}/_sandbox/{path}", json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def look(self, path: str) -> Any:
        """GET one of the stand-in's own addresses."""
        return requests.get(f"{self.url}/_sandbox/{path}", timeout=10).json()

    def member(self, name: str = "Ada Lark", scopes: tuple[str, ...] | None = None) -> Credentials:
        """A new member who has granted everything, or just `scopes`."""
        given = self.ask("accounts", name=name, scopes=list(self.scopes if scopes is None else scopes))
        if self.credentials is not None:
            return self.credentials(self, given)
        refresh, key = given.get("refresh_token"), given.get("key")
        return Credentials(
            external_id=given["external_id"],
            access_token=Secret(given["access_token"]),
            scopes=tuple(self.scopes if scopes is None else scopes),
            host=given.get("host", ""),
            refresh_token=Secret(refresh) if refresh else None,
            handle=given.get("handle", ""),
            key=Secret(key) if key else None,
        )

    def elsewhere(self, credentials: Credentials, host: str) -> Credentials:
        """The same credentials, on another server, for networks that have many."""
        return replace(credentials, host=host) if credentials.host else credentials

    def original(self) -> tuple[str, str]:
        """A post that may be passed on: its address as a person copies it, and its id."""
        published = self.publish(self.member("The company"), self.outgoing("News of the company."))
        return published.url, published.external_id

    def expire(self, credentials: Credentials) -> None:
        """The member's access token reaches its end."""
        self.ask("expire_tokens", member=credentials.external_id)

    def ripen(self, credentials: Credentials) -> None:
        """The token comes to where it is renewed: its end, where a network doesn't say otherwise."""
        self.expire(credentials)

    def revoke(self, credentials: Credentials) -> None:
        """The member takes the access away on the network's own pages."""
        self.ask("revoke_tokens", member=credentials.external_id)

    def fault(self, act: str, kind: str, **more: Any) -> None:
        """Have the next call of this act suffer."""
        method, path = self.calls[act]
        self.ask("faults", method=method, path=path, kind=kind, **more)

    def posts(self) -> list[dict[str, Any]]:
        """What stands there, in the stand-in's words."""
        return [post for post in self.look("posts") if post["deleted_at"] is None]

    def standing(self) -> list[Standing]:
        """What stands there (of this test, on a real server), oldest first."""
        return [self.read(post) for post in self.posts()]

    def requests(self) -> list[dict[str, Any]]:
        """What was asked of the network: answered, cut, or being held."""
        return [*self.look("requests"), *self.look("held")]

    def made(self, act: str) -> int:
        """How often that call reached the network."""
        method, path = self.calls[act]
        fits = path.rstrip("*")
        return sum(
            one["method"] == method and (one["path"].startswith(fits) if path.endswith("*") else one["path"] == path)
            for one in self.requests()
        )

    def pass_time(self, seconds: float) -> None:
        """So many seconds pass there; a real server is waited for, a little."""
        if self.real:
            threading.Event().wait(min(seconds, 2))
        elif seconds > 0:
            self.ask("clock", seconds=seconds)

    def outgoing(self, text: str, **values: Any) -> Outgoing:
        """A share of these words, with a picture where nothing can be posted without one."""
        if self.adapter.capabilities.needs_picture and not values.get("pictures") and not values.get("file"):
            values["pictures"] = (picture_of(jpeg()),)
        return Outgoing(**{"key": "c0dec0de", "text": text, "language": "en", "made_at": utcnow(), **values})

    def says(self, outgoing: Outgoing) -> str:
        """The text that has to stand there."""
        beside = not outgoing.link or not self.adapter.capabilities.link_in_text
        return self.normal(outgoing.text if beside else f"{outgoing.text}\n\n{outgoing.link}")

    def prepare(self, credentials: Credentials, outgoing: Outgoing, patience: int = 20) -> Prepared:
        """Prepare until it is complete and may be used, as delivery does."""
        prepared = kept(self.adapter.prepare(credentials, outgoing))
        while patience and not prepared.complete:
            self._wait(prepared)
            prepared, patience = kept(self.adapter.prepare(credentials, outgoing, prepared)), patience - 1
        assert prepared.complete, prepared
        self._wait(prepared)
        return prepared

    def publish(self, credentials: Credentials, outgoing: Outgoing) -> Published:
        """Prepare and publish."""
        return self.adapter.publish(credentials, outgoing, self.prepare(credentials, outgoing))

    def lenient(self) -> Adapter:
        """The adapter, believing that the network takes longer texts than it does."""
        wide = copy.copy(self.adapter)
        limit = self.adapter.capabilities.max_length
        wide.capabilities = replace(self.adapter.capabilities, max_length=limit * 2)
        return wide

    def _wait(self, prepared: Prepared) -> None:
        if prepared.ready_at is not None and prepared.ready_at > utcnow():
            self.pass_time((prepared.ready_at - utcnow() + timedelta(seconds=1)).total_seconds())


def kept(prepared: Prepared) -> Prepared:
    """The same, as it comes back from the database."""
    return replace(prepared, facts=json.loads(json.dumps(prepared.facts)))


def picture_of(data: bytes, alt: str = "A square") -> Picture:
    """A picture on its way out."""
    return Picture(lambda: data, alt)
