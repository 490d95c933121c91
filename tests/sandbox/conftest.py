"""A sandbox for each test, over real HTTP."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from advocacy.networks.sandbox import Sandbox, serve_in_thread
from tests.sandbox.application import Member, new_member


@pytest.fixture
def serve() -> Iterator[Callable[..., Sandbox]]:
    """Starts sandboxes with options; all are stopped after the test."""
    started: list[Sandbox] = []

    def start(**options: Any) -> Sandbox:
        started.append(serve_in_thread(**options))
        return started[-1]

    yield start
    for sandbox in started:
        sandbox.stop()


@pytest.fixture
def sandbox(serve: Callable[..., Sandbox]) -> Sandbox:
    return serve()


@pytest.fixture
def ada(sandbox: Sandbox) -> Member:
    return new_member(sandbox)


@pytest.fixture
def browser() -> Iterator[requests.Session]:
    """A client that keeps cookies, as a browser does."""
    with requests.Session() as session:
        yield session
