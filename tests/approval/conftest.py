"""A programme with people who have a say."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from advocacy.approval import chains, service
from advocacy.approval.chains import ChainDraft, StepDraft
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.i18n import speaking
from advocacy.people.models import Organisation, Person, Role
from tests import letters
from tests.world import World


@dataclass
class Desk:
    """An admin, an editor and three approvers of a programme; acts are committed."""

    app: Flask
    world: World
    root: Organisation
    admin: Person
    editor: Person
    approvers: list[Person]

    def chain(self, *steps: StepDraft, at: Organisation | None = None, name: str = "Legal", **conditions: Any) -> int:
        """A chain; by default of one step, asking any of the three."""
        wanted = steps or (StepDraft("Legal", "any", tuple(one.id for one in self.approvers)),)
        draft = ChainDraft(name, wanted, **conditions)
        return self.act(lambda: chains.make_chain(self.me(self.admin), db.session.merge(at or self.root), draft).id)

    def me(self, person: Person) -> Person:
        """The person in this session."""
        return db.session.get_one(Person, person.id)

    def act(self, what: Callable[[], Any]) -> Any:
        """Do it in a transaction of its own, spoken to in English."""
        with self.app.app_context(), speaking("en"):
            done = what()
            db.session.commit()
            return done

    def submit(self, post: Post, **options: Any) -> Any:
        """The editor puts the post forward."""
        return self.act(lambda: service.submit(self.me(self.editor), db.session.get_one(Post, post.id), **options))

    def decide(self, person: Person, post: Post, approve: bool = True, note: str = "") -> Any:
        """Somebody decides."""
        return self.act(lambda: service.decide(self.me(person), db.session.get_one(Post, post.id), approve, note))

    def flaws(self, post: Post) -> list[str]:
        """What the gate says of the post now."""
        found = self.act(lambda: service.flaws_in_the_way(db.session.get_one(Post, post.id), None))
        return [flaw.field for flaw in found]

    def state(self, post: Post) -> str:
        """Where the post stands."""
        return str(self.act(lambda: db.session.get_one(Post, post.id).state))


@pytest.fixture
def desk(app: Flask, world: World) -> Desk:
    """Ready to approve."""
    letters.throw_away()
    root = world.organisation("Aubrelle")
    admin, editor = world.person(root, Role.ADMIN, "Aïcha N."), world.person(root, Role.EDITOR, "Maëlle T.")
    approvers = [world.person(root, Role.APPROVER, name) for name in ("Inès B.", "Léo C.", "Nadia F.")]
    return Desk(app, world, root, admin, editor, approvers)
