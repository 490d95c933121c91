"""An account on a Mastodon server, by the server's public API."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from advocacy.clock import utcnow
from advocacy.fetching import Fetcher
from advocacy.markup import clean_line, plain_text
from advocacy.sources.entries import Feed, RawEntry, gather
from advocacy.sources.kinds.asking import Unanswered, ask, list_of, part_of, text_of
from advocacy.sources.models import Kind
from advocacy.sources.moments import read_moment
from advocacy.sources.reading import Reading, Wanted, read_feed

MOST: Final = 40
_PROFILE: Final = re.compile(r"/(?:@|users/)([A-Za-z0-9_]+(?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)/?")
_HANDLE: Final = re.compile(r"@([\w.-]+)@([\w.-]+\.[A-Za-z][\w-]*)")
_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,100}")
_NO_SUCH: Final = ("http_404", "bad_response", "http_400", "http_405")


def address_of(typed: str) -> str | None:
    """The page of an account that was typed as @name@server; None for anything else."""
    found = _HANDLE.fullmatch(typed)
    return f"https://{found[2]}/@{found[1]}" if found else None


def is_profile(url: str) -> bool:
    """Whether the address may be of an account: other software writes its addresses the same way."""
    return _PROFILE.fullmatch(urlsplit(url).path) is not None


def find(fetcher: Fetcher, url: str) -> Reading | None:
    """The account at an address, by the API, else by its RSS where the server answers members only; None where there
    is no such server. Never raises.
    """
    profile = _profile(url)
    try:
        reading = _read(fetcher, profile, None, None)
    except Unanswered as unanswered:
        if unanswered.reason in _NO_SUCH:
            return None
        if unanswered.reason == "members_only":
            rss = read_feed(fetcher, f"{profile}.rss")
            if rss.feed is not None:
                return rss
        return Reading(profile, failure=unanswered.reason, retry_after=unanswered.retry_after, kind=Kind.MASTODON)
    return reading


def read(fetcher: Fetcher, wanted: Wanted) -> Reading:
    """What the account wrote since. Never raises."""
    try:
        return _read(fetcher, wanted.url, wanted.external_id, wanted.newest_id)
    except Unanswered as unanswered:
        failure, retry_after = unanswered.reason, unanswered.retry_after
        return Reading(wanted.url, failure=failure, retry_after=retry_after, kind=Kind.MASTODON)


def _read(fetcher: Fetcher, profile: str, account_id: str | None, newest_id: str | None) -> Reading:
    server, name = profile.rpartition("/@")[::2]
    title = ""
    if account_id is None:
        account = ask(fetcher, f"{server}/api/v1/accounts/lookup?{urlencode({'acct': name})}")
        account_id, title = text_of(account, "id"), text_of(account, "display_name") or f"@{name}"
        if not _ID.fullmatch(account_id):
            raise Unanswered("bad_response")
    asked = {"exclude_replies": "true", "exclude_reblogs": "true", "limit": str(MOST)}
    if newest_id is not None:
        asked["since_id"] = newest_id
    statuses = ask(fetcher, f"{server}/api/v1/accounts/{quote(account_id, safe='')}/statuses?{urlencode(asked)}")
    if not isinstance(statuses, list):
        raise Unanswered("bad_response")
    own = [one for one in statuses[:MOST] if isinstance(one, dict) and not part_of(one, "reblog")]
    now = utcnow()
    feed = Feed(clean_line(title, 200), None, profile, gather(_entry(one, profile, now) for one in own))
    newest = max((text_of(one, "id") for one in own), key=_age, default="") or newest_id
    reading = Reading(profile, feed=feed, kind=Kind.MASTODON)
    return replace(reading, external_id=account_id, newest_id=newest)


def _entry(status: dict[str, Any], profile: str, now: datetime) -> RawEntry:
    card, text = part_of(status, "card"), text_of(status, "content")
    picture, alt = _picture(status, card)
    spoiler = text_of(status, "spoiler_text")
    title = spoiler or text_of(card, "title") or clean_line(plain_text(text[:20_000]), 100)
    return RawEntry(
        base=profile,
        guid=text_of(status, "uri") or text_of(status, "id"),
        links=[text_of(card, "url"), text_of(status, "url")],
        title=title,
        texts=[text],
        images=[picture],
        published_at=read_moment(text_of(status, "created_at"), now),
        author=text_of(part_of(status, "account"), "display_name"),
        image_alt=alt,
        language=text_of(status, "language"),
    )


def _picture(status: dict[str, Any], card: dict[str, Any]) -> tuple[str, str]:
    """The picture and its description: the first attached one, else the card's. None where it is marked sensitive."""
    if status.get("sensitive") is True:
        return "", ""
    for media in list_of(status, "media_attachments"):
        if address := text_of(media, "preview_url"):
            return address, text_of(media, "description")
    return text_of(card, "image"), text_of(card, "image_description")


def _profile(url: str) -> str:
    parts = urlsplit(url)
    found = _PROFILE.fullmatch(parts.path)
    return f"{parts.scheme}://{parts.netloc}/@{found[1]}" if found else url


def _age(status_id: str) -> tuple[int, str]:
    """Ids count up, and a longer one is larger."""
    return len(status_id), status_id
