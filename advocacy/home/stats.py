"""Figures in words: each says how it is known, and one that is not known says why."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from advocacy.home.figures import Measured


@dataclass(frozen=True, slots=True)
class Stat:
    """A figure, its grade (measured, ours, none) and where it comes from. A value of None is shown as a dash."""

    label: str
    value: int | None
    grade: str
    source: str


def reach_stats(sums: Sequence[Measured]) -> list[Stat]:
    """Members reached, network by network: people of two networks are never added together."""
    if not sums:
        return [Stat(_("Members reached"), None, "none", _("nothing shared in this time"))]
    return [_of_network(_("Members reached, %(network)s", network=one.label), one) for one in sums]


def engagement_stats(sums: Sequence[Measured]) -> list[Stat]:
    """Reactions, comments and reshares, network by network."""
    if not sums:
        return [Stat(_("Reactions and comments"), None, "none", _("nothing shared in this time"))]
    return [_of_network(_("Reactions, comments, reshares, %(network)s", network=one.label), one) for one in sums]


def readers_stat(readers: int, robots: int | None = None) -> Stat:
    """People who followed the links: once a day and share. `robots` are the visits of machines that were left out."""
    if robots:
        source = ngettext("counted by us, %(num)d robot left out", "counted by us, %(num)d robots left out", robots)
    else:
        source = _("counted by us, robots left out")
    return Stat(_("Clicks on your links"), readers, "ours", source)


def _of_network(label: str, one: Measured) -> Stat:
    if not one.offered:
        return Stat(label, None, "none", _("not given by %(network)s", network=one.label))
    if one.value is None:
        return Stat(label, None, "none", _("%(network)s has not given any yet", network=one.label))
    source = ngettext(
        "measured by %(network)s, %(known)d of %(num)d share",
        "measured by %(network)s, %(known)d of %(num)d shares",
        one.shares,
        network=one.label,
        known=one.known,
    )
    return Stat(label, one.value, "measured", source)
