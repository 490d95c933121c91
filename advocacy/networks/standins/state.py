"""What a stand-in remembers, in memory: members, tokens, posts, uploads."""

import itertools
import secrets
import threading
from dataclasses import dataclass, field
from typing import Any

from advocacy.networks.sandbox.clock import Clock


@dataclass
class Member:
    """Somebody with an account there."""

    id: str
    name: str
    handle: str
    followers: int = 100
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Token:
    """Anything that opens a door: kind is access, refresh, code, or a word of the network's own."""

    text: str
    kind: str
    member: str
    scopes: tuple[str, ...] = ()
    expires_at: float | None = None
    revoked: bool = False
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Post:
    """Something published; `key` is what the client named it by, where the network lets it."""

    id: str
    member: str
    text: str
    at: float
    facts: dict[str, Any] = field(default_factory=dict)
    deleted_at: float | None = None
    figures: dict[str, int] = field(default_factory=dict)


class State:
    """The memory of one stand-in. Take `lock` around what must happen whole."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.lock = clock, threading.RLock()
        self.forget()

    def forget(self) -> None:
        """Start anew."""
        with self.lock:
            self.numbers = itertools.count(7_300_000_000_000_000_001)
            self.members: dict[str, Member] = {}
            self.tokens: dict[str, Token] = {}
            self.posts: dict[str, Post] = {}
            self.uploads: dict[str, dict[str, Any]] = {}
            self.more: dict[str, Any] = {}

    def number(self) -> str:
        """A new id of digits."""
        return str(next(self.numbers))

    def issue(
        self, kind: str, member: str, scopes: tuple[str, ...] = (), seconds: float | None = None, **facts: Any
    ) -> Token:
        """A new token that ends in so many seconds (None: never)."""
        end = None if seconds is None else self.clock.now() + seconds
        token = Token(secrets.token_urlsafe(48), kind, member, scopes, end, facts=facts)
        with self.lock:
            self.tokens[token.text] = token
        return token

    def live(self, text: str, kind: str) -> Token | None:
        """The token if it is of this kind, neither revoked nor past its end."""
        token = self.tokens.get(text)
        if token is None or token.kind != kind or token.revoked:
            return None
        return token if token.expires_at is None or token.expires_at > self.clock.now() else None

    def standing(self) -> list[Post]:
        """The posts that are not deleted, oldest first."""
        with self.lock:
            return [post for post in self.posts.values() if post.deleted_at is None]
