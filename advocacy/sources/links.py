"""The one spelling of a link that Relais remembers, and links inside documents."""

import re
from urllib.parse import urljoin, urlsplit

from advocacy.addresses import is_numeric, read_address
from advocacy.markup import safe_http_url

_TRACKING = re.compile(
    r"(?:utm_\w+|mc_(?:cid|eid)|pk_\w+|mtm_\w+|piwik_\w+|hsa_\w+|_hs(?:enc|mi)|at_(?:medium|campaign|custom\d)|vero_(?:id|conv)"
    r"|fbclid|gclid|gclsrc|gbraid|wbraid|dclid|msclkid|twclid|ttclid|li_fat_id|yclid|igshid|igsh|mkt_tok|oly_(?:anon|enc)_id"
    r"|wickedid|xtor|s_kwcid|ref_src|_ga|_gl|epik|rb_clickid|ml_subscriber(?:_hash)?|trk|trkcampaign)",
    re.I,
)


def canonical_link(url: str) -> str:
    """The address without tracking parameters and fragment, scheme and host in lower case, default port gone. Doing
    it twice changes nothing. Raises `FetchRefused` (`advocacy.addresses`) for what is no web address.
    """
    address = read_address(url).without_fragment
    base, mark, query = address.partition("?")
    if not mark:
        return base
    kept = [pair for pair in query.split("&") if pair and not _TRACKING.fullmatch(pair.partition("=")[0])]
    return f"{base}?{'&'.join(kept)}" if kept else base


def absolute_link(link: str | None, base: str) -> str | None:
    """A link found in the document at `base` as a whole http or https address, or None when it is missing or
    something else.
    """
    if not link or not link.strip() or len(link) > 4096:
        return None
    try:
        return safe_http_url(urljoin(base, link.strip()))
    except ValueError:
        return None


def same_site(one: str, other: str) -> bool:
    """Whether two addresses have the same host, or one host is a parent domain of the other (`www.example.org`,
    `example.org`).
    """
    first, second = urlsplit(one).hostname or "", urlsplit(other).hostname or ""
    if first == second:
        return bool(first)
    if is_numeric(first) or is_numeric(second):
        return False
    longer, shorter = sorted((first, second), key=len, reverse=True)
    return "." in shorter and longer.endswith("." + shorter)
