"""Rules of a body: written by its editors, tried on what came lately, applied to what comes there and below. The first
that matches decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from advocacy.content import service as content
from advocacy.content.aims import Aim, aim_at, choices_for
from advocacy.content.folding import words_of
from advocacy.content.models import Post
from advocacy.content.topics import get_topics
from advocacy.db import db
from advocacy.errors import Conflict, Invalid, NotFound
from advocacy.people import service as people
from advocacy.people.models import Organisation, Person, Role
from advocacy.people.organisations import LARGEST_ID
from advocacy.sources.matching import Candidate, match
from advocacy.sources.models import Item, ItemState, Rule, RuleAction, Source

MOST_RULES: Final = 100
MOST_KEYWORDS: Final = 30
LONGEST_KEYWORD: Final = 60
LONGEST_NAME: Final = 80
TRIED_ON: Final = 50


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule as it was typed."""

    name: str
    source_id: int | None = None
    language: str | None = None
    keywords: tuple[str, ...] = ()
    action: RuleAction = RuleAction.SUGGEST
    set_language: str | None = None
    topic_ids: frozenset[int] = frozenset()
    aim: Aim = field(default_factory=Aim)
    may_be_off: bool = False


@dataclass(frozen=True, slots=True)
class Tried:
    """An item that a rule would have matched, and the words that it has of the rule."""

    item: Item
    words: list[str]


def rules_of(actor: Person) -> list[Rule]:
    """The rules of the bodies where `actor` is editor, body by body in their order."""
    bodies = [body.id for body in people.organisations_where(actor, Role.EDITOR)]
    query = select(Rule).join(Organisation).where(Rule.organisation_id.in_(bodies))
    query = query.options(joinedload(Rule.source), joinedload(Rule.author))
    return list(db.session.scalars(query.order_by(func.lower(Organisation.name), Organisation.id, *_ORDER)))


def get_rule(actor: Person, rule_id: int, *, locked: bool = False) -> Rule:
    """The rule, for an editor of its body. Raises NotFound for one of another programme, Forbidden for others."""
    query = select(Rule).where(Rule.id == rule_id)
    if locked:
        query = query.with_for_update(of=Rule).execution_options(populate_existing=True)
    rule = db.session.scalar(query) if rule_id <= LARGEST_ID else None
    if rule is None:
        raise NotFound
    people.require(actor, Role.EDITOR, rule.organisation)
    return rule


def add_rule(actor: Person, organisation: Organisation, typed: RuleDraft) -> Rule:
    """A new last rule of the body. Raises Invalid for what can't be kept, NotFound for a source, topics or audiences
    that are not the editor's to choose, Conflict when there are too many.
    """
    people.require(actor, Role.EDITOR, organisation)
    _take_turns(organisation.id)
    here = Rule.organisation_id == organisation.id
    number, last = db.session.execute(select(func.count(), func.max(Rule.position)).where(here)).one()
    if number >= MOST_RULES:
        raise Conflict(_("An organisation has %(most)d rules at most.", most=MOST_RULES))
    rule = Rule(organisation_id=organisation.id, position=(last or 0) + 1)
    rule.organisation = organisation
    _put(actor, rule, typed)
    db.session.add(rule)
    db.session.flush()
    return rule


def edit_rule(actor: Person, rule: Rule, typed: RuleDraft) -> None:
    """Have the rule be as typed; it is the editor's from now on, and so are its drafts. Raises as `add_rule`."""
    people.require(actor, Role.EDITOR, rule.organisation)
    with db.session.no_autoflush:
        _put(actor, rule, typed)
    db.session.flush()


def remove_rule(actor: Person, rule_id: int) -> None:
    """Forget the rule; what it did stays."""
    db.session.delete(get_rule(actor, rule_id, locked=True))
    db.session.flush()


def move_rule(actor: Person, rule_id: int, *, up: bool) -> None:
    """Have the rule change places with the one before it, or after it; at the end of the list nothing changes."""
    rule = get_rule(actor, rule_id)
    _take_turns(rule.organisation_id)
    query = select(Rule).where(Rule.organisation_id == rule.organisation_id).order_by(*_ORDER)
    rules = list(db.session.scalars(query.execution_options(populate_existing=True)))
    place = rules.index(rule)
    other = place - 1 if up else place + 1
    if 0 <= other < len(rules):
        rules[place], rules[other] = rules[other], rules[place]
    for position, one in enumerate(rules, 1):
        one.position = position
    db.session.flush()


