"""Rules from above: a body's rules for any source hold for the sources of all bodies below it as well. A body's own
rules are asked first, then those of the body above it, and so on to the top; where a rule allows it, a body switches it
off for itself and all below.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.errors import Conflict, NotFound
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role
from advocacy.people.organisations import LARGEST_ID
from advocacy.sources.models import Rule, RuleOff, Source


@dataclass(frozen=True, slots=True)
class Inherited:
    """A rule from above as a body has it; `off_at` is the body that switched it off, this one or one between."""

    rule: Rule
    off_at: Organisation | None


@dataclass(frozen=True, slots=True)
class BodyRules:
    """What looks at the new items of a body, in the order in which it is asked."""

    body: Organisation
    own: Sequence[Rule]
    inherited: Sequence[Inherited]


def rules_for(source: Source) -> list[Rule]:
    """The rules that look at what this source brings, in their order: its body's own first, then upwards."""
    lineage = source.organisation.lineage
    off = select(RuleOff.rule_id).where(RuleOff.organisation_id.in_(lineage))
    query = select(Rule).join(Organisation, Organisation.id == Rule.organisation_id)
    query = query.where(
        Rule.organisation_id.in_(lineage),
        Rule.source_id.is_(None) | (Rule.source_id == source.id),
        or_(Rule.organisation_id == source.organisation_id, ~Rule.may_be_off, Rule.id.not_in(off)),
    )
    nearest = func.cardinality(Organisation.lineage).desc()
    query = query.options(joinedload(Rule.author)).order_by(nearest, Rule.position, Rule.id)
    return list(db.session.scalars(query))


def lists_of(actor: Person, own: Sequence[Rule], body: Organisation | None = None) -> list[BodyRules]:
    """The lists of `body`, or else of each body that has rules of its own (`own`: all that `actor` may edit) and of the
    highest where `actor` is editor; by name. Raises as `people.require`."""
    if body is not None:
        people.require(actor, Role.EDITOR, body)
        shown = [body]
    else:
        mine = {one.id: one for one in people.organisations_where(actor, Role.EDITOR)}
        having = {rule.organisation_id for rule in own}
        shown = [one for one in mine.values() if one.id in having or one.parent_id not in mine]
    above = _above(shown)
    off = _switched_off(shown)
    found = [_list_of(one, own, above, off) for one in shown]
    chosen = [one for one in found if one.own or one.inherited or body is not None]
    return sorted(chosen, key=lambda one: (one.body.name.casefold(), one.body.id))


def switch_off(actor: Person, rule_id: int, body: Organisation) -> None:
    """Have a rule from above not look at what the sources of the body and of all below it bring. Raises NotFound,
    Forbidden, and Conflict where the rule does not allow it."""
    rule = _get_reaching(actor, rule_id, body)
    if not rule.may_be_off:
        raise Conflict(_("%(name)s does not allow this rule to be switched off.", name=rule.organisation.name))
    row = {"rule_id": rule.id, "organisation_id": body.id, "created_at": utcnow()}
    db.session.execute(insert(RuleOff).values(row).on_conflict_do_nothing())


def switch_on(actor: Person, rule_id: int, body: Organisation) -> None:
    """Have it look again. Raises NotFound, Forbidden."""
    rule = _get_reaching(actor, rule_id, body)
    here = RuleOff.rule_id == rule.id, RuleOff.organisation_id == body.id
    db.session.execute(delete(RuleOff).where(*here))


def _get_reaching(actor: Person, rule_id: int, body: Organisation) -> Rule:
    """The rule that reaches the body from above, for an editor of the body."""
    people.require(actor, Role.EDITOR, body)
    rule = db.session.get(Rule, rule_id) if rule_id <= LARGEST_ID else None
    reaches = rule is not None and rule.source_id is None and rule.organisation_id in body.lineage[:-1]
    if rule is None or not reaches:
        raise NotFound
    return rule


def _above(bodies: Sequence[Organisation]) -> list[Rule]:
    """The rules that reach any of the bodies from above, the lowest body's first."""
    ids = {one for body in bodies for one in body.lineage[:-1]}
    query = select(Rule).join(Organisation, Organisation.id == Rule.organisation_id)
    query = query.where(Rule.organisation_id.in_(ids), Rule.source_id.is_(None)).options(joinedload(Rule.author))
    order = func.cardinality(Organisation.lineage).desc(), Rule.position, Rule.id
    return list(db.session.scalars(query.order_by(*order))) if ids else []


def _switched_off(bodies: Sequence[Organisation]) -> dict[tuple[int, int], Organisation]:
    """By rule and body: who switched it off there."""
    ids = {one for body in bodies for one in body.lineage}
    query = select(RuleOff.rule_id, Organisation).join(Organisation, Organisation.id == RuleOff.organisation_id)
    rows = db.session.execute(query.where(RuleOff.organisation_id.in_(ids)))
    return {(rule_id, body.id): body for rule_id, body in rows}


def _list_of(
    body: Organisation, own: Sequence[Rule], above: Sequence[Rule], off: dict[tuple[int, int], Organisation]
) -> BodyRules:
    inherited = []
    for rule in above:
        if rule.organisation_id in body.lineage[:-1]:
            marks = [off[rule.id, one] for one in reversed(body.lineage) if (rule.id, one) in off]
            inherited.append(Inherited(rule, marks[0] if marks and rule.may_be_off else None))
    return BodyRules(body, [rule for rule in own if rule.organisation_id == body.id], inherited)
