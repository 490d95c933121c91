"""The chaos run, small: some dozens of shares, everything that happens in the large one."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from advocacy.engines import Engines
from tests.chaos.run import Run
from tests.chaos.stagehands import Network, environment_of, networks_up
from tests.chaos.web import address_of, free_port, web_up


@pytest.fixture
def networks(clean: None, set_environment: Callable[..., None], tmp_path: Path) -> Iterator[list[Network]]:
    with networks_up() as running:
        port = free_port()
        set_environment(
            **environment_of(running),
            RELAIS_PUBLIC_URL=address_of(port),
            RELAIS_NETWORK_SECONDS="2",
            RELAIS_DELIVERY_LEASE="10",
            RELAIS_DELIVERY_THREADS="8",
        )
        with web_up(port, tmp_path / "web.log"):
            yield running


def test_nothing_twice_nothing_lost(app: Flask, engines: Engines, networks: list[Network], tmp_path: Path) -> None:
    said: list[str] = []
    run = Run(app, engines, networks, tmp_path, shares=120, minutes=8, workers_wanted=1, say=said.append)
    run.make()
    for network in networks:  # in so few, one per cent would befall none
        network.break_down("cut_after", 0.05)
        network.break_down("500", 0.05)
    try:
        found = run.go()
    finally:
        for worker in run.workers:
            worker.kill()
    assert found.shares == 120
    assert found.clean, "\n".join([*said, found.table()])
    assert len(said) >= 9, "everything happened that was to happen"
