"""How near a person's words are to what colleagues of their programme post these weeks. Numbers only, never names."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import ARRAY, BigInteger, DateTime, SmallInteger, Text, bindparam, delete, insert, select, text

from advocacy.approval.disclosure import disclosures_of
from advocacy.clock import utcnow
from advocacy.content.models import Post
from advocacy.db import db, rows_changed
from advocacy.errors import Invalid
from advocacy.networks.base import Capabilities
from advocacy.people.models import Person
from advocacy.sharing.models import TextPrint
from advocacy.sharing.prints import buckets, likeness, plain, shingles
from advocacy.sharing.staggering import COUNTED

KEPT: Final = timedelta(days=30)
ALIKE: Final = 75
"""Per cent from which a colleague's text counts as the same."""
COMMON: Final = 5
"""Colleagues with the same text from which the person is asked once more before it leaves."""
MOST: Final = 300
"""Shares that are looked at for each band, and in all: beyond, it is "more than"."""
_MOST_TEXTS: Final = 60
_BATCH: Final = 10_000

_MEETING = text(
    """
    with wanted as (select * from unnest(:bands, :buckets) as w(band, bucket)),
         met as (
      select near.share_id, count(*) as bands
        from wanted cross join lateral (
          select p.share_id from text_print p
           where p.root_id = :root and p.band = wanted.band and p.bucket = wanted.bucket and p.at > :since
           order by p.at desc limit :most) near
       group by near.share_id order by bands desc, near.share_id desc limit :most)
    select s.text, array_agg(distinct s.network) as networks, array_agg(distinct s.person_id) as people
      from met join share s on s.id = met.share_id
     where s.person_id <> :person and s.state = any(:states)
     group by s.text order by count(distinct s.person_id) desc, max(met.bands) desc limit :texts
    """
).bindparams(
    bindparam("bands", type_=ARRAY(SmallInteger)),
    bindparam("buckets", type_=ARRAY(BigInteger)),
    bindparam("states", type_=ARRAY(Text)),
    bindparam("since", type_=DateTime(timezone=True)),
)


@dataclass(frozen=True, slots=True)
class Nearness:
    """How many colleagues use a text that is ALIKE or more, and how like the nearest text of any colleague is."""

    colleagues: int
    likeness: int

    @property
    def many(self) -> bool:
        """Whether there may be more than were looked at."""
        return self.colleagues >= MOST


def nearness_of(person: Person, words: str, networks: Collection[str] | None = None) -> Nearness:
    """How near the words are to those of the person's colleagues, on any network or only on these. Two queries."""
    return _nearness(person, words, set(disclosures_of(person).values()), networks)


def _nearness(person: Person, words: str, added: Collection[str], networks: Collection[str] | None) -> Nearness:
    mine = shingles(plain(words, added))
    if not mine:
        return Nearness(0, 0)
    found = buckets(mine)
    given: dict[str, Any] = {
        "bands": list(range(len(found))),
        "buckets": found,
        "root": person.organisation.root_id,
        "person": person.id,
        "since": utcnow() - KEPT,
        "states": list(COUNTED),
        "most": MOST,
        "texts": _MOST_TEXTS,
    }
    nearest, colleagues = 0, set()
    for row in db.session.execute(_MEETING, given):
        if networks is not None and not set(row.networks) & set(networks):
            continue
        alike = likeness(mine, shingles(plain(row.text, added)))
        nearest = max(nearest, alike)
        if alike >= ALIKE:
            colleagues |= set(row.people)
    return Nearness(len(colleagues), nearest)


def refuse_copies(person: Person, post: Post, network: Capabilities, words: str, added: str | None) -> None:
    """Raises Invalid for a colleague's words on a network whose terms want everybody's own."""
    if not network.own_words:
        return
    near = _nearness(person, words, [added] if added else [], {network.name})
    if not near.colleagues:
        return
    if post.locked:
        sentence = _("%(network)s does not allow the same text on several accounts, and these words may not be changed: a colleague has posted them already.", network=network.label)  # fmt: skip # noqa: E501
    else:
        sentence = _("%(network)s does not allow the same text on several accounts: yours is %(percent)d%% like a colleague’s. Say it in your own words.", network=network.label, percent=near.likeness)  # fmt: skip # noqa: E501
    raise Invalid(sentence, field="text", network=network.name)


def keep(share_id: int, root_id: int, words: str, added: str | None, at: datetime) -> None:
    """Keep the print of a share's text, in place of an earlier one; `at` is when it goes."""
    db.session.execute(delete(TextPrint).where(TextPrint.share_id == share_id))
    found = buckets(shingles(plain(words, [added] if added else [])))
    rows = [
        {"share_id": share_id, "band": band, "bucket": bucket, "root_id": root_id, "at": at}
        for band, bucket in enumerate(found)
    ]
    if rows:
        db.session.execute(insert(TextPrint).values(rows))


def forget_old(now: datetime) -> int:
    """Drop a batch of the prints of shares that went more than KEPT ago; how many. Zero once none is left."""
    old = select(TextPrint.share_id, TextPrint.band).where(TextPrint.at < now - KEPT).limit(_BATCH).subquery()
    gone = delete(TextPrint).where(TextPrint.share_id == old.c.share_id, TextPrint.band == old.c.band)
    return rows_changed(db.session.execute(gone))
