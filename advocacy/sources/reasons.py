"""Why an address was not read, in words for the person. The machine words come from fetching, parsing and this
slice.
"""

from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

_UNUSABLE: Final = _l("This is no address we can read. It begins with https:// or http://, and names a public site.")
_BROKEN: Final = _l("The site’s answer was broken. Try again later.")
_SENTENCES: Final[dict[str, Any]] = {
    "malformed": _UNUSABLE,
    "host": _UNUSABLE,
    "port": _UNUSABLE,
    "scheme": _l("Only addresses that begin with https:// or http:// can be read."),
    "too_long": _l("This address is too long."),
    "credentials": _l("An address with a name and password in it can’t be kept here. Remove them."),
    "private": _l("This address leads into a private network, where we do not go."),
    "unknown_host": _l("There is no site of that name. Check the spelling."),
    "unreachable": _l("The site can’t be reached at the moment."),
    "timeout": _l("The site took too long to answer."),
    "certificate": _l("The site’s certificate is not valid, so what it says can’t be trusted."),
    "tls": _l("No secure connection to the site was possible."),
    "bad_response": _BROKEN,
    "cut_short": _l("The site broke off in the middle of its answer. Try again later."),
    "too_large": _l("What is at this address is too large to be read."),
    "encoding": _BROKEN,
    "too_many_redirects": _l("This address leads from one page to another without end."),
    "gone": _l("The site says that this is gone for good."),
    "busy": _l("The site asked us to come back later."),
    "feed_empty": _l("There is nothing at this address: the answer was empty."),
    "feed_not_a_feed": _l("This is no feed, and the page names none. Look on the site for “RSS” or “Atom”."),
    "feed_entities": _l("This feed defines entities of its own, which is not safe to read."),
    "opml_too_large": _l("This file is larger than 1 MB."),
    "opml_entities": _l("This file has a document type or entities of its own, which is not safe to read."),
    "opml_malformed": _l("This is no OPML, or it is broken."),
    "opml_too_many": _l("This list is too long: 500 feeds at most at a time."),
    "opml_empty": _l("This list names no feed."),
    "members_only": _l("This server shows what its accounts write to its own members only."),
    "no_account": _l("There is no account of that name there, or it was closed."),
    "no_channel": _l("This page names no channel. Paste the channel’s address with /channel/ in it, or its feed."),
    "feed_malformed": _l("This feed is broken: its end or its structure is missing."),
}


def said(reason: str) -> str:
    """The sentence for a machine word; `http_404` and its like tell the status."""
    if reason.startswith("http_"):
        return str(
            _("The site answered with status %(status)s instead of the page.", status=reason.removeprefix("http_"))
        )
    return str(_SENTENCES.get(reason, _BROKEN))
