"""Files that nothing mentions go; everything that stands in a row stays, whatever happens at the same time."""

import io
import os
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import Text, text

from advocacy.brand.files import get_file_store
from advocacy.brand.models import BrandFile, BrandPage
from advocacy.clock import utcnow
from advocacy.content import attachments
from advocacy.content.models import Attachment, Post, PostAutosave, PostTemplate, PostVersion
from advocacy.db import db
from advocacy.images import ImageStore
from advocacy.media import get_image_store
from advocacy.orphan_tasks import remove
from advocacy.orphans import KEPT, mentioned_keys, remove_orphans, shelves, take_turn
from advocacy.people.models import Person, Role
from advocacy.wiring import NOTHING_STORED
from tests.content.test_composer import typed

OLD = timedelta(hours=25)


@pytest.fixture
def var(app, clean, set_environment, tmp_path):
    set_environment(RELAIS_VAR=str(tmp_path))
    return tmp_path


def picture(number: int) -> bytes:
    """No two numbers give the same picture, also once it is encoded anew."""
    sent = io.BytesIO()
    side = 32
    drawn = Image.new("RGB", (side * 16, side), "white")
    for place in range(16):
        if number >> place & 1:
            drawn.paste("black", (place * side, 0, (place + 1) * side, side))
    drawn.save(sent, "PNG")
    return sent.getvalue()


def age(path: Path | None, by: timedelta = OLD) -> None:
    assert path is not None
    then = (utcnow() - by).timestamp()
    os.utime(path, (then, then))


def stored(number: int) -> str:
    key = get_image_store().put(picture(number)).key
    age(get_image_store().path(key))
    return key


def filed(words: bytes) -> str:
    key = get_file_store().put(io.BytesIO(b"%PDF-" + words)).digest
    age(get_file_store().path(key))
    return key


def home(place: str, key: str, ids: dict[str, int]) -> Any:
    """A row of some part of Relais in which the key stands."""
    post, person = ids["post"], ids["person"]
    now = utcnow()
    if place == "version":
        return PostVersion(post_id=post, number=ids["next"], version=1, what="edited", snapshot={"image": key})
    if place == "template":
        body = {"summary": f"see /media/{key}"}
        return PostTemplate(organisation_id=ids["root"], name=uuid4().hex, body=body)
    if place == "page":
        return BrandPage(root_id=ids["root"], organisation_id=ids["root"], body_en=f"![](/media/{key})", updated_at=now)
    if place == "photo":
        return Person(organisation_id=ids["root"], email=f"{uuid4().hex}@aubrelle.example", name="A", photo=key)
    if place == "autosave":
        return PostAutosave(post_id=ids["next"], person_id=person, version=1, typed={"image": [key]}, at=now)
    return Post(organisation_id=ids["root"], title="A", updated_at=now, image=key)


PLACES = ("post", "version", "template", "page", "photo", "autosave", None)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(PLACES), st.booleans()), max_size=12))
def test_what_a_row_mentions_or_what_is_young_stays(app, var, world, pictures):
    root = world.organisation()
    person, posts = world.person(root), [world.post(root) for _ in pictures]
    with app.app_context():
        store, kept, gone = get_image_store(), set(), set()
        for number, (place, young) in enumerate(pictures):
            key = stored(posts[number].id)
            if young:
                store.touch(key)
            if place is not None:
                ids = {"root": root.id, "person": person.id, "post": posts[number].id, "next": posts[number].id}
                db.session.add(home(place, key, ids))
            (kept if young or place else gone).add(key)
        db.session.commit()
        remove()
        assert all(store.path(key) for key in kept)
        assert not any(store.path(key) for key in gone)
        remove()
        assert all(store.path(key) for key in kept)


def test_files_of_posts_and_of_the_brand_space(app, var, world):
    root = world.organisation()
    post = world.post(root)
    with app.app_context():
        carried, offered, lost = (filed(word) for word in (b"one", b"two", b"three"))
        db.session.add(Attachment(post_id=post.id, kind="document", key=carried, name="a.pdf", bytes=8))
        page = BrandPage(root_id=root.id, organisation_id=root.id, updated_at=utcnow())
        db.session.add(page)
        db.session.flush()
        db.session.add(BrandFile(page_id=page.id, name="b.pdf", kind="pdf", digest=offered, size=8))
        db.session.commit()
        remove()
        assert [bool(get_file_store().path(key)) for key in (carried, offered, lost)] == [True, True, False]


def test_what_the_brand_space_offers_too_is_not_removed_with_an_attachment(app, var, world):
    root = world.organisation()
    with app.app_context():
        both, only = filed(b"both"), filed(b"only")
        page = BrandPage(root_id=root.id, organisation_id=root.id, updated_at=utcnow())
        db.session.add(page)
        db.session.flush()
        db.session.add(BrandFile(page_id=page.id, name="b.pdf", kind="pdf", digest=both, size=8))
        db.session.commit()
        attachments.discard(both)
        attachments.discard(only)
        db.session.commit()
        assert [bool(get_file_store().path(key)) for key in (both, only)] == [True, False]


def test_leftovers_of_dead_processes(app, var):
    with app.app_context():
        lost, wanted = stored(1), stored(2)
        store = get_image_store()
        for key in (lost, wanted):
            place = store.path(key)
            place.rename(place.with_name(f".{place.name}.gone"))
        folder = var / "media"
        old, new = folder / ".a.part", folder / ".b.part"
        for part in (old, new):
            part.write_bytes(b"half")
        age(old)
        (folder / "README").write_text("not ours")
        age(folder / "README")
        remove_orphans(shelves()[0], {wanted}, utcnow())
        assert store.path(wanted) is not None
        assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == sorted(
            [".b.part", "README", f"{wanted}.webp"]
        )


def test_putting_the_same_picture_while_it_is_removed(app, var):
    """Whoever is told that a picture is stored finds it there."""
    with app.app_context():
        shelf, data = shelves()[0], picture(3)
        for _ in range(150):
            store = get_image_store()
            key = stored(3)
            together = threading.Barrier(2)

            def put_again(store: ImageStore = store, together: threading.Barrier = together) -> None:
                together.wait()
                store.put(data)

            thread = threading.Thread(target=put_again)
            thread.start()
            together.wait()
            remove_orphans(shelf, (), utcnow())
            thread.join()
            assert store.path(key) is not None


def test_only_one_looks_at_a_time(app, var, world):
    with app.app_context():
        key = stored(4)
        with db.engine.connect() as other:
            other.execute(text("select pg_advisory_xact_lock(:turn)"), {"turn": 0x72656C6169730009})
            remove()
            assert get_image_store().path(key) is not None
        remove()
        assert get_image_store().path(key) is None


def test_a_form_that_is_still_open_keeps_its_picture(app, var, world, visit):
    root = world.organisation()
    me = visit(world.person(root, Role.EDITOR))
    with app.app_context():
        key = stored(5)
    assert me.post("/studio/posts/new", typed(root, act="add", image=key)).status_code == 200
    with app.app_context():
        remove()
        assert get_image_store().path(key) is not None


def test_every_table_but_the_named_ones_is_looked_into(app):
    known = {table.name for table in db.metadata.sorted_tables}
    assert set(NOTHING_STORED) <= known
    for name in NOTHING_STORED:
        columns = [column.name for column in db.metadata.tables[name].columns if isinstance(column.type, Text)]
        assert not {"image", "photo", "picture", "key", "digest", "body"} & set(columns), name


def test_a_day_is_what_is_promised(ctx):
    assert timedelta(hours=24) == KEPT
    assert take_turn()
    assert mentioned_keys() == set()
    db.session.rollback()
