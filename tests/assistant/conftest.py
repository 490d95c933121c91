"""An assistant, and an app that asks it."""

from collections.abc import Callable, Iterator

import pytest

from tests.assistant_server import AssistantServer


@pytest.fixture
def assistant(set_environment: Callable[..., None]) -> Iterator[AssistantServer]:
    running = AssistantServer()
    set_environment(**running.settings)
    yield running
    running.close()
    assert running.flaws == []
