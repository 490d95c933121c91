"""How things are named there: handles, DIDs, addresses of records, and where people see a post."""

import re
from typing import Final, NamedTuple

POST: Final = "app.bsky.feed.post"
HANDLE: Final = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HANDLE = re.compile(HANDLE)
_DID = re.compile(r"did:(?:plc:[a-z2-7]{24}|web:[a-zA-Z0-9.-]{1,200}(?:%3[Aa][0-9]{1,5})?)")
_RKEY = r"[A-Za-z0-9._:~-]{1,512}"
_RECORD = re.compile(rf"at://({_DID.pattern}|{HANDLE})/([a-zA-Z][a-zA-Z0-9.-]*)/({_RKEY})")
_PAGE = re.compile(rf"/profile/({_DID.pattern}|{HANDLE})/post/({_RKEY})/?(?:[?#].*)?")


class Record(NamedTuple):
    """A record by its address at://repo/collection/rkey."""

    repo: str
    collection: str
    rkey: str

    @property
    def uri(self) -> str:
        """The address."""
        return f"at://{self.repo}/{self.collection}/{self.rkey}"


def read_handle(typed: str) -> str | None:
    """A handle in its settled spelling, None for what is none."""
    plain = typed.strip().removeprefix("@").lower()
    return plain if len(plain) <= 253 and _HANDLE.fullmatch(plain) else None


def is_did(text: object) -> bool:
    """Whether it is a name of one of the two kinds that this network has."""
    return isinstance(text, str) and _DID.fullmatch(text) is not None


def find_record(uri: object) -> Record | None:
    """The record that an at:// address names, None for what is none."""
    found = _RECORD.fullmatch(uri) if isinstance(uri, str) else None
    return Record(*found.groups()) if found else None


def find_post(site: str, link: str) -> Record | None:
    """The post that an address of the site shows, None for any other address."""
    plain = link.strip()
    found = _PAGE.fullmatch(plain.removeprefix(site)) if plain.startswith(site) else None
    return Record(found[1], POST, found[2]) if found else None


def page_of(site: str, uri: str) -> str:
    """Where people see that post."""
    record = find_record(uri)
    return f"{site}/profile/{record.repo}/post/{record.rkey}" if record else site
