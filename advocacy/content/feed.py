"""What a person sees. The only place where visibility is decided.

A person's audiences are those of the organisations in their lineage and of their groups. The feed takes the newest
of each audience by index and merges them (keyset, never OFFSET); whatever falls out (expired, dismissed) is made up
for by asking on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import ARRAY, BigInteger, DateTime, Row, Text, bindparam, select, text
from sqlalchemy.orm import lazyload

from advocacy.clock import utcnow
from advocacy.content.cursor import Cursor
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.errors import BadRequest, NotFound
from advocacy.people.models import Person, Role
from advocacy.people.organisations import LARGEST_ID

TABS: Final = ("all", "programme", "organisation", "groups", "topics", "saved")
MOST_COUNTED: Final = 100
_BEGINNING: Final = Cursor(datetime(9999, 1, 1, tzinfo=UTC), 2**63 - 1)
_SPARE: Final = 20
_MOST_PINNED: Final = 3
_MOST_CANDIDATES: Final = 2000

_OPEN = """(p.roles is null or p.roles && :roles) and (p.countries is null or p.countries @> array[(
    select o.country from organisation o where o.id = any(:lineage) and o.country is not null
     order by cardinality(o.lineage) desc limit 1)])"""
_LIVE = f"p.state = 'published' and p.publish_at <= :now and (p.expires_at is null or p.expires_at > :now) and {_OPEN}"
_WANTED = "not exists (select 1 from dismissal d where d.person_id = :person and d.post_id = p.id)"
_FOR_ME = "exists (select 1 from post_audience a where a.post_id = p.id and a.audience_id = any(:audiences))"
_SAVED = "exists (select 1 from saved_post s where s.person_id = :person and s.post_id = p.id)"
_SERVES = "p.campaign_id = :campaign"
_FOLLOWED = """exists (select 1 from post_topic t where t.post_id = p.id and (
    t.topic_id in (select f.topic_id from topic_follow f where f.person_id = :person)
    or t.topic_id in (select g.topic_id from topic_assignment g where g.audience_id = any(:audiences))))"""
_ABOUT = "exists (select 1 from post_topic t where t.post_id = p.id and t.topic_id = :topic)"

_MY_AUDIENCES = text(
    """
    select a.id, case when a.group_id is not null then 'groups' when a.organisation_id = :root then 'root'
                      else 'organisation' end as kind
      from audience a
     where a.organisation_id = any(:lineage)
        or a.group_id in (select m.group_id from membership m join "group" g on g.id = m.group_id
                            join organisation o on o.id = g.organisation_id
                           where m.person_id = :person and o.lineage[1] = :root)
    """
).bindparams(bindparam("lineage", type_=ARRAY(BigInteger)))

_MERGED = f"""
    with candidate as (
      select distinct x.publish_at, x.post_id
        from unnest(:audiences) as mine(id) cross join lateral (
          select a.publish_at, a.post_id from post_audience a
           where a.audience_id = mine.id and a.publish_at <= :now and (a.publish_at, a.post_id) < (:at, :id)
           order by a.publish_at desc, a.post_id desc limit :many) x
       order by x.publish_at desc, x.post_id desc limit :many)
    select c.publish_at, c.post_id, {_LIVE} and {_WANTED} and c.post_id <> all(:pinned) as shown, {_SAVED} as saved
      from candidate c join post p on p.id = c.post_id
     order by c.publish_at desc, c.post_id desc
"""  # noqa: S608 (put together from our own words; values are bound)
_PICKED = f"""
    select p.publish_at, p.id as post_id, true as shown, {_SAVED} as saved
      from post p
     where %s and {_FOR_ME} and {_LIVE} and {_WANTED} and (p.publish_at, p.id) < (:at, :id)
     order by p.publish_at desc, p.id desc limit :many
"""  # noqa: S608 (put together from our own words; values are bound)
_PINNED = f"""
    select p.publish_at, p.id as post_id, true as shown, {_SAVED} as saved
      from post p
     where p.pinned_until > :now and {_FOR_ME} and {_LIVE} and {_WANTED}
     order by p.publish_at desc, p.id desc limit :many
"""  # noqa: S608 (put together from our own words; values are bound)
_COUNTED = f"""
    select count(*) from (
      select distinct p.id
        from unnest(:audiences) as mine(id) cross join lateral (
          select a.post_id from post_audience a
           where a.audience_id = mine.id and a.publish_at <= :now and a.publish_at > :since
           order by a.publish_at desc, a.post_id desc limit :most) x
        join post p on p.id = x.post_id
       where {_LIVE} and {_WANTED} limit :most) y
"""  # noqa: S608 (put together from our own words; values are bound)


def _timed(sql: str) -> Any:
    kinds: dict[str, Any] = {
        "audiences": ARRAY(BigInteger),
        "pinned": ARRAY(BigInteger),
        "lineage": ARRAY(BigInteger),
        "roles": ARRAY(Text),
        "now": DateTime(timezone=True),
        "at": DateTime(timezone=True),
    }
    return text(sql).bindparams(*(bindparam(name, type_=kind) for name, kind in kinds.items() if f":{name}" in sql))


_MERGED_QUERY, _COUNT_QUERY = _timed(_MERGED), _timed(_COUNTED)
_PINNED_QUERY = _timed(_PINNED)
_CAMPAIGN_QUERY, _FOLLOWED_QUERY = _timed(_PICKED % _SERVES), _timed(_PICKED % _FOLLOWED)
_SAVED_QUERY, _TOPIC_QUERY = _timed(_PICKED % _SAVED), _timed(_PICKED % _ABOUT)
_VISIBLE_QUERY = _timed(f"select p.id from post p where p.id = :post and {_FOR_ME} and {_LIVE}")  # noqa: S608


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Some posts, newest first, loaded with wordings, topics and organisation; which of them the person saved;
    where the next page begins (None at the end).
    """

    posts: list[Post]
    saved: frozenset[int]
    next_cursor: Cursor | None


