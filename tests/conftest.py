"""What every test stands on: real PostgreSQL and Redis of its own, the app, a clean database, people to act as."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from argon2 import PasswordHasher
from cryptography.fernet import Fernet
from flask import Flask
from flask_migrate import upgrade

from advocacy.db import db
from advocacy.engines import Engines
from advocacy.factory import create_app
from advocacy.people import passwords
from config.settings import get_settings
from tests.emptying import empty, prepare_emptying
from tests.patience import eventually as wait_until
from tests.visitor import Visitor
from tests.world import World

hypothesis.settings.register_profile("relais", deadline=None)
hypothesis.settings.load_profile("relais")

pytest_plugins = ["tests.browsing"]

TEST_ENVIRONMENT = {
    "RELAIS_SECRET_KEY": "a-key-for-tests-only-0123456789-0123456789",
    "RELAIS_PUBLIC_URL": "http://relais.test",
    "RELAIS_FETCH_ALLOW_LOOPBACK": "1",
    "RELAIS_FETCH_HOST_SECONDS": "0",
    "RELAIS_LINKEDIN_CLIENT_ID": "sandbox",
    "RELAIS_LINKEDIN_CLIENT_SECRET": "sandbox-secret",
    "RELAIS_LINKEDIN_SCOPES": "openid profile email w_member_social r_member_postAnalytics",
    "RELAIS_LINKEDIN_IMAGE_WAIT": "0",
}


LONGEST = (
    "tests/test_launch.py",
    "tests/chaos/",
    "tests/demo/",
    "tests/e2e/",
    "tests/test_migrations.py",
    "tests/scale/",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """How the test processes of `-n` share the tests."""
    from tests.scheduling import Scheduling

    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests go first, so that no test process is left alone with them in the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


@pytest.fixture(scope="session")
def engines() -> Iterator[Engines]:
    """PostgreSQL and Redis of this test run, thrown away after it."""
    with tempfile.TemporaryDirectory(prefix="relais-tests-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with Engines(Path(folder) / "var", durable=False) as running:
            yield running


@pytest.fixture(scope="session")
def environment(engines: Engines) -> Iterator[dict[str, str]]:
    """The environment the app and every process of a test runs with."""
    values = {
        **TEST_ENVIRONMENT,
        "DATABASE_URL": engines.database_url,
        "REDIS_URL": engines.redis_url,
        "RELAIS_VAR": str(engines.var / "instance"),
        "RELAIS_SEAL_KEYS": Fernet.generate_key().decode(),
    }
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("RELAIS_") and not name.startswith("RELAIS_CHROMIUM")]:
        del os.environ[name]
    os.environ.update(values)
    get_settings.cache_clear()
    yield values
    os.environ.clear()
    os.environ.update(before)
    get_settings.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Thousands of sign-ins in this process, each with a hash that costs next to nothing."""
    cheap = PasswordHasher(time_cost=1, memory_cost=32, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "hasher_of", lambda memory: cheap)
        yield


@pytest.fixture(scope="session")
def app(environment: dict[str, str]) -> Flask:
    """The app on a migrated database."""
    application = create_app()
    application.config["TESTING"] = True
    application.config["PROPAGATE_EXCEPTIONS"] = False
    with application.app_context():
        upgrade()
    prepare_emptying(application)
    return application


@pytest.fixture
def clean(app: Flask) -> Iterator[None]:
    """An empty database and an empty Redis; connections are given back afterwards."""
    empty(app)
    yield
    with app.app_context():
        db.session.remove()


@pytest.fixture
def ctx(app: Flask, clean: None) -> Iterator[Flask]:
    """The app with its context pushed: for tests of services. Not together with `visit` (a context would be shared)."""
    with app.app_context():
        yield app


@pytest.fixture
def world(app: Flask, clean: None) -> World:
    """Makes organisations, people, posts; everything it gives is committed and detached."""
    return World(app)


@pytest.fixture
def visit(app: Flask, clean: None) -> Callable[..., Visitor]:
    """Opens a browser-like client, signed in as a person if one is given."""

    def opened(person: Any = None, language: str = "en") -> Visitor:
        visitor = Visitor(app.test_client(), language)
        if person is not None:
            visitor.sign_in(person)
        return visitor

    return opened


@pytest.fixture
def set_environment(environment: dict[str, str]) -> Iterator[Callable[..., None]]:
    """Changes settings for one test: set_environment(RELAIS_X="1"); None removes."""
    before = dict(os.environ)

    def changed(**values: str | None) -> None:
        for name, value in values.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        get_settings.cache_clear()

    yield changed
    os.environ.clear()
    os.environ.update(before)
    get_settings.cache_clear()


@pytest.fixture
def eventually() -> Callable[..., Any]:
    """Asks again and again until the answer is true, within a limit."""
    return wait_until
