"""The short link of a share: an opaque code, and the tagged address it leads to."""

import re
import secrets
import string
import unicodedata

from advocacy.content.models import Post
from advocacy.networks.intents import Shown
from advocacy.networks.tagging import tag_link
from config.settings import get_settings

_ALPHABET = string.ascii_lowercase + string.digits
CODE_LENGTH = 10


def new_code() -> str:
    """A random code in lower case, as UTM values are: 36¹⁰ of them, so that none can be found by trying."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))


def short_url(code: str) -> str:
    """The public address of a share's link."""
    return f"{get_settings().public_url}/s/{code}"


def destination(post: Post, network: Shown, code: str) -> str | None:
    """Where the short link leads: the post's link with UTM tags that name the share and nobody; None without a link."""
    if not post.link:
        return None
    return tag_link(post.link, source=network.utm_source, campaign=campaign_tag(post), content=f"adv-{code}")


def campaign_tag(post: Post) -> str:
    """What the links of a post carry as utm_campaign: its campaign's name in links, so that a campaign is one in
    statistics; else its own; else one from its title."""
    if post.campaign is not None:
        return post.campaign.slug
    return post.utm_campaign or _slug(post.title) or "relais"


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
