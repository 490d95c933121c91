"""What people of the demo write: a suggestion as it is, with an opening of their own, or words all their own."""

from dataclasses import dataclass
from random import Random

from advocacy.demo.people import PlannedPerson
from advocacy.demo.programmes import PlannedPost, Programme
from advocacy.sharing.words import nearest


@dataclass(frozen=True)
class Said:
    """A text, its language, and the suggestion (by its place) that it is nearest to, with the per cent of likeness."""

    text: str
    language: str
    wording: int | None
    alike: int


def speak(programme: Programme, person: PlannedPerson, post: PlannedPost, rng: Random, own: float) -> Said:
    """What `person` says of `post`; `own` is how likely words of their own are, from 0 to 1."""
    spoken = [words for words in post.words if words.language in person.languages] or list(post.words)
    suggestion = rng.choice(spoken)
    text, luck = suggestion.text, rng.random()
    if suggestion.language == programme.language and luck < own + 0.25:
        opening = rng.choice(programme.facts["own_openings"])
        closing = rng.choice(programme.facts["own_closings"])
        text = f"{opening}\n\n{post.title}. {closing}" if luck < own else f"{opening}\n\n{text}"
    wording, alike = nearest(text, [(place, words.text) for place, words in enumerate(post.words)])
    return Said(text, suggestion.language, wording, alike)
