"""What is sent for a question: texts of the post and words typed, never who asks."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

LONGEST_TEXT: Final = 5_000
LONGEST_PAGE: Final = 8_000
LONGEST_SAMPLE: Final = 600
MOST_SAMPLES: Final = 5


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a text may be, by a rule of `counting`."""

    rule: str
    longest: int


@dataclass(frozen=True, slots=True)
class Material:
    """`text` is what is to be worded anew; `link` is where the page stands whose words `page` are; `samples` are the
    person's own published words; `others` are captions there are already. `language` is that of the answer.
    """

    language: str
    text: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    page: str = ""
    samples: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()

    def bounded(self) -> "Material":
        """The same, no longer than what is sent."""
        return replace(
            self,
            text=self.text[:LONGEST_TEXT],
            link=self.link[:2000],
            title=self.title[:300],
            summary=self.summary[:1000],
            page=self.page[:LONGEST_PAGE],
            samples=tuple(one[:LONGEST_SAMPLE] for one in self.samples[:MOST_SAMPLES]),
            others=tuple(one[:LONGEST_SAMPLE] for one in self.others[:MOST_SAMPLES]),
        )

    @property
    def source(self) -> str:
        """All the words that an answer may take links and mentions from."""
        return "\n".join((self.text, self.link, self.title, self.summary))

    @property
    def digest(self) -> str:
        """Tells one text to word anew from another."""
        return digest_of(self.text)


def digest_of(text: str) -> str:
    """What `AssistRequest.digest` holds for a text."""
    return hashlib.sha256(text.strip().encode("utf-8", "replace")).hexdigest()


def to_json(material: Material) -> dict[str, Any]:
    """As a row keeps it."""
    return asdict(material)


def from_json(kept: dict[str, Any]) -> Material:
    """As a row kept it."""
    limits = tuple(Limit(**one) for one in kept["limits"])
    lists = {name: tuple(kept[name]) for name in ("samples", "others")}
    return Material(**{**kept, **lists, "limits": limits})


_readers: list[Callable[[str], str | None]] = []


def set_page_reader(read: Callable[[str], str | None]) -> None:
    """Have `read` go and look for the words of the page at an address; None where it can't be read."""
    _readers[:] = [read]


def with_page(material: Material) -> Material:
    """The material with the words of the page it links to. Asks the network: not within a transaction."""
    if not material.link or not _readers:
        return material
    return replace(material, page=(_readers[0](material.link) or "")[:LONGEST_PAGE])
