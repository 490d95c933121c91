"""The assistant in the composer: what is asked for a caption or for the whole post, and taking what came.

A suggestion is offered beside what was typed. Taken, it becomes a caption of its own; nothing typed is replaced.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from flask import request, url_for
from flask_babel import gettext as _

from advocacy.assistant import service as assistant
from advocacy.assistant.material import Limit, Material, digest_of
from advocacy.assistant.models import AssistRequest, Kind
from advocacy.completions import find_endpoint
from advocacy.content.captions import caption_networks
from advocacy.content.composing import refill_captions
from advocacy.content.drafts import MOST_WORDINGS
from advocacy.content.forms import ComposerForm
from advocacy.content.models import Post
from advocacy.errors import Conflict, Invalid, NotFound, TooMany
from advocacy.i18n import LANGUAGES
from advocacy.people.models import Person

_OF_CAPTION: Final = {"shorter": Kind.SHORTER, "plainer": Kind.PLAINER, "translate": Kind.TRANSLATION}
_ACTS: Final = frozenset({*_OF_CAPTION, "wordings", "take", "leave", "look"})


@dataclass(frozen=True, slots=True)
class Desk:
    """What the page needs where an assistant is set: whom it asks, and the questions that stand open."""

    host: str
    press: UUID
    found: Mapping[int, AssistRequest]
    typed: Collection[str]
    here: str

    def of(self, asked: str | None) -> AssistRequest | None:
        """The question whose id a hidden field holds."""
        return self.found.get(_number(asked))

    def offers(self, one: AssistRequest) -> list[tuple[int, str]]:
        """Its suggestions that are no caption yet, each with its number."""
        return [(number, text) for number, text in enumerate(one.result) if text not in self.typed]

    def other_language(self, language: str) -> str:
        """What a caption in this language can be translated into."""
        return next(code for code in LANGUAGES if code != language)


def is_asked_by(act: str) -> bool:
    """Whether the press of a button is one for the assistant."""
    return act.partition("-")[0] in _ACTS


def desk_for(actor: Person, form: ComposerForm, post: Post | None) -> Desk | None:
    """The assistant's part of the page; None where none is set. A post that is opened shows what was asked for it."""
    endpoint = find_endpoint()
    if endpoint is None:
        return None
    rows = [entry.form for entry in form.wordings.entries]
    ids = {_number(form.asked.data), *(_number(row.asked.data) for row in rows)} - {0}
    opened = request.method == "GET" and post is not None
    found = assistant.requests_of(actor, ids, _subject(post) if opened else None)
    if opened:
        _recall(form, found)
    typed = frozenset(row.text.data for row in rows if row.text.data)
    return Desk(endpoint.host, uuid4(), {one.id: one for one in found}, typed, here(post.id if post else None))


def here(post_id: int | None) -> str:
    """Where the composer of a post sends its presses."""
    return url_for("content.edit", post_id=post_id) if post_id else url_for("content.compose")


def assist(actor: Person, form: ComposerForm, post: Post | None, act: str) -> dict[str, str]:
    """Do what a press asks of the assistant; what there is to say: `refused` and where (`at`), or the number of a
    `fresh` caption. Raises NotFound where no assistant is set, and for what is not the person's own.
    """
    assistant.get_assistant()
    verb, _dash, rest = act.partition("-")
    try:
        if verb == "wordings":
            form.asked.data = str(_ask_wordings(actor, form, post).id)
        elif verb in _OF_CAPTION:
            _ask_for_caption(actor, form, post, _OF_CAPTION[verb], rest)
        elif verb == "take":
            return {"fresh": str(_take(actor, form, rest))}
        elif verb == "leave":
            _leave(actor, form, rest)
    except (Conflict, Invalid, TooMany) as error:
        return {"refused": str(error.sentence), "at": rest}
    return {}


