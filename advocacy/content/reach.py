"""How many people an aim reaches: everybody counted once, whatever brings them in."""

from sqlalchemy import ARRAY, BigInteger, bindparam, text

from advocacy.content.aims import Aim
from advocacy.db import db

_COUNT = text(
    """
    select count(*) from person p join organisation o on o.id = p.organisation_id
     where p.deactivated_at is null and o.lineage[1] = :root
       and (o.lineage && :bodies
            or p.id in (select m.person_id from membership m where m.group_id = any(:groups)))
    """
).bindparams(bindparam("bodies", type_=ARRAY(BigInteger)), bindparam("groups", type_=ARRAY(BigInteger)))


def count_reach(root_id: int, aim: Aim) -> int:
    """Distinct people of the programme who are at or below one of the bodies, or in one of the groups. One query;
    people whose access was ended do not count.
    """
    if not aim:
        return 0
    given = {"root": root_id, "bodies": sorted(aim.organisation_ids), "groups": sorted(aim.group_ids)}
    return int(db.session.execute(_COUNT, given).scalar_one())
