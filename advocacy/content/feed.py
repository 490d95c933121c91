"""What a person sees. The only place where visibility is decided.

A person's audiences are those of the organisations in their lineage and of their groups. The feed takes the newest
of each audience by index and merges them (keyset, never OFFSET); whatever falls out (expired, dismissed, kept out by
the person's own body) is made up for by asking on.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import ARRAY, BigInteger, Boolean, DateTime, Row, Text, bindparam, select, text
from sqlalchemy.orm import joinedload, lazyload

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

# Every question finds the person's audiences itself: asking for them beforehand would be one question more.
_MINE = """mine as materialized (select array(
      select a.id from audience a where a.organisation_id = any(:bodies)
       union all
      select a.id from membership m join "group" g on g.id = m.group_id join organisation o on o.id = g.organisation_id
        join audience a on a.group_id = g.id
       where :in_groups and m.person_id = :person and o.lineage[1] = :root) as ids)"""
_AUDIENCES = "(select ids from mine)::bigint[]"
_OPEN = """(p.roles is null or p.roles && :roles) and (p.countries is null or p.countries @> array[(
    select o.country from organisation o where o.id = any(:lineage) and o.country is not null
     order by cardinality(o.lineage) desc limit 1)])"""
# Of the bodies above the person that were offered the post, the nearest that answered decides; see LocalSay.
_LET_IN = """coalesce((
    select coalesce(l.shown, false) from local_say l where l.post_id = p.id and l.organisation_id = any(:lineage)
     order by l.shown is null, array_position(:lineage, l.organisation_id) desc limit 1), true)"""
_LIVE = f"""p.state = 'published' and p.publish_at <= :now and (p.expires_at is null or p.expires_at > :now)
    and {_OPEN} and {_LET_IN}"""
_WANTED = "not exists (select 1 from dismissal d where d.person_id = :person and d.post_id = p.id)"
# A scalar, not `exists`: that would be joined, and read all that the audiences ever had for a post or two.
_FOR_ME = f"""coalesce((select true from post_audience a
    where a.post_id = p.id and a.audience_id = any({_AUDIENCES}) limit 1), false)"""  # noqa: S608
_SAVED = "exists (select 1 from saved_post s where s.person_id = :person and s.post_id = p.id)"
_SERVES = "p.campaign_id = :campaign"
_FOLLOWED = f"""exists (select 1 from post_topic t where t.post_id = p.id and (
    t.topic_id in (select f.topic_id from topic_follow f where f.person_id = :person)
    or t.topic_id in (select g.topic_id from topic_assignment g where g.audience_id = any({_AUDIENCES}))))"""  # noqa: S608
_ABOUT = "exists (select 1 from post_topic t where t.post_id = p.id and t.topic_id = :topic)"

_MERGED = f"""
    with {_MINE},
    pinned as (
      select p.publish_at, p.id as post_id, {_SAVED} as saved from post p
       where p.pinned_until > :now and {_FOR_ME} and {_LIVE} and {_WANTED}
       order by p.publish_at desc, p.id desc limit :most_pinned),
    candidate as (
      select distinct x.publish_at, x.post_id
        from unnest({_AUDIENCES}) as audience(id) cross join lateral (
          select a.publish_at, a.post_id from post_audience a
           where a.audience_id = audience.id and a.publish_at <= :now and (a.publish_at, a.post_id) < (:at, :id)
           order by a.publish_at desc, a.post_id desc limit :many) x
       order by x.publish_at desc, x.post_id desc limit :many)
    select publish_at, post_id, true as leads, true as shown, saved from pinned
     union all
    select c.publish_at, c.post_id, false, {_LIVE} and {_WANTED} and c.post_id not in (select post_id from pinned),
           {_SAVED}
      from candidate c join post p on p.id = c.post_id
     order by leads desc, publish_at desc, post_id desc
"""  # noqa: S608 (put together from our own words; values are bound)
_PICKED = f"""
    with {_MINE}
    select p.publish_at, p.id as post_id, true as shown, {_SAVED} as saved
      from post p
     where %s and {_FOR_ME} and {_LIVE} and {_WANTED} and (p.publish_at, p.id) < (:at, :id)
     order by p.publish_at desc, p.id desc limit :many
"""  # noqa: S608 (put together from our own words; values are bound)
_COUNTED = f"""
    with {_MINE}
    select count(*) from (
      select distinct p.id
        from unnest({_AUDIENCES}) as audience(id) cross join lateral (
          select a.post_id from post_audience a
           where a.audience_id = audience.id and a.publish_at <= :now and a.publish_at > :since
           order by a.publish_at desc, a.post_id desc limit :most) x
        join post p on p.id = x.post_id
       where {_LIVE} and {_WANTED} limit :most) y
