"""Near copies of colleagues' words: counted, said, and refused where a network wants everybody's own."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, event, func, select, text, update

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.networks.models import Account
from advocacy.people.models import Person
from advocacy.sharing import nearness
from advocacy.sharing.models import Share, TextPrint
from advocacy.sharing.print_tasks import forget_prints
from advocacy.sharing.prints import BANDS
from tests.sharing.conftest import Scene
from tests.sharing.test_panel import panel, shares
from tests.visitor import Visitor, page, words

SAID = "Three years ago this was a sketch on a napkin. Today the first customers ride our cargo bike through the city."
CLOSE = "Three years ago this was a sketch on a napkin. Today our first customers ride the cargo bike through the city!"
OTHER = "I have never been prouder of a warehouse: quiet engines, a solar roof, and apprentices who run the place."


def colleagues(scene: Scene, count: int, said: str = SAID, network: str = "linkedin", **values: object) -> list[int]:
    """So many colleagues who post these words; their shares' ids."""
    people, made = [scene.world.person(scene.root).id for _colleague in range(count)], []
    with scene.app.app_context():
        for person_id in people:
            share = Share(
                **{
                    "code": uuid4().hex[:10], "person_id": person_id, "post_id": scene.post.id, "network": network,
                    "submission": uuid4(), "text": said, "language": "en", "state": "published",
                    "wanted_at": utcnow(), "due_at": utcnow(), "announced_at": utcnow(), **values,
                }
            )  # fmt: skip
            db.session.add(share)
            db.session.flush()
            nearness.keep(share.id, scene.root.id, said, "#EquipeAubrelle", share.wanted_at)
            made.append(share.id)
        db.session.commit()
    return made


def near(scene: Scene, said: str, networks: set[str] | None = None) -> tuple[int, int]:
    with scene.app.app_context():
        found = nearness.nearness_of(db.session.get_one(Person, scene.person.id), said, networks)
        return found.colleagues, found.likeness


def test_colleagues_are_counted_whatever_is_dressed_up(scene: Scene) -> None:
    colleagues(scene, 3)
    colleagues(scene, 1, CLOSE)
    colleagues(scene, 2, OTHER)
    assert near(scene, SAID) == (4, 100)
    assert near(scene, f"{SAID.upper()} 🚲 #EquipeAubrelle https://aubrelle.example/x") == (4, 100)
    assert near(scene, CLOSE)[0] == 4
    assert near(scene, OTHER) == (2, 100)
    assert near(scene, "Nobody ever wrote anything like this before, I promise.")[0] == 0
    assert near(scene, "") == near(scene, "#EquipeAubrelle") == (0, 0)


def test_only_what_still_stands_of_others_in_this_programme_these_weeks(scene: Scene) -> None:
    colleagues(scene, 1, state="cancelled")
    colleagues(scene, 1, state="removed")
    colleagues(scene, 1, state="failed")
    colleagues(scene, 1, wanted_at=utcnow() - timedelta(days=31))
    elsewhere = scene.world.organisation("Elsewhere")
    with scene.app.app_context():
        [share_id] = colleagues(scene, 1)
        nearness.keep(share_id, elsewhere.id, SAID, None, utcnow())
        db.session.commit()
    scene.share(SAID)
    assert near(scene, SAID) == (0, 0)
    colleagues(scene, 1, state="scheduled", wanted_at=utcnow() + timedelta(days=80))
    assert near(scene, SAID) == (1, 100)
    assert near(scene, SAID, {"linkedin"}) == (1, 100)
    assert near(scene, SAID, {"x"}) == (0, 0)


