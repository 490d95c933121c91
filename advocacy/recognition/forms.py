"""What a board's address may ask for."""

from typing import Final

from flask_babel import lazy_gettext as _l
from wtforms import DateField, Form, IntegerField, StringField
from wtforms.validators import AnyOf, NumberRange, Optional

from advocacy.recognition.standings import Period

KINDS: Final = (("people", _l("Colleagues")), ("organisations", _l("Organisations")))
PERIODS: Final = ((Period.WEEK, _l("Week")), (Period.MONTH, _l("Month")), (Period.QUARTER, _l("Quarter")))


class BoardChoice(Form):
    """Which board: of whom, for how long, and the period that holds the day `at` (the running one if none is given)."""

    kind = StringField(default="people", validators=[AnyOf([name for name, _label in KINDS])])
    period = StringField(default=Period.WEEK.value, validators=[AnyOf([period.value for period, _label in PERIODS])])
    at = DateField(validators=[Optional()])


class PointsChoice(Form):
    """Which page of the ledger: lines older than the line `before`."""

    before = IntegerField(validators=[Optional(), NumberRange(1, 2**63 - 1)])