def audiences_of(person: Person, tab: str = "all") -> list[int]:
    """Ids of the audiences that the person is part of, or of those that a tab of the feed stands for."""
    root = person.organisation.root_id
    given = {"lineage": person.organisation.lineage, "root": root, "person": person.id}
    rows = db.session.execute(_MY_AUDIENCES, given).all()
    if tab == "groups":
        return [row.id for row in rows if row.kind == "groups"]
    if tab == "programme":
        return [row.id for row in rows if row.kind == "root"]
    if tab == "organisation":
        own = "root" if person.organisation_id == root else "organisation"
        return [row.id for row in rows if row.kind == own]
    return [row.id for row in rows]


def feed_for(
    person: Person,
    *,
    before: Cursor | None = None,
    limit: int = 20,
    tab: str = "all",
    topic_id: int | None = None,
    campaign_id: int | None = None,
) -> FeedPage:
    """The person's feed after `before`, `limit` posts at most: everything, or one of TABS, or one topic, or one
    campaign. Raises BadRequest for a tab that there is not."""
    if tab not in TABS:
        raise BadRequest(_("This part of the feed does not exist."))
    place = before or _BEGINNING
    given = {
        "person": person.id,
        "audiences": audiences_of(person, tab),
        "now": utcnow(),
        "topic": topic_id,
        "campaign": campaign_id,
        **_place_of(person),
    }
    if topic_id is not None:
        found = _pick(_TOPIC_QUERY, given, place, limit + 1)
    elif campaign_id is not None:
        found = _pick(_CAMPAIGN_QUERY, given, place, limit + 1)
    elif tab == "topics":
        found = _pick(_FOLLOWED_QUERY, given, place, limit + 1)
    elif tab == "saved":
        found = _pick(_SAVED_QUERY, given, place, limit + 1)
    else:
        return _pinned_first(given, before, limit)
    return _page(found, limit)


def _pinned_first(given: dict[str, Any], before: Cursor | None, limit: int) -> FeedPage:
    """What is pinned leads the first page, and is left out of all that follows."""
    pinned = _pick(_PINNED_QUERY, given, _BEGINNING, min(_MOST_PINNED, limit - 1))
    leading = pinned if before is None else []
    given = {**given, "pinned": [row.post_id for row in pinned]}
    return _page(leading + _merge(given, before or _BEGINNING, limit - len(leading) + 1), limit)


def _page(found: list[Row[Any]], limit: int) -> FeedPage:
    shown = found[:limit]
    last = Cursor(shown[-1].publish_at, shown[-1].post_id) if len(found) > limit else None
    saved = frozenset(row.post_id for row in shown if row.saved)
    return FeedPage(posts_in_order([row.post_id for row in shown]), saved, last)


def visible_post(person: Person, post_id: int) -> Post:
    """The post, if it is live and for this person; one they dismissed is still theirs to open. Raises NotFound
    otherwise.
    """
    given = {"post": post_id, "audiences": audiences_of(person), "now": utcnow(), **_place_of(person)}
    if post_id > LARGEST_ID or db.session.execute(_VISIBLE_QUERY, given).first() is None:
        raise NotFound
    return posts_in_order([post_id])[0]


def count_new(person: Person, since: datetime) -> int:
    """How many posts became visible to the person after `since`; counting stops at MOST_COUNTED."""
    given = {"person": person.id, "audiences": audiences_of(person), "now": utcnow(), **_place_of(person)}
    return int(db.session.execute(_COUNT_QUERY, {**given, "since": since, "most": MOST_COUNTED}).scalar_one())


def posts_in_order(ids: Sequence[int]) -> list[Post]:
    """The posts of these ids in this order, with wordings, topics and organisation; unknown ids are left out. Asks
    nothing about who may see them.
    """
    if not ids:
        return []
    rows = db.session.scalars(select(Post).where(Post.id.in_(ids)).options(lazyload(Post.audiences)))
    by_id = {post.id: post for post in rows}
    return [by_id[post_id] for post_id in ids if post_id in by_id]


def _place_of(person: Person) -> dict[str, Any]:
    """What the restrictions of a post by country and role look at."""
    held = [role.value for role in Role if person.holds(role)]
    return {"lineage": person.organisation.lineage, "roles": held}


def _pick(query: Any, given: dict[str, Any], place: Cursor, wanted: int) -> list[Row[Any]]:
    return list(db.session.execute(query, {**given, "at": place.at, "id": place.id, "many": wanted}))


def _merge(given: dict[str, Any], place: Cursor, wanted: int) -> list[Row[Any]]:
    """Candidates that are really shown, asking on with more each time until there are enough or no more."""
    found: list[Row[Any]] = []
    many = wanted + _SPARE
    while True:
        rows = _pick(_MERGED_QUERY, given, place, many)
        found += [row for row in rows if row.shown]
        if len(found) >= wanted or len(rows) < many:
            return found[:wanted]
        place = Cursor(rows[-1].publish_at, rows[-1].post_id)
        many = min(many * 2, _MOST_CANDIDATES)
