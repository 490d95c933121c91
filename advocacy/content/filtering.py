"""The filters of the board and the calendar: read from the address, offered as choices, written into addresses."""

from typing import Any, Final

from flask import request
from flask_login import current_user

from advocacy.content.bulk import owners_among
from advocacy.content.campaigns import campaigns_of
from advocacy.content.forms import one_line
from advocacy.content.listing import Filters
from advocacy.content.topics import topics_of
from advocacy.i18n import LANGUAGE_NAMES, LANGUAGES
from advocacy.people import service as people
from advocacy.people.models import Organisation
from advocacy.web import id_argument

LONGEST_SEARCH: Final = 100
_NAMES: Final = ("q", "topic", "campaign", "lang", "body", "owner", "mine")


def filters_asked() -> Filters:
    """What the address asks for; what can't be is left out."""
    return Filters(
        words=one_line(request.args.get("q"))[:LONGEST_SEARCH],
        topic_id=id_argument("topic"),
        campaign_id=id_argument("campaign"),
        language=request.args.get("lang") if request.args.get("lang") in LANGUAGES else None,
        body_id=id_argument("body"),
        owner_id=id_argument("owner"),
        mine=bool(request.args.get("mine")),
    )


def address_of_filters() -> dict[str, str]:
    """The filters as parts of an address, to go on with."""
    return {name: request.args[name] for name in _NAMES if request.args.get(name)}


def choices_of(bodies: list[Organisation]) -> dict[str, Any]:
    """What there is to filter by, for an editor of these bodies."""
    root_id = bodies[0].root_id if bodies else current_user.organisation.root_id
    return {
        "topics": topics_of(root_id),
        "campaigns": campaigns_of(root_id),
        "languages": LANGUAGE_NAMES,
        "bodies": people.in_tree_order(bodies),
        "owners": owners_among(bodies),
    }
