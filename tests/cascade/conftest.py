"""A national body above three local ones, with editors, employees and a post to offer."""

import io
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from advocacy.cascade import replies, service
from advocacy.cascade.models import Answer, OfferReply
from advocacy.cascade.service import OfferDraft
from advocacy.content import service as content
from advocacy.content import versions
from advocacy.content.merging import draft_of
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.errors import NotFound
from advocacy.people.models import Organisation, Person, Role
from tests import letters
from tests.world import World


@dataclass
class Nation:
    """Acts are committed, each in a transaction of its own."""

    app: Flask
    world: World
    root: Organisation
    bodies: list[Organisation]
    editor: Person
    locals: list[Person]
    """An editor of each body."""
    employees: list[Person]
    """Somebody of each body."""

    def me(self, person: Person) -> Person:
        """The person in this session."""
        return db.session.get_one(Person, person.id)

    def act(self, what: Callable[[], Any]) -> Any:
        """Do it in a transaction of its own."""
        with self.app.app_context():
            done = what()
            db.session.commit()
            return done

    def offer(self, post: Post, *bodies: Organisation, by: Person | None = None, **values: Any) -> int:
        """The post is offered to these bodies (all direct ones unless given); the offer's id."""
        typed = OfferDraft(not bodies, frozenset(one.id for one in bodies), **values)

        def offered() -> int:
            actor = self.me(by or self.editor)
            return service.offer(actor, content.get_editable(actor, post.id, locked=True), typed).id

        return int(self.act(offered))

    def reply_id(self, post: Post, body: Organisation) -> int:
        """The row in which a body answers."""
        return int(self.act(lambda: self._row(post, body).id))

    def _row(self, post: Post, body: Organisation) -> OfferReply:
        query = db.session.query(OfferReply).join(OfferReply.offer).filter_by(post_id=post.id)
        return query.filter(OfferReply.organisation_id == body.id).one()

    def answer(self, post: Post, n: int, wanted: Answer, reason: str = "", was: str | None = None) -> int | None:
        """The editor of the n-th body answers; the id of its own version, if any."""
        number = self.reply_id(post, self.bodies[n])
        return self.act(lambda: replies.answer(self.me(self.locals[n]), number, wanted, was, reason).adapted_id)

    def sees(self, person: Person, post: Post) -> bool:
        """Whether the feed has it, and whether it can be opened: always the same."""

        def seen() -> bool:
            me = self.me(person)
            listed = post.id in [one.id for one in content.feed_for(me).posts]
            try:
                opened = content.visible_post(me, post.id).id == post.id
            except NotFound:
                opened = False
            assert listed == opened
            return listed

        return bool(self.act(seen))

    def seen_by(self, post: Post) -> list[bool]:
        """Whether an employee of each body sees it."""
        return [self.sees(one, post) for one in self.employees]

    def edit(self, post_id: int, by: Person | None = None, **changes: Any) -> None:
        """Some fields of a post are typed anew."""
        from dataclasses import replace

        def edited() -> None:
            actor = self.me(by or self.editor)
            post = content.get_editable(actor, post_id, locked=True)
            content.edit(actor, post, post.version, replace(draft_of(versions.snapshot_of(post)), **changes))

        self.act(edited)

    def post(self, post_id: int | None) -> Post:
        """The post as it is now, with what it shows."""
        with self.app.app_context():
            found = db.session.get_one(Post, post_id)
            assert (found.wordings, found.topics, found.audiences, found.organisation) is not None
            return found


@pytest.fixture
def nation(app: Flask, world: World) -> Nation:
    letters.throw_away()
    root = world.organisation("Aubrelle")
    bodies = [world.organisation(name, root) for name in ("Grand-Val", "Îles", "Rives-Nord")]
    editor = world.person(root, Role.EDITOR, name="Maëlle T.")
    local = [world.person(body, Role.EDITOR, name=f"Editor of {body.name}") for body in bodies]
    employees = [world.person(body) for body in bodies]
    return Nation(app, world, root, bodies, editor, local, employees)


def many_bodies(nation: Nation, number: int = 156) -> list[Organisation]:
    """So many bodies below the national one, each with an editor; added in one go."""
    counter = itertools.count()
    with nation.app.app_context():
        made = [
            Organisation(parent_id=nation.root.id, name=f"Caisse {next(counter):03}", lineage=[]) for _ in range(number)
        ]
        db.session.add_all(made)
        db.session.flush()
        for body in made:
            body.lineage = [nation.root.id, body.id]
        people = [
            Person(
                organisation_id=body.id, email=f"e{body.id}@aubrelle.example", name=f"Editor {body.id}", language="fr"
            )
            for body in made
        ]
        db.session.add_all(people)
        db.session.flush()
        from advocacy.people.models import RoleGrant

        db.session.add_all(
            [RoleGrant(person_id=one.id, organisation_id=one.organisation_id, role="editor") for one in people]
        )
        db.session.commit()
        for body in made:
            db.session.refresh(body)
        return made


def small_pdf() -> io.BytesIO:
    """A document of one page."""
    from reportlab.pdfgen.canvas import Canvas

    told = io.BytesIO()
    canvas = Canvas(told)
    canvas.drawString(72, 720, "One page")
    canvas.showPage()
    canvas.save()
    told.seek(0)
    return told
