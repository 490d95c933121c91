"""Which addresses show a post of LinkedIn's that a member can pass on."""

import re
from urllib.parse import unquote, urlsplit

HOSTS = ("linkedin.com", "www.linkedin.com")
_URN = re.compile(r"urn:li:(?:share|ugcPost):\d+", re.ASCII)
_UPDATE = re.compile(r"/feed/update/(urn:li:\w+:\d+)/?", re.ASCII)
_SLUG = re.compile(r"/posts/[^/]*-(share|ugcPost)-(\d+)-[\w-]+/?", re.ASCII)


def reshareable(link: str, site: str) -> str | None:
    """The URN of the post that an address, or a URN itself, names.

    None for an activity: what is passed on has to be a share or ugcPost, their numbers differ from the activity's, and
    no permission that Relais can have tells one from the other.
    """
    plain = link.strip()
    if _URN.fullmatch(plain):
        return plain
    try:
        parts = urlsplit(plain)
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or (host not in HOSTS and parts[:2] != urlsplit(site)[:2]):
        return None
    path = unquote(parts.path)
    if shown := _UPDATE.fullmatch(path):
        return shown[1] if _URN.fullmatch(shown[1]) else None
    if named := _SLUG.fullmatch(path):
        return f"urn:li:{named[1]}:{named[2]}"
    return None
