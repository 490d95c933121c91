"""What a person is told of words that colleagues use as well, and the other words that are offered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import ngettext

from advocacy.content.models import Post, Wording
from advocacy.networks import registry
from advocacy.networks.models import Account
from advocacy.people.models import Person
from advocacy.sharing.nearness import ALIKE, COMMON, MOST, Nearness, nearness_of
from advocacy.sharing.prints import likeness, plain, shingles
from advocacy.sharing.service import colleagues_with_these_words


@dataclass(frozen=True, slots=True)
class Advice:
    """How many colleagues use such a text, how alike it is, and a wording that fewer use (None: there is none)."""

    near: Nearness
    other: Wording | None
    refused_by: str | None
    """The network, as people call it, that takes no colleague's text; None where all chosen ones do."""

    @property
    def sentence(self) -> str:
        """In one sentence."""
        return words_used(self.near.colleagues)


def advise(person: Person, post: Post, text: str, accounts: Collection[Account], language: str) -> Advice | None:
    """What to say of this text, or None where nobody uses it, or where it has to stay as it is."""
    if post.locked or not text.strip():
        return None
    near = nearness_of(person, text)
    if not near.colleagues:
        return None
    networks = {account.network for account in accounts}
    strict = [one.capabilities for one in registry.offered() if one.capabilities.own_words]
    refusing = (one for one in strict if one.name in networks and nearness_of(person, text, {one.name}).colleagues)
    refused_by = next((one.label for one in refusing), None)
    return Advice(near, least_used(post, text, networks, language, colleagues_with_these_words(post)), refused_by)


def least_used(post: Post, text: str, networks: Collection[str], language: str, used: dict[int, int]) -> Wording | None:
    """The suggested wording that fewest colleagues took, unlike `text`, in this language if there is one."""
    mine = shingles(plain(text))
    fitting = [
        one
        for one in post.wordings
        if (one.network is None or one.network in networks) and likeness(mine, shingles(plain(one.text))) < ALIKE
    ]
    return min(fitting, key=lambda one: (one.language != language, used.get(one.id, 0), one.position), default=None)


def common_ones(person: Person, post: Post, texts: Sequence[str]) -> list[str]:
    """What to ask about once more before these texts leave: those that COMMON colleagues or more use."""
    if post.locked:
        return []
    near = (nearness_of(person, text).colleagues for text in dict.fromkeys(texts) if text.strip())
    return [words_used(count) for count in near if count >= COMMON]


def words_used(count: int) -> str:
    """That so many colleagues used this text."""
    if count >= MOST:
        return str(
            ngettext(
                "%(num)d colleague or more used this text; make it yours.",
                "%(num)d colleagues or more used this text; make it yours.",
                count,
            )
        )
    return str(
        ngettext(
            "%(num)d colleague used this text; make it yours.",
            "%(num)d colleagues used this text; make it yours.",
            count,
        )
    )
