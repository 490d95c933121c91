"""Every network on stage, one after the other: its stand-in once a run, empty before each test."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from advocacy.networks.base import Credentials
from config.settings import Settings
from tests.networks.contract.networks import NETWORKS, Network
from tests.networks.contract.stage import Stage


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that has a network is run for each that fits what it needs."""
    if "network" in metafunc.fixturenames:
        wanted = getattr(metafunc.function, "wanted", ())
        fitting = [network for network in NETWORKS if all(need(network) for need in wanted)]
        metafunc.parametrize(
            "network", fitting, ids=[network.id for network in fitting], indirect=True, scope="session"
        )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test that no network fits is none."""
    idle = [item for item in items if "NOTSET" in item.name and "/contract/" in str(item.path)]
    if idle:
        config.hook.pytest_deselected(items=idle)
        items[:] = [item for item in items if item not in idle]


@pytest.fixture(scope="session")
def network(request: pytest.FixtureRequest) -> Network:
    """The network that the test is about."""
    found: Network = request.param
    return found


@pytest.fixture(scope="session")
def address(network: Network) -> Iterator[str]:
    """Where it answers."""
    if network.address:
        yield network.address
        return
    with network.serve() as standin:
        yield standin.url


@pytest.fixture
def make_settings() -> Callable[..., Settings]:
    """Settings without any network; the stage modules add theirs."""

    def made(**values: Any) -> Settings:
        neutral = {
            "database_url": "postgresql+psycopg://nowhere",
            "redis_url": "redis://nowhere",
            "public_url": "https://relais.test",
            "secret_key": "k" * 40,
            "seal_keys": "unused",
            "fetch_allow_loopback": True,
            "network_seconds": 1.0,
        }
        return Settings(**{**neutral, **values})

    return made


@pytest.fixture
def stage(network: Network, address: str, make_settings: Callable[..., Settings]) -> Iterator[Stage]:
    """The network, empty."""
    made = network.stage(make_settings, address)
    if made.real:
        yield made
        return
    made.ask("reset")
    yield made
    made.ask("reset")


@pytest.fixture
def member(stage: Stage) -> Credentials:
    """Somebody who has granted everything."""
    return stage.member()


@pytest.fixture
def stage_at(network: Network, make_settings: Callable[..., Settings]) -> Callable[[str], Stage]:
    """The same network, said to be elsewhere."""
    return lambda url: network.stage(make_settings, url)


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address of this machine where nobody listens."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{closed.getsockname()[1]}"