"""  # noqa: S608 (put together from our own words; values are bound)


def _timed(sql: str) -> Any:
    kinds: dict[str, Any] = {
        "bodies": ARRAY(BigInteger),
        "in_groups": Boolean(),
        "lineage": ARRAY(BigInteger),
        "roles": ARRAY(Text),
        "now": DateTime(timezone=True),
        "at": DateTime(timezone=True),
    }
    return text(sql).bindparams(*(bindparam(name, type_=kind) for name, kind in kinds.items() if f":{name}" in sql))


_MERGED_QUERY, _COUNT_QUERY = _timed(_MERGED), _timed(_COUNTED)
_CAMPAIGN_QUERY, _FOLLOWED_QUERY = _timed(_PICKED % _SERVES), _timed(_PICKED % _FOLLOWED)
_SAVED_QUERY, _TOPIC_QUERY = _timed(_PICKED % _SAVED), _timed(_PICKED % _ABOUT)
_VISIBLE_QUERY = _timed(f"with {_MINE} select p.id from post p where p.id = any(:posts) and {_FOR_ME} and {_LIVE}")  # noqa: S608
_AUDIENCES_QUERY = _timed(f"with {_MINE} select unnest(ids) from mine")  # noqa: S608


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Some posts, newest first, loaded with wordings, topics and organisation; which of them the person saved;
    where the next page begins (None at the end).
    """

    posts: list[Post]
    saved: frozenset[int]
    next_cursor: Cursor | None


def audiences_of(person: Person) -> list[int]:
    """Ids of the audiences that the person is part of."""
    return list(db.session.scalars(_AUDIENCES_QUERY, _part_of(person)))


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
        "now": utcnow(),
        "topic": topic_id,
        "campaign": campaign_id,
        **_part_of(person, tab),
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
    given = {**given, "most_pinned": min(_MOST_PINNED, limit - 1)}
    leading, following = _merge(given, before or _BEGINNING, limit + 1)
    return _page((leading if before is None else []) + following, limit)


def _page(found: list[Row[Any]], limit: int) -> FeedPage:
    shown = found[:limit]
    last = Cursor(shown[-1].publish_at, shown[-1].post_id) if len(found) > limit else None
    saved = frozenset(row.post_id for row in shown if row.saved)
    return FeedPage(posts_in_order([row.post_id for row in shown]), saved, last)


def visible_post(person: Person, post_id: int) -> Post:
    """The post, if it is live and for this person; one they dismissed is still theirs to open. Raises NotFound
    otherwise.
    """
    if post_id > LARGEST_ID or not visible_ids(person, [post_id]):
        raise NotFound
    return posts_in_order([post_id])[0]


def visible_ids(person: Person, post_ids: Collection[int]) -> set[int]:
    """Which of these posts are live and for this person."""
    if not post_ids:
        return set()
    given = {"posts": sorted(post_ids), **_part_of(person), "now": utcnow(), **_place_of(person)}
    return set(db.session.scalars(_VISIBLE_QUERY, given))


def count_new(person: Person, since: datetime) -> int:
    """How many posts became visible to the person after `since`; counting stops at MOST_COUNTED."""
    given = {**_part_of(person), "now": utcnow(), **_place_of(person)}
    return int(db.session.execute(_COUNT_QUERY, {**given, "since": since, "most": MOST_COUNTED}).scalar_one())


def posts_in_order(ids: Sequence[int]) -> list[Post]:
    """The posts of these ids in this order, with wordings, topics and organisation; unknown ids are left out. Asks
    nothing about who may see them.
    """
    if not ids:
        return []
    query = select(Post).where(Post.id.in_(ids)).options(lazyload(Post.audiences), joinedload(Post.topics))
    by_id = {post.id: post for post in db.session.scalars(query).unique()}
    return [by_id[post_id] for post_id in ids if post_id in by_id]


def _part_of(person: Person, tab: str = "all") -> dict[str, Any]:
    """What finds the person's audiences, or those that a tab of the feed stands for."""
    root, lineage = person.organisation.root_id, person.organisation.lineage
    bodies = {"groups": [], "programme": [root], "organisation": lineage[1:] or [root]}.get(tab, lineage)
    return {"person": person.id, "root": root, "bodies": bodies, "in_groups": tab not in ("programme", "organisation")}


def _place_of(person: Person) -> dict[str, Any]:
    """What the restrictions of a post by country and role look at."""
    held = [role.value for role in Role if person.holds(role)]
    return {"lineage": person.organisation.lineage, "roles": held}


def _pick(query: Any, given: dict[str, Any], place: Cursor, wanted: int) -> list[Row[Any]]:
    return list(db.session.execute(query, {**given, "at": place.at, "id": place.id, "many": wanted}))


def _merge(given: dict[str, Any], place: Cursor, wanted: int) -> tuple[list[Row[Any]], list[Row[Any]]]:
    """What is pinned, and as many candidates that are really shown, asking on with more each time until there are
    enough or no more."""
    leading: list[Row[Any]] = []
    found: list[Row[Any]] = []
    many = wanted + _SPARE
    while True:
        rows = _pick(_MERGED_QUERY, given, place, many)
        leading = [row for row in rows if row.leads]
        candidates = [row for row in rows if not row.leads]
        found += [row for row in candidates if row.shown]
        if len(found) >= wanted or len(candidates) < many:
            return leading, found[:wanted]
        place = Cursor(rows[-1].publish_at, rows[-1].post_id)
        many = min(many * 2, _MOST_CANDIDATES)
