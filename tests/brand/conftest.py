"""What tests of the brand space stand on: a programme, its editor, a maker of pages."""

import itertools

import pytest

from advocacy.brand import editing
from advocacy.brand.editing import PageDraft
from advocacy.db import db
from advocacy.people.models import Organisation, Person, Role


@pytest.fixture
def root(world):
    return world.organisation("Aubrelle")


@pytest.fixture
def body(world, root):
    return world.organisation("Hautes-Combes", root)


@pytest.fixture
def editor(world, root):
    return world.person(root, Role.EDITOR, name="Maëlle T.")


@pytest.fixture
def write(app, root, editor):
    """write(title_fr=…, bodies=[…], published=True) → the id of a page of the programme."""
    numbers = itertools.count(1)

    def written(*, owner=None, by=None, bodies=None, published=True, **values):
        with app.app_context():
            actor = db.session.get_one(Person, (by or editor).id)
            own = db.session.get_one(Organisation, (owner or root).id)
            texts = {"title_en": f"Page {next(numbers)}", "body_en": "Some words."} if not values else {}
            meant = frozenset(one.id for one in (bodies if bodies is not None else [own]))
            page = editing.write_page(actor, own, PageDraft(**{"section": "tone", "bodies": meant, **texts, **values}))
            if published:
                editing.publish_page(actor, page)
            db.session.commit()
            return page.id

    return written


def typed(**values):
    """The fields of the editor's form."""
    fields = {"section": "tone", "position": "0", "title_en": "Tone", "body_en": "Be *plain*.", "act": "save", **values}
    return {name: value for name, value in fields.items() if value is not None}
