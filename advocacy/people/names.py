"""What people call themselves and each other, as it may be stored: one line, readable, of a bounded length."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import gettext as _
from flask_babel import ngettext

from advocacy.errors import Invalid

LONGEST_NAME = 80
LONGEST_EMAIL = 254
_JOINERS = {"\u200c", "\u200d"}
_SPACES = re.compile(r"[ \u00a0\u202f\u2009\t]+")
_EMAIL = re.compile(
    r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)


@contextmanager
def about(field: str) -> Iterator[None]:
    """Mark refusals raised within as being about this field, so that a form can show them beside it."""
    try:
        yield
    except Invalid as refusal:
        refusal.facts.setdefault("field", field)
        raise


def clean_line(written: str, longest: int = LONGEST_NAME) -> str:
    """`written` as one tidy line. Raises Invalid where it holds invisible characters or is longer than `longest`."""
    line = _SPACES.sub(" ", unicodedata.normalize("NFC", written)).strip()
    if any(_is_unseen(char) for char in line):
        raise Invalid(_("There is a character in it that can’t be seen. Please type it again."))
    if len(line) > longest:
        raise Invalid(ngettext("At most %(num)d character.", "At most %(num)d characters.", longest))
    return line


def _is_unseen(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} and char not in _JOINERS


def clean_name(written: str) -> str:
    """A person's, body's or group's name. Raises Invalid when it has no letter or digit in it, or can't be a line."""
    line = clean_line(written)
    if not any(char.isalnum() for char in line):
        raise Invalid(_("Please give a name."))
    return line


def clean_email(written: str) -> str:
    """An e-mail address, in small letters. Raises Invalid when it can't be one."""
    address = written.strip().lower()
    local = address.partition("@")[0]
    odd = local.startswith(".") or local.endswith(".") or ".." in address
    if odd or len(address) > LONGEST_EMAIL or not _EMAIL.fullmatch(address):
        raise Invalid(_("This is not an e-mail address we can write to."))
    return address


def folded(name: str) -> str:
    """What two names that a reader would take for one another have in common: no case, accents, spaces or marks."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char for char in letters if char.isalnum())
