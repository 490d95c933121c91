"""Chains: whose yes which posts need. Made by the admins of a body, valid there and below."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import select, text

from advocacy.approval.models import ApprovalChain
from advocacy.clock import utcnow
from advocacy.content.aims import aim_of
from advocacy.content.models import Post, Topic
from advocacy.db import db
from advocacy.errors import Conflict, Invalid, NotFound
from advocacy.groups.models import Group
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role, RoleGrant

MOST_STEPS: Final = 5
MOST_DAYS: Final = 30
LONGEST_NAME: Final = 80
RULES: Final = ("any", "all")


@dataclass(frozen=True, slots=True)
class StepDraft:
    """A step as typed: whose yes, of anyone or of everyone, within how many working days."""

    name: str
    rule: str
    people: tuple[int, ...]
    days: int = 2


@dataclass(frozen=True, slots=True)
class ChainDraft:
    """A chain as typed. Conditions left empty ask nothing; of several, each must hold."""

    name: str
    steps: tuple[StepDraft, ...]
    topic_ids: tuple[int, ...] = ()
    body_ids: tuple[int, ...] = ()
    countries: tuple[str, ...] = ()


def chains_of(actor: Person) -> list[ApprovalChain]:
    """The chains of the bodies where the person is admin, by name."""
    bodies = [body.id for body in people.organisations_where(actor, Role.ADMIN)]
    wanted = select(ApprovalChain).where(ApprovalChain.organisation_id.in_(bodies), ApprovalChain.retired_at.is_(None))
    return list(db.session.scalars(wanted.order_by(ApprovalChain.name, ApprovalChain.id)))


def get_chain(actor: Person, chain_id: int) -> ApprovalChain:
    """The chain, for an admin of its body. Raises NotFound, Forbidden."""
    chain = db.session.get(ApprovalChain, chain_id)
    if chain is None:
        raise NotFound
    people.require(actor, Role.ADMIN, chain.organisation)
    return chain


def possible_approvers(organisation: Organisation) -> list[Person]:
    """Who may be given a say there: who is approver, editor or admin at the body, above or below it, by name."""
    held = (
        select(RoleGrant.person_id)
        .join(Organisation, Organisation.id == RoleGrant.organisation_id)
        .where(
            RoleGrant.role.in_([role.value for role in Role if role.weight >= Role.APPROVER.weight]),
            RoleGrant.organisation_id.in_(organisation.lineage) | Organisation.lineage.contains([organisation.id]),
        )
    )
    wanted = select(Person).where(Person.id.in_(held), Person.deactivated_at.is_(None))
    return list(db.session.scalars(wanted.order_by(Person.name, Person.id)))


def make_chain(actor: Person, organisation: Organisation, draft: ChainDraft) -> ApprovalChain:
    """A new chain. Raises Forbidden, NotFound, Invalid for what can't be."""
    people.require(actor, Role.ADMIN, organisation)
    number = db.session.scalar(text("select nextval(pg_get_serial_sequence('approval_chain', 'id'))"))
    return _add(organisation, draft, origin=int(number or 0), version=1)


def edit_chain(actor: Person, chain: ApprovalChain, draft: ChainDraft) -> ApprovalChain:
    """The next version of a chain; rounds that run keep the one they began with. Raises as `make_chain`, Conflict."""
    people.require(actor, Role.ADMIN, chain.organisation)
    retire_chain(actor, chain)
    return _add(chain.organisation, draft, origin=chain.origin, version=chain.version + 1)


def retire_chain(actor: Person, chain: ApprovalChain) -> None:
    """Ask for it no more. Raises Conflict for one that was retired or replaced before."""
    people.require(actor, Role.ADMIN, chain.organisation)
    db.session.refresh(chain, with_for_update=True)
    if chain.retired_at is not None:
        raise Conflict(_("Somebody else changed this chain meanwhile. Look at it again."))
    chain.retired_at = utcnow()
    db.session.flush()


def applying_chains(post: Post) -> list[ApprovalChain]:
    """The chains whose yes the post needs as it is now, by id."""
    wanted = select(ApprovalChain).where(
        ApprovalChain.organisation_id.in_(post.organisation.lineage), ApprovalChain.retired_at.is_(None)
    )
    chains = db.session.scalars(wanted.order_by(ApprovalChain.id)).all()
    if not chains:
        return []
    topics = {topic.id for topic in post.topics}
    countries = countries_of(post) if any(chain.countries for chain in chains) else set()
    return [chain for chain in chains if _applies(chain, post, topics, countries)]


