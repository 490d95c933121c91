"""The assistant in the share panel: a person's words, shorter, plainer or in their own manner.

What is taken replaces what was typed, which is kept beside it and can be put back.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import select

from advocacy.assistant import service as assistant
from advocacy.assistant.material import MOST_SAMPLES, Limit, Material
from advocacy.assistant.models import AssistRequest, Kind
from advocacy.completions import find_endpoint
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.errors import Conflict, Invalid, NotFound, TooMany
from advocacy.i18n import LANGUAGES
from advocacy.people.models import Person
from advocacy.sharing.forms import ShareForm
from advocacy.sharing.models import Share, ShareState
from advocacy.sharing.panel import Panel

KINDS: Final = {"shorter": Kind.SHORTER, "plainer": Kind.PLAINER, "own_words": Kind.OWN_WORDS}
OWN_BELOW: Final = 60
"""Per cent of likeness to a suggested wording below which a person's words are their own."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the panel needs where an assistant is set: whom it asks, and the question that stands open."""

    host: str
    press: UUID
    found: AssistRequest | None
    has_samples: bool

    @property
    def offers(self) -> list[tuple[int, str]]:
        """The suggestions, each with its number."""
        return list(enumerate(self.found.result)) if self.found else []


def desk_for(person: Person, post: Post, asked: str | None) -> Desk | None:
    """The assistant's part of the panel; None where none is set, or where the words have to stay as they are."""
    endpoint = find_endpoint()
    if endpoint is None or post.locked:
        return None
    found = assistant.requests_of(person, {_number(asked)} - {0})
    return Desk(endpoint.host, uuid4(), found[0] if found else None, bool(own_texts(person, 1)))


def own_texts(person: Person, limit: int = MOST_SAMPLES) -> tuple[str, ...]:
    """What the person published in words of their own, newest first: no suggestion of ours, none of the assistant's."""
    query = (
        select(Share.text)
        .where(
            Share.person_id == person.id,
            Share.state == ShareState.PUBLISHED.value,
            Share.alike < OWN_BELOW,
            Share.assisted.is_(False),
            Share.text != "",
        )
        .order_by(Share.created_at.desc(), Share.id.desc())
        .limit(limit)
    )
    return tuple(db.session.scalars(query))


def assist(person: Person, panel: Panel, form: ShareForm, act: str, press: str) -> str:
    """Do what a press asks, in the form. Why not, or nothing. Raises NotFound where there is no assistant for this."""
    if find_endpoint() is None or panel.post.locked:
        raise NotFound
    verb, _dash, rest = act.partition("-")
    try:
        if verb in KINDS:
            found = assistant.ask(
                person, _press(press), KINDS[verb], _subject(panel), _material(person, panel, form, verb)
            )
            form.asked.data = str(found.id)
        elif verb == "take":
            _take(person, form, rest)
        elif verb == "leave":
            form.asked.data = ""
        elif verb == "back":
            form.text.data, form.earlier.data = form.earlier.data, ""
            form.taken.data = str(_number(form.taken.data) - 1) if _number(form.taken.data) > 1 else ""
    except (Conflict, Invalid, TooMany) as error:
        return str(error.sentence)
    return ""


def _material(person: Person, panel: Panel, form: ShareForm, verb: str) -> Material:
    chosen = set(form.account.data or ())
    places = [one for one in panel.places if one.account.id in chosen] or [one for one in panel.places if one.usable]
    limits = {Limit(one.capabilities.count_rule, one.room): None for one in places}
    return Material(
        language=form.language.data if form.language.data in LANGUAGES else person.language,
        text=form.text.data or "",
        link=panel.post.link or "",
        samples=own_texts(person) if verb == "own_words" else (),
        limits=tuple(limits),
    )


def _take(person: Person, form: ShareForm, which: str) -> None:
    number, _dash, part = which.partition("-")
    found, text = assistant.get_suggestion(person, _number(number), int(part) if part.isdecimal() else -1)
    assistant.put_away(found)
    form.earlier.data, form.text.data = form.text.data or "", text
    form.taken.data, form.asked.data = str(_number(form.taken.data) + 1), ""


def _subject(panel: Panel) -> str:
    return f"share:{panel.post.id}"


def _press(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


def _number(text: Any) -> int:
    """The number a hidden field or a button holds; 0 for none."""
    text = str(text or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
