"""What was typed of a post in words, for pages that put two versions side by side."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from babel import Locale
from flask_babel import get_locale, get_timezone
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from advocacy.content.aims import Aim
from advocacy.content.campaigns import campaigns_of
from advocacy.content.captions import caption_networks
from advocacy.content.topics import topics_of
from advocacy.db import db
from advocacy.formats import UNKNOWN, moment
from advocacy.groups.models import Group
from advocacy.i18n import LANGUAGE_NAMES
from advocacy.people.models import Organisation

LABELS: Final = {
    "title": _l("Title"),
    "summary": _l("Why it is worth sharing"),
    "language": _l("Language"),
    "link": _l("Link"),
    "link_title": _l("Title of the link’s page"),
    "link_description": _l("Description of the link’s page"),
    "image": _l("Picture"),
    "image_alt": _l("Description of the picture"),
    "publish_at": _l("Live from"),
    "expires_at": _l("Expires"),
    "wordings": _l("Captions"),
    "topic_ids": _l("Topics"),
    "aim": _l("For whom"),
    "organisation_ids": _l("Organisations"),
    "group_ids": _l("Groups"),
    "campaign_id": _l("Campaign"),
    "locked": _l("Suggested words only"),
    "countries": _l("Countries"),
    "roles": _l("Roles"),
    "focus": _l("Middle of the picture"),
    "focus_x": _l("Middle of the picture, from the left"),
    "focus_y": _l("Middle of the picture, from the top"),
    "crops": _l("Picture as cut by hand"),
    "pinned_until": _l("Pinned until"),
    "featured": _l("Featured"),
    "utm_campaign": _l("Campaign in web statistics"),
    "credits_person": _l("Names who proposed it"),
    "beside": _l("Attachment"),
    "state": _l("State"),
}
_STATES: Final = {
    "draft": _l("Draft"),
    "review": _l("In review"),
    "published": _l("Published"),
    "withdrawn": _l("Withdrawn"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """What ids stand for, on one page."""

    topics: dict[int, str] = field(default_factory=dict)
    organisations: dict[int, str] = field(default_factory=dict)
    groups: dict[int, str] = field(default_factory=dict)
    campaigns: dict[int, str] = field(default_factory=dict)


def names_in(root_id: int, language: str) -> Names:
    """The names of a programme, in four queries."""
    inside = Organisation.lineage[1] == root_id
    bodies = db.session.execute(select(Organisation.id, Organisation.name).where(inside))
    groups = db.session.execute(select(Group.id, Group.name).join(Organisation).where(inside))
    return Names(
        {topic.id: topic.name_in(language) for topic in topics_of(root_id)},
        {row.id: row.name for row in bodies},
        {row.id: row.name for row in groups},
        {campaign.id: campaign.name for campaign in campaigns_of(root_id)},
    )


def label_of(name: str) -> str:
    """What a field is called on the page."""
    return str(LABELS.get(name, name))


def lines_of(name: str, value: Any, names: Names) -> list[str]:
    """A value of a field as lines of text, whether typed or out of a snapshot; none where there is nothing."""
    if value is None or value == "" or value == []:
        return []
    tell = _TELLERS.get(name)
    if tell is not None:
        return tell(value, names)
    if isinstance(value, bool):
        return [str(_("Yes") if value else _("No"))]
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return [str(value)]


def _named(known: dict[int, str], ids: Iterable[int]) -> list[str]:
    return [known.get(one, UNKNOWN) for one in sorted(ids)]


def _aim(aim: Aim, names: Names) -> list[str]:
    return _named(names.organisations, aim.organisation_ids) + _named(names.groups, aim.group_ids)


def _moment(value: Any, _names: Names) -> list[str]:
    when = datetime.fromisoformat(value) if isinstance(value, str) else value
    return [moment(when, get_locale() or Locale("en"), get_timezone())]


def _wordings(value: Any, _names: Names) -> list[str]:
    found = []
    for one in value:
        plain = one if isinstance(one, dict) else {key: getattr(one, key) for key in ("network", "language", "text")}
        network = caption_networks().get(plain["network"] or "")
        where = network.label if network else _("Any network")
        found.append(f"{where}, {LANGUAGE_NAMES.get(plain['language'], plain['language'])}: {plain['text']}")
    return found


def _crops(value: dict[str, list[int]], _names: Names) -> list[str]:
    known = caption_networks()
    found = []
    for name, (x, y, zoom) in sorted(value.items()):
        label = known[name].label if name in known else name
        found.append(
            str(_("%(network)s: %(x)s %%, %(y)s %%, closer by %(zoom)s %%", network=label, x=x, y=y, zoom=zoom))
        )
    return found


def _beside(value: Any, _names: Names) -> list[str]:
    found = [one.get("name", "") if isinstance(one, dict) else str(one) for one in value.values() if one]
    return [one for one in found if one]


_TELLERS: Final[dict[str, Callable[[Any, Names], list[str]]]] = {
    "topic_ids": lambda value, names: _named(names.topics, value),
    "organisation_ids": lambda value, names: _named(names.organisations, value),
    "group_ids": lambda value, names: _named(names.groups, value),
    "campaign_id": lambda value, names: _named(names.campaigns, [value]),
    "aim": _aim,
    "publish_at": _moment,
    "expires_at": _moment,
    "pinned_until": _moment,
    "wordings": _wordings,
    "beside": _beside,
    "crops": _crops,
    "language": lambda value, _names: [LANGUAGE_NAMES.get(value, value)],
    "state": lambda value, _names: [str(_STATES.get(value, value))],
    "image": lambda value, _names: [str(_("Picture %(key)s", key=value[:8]))],
    "focus": lambda value, _names: [f"{value[0]} %, {value[1]} %"],
}
