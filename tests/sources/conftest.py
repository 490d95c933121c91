"""What the tests of sources share."""

import pytest

from tests.sources.site import Site


@pytest.fixture
def site():
    running = Site()
    yield running
    running.close()


@pytest.fixture
def root(world):
    return world.organisation("Aubrelle")