def countries_of(post: Post) -> set[str]:
    """Where the post may be seen: the countries it is kept to, else those of the bodies and groups it is for."""
    if post.countries:
        return set(post.countries)
    aim = aim_of(post)
    groups = select(Group.organisation_id).where(Group.id.in_(aim.group_ids))
    tops = {post.organisation_id, *aim.organisation_ids, *db.session.scalars(groups)}
    bodies = db.session.scalars(select(Organisation).where(Organisation.id.in_(tops))).all()
    below = (
        select(Organisation.country)
        .distinct()
        .where(Organisation.lineage.overlap(list(tops)), Organisation.country.is_not(None))
    )
    found = {country for country in db.session.scalars(below) if country}
    found |= {country for body in bodies if not body.country and (country := people.country_of(body))}
    return found


def _applies(chain: ApprovalChain, post: Post, topics: set[int], countries: set[str]) -> bool:
    wanted: Sequence[tuple[list[Any], set[Any]]] = (
        (chain.topic_ids, topics),
        (chain.body_ids, set(post.organisation.lineage)),
        (chain.countries, countries),
    )
    return all(not asked or bool(set(asked) & there) for asked, there in wanted)


def _add(organisation: Organisation, draft: ChainDraft, origin: int, version: int) -> ApprovalChain:
    _check(organisation, draft)
    chain = ApprovalChain(
        origin=origin,
        version=version,
        organisation_id=organisation.id,
        name=draft.name.strip(),
        topic_ids=sorted(draft.topic_ids),
        body_ids=sorted(draft.body_ids),
        countries=sorted({country.strip().upper() for country in draft.countries}),
        steps=[
            {"name": step.name.strip(), "rule": step.rule, "people": sorted(set(step.people)), "days": step.days}
            for step in draft.steps
        ],
    )
    db.session.add(chain)
    db.session.flush()
    return chain


def _check(organisation: Organisation, draft: ChainDraft) -> None:
    if not 0 < len(draft.name.strip()) <= LONGEST_NAME:
        raise Invalid(_("Give it a name of at most 80 characters."), field="name")
    if not draft.steps:
        raise Invalid(_("Step 1 is needed: give it a name, and choose who is asked."), field="name", step=0)
    if len(draft.steps) > MOST_STEPS:
        raise Invalid(_("A chain has one to five steps."), field="steps")
    for code in draft.countries:
        if not (len(code.strip()) == 2 and code.strip().isascii() and code.strip().isalpha()):
            raise Invalid(_("A country is written with two letters, as FR or BE."), field="countries")
    allowed = {person.id for person in possible_approvers(organisation)}
    for place, step in enumerate(draft.steps):
        _check_step(place, step, allowed)
    _check_conditions(organisation, draft)


def _check_step(place: int, step: StepDraft, allowed: set[int]) -> None:
    """`field` and `step` (counted from 0) of the refusal say what is missing, and where."""
    if not 0 < len(step.name.strip()) <= LONGEST_NAME:
        sentence = _("Step %(number)d has no name: give it one of at most 80 characters.", number=place + 1)
        raise Invalid(sentence, field="name", step=place)
    if not step.people:
        raise Invalid(
            _("Choose at least one person for the step “%(name)s”.", name=step.name), field="people", step=place
        )
    if not set(step.people) <= allowed:
        raise NotFound(_("One of these people can’t be given a say here."))
    if step.rule not in RULES:
        raise Invalid(_("Please choose one of these."), field="rule", step=place)
    if not 0 < step.days <= MOST_DAYS:
        raise Invalid(_("A step is given 1 to 30 working days."), field="days", step=place)


def _check_conditions(organisation: Organisation, draft: ChainDraft) -> None:
    known = set(db.session.scalars(select(Topic.id).where(Topic.organisation_id == organisation.root_id)))
    below = {body.id for body in people.organisations_below(organisation)}
    if not (set(draft.topic_ids) <= known and set(draft.body_ids) <= below):
        raise NotFound(_("One of these topics or organisations is not yours to choose."))
