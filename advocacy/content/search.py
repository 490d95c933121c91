"""Posts by their words, French and English, accents ignored. A folded copy of each post's words is kept beside it by
the session itself, so that no way of writing a post can forget it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, event, func, inspect, literal_column, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from advocacy.content.folding import folded, words_of
from advocacy.content.models import Post, PostWords, Wording
from advocacy.db import db

MOST_TERMS: Final = 12
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
    """The condition that a post's words match."""
    found = select(PostWords.post_id).where(PostWords.lexemes.op("@@")(query))
    return Post.id.in_(found)


def rank(query: ColumnElement[Any]) -> ColumnElement[float]:
    """How well a post matches, words of the title first."""
    ranked = select(func.ts_rank(PostWords.lexemes, query)).where(PostWords.post_id == Post.id)
    return ranked.scalar_subquery()


def index_posts(limit: int = 500) -> int:
    """Index posts that never were, `limit` at most; how many it were."""
    missing = ~select(PostWords.post_id).where(PostWords.post_id == Post.id).exists()
    posts = db.session.scalars(select(Post).where(missing).order_by(Post.id).limit(limit)).unique().all()
    _index(db.session(), posts)
    return len(posts)


def _sql_of(term: Term) -> Any:
    together = " ".join(term.words)
    parts = [func.phraseto_tsquery(literal_column(f"'{dialect}'::regconfig"), together) for dialect in _DIALECTS]
    if term.begins:
        parts.append(func.to_tsquery(literal_column("'simple'::regconfig"), " <-> ".join(term.words) + ":*"))
    found = parts[0]
    for part in parts[1:]:
        found = func.tsquery_or(found, part)
    return found if term.wanted else func.tsquery_not(found)


def _index(session: Session, posts: Iterable[Post]) -> None:
    rows = [{"post_id": post.id, "title": folded(post.title), "body": _body(post)} for post in posts]
    if not rows:
        return
    put = insert(PostWords)
    change = {name: put.excluded[name] for name in ("title", "body")}
    session.execute(put.on_conflict_do_update(index_elements=["post_id"], set_=change), rows)


def _body(post: Post) -> str:
    texts = (post.summary, post.link_title, *(wording.text for wording in post.wordings))
    return folded(" ".join(text or "" for text in texts))[:_LONGEST_BODY]


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
