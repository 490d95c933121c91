"""How many people would find a post in their feed: everybody counted once, whatever brings them in.

The feed decides who sees what (`feed.py`); this is the same rule turned round, and a test holds the two together. What
a person dismissed is theirs alone and never shows in the count.
"""

from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, Text, bindparam, text

from advocacy.content.aims import Aim
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.people.models import Role

# Those of the bodies are counted within an index, and only those of other bodies looked for in the groups.
_COUNT: Final = """
    with home as materialized (
      select o.id, o.lineage && (:bodies || array({taken_on})) as chosen
        from organisation o where o.lineage[1] = :root {open})
    select (select count(*) from person p
             where p.deactivated_at is null and p.organisation_id = any(array(select id from home where chosen)) {role})
         + (select count(*) from person p
             where exists (select 1 from home where not chosen)
               and p.deactivated_at is null and p.organisation_id = any(array(select id from home where not chosen))
               and p.id in (select m.person_id from membership m where m.group_id = any(array(
                     select g.id from "group" g join organisation h on h.id = g.organisation_id
                      where g.id = any(:groups) and h.lineage[1] = :root))) {role})
"""
_NOBODY: Final = "select null::bigint where false"
# Bodies that took the post on when it was offered to them keep it, whatever its editor ticks.
_TAKEN_ON: Final = """
    select a.organisation_id from post_audience x join audience a on a.id = x.audience_id
      join local_say l on l.post_id = x.post_id and l.organisation_id = a.organisation_id and l.shown
     where x.post_id = :post"""
_LET_IN: Final = """
       and o.id in (select b.id from organisation b where b.lineage[1] = :root and coalesce((
         select coalesce(l.shown, false) from local_say l where l.post_id = :post and l.organisation_id = any(b.lineage)
          order by l.shown is null, array_position(b.lineage, l.organisation_id) desc limit 1), true))
"""
_IN_COUNTRY: Final = """
       and o.id in (
         select b.id from organisation b cross join lateral (
           select a.country from organisation a where a.id = any(b.lineage) and a.country is not null
            order by cardinality(a.lineage) desc limit 1) nearest
          where b.lineage[1] = :root and nearest.country = any(:countries))
"""
_IN_ROLE: Final = " and p.id in (select r.person_id from role_grant r where r.role = any(:granted))"
_KINDS: Final[dict[str, Any]] = {
    "bodies": ARRAY(BigInteger),
    "groups": ARRAY(BigInteger),
    "countries": ARRAY(Text),
    "granted": ARRAY(Text),
}


def is_limited(post: Post | None) -> bool:
    """Whether the post is kept to some countries or roles."""
    return post is not None and (post.countries is not None or post.roles is not None)


def count_reach(root_id: int, aim: Aim, post: Post | None = None) -> int:
    """Distinct people of the programme who are at or below one of the bodies, or in one of the groups; of a `post`,
    less those whom its countries, its roles or their own body keep out. One query; people whose access was ended do
    not count.
    """
    given, limits, role = _given(root_id, aim), "", ""
    if post is not None:
        limits, given["post"] = _LET_IN, post.id
        if post.countries is not None:
            limits, given["countries"] = limits + _IN_COUNTRY, post.countries
        if post.roles is not None and Role.EMPLOYEE.value not in post.roles:
            role, given["granted"] = _IN_ROLE, _granted(post.roles)
    sql = _COUNT.format(taken_on=_TAKEN_ON if post is not None else _NOBODY, open=limits, role=role)
    kinds = [bindparam(name, type_=kind) for name, kind in _KINDS.items() if name in given]
    return int(db.session.execute(text(sql).bindparams(*kinds), given).scalar_one())


def _given(root_id: int, aim: Aim) -> dict[str, Any]:
    return {"root": root_id, "bodies": sorted(aim.organisation_ids), "groups": sorted(aim.group_ids)}


def _granted(roles: list[str]) -> list[str]:
    """The granted roles that hold one of these, since each holds those before it. Everybody is an employee."""
    least = min((Role(one).weight for one in roles), default=len(Role))
    return [one.value for one in Role if one.weight >= least]
