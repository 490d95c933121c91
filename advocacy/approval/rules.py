"""Compliance rules: words that may not go out, or better not, and where they stand in a text."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from advocacy.approval.models import ComplianceRule, Level
from advocacy.approval.patterns import TooSlow, check_pattern, matches
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.errors import Invalid, NotFound
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role

KINDS = ("words", "regex")


@dataclass(frozen=True, slots=True)
class Where:
    """A text that is read: the field it stands in, and how a person calls that place."""

    field: str
    name: Any
    text: str

    @staticmethod
    def of_post(post: Post) -> list["Where"]:
        """The texts of a post."""
        places = [
            Where("title", _("title"), post.title),
            Where("summary", _("summary"), post.summary),
            Where("link", _("title of the link"), post.link_title),
        ]
        for number, wording in enumerate(post.wordings, 1):
            places.append(Where("captions", _("caption %(number)d", number=number), wording.text))
        return [place for place in places if place.text]


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that speaks up about a text: its words as they stand there. None where it took too long to tell."""

    rule: ComplianceRule
    where: Where
    words: tuple[str, ...]

    @property
    def blocks(self) -> bool:
        """Whether it keeps the text from going out."""
        return self.rule.level == Level.BLOCK

    @property
    def sentence(self) -> str:
        """What to change, and why."""
        if not self.words:
            return str(_("A rule could not be checked in time (%(where)s). Ask an admin.", where=self.where.name))
        quoted = ", ".join(_("“%(word)s”", word=word) for word in self.words)
        said = _("%(words)s (%(where)s): please say it otherwise.", words=quoted, where=self.where.name)
        if not self.blocks:
            said = _("%(words)s (%(where)s): is this what you want to say?", words=quoted, where=self.where.name)
        return f"{said} {self.rule.note}".strip()


def rules_for(organisations: Iterable[Organisation]) -> list[ComplianceRule]:
    """The rules that hold at these bodies, theirs and those from above."""
    ids = {one for organisation in organisations for one in organisation.lineage}
    wanted = select(ComplianceRule).where(ComplianceRule.organisation_id.in_(ids)).order_by(ComplianceRule.id)
    return list(db.session.scalars(wanted))


def findings_in(organisation: Organisation, places: Iterable[Where], *others: Organisation) -> list[Finding]:
    """What the rules of the body (and of the others given) say about these texts, what blocks first."""
    rules = rules_for((organisation, *others))
    found = []
    for rule in rules:
        for where in places if isinstance(places, list) else list(places):
            try:
                words = matches(rule.kind, rule.pattern, where.text)
            except TooSlow:
                found.append(Finding(rule, where, ()))
            else:
                found += [Finding(rule, where, tuple(words))] if words else []
    return sorted(found, key=lambda finding: not finding.blocks)


def add_rule(
    actor: Person, organisation: Organisation, *, kind: str, pattern: str, level: str, note: str = ""
) -> ComplianceRule:
    """A rule for the body and all below it. Raises Forbidden, NotFound, Invalid for a pattern that won't do."""
    people.require(actor, Role.ADMIN, organisation)
    if kind not in KINDS or level not in set(Level):
        raise Invalid(_("Please choose one of these."), field="kind")
    check_pattern(kind, pattern)
    rule = ComplianceRule(
        organisation_id=organisation.id, kind=kind, pattern=pattern.strip(), level=level, note=note.strip()[:300]
    )
    db.session.add(rule)
    db.session.flush()
    return rule


def rules_of(actor: Person) -> list[ComplianceRule]:
    """The rules of the bodies where the person is admin, the oldest first."""
    bodies = [body.id for body in people.organisations_where(actor, Role.ADMIN)]
    wanted = select(ComplianceRule).where(ComplianceRule.organisation_id.in_(bodies)).order_by(ComplianceRule.id)
    return list(db.session.scalars(wanted))


def drop_rule(actor: Person, rule_id: int) -> None:
    """The rule holds no more. Raises NotFound, Forbidden."""
    rule = db.session.get(ComplianceRule, rule_id)
    if rule is None:
        raise NotFound
    people.require(actor, Role.ADMIN, rule.organisation)
    db.session.delete(rule)
    db.session.flush()
