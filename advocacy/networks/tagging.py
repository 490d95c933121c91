"""Tags that let web statistics tell where a visit came from. Their values are public: never a name or an address."""

import unicodedata
from urllib.parse import quote, unquote_plus, urlsplit, urlunsplit


def tag_link(link: str, *, source: str, campaign: str, content: str) -> str:
    """`link` with utm tags after its own query and before its fragment; tags it has already stay, as does the rest."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return link
    given = {unquote_plus(pair.partition("=")[0]).lower() for pair in parts.query.split("&")}
    tags = {"utm_source": source, "utm_medium": "social", "utm_campaign": campaign, "utm_content": content}
    fresh = {name: plain(value) for name, value in tags.items() if name not in given}
    added = [f"{name}={quote(value, safe='')}" for name, value in fresh.items() if value]
    return urlunsplit(parts._replace(query="&".join(filter(None, [parts.query, *added]))))


def plain(value: str) -> str:
    """`value` in lower-case ASCII: statistics tell Été and ete apart, and people do not."""
    folded = unicodedata.normalize("NFKD", value.casefold()).encode("ascii", "ignore").decode()
    return " ".join(folded.casefold().split())
