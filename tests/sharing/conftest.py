"""A network to share on, and a person with an account there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from flask import Flask
from sqlalchemy import select

from advocacy.content.models import Post
from advocacy.db import db
from advocacy.networks.models import Account
from advocacy.networks.sandbox import Sandbox, serve_in_thread
from advocacy.people.models import Organisation, Person
from advocacy.sealing import Secret
from advocacy.sharing import service as sharing
from advocacy.sharing.models import Share
from advocacy.sharing.service import Wish
from tests.workers import Worker
from tests.world import World

SCOPES = "openid profile email w_member_social r_member_postAnalytics"


@pytest.fixture
def sandbox(set_environment: Callable[..., None]) -> Iterator[Sandbox]:
    """The sandbox network, and an app that talks to it."""
    with serve_in_thread(access_ttl=5_184_000) as running:
        set_environment(
            RELAIS_LINKEDIN_OAUTH_URL=f"{running.url}/oauth/v2",
            RELAIS_LINKEDIN_API_URL=running.url,
            RELAIS_LINKEDIN_SITE_URL=running.url,
            RELAIS_DELIVERY_LEASE="1",
        )
        yield running


@dataclass
class Scene:
    """A programme, an employee with a working account, a post."""

    app: Flask
    world: World
    sandbox: Sandbox
    root: Organisation
    person: Person
    account: Account
    post: Post

    def admin(self, verb: str, where: str, **body: Any) -> Any:
        """A call of the sandbox's own."""
        answer = requests.request(verb, f"{self.sandbox.url}/_sandbox{where}", json=body or None, timeout=30)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def share(self, text: str = "My own words.", post: Post | None = None) -> int:
        """Press the button; answers the share's id."""
        with self.app.app_context():
            person, chosen = (
                db.session.get_one(Person, self.person.id),
                db.session.get_one(Post, (post or self.post).id),
            )
            made = sharing.schedule(person, chosen, uuid4(), [Wish(self.account.id, text)], "en", None)
            db.session.commit()
            return made[0].id

    def now(self, share_id: int) -> Share:
        """The share as the database has it."""
        with self.app.app_context():
            share = db.session.scalars(select(Share).where(Share.id == share_id)).one()
            db.session.expunge_all()
            return share

    def online(self) -> list[dict[str, Any]]:
        """What stands on the network."""
        return [post for post in self.admin("GET", "/posts") if post["deleted_at"] is None]


@pytest.fixture
def scene(app: Flask, world: World, sandbox: Sandbox) -> Scene:
    """Ready to share."""
    root = world.organisation("Aubrelle", disclosure="#EquipeAubrelle")
    person = world.person(root, name="Inès B.")
    member = requests.post(f"{sandbox.url}/_sandbox/members", json={"name": "Inès B."}, timeout=10).json()
    tokens = requests.post(
        f"{sandbox.url}/_sandbox/tokens", json={"member": member["sub"], "scope": SCOPES}, timeout=10
    ).json()
    account = world.account(
        person,
        external_id=member["sub"],
        access_token=Secret(tokens["access_token"]),
        refresh_token=Secret(tokens["refresh_token"]) if tokens.get("refresh_token") else None,
    )
    return Scene(app, world, sandbox, root, person, account, world.post(root, "Light heart"))


@pytest.fixture
def start_worker(scene: Scene, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Starts real workers; whatever is left of them is killed after the test."""
    started: list[Worker] = []

    def start(concurrency: int = 1) -> Worker:
        started.append(Worker(tmp_path / f"worker{len(started)}.log", concurrency))
        return started[-1]

    yield start
    for worker in started:
        worker.kill()
