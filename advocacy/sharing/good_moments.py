"""Good moments as the panel offers them: with their reason in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from advocacy.sharing.slots import Ground, Part, Slot


@dataclass(frozen=True, slots=True)
class GoodMoment:
    """A moment to choose by one tap."""

    at: datetime
    value: str
    """As the form sends it."""
    reason: str
    own: bool
    """Whether the person's own results speak for it."""


def in_words(slots: Sequence[Slot]) -> list[GoodMoment]:
    """The same moments, in the same order."""
    return [GoodMoment(one.at, value_of(one.at), _reason(one), one.ground is Ground.OWN) for one in slots]


def value_of(at: datetime) -> str:
    """What the form sends for this moment."""
    return f"slot:{at.isoformat(timespec='seconds')}"


def _reason(slot: Slot) -> str:
    match slot.ground:
        case Ground.NOTHING:
            return str(_("No results of yours yet: a usual moment."))
        case Ground.LITTLE:
            return str(
                ngettext(
                    "Only %(num)d post of yours has results so far: a usual moment.",
                    "Only %(num)d posts of yours have results so far: a usual moment.",
                    slot.results,
                )
            )
        case Ground.EVEN:
            return str(_("No time stands out among your posts yet: a usual moment."))
    said = {
        Part.MORNING: _("Your posts are read most on weekday mornings."),
        Part.MIDDAY: _("Your posts are read most around noon on weekdays."),
        Part.AFTERNOON: _("Your posts are read most on weekday afternoons."),
        Part.EVENING: _("Your posts are read most on weekday evenings."),
        Part.WEEKEND: _("Your posts are read most at the weekend."),
    }
    return str(said[slot.part])
