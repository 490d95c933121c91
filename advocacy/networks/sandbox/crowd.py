"""What the readers of one post will do, and when: drawn whole from a seed, so that it can be told again at any age."""

from dataclasses import dataclass
from functools import lru_cache
from random import Random

FIRST_LOOK = 12.0  # seconds; a product may take anything sooner for a robot
HALF_SEEN = 120.0  # seconds after which half of the readers have seen the post
HORIZON = 7 * 86_400.0
CLICKS = 0.12
CLICKS_TWICE = 0.12
REACTS = 0.07
COMMENTS = 0.012
RESHARES = 0.01
LOOKS_AGAIN = 0.3


@dataclass(frozen=True)
class Act:
    """One thing that happens at an age in seconds: view, again, reaction, comment, reshare, click or robot."""

    at: float
    kind: str
    reader: int


@lru_cache(maxsize=1024)
def plan(seed: int, post: int, followers: int, linked: bool) -> tuple[Act, ...]:
    """Everything that happens to a post, by age. The first reader comes within half a minute and follows the link."""
    rng = Random(f"{seed}/{post}/{followers}")  # noqa: S311 - to be told again, not to be secret
    readers = max(1, min(followers, 8 + int(followers * min(rng.betavariate(2.2, 5), 0.6))))
    acts = [Act(age, "robot", number) for number, age in enumerate((0.5, 3.0, 40.0))] if linked else []
    for reader in range(readers):
        chance = rng.random()
        first = FIRST_LOOK + (rng.uniform(0, 15) if reader == 0 else HALF_SEEN * chance / (1 - chance))
        acts += visit(rng, reader, first, linked)
    return tuple(sorted((act for act in acts if act.at < HORIZON), key=lambda act: act.at))


def visit(rng: Random, reader: int, first: float, linked: bool) -> list[Act]:
    """What one reader does from the first look on."""
    acts = [Act(first, "view", reader)]
    if rng.random() < LOOKS_AGAIN:
        acts.append(Act(first + rng.expovariate(1 / 1800), "again", reader))
    for kind, likely in (("reaction", REACTS), ("comment", COMMENTS), ("reshare", RESHARES)):
        if rng.random() < likely:
            acts.append(Act(first + rng.uniform(2, 25), kind, reader))
    if (rng.random() < CLICKS or reader == 0) and linked:
        clicked = first + rng.uniform(1, 8)
        acts.append(Act(clicked, "click", reader))
        if rng.random() < CLICKS_TWICE:
            acts.append(Act(clicked + rng.uniform(5, 90), "click", reader))
    return acts
