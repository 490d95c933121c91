"""The people of the sandbox network."""

import re
import secrets
import sqlite3
import unicodedata
from random import Random

from advocacy.networks.sandbox.network import Network


def create_member(network: Network, name: str, email: str | None = None, followers: int | None = None) -> str:
    """Add a member and return their `sub`. Without a number of followers, a plausible one is drawn from the name."""
    sub = secrets.token_hex(5)
    if followers is None:
        drawn = Random(f"{network.options.seed}/{name}").lognormvariate(6.0, 0.6)  # noqa: S311 - a plausible number
        followers = int(min(max(drawn, 120), 4000))
    network.store.run(
        "INSERT INTO members (sub, name, email, followers, created_at) VALUES (?, ?, ?, ?, ?)",
        sub,
        name,
        email or f"{slug(name)}.{sub[:4]}@members.example",
        followers,
        network.clock.now(),
    )
    return sub


def find_member(network: Network, sub: str) -> sqlite3.Row | None:
    """The member with this id, or None."""
    return network.store.one("SELECT * FROM members WHERE sub = ?", sub)


def all_members(network: Network) -> list[sqlite3.Row]:
    """Everybody, by name."""
    return network.store.all("SELECT * FROM members ORDER BY name, id")


def slug(name: str) -> str:
    """A name as the left part of an address."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", ".", plain).strip(".") or "member"