def test_every_way_of_sharing_keeps_a_print_and_changing_words_changes_it(
    scene: Scene, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(scene.person)
    at = (utcnow() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    visitor.post(f"/posts/{scene.post.id}/share", panel(scene, visitor, text=SAID, when="at", at=at))
    [share] = shares(scene)
    colleague = Scene(**{**vars(scene), "person": scene.world.person(scene.root)})
    assert near(colleague, SAID) == (1, 100)
    visitor.post(f"/shares/{share.id}", {"text": OTHER, "when": "at", "at": at})
    assert near(colleague, SAID)[0] == 0
    assert near(colleague, OTHER) == (1, 100)
    with scene.app.app_context():
        kept = db.session.scalars(select(TextPrint)).all()
        assert len(kept) == BANDS
        assert {one.at for one in kept} == {db.session.get_one(Share, share.id).wanted_at}


def test_the_panel_says_it_while_one_types_and_offers_the_least_used_words(
    scene: Scene, visit: Callable[..., Visitor]
) -> None:
    scene.post = scene.world.post(scene.root, "Bikes", wordings=(SAID, OTHER, "Quite another way of saying the thing."))
    colleagues(scene, 4)
    with scene.app.app_context():
        used = db.session.scalars(select(Share).where(Share.post_id == scene.post.id)).first()
        second = scene.post.wordings[1].id
        assert used is not None
        used.wording_id, used.alike = second, 100
        db.session.commit()
    visitor = visit(scene.person)
    answer = visitor.post(f"/posts/{scene.post.id}/share/nearness", panel(scene, visitor, text=SAID))
    assert "4 colleagues used this text; make it yours." in words(answer)
    meter = page(answer).css_first("[role=meter]")
    offered = page(answer).css_first("button[data-text]")
    assert meter is not None
    assert offered is not None
    assert meter.attributes["aria-valuenow"] == "100"
    assert offered.attributes["data-text"] == "Quite another way of saying the thing."
    quiet = visitor.post(f"/posts/{scene.post.id}/share/nearness", panel(scene, visitor, text="All mine, and new."))
    assert words(quiet).strip() == ""
    names = [person.name for person in everybody(scene) if person.id != scene.person.id]
    assert not [name for name in names if name in answer.text]


def everybody(scene: Scene) -> list[Person]:
    with scene.app.app_context():
        found = list(db.session.scalars(select(Person)))
        db.session.expunge_all()
        return found


def test_many_with_the_same_text_are_asked_about_once_more(scene: Scene, visit: Callable[..., Visitor]) -> None:
    colleagues(scene, 5)
    visitor = visit(scene.person)
    fields = panel(scene, visitor, text=CLOSE)
    answer = visitor.post(f"/posts/{scene.post.id}/share", fields)
    assert answer.status_code == 422
    assert "5 colleagues used this text; make it yours." in words(answer)
    assert CLOSE in answer.text
    assert visitor.post(f"/posts/{scene.post.id}/share", {**fields, "sure": "1"}).status_code == 303


def test_words_that_have_to_stay_are_never_asked_about(scene: Scene, visit: Callable[..., Visitor]) -> None:
    scene.post = scene.world.post(scene.root, "Locked", wordings=(SAID,), locked=True)
    colleagues(scene, 9)
    visitor = visit(scene.person)
    assert words(visitor.post(f"/posts/{scene.post.id}/share/nearness", panel(scene, visitor, text=SAID))).strip() == ""
    assert visitor.post(f"/posts/{scene.post.id}/share", panel(scene, visitor, text=SAID)).status_code == 303


@pytest.fixture
def on_x(scene: Scene, set_environment: Callable[..., None]) -> Account:
    set_environment(RELAIS_X_CLIENT_ID="key")
    return scene.world.account(scene.person, "x")


def test_where_everybodys_own_words_are_wanted_a_colleagues_are_refused(
    scene: Scene, visit: Callable[..., Visitor], on_x: Account
) -> None:
    colleagues(scene, 1, network="x")
    visitor = visit(scene.person)
    fields = panel(scene, visitor, text=CLOSE, account=[on_x.id])
    said = words(visitor.post(f"/posts/{scene.post.id}/share/nearness", fields))
    assert "X takes everybody’s own words only" in said
    answer = visitor.post(f"/posts/{scene.post.id}/share", {**fields, "sure": "1"})
    assert answer.status_code == 422
    assert "X does not allow the same text on several accounts: yours is" in words(answer)
    assert shares(scene)[-1].network == "x"
    assert len(shares(scene)) == 1
    assert visitor.post(f"/posts/{scene.post.id}/share", {**fields, "text": OTHER}).status_code == 303
    mine = shares(scene)[-1]
    with scene.app.app_context():
        db.session.execute(update(Share).where(Share.id == mine.id).values(due_at=utcnow() + timedelta(days=1)))
        db.session.commit()
    assert visitor.post(f"/shares/{mine.id}", {"text": SAID, "when": "now"}).status_code == 422
    assert scene.now(mine.id).text == OTHER


def test_a_colleagues_words_on_another_network_are_no_matter_there(
    scene: Scene, visit: Callable[..., Visitor], on_x: Account
) -> None:
    colleagues(scene, 1, network="linkedin")
    visitor = visit(scene.person)
    answer = visitor.post(f"/posts/{scene.post.id}/share", panel(scene, visitor, text=SAID, account=[on_x.id]))
    assert answer.status_code == 303


def test_forgetting_somebody_forgets_their_prints(scene: Scene) -> None:
    [share_id] = colleagues(scene, 1)
    with scene.app.app_context():
        person_id = db.session.get_one(Share, share_id).person_id
        assert db.session.scalar(select(func.count()).select_from(TextPrint)) == BANDS
        db.session.execute(delete(Person).where(Person.id == person_id))
        db.session.commit()
        assert db.session.scalar(select(func.count()).select_from(TextPrint)) == 0


def test_after_thirty_days_prints_go(scene: Scene) -> None:
    colleagues(scene, 2, wanted_at=utcnow() - timedelta(days=31))
    colleagues(scene, 1, wanted_at=utcnow() - timedelta(days=29))
    with scene.app.app_context():
        assert forget_prints.run() == 2 * BANDS
        assert forget_prints.run() == 0
    assert near(scene, SAID) == (1, 100)


def test_a_text_that_everybody_uses_is_looked_up_within_bounds(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two statements however many there are, and none that reads a whole table."""
    colleagues(scene, 12)
    for number in range(10):
        colleagues(scene, 3, f"{OTHER} And this is number {number} of many, {uuid4()}.")
    with scene.app.app_context():
        db.session.execute(text("analyze text_print"))
        person = db.session.get_one(Person, scene.person.id)
        assert person.organisation.root_id
        asked: list[tuple[object, ...]] = []

        def listen(*call: object) -> None:
            asked.append(call[2:4])

        event.listen(db.engine, "before_cursor_execute", listen)
        monkeypatch.setattr(nearness, "MOST", 10)
        found = nearness.nearness_of(person, SAID)
        event.remove(db.engine, "before_cursor_execute", listen)
        assert found.many
        assert found.colleagues == 10
        assert len(asked) <= 3
        db.session.execute(text("set local enable_seqscan = off"))
        plan = db.session.connection().exec_driver_sql(f"explain {asked[-1][0]}", asked[-1][1]).scalars().all()
        assert any("ix_text_print_root_id_band_bucket" in line for line in plan), plan
        assert not any("Seq Scan on text_print" in line for line in plan), plan