def try_rule(actor: Person, organisation: Organisation, typed: RuleDraft) -> list[Tried]:
    """Which of the body's (or of the chosen source's) last TRIED_ON items the rule would have matched, newest first."""
    people.require(actor, Role.EDITOR, organisation)
    query = select(Item).where(Item.organisation_id == organisation.id)
    if typed.source_id is not None:
        query = query.where(Item.source_id == typed.source_id)
    query = query.order_by(Item.found_at.desc(), Item.id.desc()).limit(TRIED_ON).options(joinedload(Item.source))
    tried = []
    for item in db.session.scalars(query):
        words = match(typed, Candidate(item.source_id, item.language, item.title, item.summary))
        if words is not None:
            tried.append(Tried(item, words))
    return tried


def done_by_rules(actor: Person, limit: int = TRIED_ON) -> Sequence[Item]:
    """The newest items that a rule made a draft of or let go, for the bodies where `actor` is editor."""
    bodies = [body.id for body in people.organisations_where(actor, Role.EDITOR)]
    acting = Rule.action != RuleAction.SUGGEST
    query = select(Item).join(Item.rule).where(Item.organisation_id.in_(bodies), acting, Item.state != ItemState.NEW)
    query = query.options(joinedload(Item.source), joinedload(Item.rule), joinedload(Item.post))
    return db.session.scalars(query.order_by(Item.id.desc()).limit(limit)).all()


def may_draft(rule: Rule) -> bool:
    """Whether the rule's author is there still, and editor of its body: drafts are made in their name."""
    author = rule.author
    return author is not None and author.is_active and people.may(author, Role.EDITOR, rule.organisation)


def suggest(actor: Person, post: Post, rule: Rule) -> None:
    """Give a draft the topics and audiences that the rule suggests, as far as they are there and open to `actor`."""
    root_id = post.organisation.root_id
    post.topics = [topic for topic in content.topics_of(root_id) if topic.id in rule.topic_ids]
    choices = choices_for(actor, root_id)
    aim = Aim(
        frozenset(body.id for body in choices.organisations if body.id in rule.organisation_ids),
        frozenset(group.id for group in choices.groups if group.id in rule.group_ids),
    )
    if aim:
        aim_at(actor, post, aim)


def _put(actor: Person, rule: Rule, typed: RuleDraft) -> None:
    _check(typed)
    if typed.source_id is not None:
        source = db.session.get(Source, typed.source_id)
        if source is None or source.organisation.root_id != rule.organisation.root_id:
            raise NotFound
        if source.organisation_id != rule.organisation_id:
            raise Invalid(_("This source is of another organisation."), field="source")
    root_id = rule.organisation.root_id
    get_topics(root_id, typed.topic_ids)
    choices = choices_for(actor, root_id)
    bodies = {body.id for body in choices.organisations} | set(rule.organisation_ids or ())
    groups = {group.id for group in choices.groups} | set(rule.group_ids or ())
    if not (typed.aim.organisation_ids <= bodies and typed.aim.group_ids <= groups):
        raise NotFound(_("One of these audiences is not open to you."))
    rule.name, rule.source_id, rule.language = typed.name, typed.source_id, typed.language
    rule.keywords, rule.action, rule.set_language = list(typed.keywords), typed.action.value, typed.set_language
    rule.topic_ids = sorted(typed.topic_ids)
    rule.organisation_ids, rule.group_ids = sorted(typed.aim.organisation_ids), sorted(typed.aim.group_ids)
    rule.may_be_off = typed.may_be_off
    rule.author_id = actor.id


def _check(typed: RuleDraft) -> None:
    if not 0 < len(typed.name) <= LONGEST_NAME:
        raise Invalid(_("Give the rule a name of at most %(most)d characters.", most=LONGEST_NAME), field="name")
    if len(typed.keywords) > MOST_KEYWORDS or any(len(word) > LONGEST_KEYWORD for word in typed.keywords):
        facts = {"most": MOST_KEYWORDS, "long": LONGEST_KEYWORD}
        raise Invalid(_("A rule has %(most)d keywords at most, of %(long)d characters.", **facts), field="keywords")
    if not all(words_of(word) for word in typed.keywords):
        raise Invalid(_("A keyword has a letter or a figure at least."), field="keywords")
    if typed.source_id is None and typed.language is None and not typed.keywords:
        raise Invalid(_("Choose a source, a language or keywords: a rule needs one condition."), field="keywords")


def _take_turns(organisation_id: int) -> None:
    """Two editors may sort the same list: one after the other, so that no two rules have the same place."""
    query = select(Organisation.id).where(Organisation.id == organisation_id)
    db.session.execute(query.with_for_update(key_share=True))


_ORDER: Final = (Rule.position, Rule.id)
