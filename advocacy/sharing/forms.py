"""What the share panel and its sisters send."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    RadioField,
    SelectMultipleField,
    TextAreaField,
    ValidationError,
)
from wtforms import validators as v
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from advocacy.forms import SentForm
from advocacy.i18n import LANGUAGES
from advocacy.sharing.hours import Reading, read
from advocacy.sharing.planning import Choice, Way
from advocacy.sharing.service import TEXT_LIMIT

_UNKNOWN = "Not a valid choice."  # in the words of WTForms, which has its own catalogue
_MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class WhenForm(SentForm):
    """Words and a moment."""

    text = TextAreaField(
        _l("Text of your post"),
        [v.Optional(), v.Length(max=TEXT_LIMIT, message=_l("This text is far too long."))],
        description=_l("Two questions that help: whom did you think of? What surprised you?"),
        render_kw={"rows": 6},
    )
    when = RadioField(
        _l("When"),
        choices=[SelectChoice("now", _l("Now")), SelectChoice("at", _l("Choose a date and time"))],
        default="now",
    )
    at = DateTimeLocalField(_l("Date and time"), [v.Optional()], format=_MOMENT)
    second = BooleanField(_l("The second time that the clock shows it"))
    free: datetime | None = None
    """The next moment with room, once a cap refused the one that was wished for."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Besides what each field asks: a chosen moment needs to be given."""
        fine: bool = super().validate(extra_validators)
        if self.when.data == "at" and self.at.data is None and not self.at.errors:
            self.at.errors = [_l("Choose the date and the time.")]
            return False
        return fine

    def reading(self, zone: str) -> Reading | None:
        """The date and time that were chosen, as a moment; None where none was."""
        if self.when.data != "at" or self.at.data is None:
            return None
        return read(self.at.data, zone, second=bool(self.second.data))


class ShareForm(WhenForm):
    """The share panel: where, which words, when. `submission` makes a second press harmless."""

    when = RadioField(
        _l("When"),
        choices=[
            SelectChoice("now", _l("Now")),
            SelectChoice("at", _l("Choose a date and time")),
            SelectChoice("queue", _l("Add to my queue")),
        ],
        default="now",
        validate_choice=False,
    )
    submission = HiddenField()
    asked = HiddenField()
    """The question to the assistant that stands open."""
    taken = HiddenField()
    """How many of its suggestions were taken, one after the other."""
    earlier = HiddenField()
    """What was typed before the last one was."""
    language = RadioField(_l("Language of the text"), choices=[SelectChoice(code, code) for code in LANGUAGES])
    account = SelectMultipleField(_l("Where"), coerce=int, validate_choice=False)
    pass_on = SelectMultipleField(_l("Pass on the original post"), coerce=int, validate_choice=False)

    def validate_account(self, field: SelectMultipleField) -> None:
        """At least one account."""
        if not field.data:
            raise ValidationError(_l("Choose at least one account."))

    def validate_when(self, field: RadioField) -> None:
        """One of the ways, or the moment that was suggested or is free: slot: and an ISO moment with its zone."""
        if field.data not in ("now", "at", "queue") and self._slot is None:
            raise ValidationError(field.gettext(_UNKNOWN))

    @property
    def _slot(self) -> datetime | None:
        kind, _colon, said = (self.when.data or "").partition(":")
        try:
            moment = datetime.fromisoformat(said)
            return moment.astimezone(UTC) if kind == "slot" and moment.tzinfo is not None else None
        except (ValueError, OverflowError):
            return None

    def choice(self, zone: str) -> Choice:
        """When it is to go."""
        if self.when.data == "queue":
            return Choice(Way.QUEUE)
        if (slot := self._slot) is not None:
            return Choice(Way.SLOT, slot)
        reading = self.reading(zone)
        return Choice(Way.AT, reading.at) if reading else Choice(Way.NOW)

    @property
    def submission_id(self) -> UUID:
        """The id of this press; a made-up one is replaced by a new one."""
        try:
            return UUID(self.submission.data or "")
        except ValueError:
            fresh = uuid4()
            self.submission.data = str(fresh)
            return fresh
