"""What a grant lets Relais do, in the words of either way of connecting."""

from collections.abc import Collection
from urllib.parse import parse_qs

from advocacy.networks.bluesky.names import POST
from advocacy.networks.bluesky.passwords import APP_PASSWORD, PRIVILEGED

_WIDE = {APP_PASSWORD, PRIVILEGED, "transition:generic"}
_WHOLE = {*_WIDE, "include:app.bsky.authCreatePosts"}


def may_post(scopes: Collection[str]) -> bool:
    """Whether posts may be made."""
    return any(scope in _WHOLE or _is_for_posts(scope) for scope in scopes)


def is_wide(scopes: Collection[str]) -> bool:
    """Whether it opens more than posts."""
    return not _WIDE.isdisjoint(scopes)


def _is_for_posts(scope: str) -> bool:
    """Whether it is a permission for one collection, repo:<collection>?action=…, that covers making posts."""
    kind, _colon, rest = scope.partition(":")
    collection, _mark, query = rest.partition("?")
    asked = parse_qs(query)
    collections = {collection, *asked.get("collection", [])}
    return kind == "repo" and bool(collections & {POST, "*"}) and "create" in asked.get("action", ["create"])
