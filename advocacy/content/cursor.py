"""Where a list goes on: the moment and the id of the last row shown, opaque in addresses."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask_babel import gettext as _

from advocacy.errors import BadRequest

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page: its moment (aware) and its id. As text it is fit for an address."""

    at: datetime
    id: int

    def __str__(self) -> str:
        plain = f"{(self.at - _EPOCH) // _MICROSECOND}.{self.id}"
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read_cursor(text: str | None) -> Cursor | None:
    """The cursor of an address; None where there is none. Raises BadRequest for one that was made up."""
    if not text:
        return None
    try:
        if len(text) > _LONGEST:
            raise ValueError
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode("ascii")
        microseconds, _dot, number = plain.partition(".")
        cursor = Cursor(_EPOCH + _MICROSECOND * int(microseconds), int(number))
        if not 0 <= cursor.id < 2**63 or str(cursor) != text:
            raise ValueError
    except (ValueError, OverflowError, binascii.Error) as error:
        raise BadRequest(_("This page of the list does not exist. Start again from its beginning.")) from error
    return cursor
