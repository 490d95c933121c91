"""Caps say which one is full, and when there is room."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.networks.models import Account
from advocacy.people.models import Person, Role
from advocacy.sharing import caps
from advocacy.sharing.models import Share, ShareCap
from tests.sharing.conftest import Scene
from tests.sharing.test_panel import panel, shares
from tests.sharing.test_staggering import crowd
from tests.visitor import Visitor, page, words


def fill(scene: Scene, at: datetime, count: int) -> None:
    """So many contents of the scene's person at that moment."""
    posts = [scene.world.post(scene.root).id for _content in range(count)]
    with scene.app.app_context():
        for post_id in posts:
            db.session.add(
                Share(
                    code=uuid4().hex[:10], person_id=scene.person.id, post_id=post_id, account_id=scene.account.id,
                    network="linkedin", submission=uuid4(), text="Words", language="en", wanted_at=at, due_at=at,
                )
            )  # fmt: skip
        db.session.commit()


@pytest.fixture
def noon(scene: Scene) -> datetime:
    """In two days, at noon on the person's clock."""
    zone = ZoneInfo(scene.person.time_zone)
    return (utcnow() + timedelta(days=2)).astimezone(zone).replace(hour=12, minute=0, second=0, microsecond=0)


def typed(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(timespec="minutes")


def test_a_full_day_offers_the_next_and_one_press_takes_it(
    scene: Scene, visit: Callable[..., Visitor], noon: datetime
) -> None:
    fill(scene, noon, 5)
    fill(scene, noon + timedelta(days=1), 5)
    visitor = visit(scene.person)
    answer = visitor.post(f"/posts/{scene.post.id}/share", panel(scene, visitor, when="at", at=typed(noon)))
    assert answer.status_code == 422
    assert "Your programme lets out 5 contents of yours a day, and that day is full." in words(answer)
    assert "The next free moment:" in words(answer)
    offered = page(answer).css_first("#when input[checked]")
    assert offered is not None
    slot = offered.attributes["value"] or ""
    assert datetime.fromisoformat(slot.removeprefix("slot:")) == noon + timedelta(days=2)
    assert visitor.post(f"/posts/{scene.post.id}/share", panel(scene, visitor, when=slot)).status_code == 303
    assert shares(scene)[-1].wanted_at == noon + timedelta(days=2)


def test_what_was_taken_back_or_goes_to_a_second_network_does_not_count(scene: Scene, noon: datetime) -> None:
    fill(scene, noon, 4)
    with scene.app.app_context():
        person = db.session.get_one(Person, scene.person.id)
        assert caps.find_full(person, scene.post.id, [], noon) is None
    fill(scene, noon, 1)
    with scene.app.app_context():
        person = db.session.get_one(Person, scene.person.id)
        assert caps.find_full(person, scene.post.id, [], noon) is not None
        counted = shares(scene)[-1]
        assert caps.find_full(person, counted.post_id, [], noon) is None
        db.session.get_one(Share, counted.id).state = "cancelled"
        assert caps.find_full(person, scene.post.id, [], noon) is None


def test_an_hour_in_which_many_share_the_same_is_full(
    scene: Scene, visit: Callable[..., Visitor], noon: datetime
) -> None:
    with scene.app.app_context():
        db.session.add(ShareCap(organisation_id=scene.root.id, a_post_an_hour=3))
        db.session.commit()
    crowd(scene, noon, 3)
    crowd(scene, noon + timedelta(hours=1), 3)
    visitor = visit(scene.person)
    fields = panel(scene, visitor, when="at", at=typed(noon), text="Quite other words of mine.")
    answer = visitor.post(f"/posts/{scene.post.id}/share", fields)
    assert answer.status_code == 422
    assert "3 colleagues share this content in that hour already" in words(answer)
    with scene.app.app_context():
        full = caps.find_full(db.session.get_one(Person, scene.person.id), scene.post.id, [], noon)
        assert full is not None
        assert full.free == noon + timedelta(hours=2)
    said = words(visitor.post(f"/posts/{scene.post.id}/share/moment", fields))
    assert "3 colleagues share this content in that hour already" in said


def test_a_networks_own_budget_holds(scene: Scene, noon: datetime, set_environment: Callable[..., None]) -> None:
    """X takes 100 posts of an account in 15 minutes."""
    set_environment(RELAIS_X_CLIENT_ID="key")
    account = scene.world.account(scene.person, "x")
    crowded = [noon + timedelta(seconds=number) for number in range(100)]
    with scene.app.app_context():
        for at in crowded:
            db.session.add(
                Share(
                    code=uuid4().hex[:10], person_id=scene.person.id, post_id=scene.post.id, account_id=account.id,
                    network="x", submission=uuid4(), text="Words", language="en", wanted_at=at, due_at=at,
                    state="published",
                )
            )  # fmt: skip
        db.session.commit()
    with scene.app.test_request_context():
        person = db.session.get_one(Person, scene.person.id)
        account = db.session.get_one(Account, account.id)
        full = caps.find_full(person, scene.post.id, [account], noon + timedelta(minutes=10))
        assert full is not None
        assert full.sentence.startswith("X ")
        assert full.free == noon + timedelta(minutes=15)
        assert caps.find_full(person, scene.post.id, [account], noon + timedelta(minutes=17)) is None


def test_a_share_moved_into_a_full_day_is_refused(scene: Scene, visit: Callable[..., Visitor], noon: datetime) -> None:
    share_id = scene.share("Words of my own")
    with scene.app.app_context():
        share = db.session.get_one(Share, share_id)
        share.wanted_at = share.due_at = noon + timedelta(days=5)
        db.session.commit()
    fill(scene, noon, 5)
    answer = visit(scene.person).post(f"/shares/{share_id}", {"text": "Words", "when": "at", "at": typed(noon)})
    assert answer.status_code == 422
    assert "that day is full" in words(answer)
    assert typed(noon + timedelta(days=1)) in answer.text
    assert scene.now(share_id).wanted_at == noon + timedelta(days=5)


def test_admins_of_the_programme_set_them(scene: Scene, visit: Callable[..., Visitor]) -> None:
    admin = visit(scene.world.person(scene.root, Role.ADMIN))
    assert "150 posts in 24 hours" in words(admin.get("/admin/caps"))
    assert admin.post("/admin/caps", {"a_person_a_day": "2", "a_post_an_hour": "40"}).status_code == 303
    with scene.app.app_context():
        assert caps.caps_of(scene.root.id) == caps.Caps(2, 40)
    for wrong in ({"a_person_a_day": "0", "a_post_an_hour": "40"}, {"a_person_a_day": "", "a_post_an_hour": "x"}):
        assert admin.post("/admin/caps", wrong).status_code == 422
    branch = scene.world.organisation("Branch", scene.root)
    below = visit(scene.world.person(branch, Role.ADMIN))
    assert below.get("/admin/caps").status_code == 403
    assert visit(scene.person).post("/admin/caps", {"a_person_a_day": "9", "a_post_an_hour": "9"}).status_code == 403


def test_what_a_network_told_of_an_account_holds(
    scene: Scene, noon: datetime, set_environment: Callable[..., None]
) -> None:
    """Threads says that it takes two posts a day of this account, whatever it takes of others."""
    set_environment(RELAIS_THREADS_CLIENT_ID="key", RELAIS_THREADS_CLIENT_SECRET="secret")
    said = {"posts_a_while": 2, "while_seconds": 86_400, "posts_used": 0}
    account = scene.world.account(scene.person, "threads", limits=said, limits_at=noon)
    with scene.app.app_context():
        for hours in (1, 2):
            at = noon - timedelta(hours=hours)
            db.session.add(
                Share(
                    code=uuid4().hex[:10], person_id=scene.person.id, post_id=scene.post.id, account_id=account.id,
                    network="threads", submission=uuid4(), text="Words", language="en", wanted_at=at, due_at=at,
                    state="published",
                )
            )  # fmt: skip
        db.session.commit()
    with scene.app.test_request_context():
        person = db.session.get_one(Person, scene.person.id)
        account = db.session.get_one(Account, account.id)
        full = caps.find_full(person, scene.post.id, [account], noon)
        assert full is not None
        assert full.free == noon + timedelta(hours=22)
