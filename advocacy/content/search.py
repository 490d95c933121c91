"""Posts by their words, French and English, accents ignored. A folded copy of each post's words is kept beside it by
the session itself, so that no way of writing a post can forget it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Text,
    any_,
    bindparam,
    event,
    func,
    inspect,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from advocacy.content.folding import folded, words_of
from advocacy.content.models import Post, PostWords, Wording
from advocacy.db import db

MOST_TERMS: Final = 12
FEW: Final = 5000
_LONGEST_BODY: Final = 50_000
_DIALECTS: Final = ("french", "english", "simple")
_READ: Final = ("title", "summary", "wordings", "link_title")
_TOKENS = re.compile(r'(-?)"([^"]*)"?|(-?)(\S+)')


@dataclass(frozen=True, slots=True)
class Term:
    """One thing looked for: folded words that stand together, wanted or not; `begins` when more may be typed yet;
    `otherwise` when it may be there instead of the one before."""

    words: tuple[str, ...]
    wanted: bool = True
    begins: bool = False
    otherwise: bool = False


def terms_of(typed: str) -> list[Term]:
    """What was typed, as web searches read it: "words together", -without, one OR other. Any text will do."""
    found: list[Term] = []
    otherwise = False
    for minus, phrase, without, bare in _TOKENS.findall(typed):
        if bare in ("OR", "OU") and found:
            otherwise = True
            continue
        words = tuple(words_of(phrase or bare))
        if words:
            found.append(Term(words, wanted=not (minus or without), otherwise=otherwise))
            otherwise = False
    found = found[:MOST_TERMS]
    open_ended = typed[-1:].isalnum() and found and found[-1].wanted
    if open_ended:
        found[-1] = Term(found[-1].words, begins=True, otherwise=found[-1].otherwise)
    return found


def query_of(typed: str) -> ColumnElement[Any] | None:
    """The text query for what was typed; None where it holds no word."""
    groups: list[Any] = []
    for term in terms_of(typed):
        one = _sql_of(term)
        if term.otherwise and groups:
            groups[-1] = func.tsquery_or(groups[-1], one)
        else:
            groups.append(one)
    if not groups:
        return None
    whole: ColumnElement[Any] = groups[0]
    for one in groups[1:]:
        whole = func.tsquery_and(whole, one)
    return whole


def matches(query: ColumnElement[Any]) -> ColumnElement[bool]:
    """The condition that a post's words match. Asks which do: where they are few, they are looked at alone; where they
    are many, whoever looks at posts in some order finds enough of them soon.
    """
    found = select(PostWords.post_id).where(PostWords.lexemes.op("@@")(query))
    # The planner takes matching words to cost no more than comparing numbers, and would read through all posts for
    # a word that stands in one of twenty.
    db.session.execute(text("set local enable_seqscan = off"))
    few = list(db.session.scalars(found.limit(FEW + 1)))
    db.session.execute(text("set local enable_seqscan to default"))
    return Post.id.in_(found) if len(few) > FEW else Post.id == any_(literal(few, ARRAY(BigInteger)))


def rank(query: ColumnElement[Any], post_id: ColumnElement[int]) -> ColumnElement[float]:
    """How well the post of this id matches, words of the title first."""
    ranked = select(func.ts_rank(PostWords.lexemes, query)).where(PostWords.post_id == post_id)
    return ranked.scalar_subquery()


def index_posts(limit: int = 500) -> int:
    """Index posts that never were, `limit` at most; how many it were."""
    missing = ~select(PostWords.post_id).where(PostWords.post_id == Post.id).exists()
    posts = db.session.scalars(select(Post).where(missing).order_by(Post.id).limit(limit)).unique().all()
    _index(db.session(), posts)
    return len(posts)


def _sql_of(term: Term) -> Any:
    together = _written_out(" ".join(term.words))
    parts = [func.phraseto_tsquery(literal_column(f"'{dialect}'::regconfig"), together) for dialect in _DIALECTS]
    if term.begins:
        begun = _written_out(" <-> ".join(term.words) + ":*")
        parts.append(func.to_tsquery(literal_column("'simple'::regconfig"), begun))
    found = parts[0]
    for part in parts[1:]:
        found = func.tsquery_or(found, part)
    return found if term.wanted else func.tsquery_not(found)


def words_found_by(title: str, summary: str, link_title: str, captions: Iterable[str]) -> tuple[str, str]:
    """What a post of these texts is found by: its title, and all the rest, both folded."""
    return folded(title), folded(" ".join((summary, link_title, *captions)))[:_LONGEST_BODY]


def _written_out(words: str) -> Any:
    """The words within the statement's text: whether a word is in all posts or in one decides how they are looked up,
    and the database has to know it when it plans."""
    return bindparam(None, words, Text(), unique=True, literal_execute=True)


def _index(session: Session, posts: Iterable[Post]) -> None:
    rows = [dict(zip(("post_id", "title", "body"), (post.id, *_words(post)), strict=True)) for post in posts]
    if not rows:
        return
    put = insert(PostWords)
    change = {name: put.excluded[name] for name in ("title", "body")}
    session.execute(put.on_conflict_do_update(index_elements=["post_id"], set_=change), rows)


def _words(post: Post) -> tuple[str, str]:
    captions = (wording.text or "" for wording in post.wordings)
    return words_found_by(post.title, post.summary or "", post.link_title or "", captions)


def _follow(session: Session, _flushed: Any) -> None:
    """Words that this flush wrote are indexed with it."""
    changed = {row for row in session.new if isinstance(row, Post)}
    for row in session.dirty:
        if isinstance(row, Post) and any(inspect(row).attrs[name].history.has_changes() for name in _READ):
            changed.add(row)
        elif isinstance(row, Wording) and row.post is not None:
            changed.add(row.post)
    _index(session, sorted(changed, key=lambda post: post.id))


event.listen(db.session, "after_flush", _follow)
