"""What stands above content has to say on the page of a post: links beside it, notices over it. Wiring joins them."""

from collections.abc import Callable
from dataclasses import dataclass

from advocacy.content.models import Post


@dataclass(frozen=True, slots=True)
class Link:
    """Where to go from the post."""

    href: str
    label: str
    icon: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know of the post; `kind` is good, warn, bad, plum or empty."""

    kind: str
    icon: str
    title: str
    text: str
    link: Link


@dataclass(frozen=True, slots=True)
class Aside:
    """Everything that is to be said beside a post."""

    links: tuple[Link, ...] = ()
    notices: tuple[Notice, ...] = ()


AsideFor = Callable[[Post], Aside]
_providers: list[AsideFor] = []


def add_aside(provider: AsideFor) -> None:
    """Have `provider` asked on the page where a post is edited; joining twice is once."""
    if provider not in _providers:
        _providers.append(provider)


def aside_of(post: Post | None) -> Aside:
    """What there is to say of the post; nothing of one that is not saved yet."""
    found = [provider(post) for provider in _providers] if post is not None else []
    links = tuple(link for one in found for link in one.links)
    return Aside(links, tuple(notice for one in found for notice in one.notices))
