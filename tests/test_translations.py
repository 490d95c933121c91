"""French is complete: every sentence has one, with the same placeholders and French spaces."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
FRENCH = ROOT / "advocacy" / "translations" / "fr" / "LC_MESSAGES" / "messages.po"
PLACE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the code and the pages say."""
    pot = tmp_path_factory.mktemp("pot") / "messages.pot"
    command = ["extract", "-F", "babel.cfg", "-k", "_l", "-k", "lazy_gettext", "-o", str(pot), "."]
    subprocess.run([sys.executable, "-m", "babel.messages.frontend", "--quiet", *command], cwd=ROOT, check=True)
    with pot.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def french() -> Catalog:
    with FRENCH.open("rb") as file:
        return read_po(file, locale="fr")


def texts(value: object) -> list[str]:
    return list(value) if isinstance(value, tuple | list) else [str(value)]


def messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def test_nothing_is_missing(found: Catalog, french: Catalog) -> None:
    untold = [
        message.id
        for message in messages(found)
        if (told := french.get(message.id)) is None or told.fuzzy or not all(texts(told.string))
    ]
    assert untold == []


def test_nothing_is_left_over(found: Catalog, french: Catalog) -> None:
    assert [message.id for message in messages(french) if found.get(message.id) is None] == []


def test_places_are_the_same(french: Catalog) -> None:
    for message in messages(french):
        wanted = set(PLACE.findall(texts(message.id)[-1]))
        for text in texts(message.string):
            assert set(PLACE.findall(text)) <= wanted, message.id
        assert set(PLACE.findall(texts(message.string)[-1])) == wanted, message.id


def test_french_spaces(french: Catalog) -> None:
    wrong = [
        text
        for message in messages(french)
        for text in texts(message.string)
        if re.search(r"\S [;!?»]|« | :(?!\w)|\w'\w", PLACE.sub("x", text))
    ]
    assert wrong == []
