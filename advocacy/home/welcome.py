"""The three steps of a welcome: who I am, a network, a first share. Each can be left and has its own address."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from advocacy.clock import utcnow
from advocacy.content import service as content
from advocacy.content.cards import card
from advocacy.content.models import Post, Wording
from advocacy.home.service import first_post_for
from advocacy.networks import registry
from advocacy.networks import service as networks
from advocacy.networks.base import Capabilities
from advocacy.networks.models import Account, AccountState
from advocacy.people import service as people
from advocacy.people.models import Person
from advocacy.sharing import service as sharing

STEPS = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """A network that may be connected, and whether the person has an account there."""

    network: Capabilities
    ready: bool
    again: bool
    """There is an account, and it has to be connected anew."""


@dataclass(frozen=True, slots=True)
class FirstShare:
    """What the third step proposes: a post, words to begin with, where it could go, and the id of this one press."""

    post: Post
    card: dict[str, object]
    text: str
    language: str
    accounts: list[tuple[Account, Capabilities]]
    disclosure: str | None
    submission: UUID


def introduce(person: Person, *, name: str, job: str, languages: list[str], topic_ids: Collection[int]) -> None:
    """Keep what the person says of themselves; they are welcomed then. Raises Invalid, NotFound for a foreign topic."""
    people.edit_profile(person, name=name, job=job, languages=languages)
    content.follow_topics(person, topic_ids)
    leave(person)


def leave(person: Person) -> None:
    """They were asked, and are not asked again."""
    person.welcomed_at = person.welcomed_at or utcnow()


def offers_for(person: Person) -> list[Offer]:
    """Every network offered here, in its order."""
    accounts = networks.accounts_of(person)
    working = {account.network for account in accounts if account.state == AccountState.CONNECTED}
    held = {account.network for account in accounts}
    offered = [adapter.capabilities for adapter in registry.offered()]
    return [Offer(one, one.name in working, one.name in held - working) for one in offered]


def first_share(person: Person, language: str) -> FirstShare | None:
    """A proposal for a first share; None where there is nothing to share yet."""
    post = first_post_for(person, language)
    if post is None:
        return None
    offered = {adapter.capabilities.name: adapter.capabilities for adapter in registry.offered()}
    usable = [
        (account, offered[account.network])
        for account in networks.accounts_of(person)
        if account.state == AccountState.CONNECTED and account.network in offered
    ]
    start = _wording(post.wordings, [language, *person.languages])
    return FirstShare(
        post=post,
        card=card(post, language),
        text=start.text if start else "",
        language=start.language if start else post.language,
        accounts=usable,
        disclosure=sharing.disclosure_of(person),
        submission=uuid4(),
    )


def _wording(wordings: Sequence[Wording], languages: Sequence[str]) -> Wording | None:
    """The first in the first of these languages that has one, else the first."""
    for language in languages:
        for wording in wordings:
            if wording.language == language:
                return wording
    return wordings[0] if wordings else None
