"""A short-link server of its own journal for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from advocacy.tracking.journal import journal_folder
from advocacy.tracking.redirect import ShortLinks
from advocacy.tracking.tasks import count_clicks
from config.settings import get_settings
from tests.tracking.clicks import Reader, share_of


@pytest.fixture
def var(tmp_path: Path, set_environment: Callable[..., None]) -> Path:
    """A var folder of the test's own."""
    set_environment(RELAIS_VAR=str(tmp_path))
    return tmp_path


@pytest.fixture
def journals(var: Path) -> Path:
    """Where the clicks of this test are written."""
    return journal_folder(var)


@pytest.fixture
def short_links(app: Flask, clean: None, var: Path) -> Iterator[ShortLinks]:
    """The middleware around the app, its memory empty."""
    links = ShortLinks(app, get_settings())
    yield links
    links.journal.close()


@pytest.fixture
def reader(short_links: ShortLinks) -> Callable[..., Reader]:
    """Somebody who follows short links."""
    return lambda **values: Reader(short_links, **values)


@pytest.fixture
def share(world: Any) -> Any:
    """A published share of a person of some programme."""
    programme = world.organisation("Aubrelle")
    person = world.person(programme)
    return share_of(world, person, world.post(programme))


@pytest.fixture
def count() -> Callable[[], None]:
    """Runs the worker's task as beat would."""
    return lambda: count_clicks.apply(throw=True)
