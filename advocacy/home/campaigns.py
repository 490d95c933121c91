"""How a campaign goes: shares, people, readers and measured reach of its posts, against its target.

What a body or a network brought is shown only where at least SMALLEST people stand behind the figure; smaller ones are
one row together, and no row can be had by taking the others off the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import text

from advocacy.content import service as content
from advocacy.content.campaigns import get_campaign, posts_of
from advocacy.content.cards import card
from advocacy.content.listing import standing_of
from advocacy.content.models import Campaign, Post, TargetKind
from advocacy.db import db
from advocacy.networks import registry
from advocacy.people import service as people
from advocacy.people.models import Person, Role

SMALLEST: Final = 8
MOST_CARDS: Final = 20
_RESULTS: Final = """
select grouping(s.network) = 0 as is_network, grouping(b.id) = 0 as is_body, s.network, b.id as body_id, b.name as body,
       count(*) filter (where not s.settled_by_person) as shares,
       count(*) filter (where s.settled_by_person) as declared,
       count(distinct s.person_id) as people,
       coalesce(sum(f.humans), 0)::bigint as readers,
       sum(f.reach)::bigint as reach, count(f.reach) as known
  from post p join share s on s.post_id = p.id
  join person m on m.id = s.person_id join organisation o on o.id = m.organisation_id
  join organisation b on b.id = coalesce(o.lineage[2], o.lineage[1])
  left join share_figures f on f.share_id = s.id
 where p.campaign_id = :campaign and s.published_at is not null and s.state in ('published', 'removed')
 group by grouping sets ((), (s.network), (b.id, b.name))
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What a network or a body brought. `reach` is measured for `known` of the shares; None where nothing is, and
    where several networks stand together, whose people can't be added."""

    key: str
    label: str
    shares: int
    declared: int
    people: int | None
    """None where several networks stand together: the same person may be on each."""
    readers: int
    reach: int | None = None
    known: int = 0
    folded: int = 0
    """How many stand together in this row; 0 for one of its own."""


@dataclass(frozen=True, slots=True)
class Results:
    """Everything a campaign brought so far, and who brought it."""

    total: Row
    networks: list[Row]
    bodies: list[Row]
    reach: list[Row]
    """Networks with enough people to tell what they measured; never added up."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a campaign is on its way to its target; `per_cent` is at most 100."""

    kind: str
    value: int
    goal: int

    @property
    def per_cent(self) -> int:
        """Rounded down: 100 is reached, not nearly."""
        return min(100, self.value * 100 // self.goal)


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """A campaign as a person may see it: `results` and `posts` (with where they stand) are None for who is no editor
    there."""

    campaign: Campaign
    progress: Progress | None
    cards: list[dict[str, Any]]
    results: Results | None
    posts: list[tuple[Post, str]] | None


def campaign_page(person: Person, campaign_id: int, language: str) -> CampaignPage:
    """The page of a campaign for a reader of `language`. Raises NotFound for who may not know of it."""
    campaign = get_campaign(person, campaign_id)
    results = results_of(campaign)
    progress = progress_of(campaign, results.total)
    if people.may(person, Role.EDITOR, campaign.organisation):
        posts = [(post, standing_of(post).value) for post in posts_of(campaign)]
        return CampaignPage(campaign, progress, [], results, posts)
    seen = content.feed_for(person, limit=MOST_CARDS, campaign_id=campaign.id)
    cards = [card(post, language, saved=post.id in seen.saved) for post in seen.posts]
    return CampaignPage(campaign, progress, cards, None, None)


def results_of(campaign: Campaign) -> Results:
    """What the campaign's shares brought, in one question to the database."""
    rows = db.session.execute(text(_RESULTS), {"campaign": campaign.id}).all()
    labels = {one.capabilities.name: one.capabilities.label for one in registry.offered()}
    networks = [_row(row, row.network, labels.get(row.network, row.network)) for row in rows if row.is_network]
    bodies = [_row(row, str(row.body_id), row.body) for row in rows if row.is_body]
    total = next(_row(row, "", "") for row in rows if not row.is_network and not row.is_body)
    return Results(
        total=total,
        networks=fold(networks, _("Several networks together"), apart=False),
        bodies=fold(bodies, _("Several organisations together")),
        reach=[row for row in ranked(networks) if (row.people or 0) >= SMALLEST],
    )


def progress_of(campaign: Campaign, total: Row) -> Progress | None:
    """How far the campaign is; shares that only their person vouches for do not count. None without a target."""
    if campaign.target_kind is None or campaign.target_number is None:
        return None
    counted = {TargetKind.SHARES: total.shares, TargetKind.READERS: total.readers, TargetKind.PEOPLE: total.people or 0}
    return Progress(campaign.target_kind, counted[TargetKind(campaign.target_kind)], campaign.target_number)


def ranked(rows: Sequence[Row]) -> list[Row]:
    """Most people first."""
    return sorted(rows, key=lambda row: (-(row.people or 0), row.label, row.key))


def fold(rows: Sequence[Row], label: str, *, apart: bool = True) -> list[Row]:
    """The rows, most people first, with those of fewer than SMALLEST people as one row `label` at the end; larger ones
    join it until it has enough. Nothing at all where even together they have not. `apart`: nobody is in two rows."""
    alone = [row for row in ranked(rows) if (row.people or 0) >= SMALLEST]
    together = [row for row in ranked(rows) if (row.people or 0) < SMALLEST]
    while together and alone and _surely(together, apart=apart) < SMALLEST:
        together.append(alone.pop())
    if not together:
        return alone
    known = _surely(together, apart=apart)
    if known < SMALLEST:
        return []
    shares, declared, readers = (sum(each) for each in zip(*map(_sums, together), strict=True))
    several = Row("", label, shares, declared, known if apart else None, readers, folded=len(together))
    return [*alone, several]


def _sums(row: Row) -> tuple[int, int, int]:
    return row.shares, row.declared, row.readers


def _surely(rows: Sequence[Row], *, apart: bool) -> int:
    """How many people there are at least."""
    counts = [row.people or 0 for row in rows]
    return sum(counts) if apart else max(counts, default=0)


def _row(row: Any, key: str, label: str) -> Row:
    return Row(key, label, row.shares, row.declared, row.people, row.readers, row.reach, row.known)
