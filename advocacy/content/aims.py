"""Whom a post may be for: audiences that an editor may choose, and those that were chosen."""

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import lazyload

from advocacy.content.models import Audience, LocalSay, Post, PostAudience, PostState
from advocacy.db import db
from advocacy.errors import NotFound
from advocacy.groups.models import Group
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role


@dataclass(frozen=True, slots=True)
class Aim:
    """Chosen audiences: organisations with all below them, and groups."""

    organisation_ids: frozenset[int] = frozenset()
    group_ids: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.organisation_ids or self.group_ids)


@dataclass(frozen=True, slots=True)
class Choices:
    """What an editor may choose from: the bodies where they are editor, the groups of the programme."""

    organisations: list[Organisation]
    groups: list[Group]


def choices_for(actor: Person, root_id: int) -> Choices:
    """The audiences of a programme that `actor` may aim at, by name; groups only for who is editor there at all."""
    bodies = [body for body in people.organisations_where(actor, Role.EDITOR) if body.root_id == root_id]
    bodies.sort(key=lambda body: (len(body.lineage), body.name.casefold(), body.id))
    if not bodies:
        return Choices([], [])
    query = select(Group).join(Organisation).where(Organisation.lineage[1] == root_id).order_by(Group.name, Group.id)
    return Choices(bodies, list(db.session.scalars(query.options(lazyload(Group.organisation)))))


def aim_of(post: Post) -> Aim:
    """Whom a post is meant for. Bodies that took it on because it was offered to them are no part of that."""
    audiences = [row.audience for row in post.audiences if row.chosen]
    return Aim(
        frozenset(audience.organisation_id for audience in audiences if audience.organisation_id is not None),
        frozenset(audience.group_id for audience in audiences if audience.group_id is not None),
    )


def aim_at(actor: Person, post: Post, aim: Aim) -> None:
    """Have the post be for exactly this aim. What it was for already may stay, even where `actor` is no editor; raises
    NotFound when something else is not open to them."""
    before = aim_of(post)
    if aim == before:
        return
    choices = choices_for(actor, post.organisation.root_id)
    bodies = {body.id for body in choices.organisations} | before.organisation_ids
    groups = {group.id for group in choices.groups} | before.group_ids
    if not (aim.organisation_ids <= bodies and aim.group_ids <= groups):
        raise NotFound(_("One of these audiences is not open to you."))
    set_aim(post, aim)


def set_aim(post: Post, aim: Aim) -> None:
    """Have the post be for exactly this aim, whoever wants it: for rules, which no person stands behind."""
    wanted = _audiences(aim.organisation_ids, aim.group_ids)
    taken_on = _taken_on(post)
    kept = [row for row in post.audiences if row.audience in wanted or row.audience.organisation_id in taken_on]
    for row in kept:
        row.chosen = row.audience in wanted
    present = {row.audience for row in kept}
    moment = post.publish_at if post.state == PostState.PUBLISHED else None
    post.audiences = kept + [
        PostAudience(audience=one, publish_at=moment, chosen=True) for one in wanted if one not in present
    ]


def _taken_on(post: Post) -> set[int]:
    """Ids of the bodies that want the post themselves, whatever its editor means."""
    said = select(LocalSay.organisation_id).where(LocalSay.post_id == post.id, LocalSay.shown.is_(True))
    return set(db.session.scalars(said))


def audiences_in(aim: Aim) -> list[Audience]:
    """The audiences of an aim, made where there were none. Asks nothing about who may choose them."""
    return _audiences(aim.organisation_ids, aim.group_ids)


def _audiences(organisation_ids: Collection[int], group_ids: Collection[int]) -> list[Audience]:
    """The audiences of these bodies and groups, made where there were none."""
    rows = [{"organisation_id": one, "group_id": None} for one in sorted(organisation_ids)]
    rows += [{"organisation_id": None, "group_id": one} for one in sorted(group_ids)]
    if not rows:
        return []
    db.session.execute(insert(Audience).on_conflict_do_nothing(), rows)
    chosen = Audience.organisation_id.in_(organisation_ids) | Audience.group_id.in_(group_ids)
    return list(db.session.scalars(select(Audience).where(chosen).order_by(Audience.id)))
