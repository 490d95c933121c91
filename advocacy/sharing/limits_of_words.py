"""What a person's words must and must not be: the suggested ones where they are locked, none of those a rule blocks."""

from collections.abc import Iterable

from flask_babel import gettext as _

from advocacy.approval.rules import Finding, Where, findings_in
from advocacy.content.models import Post
from advocacy.errors import Invalid
from advocacy.people.models import Person


def check_words(person: Person, post: Post, network: str, text: str) -> None:
    """Raises Invalid for other words than the suggested ones of a locked post, and for words that a rule blocks."""
    if post.locked:
        fitting = [wording.text for wording in post.wordings if wording.network in (None, network)]
        if _settled(text) not in {_settled(wording) for wording in fitting}:
            raise Invalid(
                _("This text has to stay as it is: share one of the suggested texts, unchanged."), field="text"
            )
        return
    blocked = [finding for finding in findings_of(person, post, [text]) if finding.blocks]
    if blocked:
        raise Invalid(" ".join(finding.sentence for finding in blocked), field="text")


def findings_of(person: Person, post: Post, texts: Iterable[str]) -> list[Finding]:
    """What the rules of the person's body and of the post's say about these words; nothing about locked ones."""
    if post.locked:
        return []
    places = [Where("text", _("your text"), text) for text in dict.fromkeys(texts) if text]
    return findings_in(person.organisation, places, post.organisation)


def _settled(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
