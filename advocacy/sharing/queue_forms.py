"""What the pages of queues and caps send."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, SelectMultipleField, ValidationError
from wtforms import validators as v
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import CheckboxInput, ListWidget

from advocacy.formats import hour_of_day, reading_locale
from advocacy.forms import SentForm
from advocacy.sharing.caps import MOST_A_DAY as MOST_OF_A_PERSON
from advocacy.sharing.caps import MOST_AN_HOUR
from advocacy.sharing.queue import MOST_A_DAY

_NUMBER = _l("Choose a number that is within the limits.")


class HoursForm(SentForm):
    """When a queue may share."""

    days = SelectMultipleField(
        _l("Days"), coerce=int, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )
    opens = SelectField(
        _l("From"),
        [v.InputRequired(_NUMBER)],
        coerce=int,
    )
    closes = SelectField(
        _l("Until"),
        [v.InputRequired(_NUMBER)],
        coerce=int,
    )
    a_day = IntegerField(
        _l("Contents a day, at most"), [v.InputRequired(_NUMBER), v.NumberRange(1, MOST_A_DAY, _NUMBER)]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [SelectChoice(hour, hour_of_day(hour, reading_locale())) for hour in range(25)]
        self.opens.choices, self.closes.choices = names[:-1], names[1:]

    def validate_days(self, field: SelectMultipleField) -> None:
        """At least one day."""
        if not field.data:
            raise ValidationError(_l("Choose at least one day."))


class CapsForm(SentForm):
    """How much a programme lets out."""

    a_person_a_day = IntegerField(
        _l("Contents of one person a day"),
        [v.InputRequired(_NUMBER), v.NumberRange(1, MOST_OF_A_PERSON, _NUMBER)],
        description=_l("However many networks each goes to. The person is told, and offered the next free day."),
    )
    a_post_an_hour = IntegerField(
        _l("People who share the same content in one hour"),
        [v.InputRequired(_NUMBER), v.NumberRange(1, MOST_AN_HOUR, _NUMBER)],
        description=_l(
            "So that networks don’t take your programme for a machine. Who comes later is offered the next free hour."
        ),
    )
