"""Posts that stand already, as Threads and Instagram know them: by an id and, where the network said it, by the short
code in the post's address. To us that is one name, `id:code`.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote

from advocacy.networks.base import Credentials, NetworkFailure, Rejected, TryLater
from advocacy.networks.meta.graph import Api
from advocacy.networks.wire import Answer, Asked


def ask(api: Api, credentials: Credentials, method: str, path: str, fields: Mapping[str, str] | None = None) -> Answer:
    """A call about what stands already: a post that is not found is gone, where a container would be made anew."""
    asked, account = Asked(key=credentials.external_id), credentials.external_id
    try:
        return api.call(method, path, asked, credentials.access_token, account, fields)
    except TryLater as later:
        if later.reason == "media_gone":
            raise Rejected("gone", later.detail) from None
        raise


def address_said(api: Api, credentials: Credentials, post_id: str) -> object:
    """Where the network says that a post stands; empty where it does not say that now."""
    try:
        return ask(api, credentials, "GET", post_id, {"fields": "id,permalink"}).body.get("permalink")
    except NetworkFailure:
        return ""


def name_of(post_id: str, address: object, code: re.Pattern[str]) -> str:
    """What we know the post by; `code` finds its short code in its address."""
    found = code.search(address) if isinstance(address, str) else None
    return f"{post_id}:{found[1]}" if found else post_id


def id_in(name: str) -> str:
    """The network's id in our name of a post, as it is to stand in an address."""
    return quote(name.partition(":")[0], safe="")


def code_in(name: str) -> str:
    """The short code in our name of a post; empty where it is not known."""
    return name.partition(":")[2]


def is_same(said: object, words: str) -> bool:
    """Whether the network says these words of a post, be the spaces between them others."""
    return str(said or "").split() == words.split()
