"""What shares end with, so that readers know who speaks: by network and country."""

from flask_babel import gettext as _
from sqlalchemy import select

from advocacy.approval.models import DisclosureRule
from advocacy.content.captions import caption_networks
from advocacy.db import db
from advocacy.errors import Conflict, Invalid, NotFound
from advocacy.markup import clean_line
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role

LONGEST = 120


def disclosures_of(person: Person) -> dict[str | None, str]:
    """What the person's shares end with on each network that has a rule of its own, and under None on all others.

    Of several rules the one for the person's country goes before one for all, then the one for the network, then that
    of the nearest body; without any, the programme's hashtag.
    """
    lineage = person.organisation.lineage
    rules = db.session.scalars(select(DisclosureRule).where(DisclosureRule.organisation_id.in_(lineage))).all()
    country = people.country_of(person.organisation) if any(rule.country for rule in rules) else None
    mine = [rule for rule in rules if rule.country is None or rule.country == country]
    mine.sort(
        key=lambda rule: (rule.country is not None, rule.network is not None, lineage.index(rule.organisation_id))
    )
    found: dict[str | None, str] = {}
    if usual := db.session.scalar(select(Organisation.disclosure).where(Organisation.id == lineage[0])):
        found[None] = usual
    for network in {None, *(rule.network for rule in mine)}:
        fitting = [rule for rule in mine if rule.network in (None, network)]
        if fitting:
            found[network] = fitting[-1].text
    return found


def disclosure_for(person: Person, network: str | None = None) -> str | None:
    """What the person's shares on this network end with; None where nothing is asked for."""
    found = disclosures_of(person)
    return found.get(network, found.get(None))


def rules_of(actor: Person) -> list[DisclosureRule]:
    """The rules of the bodies where the person is admin, the oldest first."""
    bodies = [body.id for body in people.organisations_where(actor, Role.ADMIN)]
    wanted = select(DisclosureRule).where(DisclosureRule.organisation_id.in_(bodies)).order_by(DisclosureRule.id)
    return list(db.session.scalars(wanted))


def add_rule(actor: Person, organisation: Organisation, *, network: str, country: str, text: str) -> DisclosureRule:
    """What shares from the body and below end with; network or country empty: on any, in any. Raises Forbidden,
    NotFound, Invalid, and Conflict where there is a rule for the same already."""
    people.require(actor, Role.ADMIN, organisation)
    words, code = clean_line(text, LONGEST), country.strip().upper()
    if not words:
        raise Invalid(_("Write what is to be added."), field="text")
    if network and network not in caption_networks():
        raise Invalid(_("Please choose one of these."), field="network")
    if code and not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise Invalid(_("A country is written with two letters, as FR or BE."), field="country")
    asked = {"organisation_id": organisation.id, "network": network or None, "country": code or None}
    if db.session.scalar(select(DisclosureRule.id).filter_by(**asked).with_for_update()):
        raise Conflict(_("There is one for this already: remove it first."), field="text")
    rule = DisclosureRule(**asked, text=words)
    db.session.add(rule)
    db.session.flush()
    return rule


def drop_rule(actor: Person, rule_id: int) -> None:
    """The rule holds no more. Raises NotFound, Forbidden."""
    rule = db.session.get(DisclosureRule, rule_id)
    if rule is None:
        raise NotFound
    people.require(actor, Role.ADMIN, rule.organisation)
    db.session.delete(rule)
    db.session.flush()