def _ask_wordings(actor: Person, form: ComposerForm, post: Post | None) -> AssistRequest:
    language, network = request.form.get("suggest_language"), request.form.get("suggest_network") or None
    language = language if language in LANGUAGES else form.language.data
    network = network if network in caption_networks() else None
    captions = [entry.form.text.data for entry in form.wordings.entries if entry.form.text.data]
    same_link = post is not None and post.link == form.link.data
    material = Material(
        language=language if language in LANGUAGES else actor.language,
        link=form.link.data or "",
        title=form.title.data or (post.link_title if post is not None and same_link else ""),
        summary=form.summary.data or (post.link_description if post is not None and same_link else ""),
        others=tuple(captions),
        limits=_limits(network),
    )
    return assistant.ask(actor, _press(), Kind.WORDINGS, _subject(post), material, network)


def _ask_for_caption(actor: Person, form: ComposerForm, post: Post | None, kind: Kind, place: str) -> None:
    row = _row(form, place)
    if row is None:
        raise NotFound
    language = row.language.data if row.language.data in LANGUAGES else actor.language
    if kind is Kind.TRANSLATION:
        language = next(code for code in LANGUAGES if code != language)
    network = row.network.data or None
    material = Material(language, row.text.data or "", link=form.link.data or "", limits=_limits(network))
    row.asked.data = str(assistant.ask(actor, _press(), kind, _subject(post), material, network).id)


def _take(actor: Person, form: ComposerForm, which: str) -> int:
    """Make a suggestion a caption: in place of an empty one, else below the one it was asked for. Its place."""
    number, _dash, part = which.partition("-")
    found, text = assistant.get_suggestion(actor, _number(number), int(part) if part.isdecimal() else -1)
    rows: list[dict[str, Any]] = [dict(entry.form.data) for entry in form.wordings.entries]
    fresh = {"text": text, "language": found.language, "network": found.network or "", "taken": "1"}
    empty = next((place for place, row in enumerate(rows) if not row["text"]), None)
    origin = next((place for place, row in enumerate(rows) if _number(row["asked"]) == found.id), None)
    if len(rows) >= MOST_WORDINGS and (origin is not None or empty is None):
        raise Invalid(_("20 captions at most."))
    if origin is not None:
        rows[origin]["asked"] = ""
        assistant.put_away(found)
        place = origin + 1
        rows.insert(place, fresh)
    elif empty is not None:
        place = empty
        rows[place] = fresh
    else:
        place = len(rows)
        rows.append(fresh)
    refill_captions(form, rows)
    return place


def _leave(actor: Person, form: ComposerForm, which: str) -> None:
    found = assistant.get_request(actor, _number(which))
    assistant.put_away(found)
    for field in (form.asked, *(entry.form.asked for entry in form.wordings.entries)):
        if _number(field.data) == found.id:
            field.data = ""


def _recall(form: ComposerForm, found: list[AssistRequest]) -> None:
    for one in found:
        if one.kind == Kind.WORDINGS:
            form.asked.data = str(one.id)
            continue
        for entry in form.wordings.entries:
            if digest_of(entry.form.text.data or "") == one.digest:
                entry.form.asked.data = str(one.id)


def _row(form: ComposerForm, place: str) -> Any:
    rows = form.wordings.entries
    number = int(place) if place.isdecimal() and len(place) < 4 else len(rows)
    return rows[number].form if number < len(rows) else None


def _limits(network: str | None) -> tuple[Limit, ...]:
    known = caption_networks()
    chosen = [known[network]] if network in known else list(known.values())
    return tuple(Limit(one.rule, one.longest) for one in chosen)


def _subject(post: Post | None) -> str:
    return f"post:{post.id}" if post is not None else "post"


def _press() -> UUID:
    try:
        return UUID(request.form.get("press", ""))
    except ValueError:
        return uuid4()


def _number(text: Any) -> int:
    """The id a hidden field or a button holds; 0 for none."""
    text = str(text or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
