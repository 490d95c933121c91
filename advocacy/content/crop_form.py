"""The part of the composer in which an editor cuts the picture for one network."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, HiddenField, IntegerRangeField, validators

from advocacy.content.crops import FURTHEST_ZOOM

WHOLE: Final = 100


def _range(label: Any, least: int, most: int) -> IntegerRangeField:
    said = _l("A number from %(least)s to %(most)s.", least=least, most=most)
    rules = [validators.Optional(), validators.NumberRange(least, most, said)]
    return IntegerRangeField(label, rules, render_kw={"min": least, "max": most})


class CropForm(Form):
    """How the picture is cut for a network, when `own` says that it is cut by hand."""

    network = HiddenField()
    own = BooleanField(_l("Cut it by hand"))
    zoom = _range(_l("Closer"), WHOLE, FURTHEST_ZOOM)
    x = _range(_l("From the left"), 0, 100)
    y = _range(_l("From the top"), 0, 100)
