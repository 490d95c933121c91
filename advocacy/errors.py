"""One family of errors whose sentence is fit for the person, and one place that turns them into a page or a problem.

Services raise these; views do not catch them, except to show a form again. JSON answers follow RFC 9457.
"""

from http import HTTPStatus
from typing import Any

from flask_babel import lazy_gettext as _l


class RelaisError(Exception):
    """Base of all errors that a person may read. `sentence` is translated when it is shown."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    title: Any = _l("Something went wrong")

    def __init__(self, sentence: Any = None, **facts: Any) -> None:
        super().__init__(str(type(self).__name__))
        self.sentence = sentence if sentence is not None else self.title
        self.facts = facts


class Invalid(RelaisError):
    """What was sent can't be used as it is; the sentence says what to change."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = _l("That can’t be used as it is")


class BadRequest(RelaisError):
    """The request is malformed, out of order, or was made up."""

    status = HTTPStatus.BAD_REQUEST
    title = _l("That request can’t be read")


class Ended(BadRequest):
    """An answer to something that was not begun here, is used up, or took too long."""

    title = _l("That is over")


class NotSignedIn(RelaisError):
    """The page needs a signed-in person."""

    status = HTTPStatus.UNAUTHORIZED
    title = _l("Please sign in first")


class Forbidden(RelaisError):
    """The person is known and may not do this."""

    status = HTTPStatus.FORBIDDEN
    title = _l("That is not open to you")


class NotFound(RelaisError):
    """Nothing there, or nothing that this person may know of: the answer is the same."""

    status = HTTPStatus.NOT_FOUND
    title = _l("Nothing here")


class Conflict(RelaisError):
    """The thing changed meanwhile, or is in a state that does not allow this."""

    status = HTTPStatus.CONFLICT
    title = _l("This has changed meanwhile")


class TooMany(RelaisError):
    """Asked too often; `facts['retry_after']` seconds may be given."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    title = _l("That is a lot at once")


class Unavailable(RelaisError):
    """Something Relais depends on does not answer now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = _l("Not available at the moment")
