"""Exactly once, in someone else's name: a worker killed at each step around the call, messages twice, cut connections."""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from sqlalchemy import func, select, text

from advocacy.db import db
from advocacy.media import get_image_store
from advocacy.recognition.models import PointEntry
from advocacy.sharing.models import Share
from tests.patience import eventually
from tests.sharing.conftest import Scene
from tests.visitor import Visitor, words
from tests.workers import Worker, send


@pytest.fixture
def picture(app: object) -> str:
    """A stored picture."""
    out = io.BytesIO()
    Image.new("RGB", (600, 314), (0, 94, 102)).save(out, "PNG")
    return str(get_image_store().put(out.getvalue()).key)


def held(scene: Scene) -> bool:
    return bool(scene.admin("GET", "/held"))


def fault(scene: Scene, kind: str, path: str = "/rest/posts", method: str = "POST", **more: object) -> None:
    scene.admin("POST", "/faults", path=path, method=method, kind=kind, seconds=60, **more)


def settle_down(scene: Scene, share_id: int, *states: str) -> str:
    """Let sweeps and deliveries run until the share is in one of `states`."""

    def look() -> str | None:
        send("sharing.sweep")
        send("sharing.deliver_due")
        state = scene.now(share_id).state
        return state if state in states else None

    return eventually(look, within=60, every=0.5, saying=f"share in {states}")


def test_killed_while_uploading(scene: Scene, picture: str, start_worker: Callable[..., Worker]) -> None:
    post = scene.world.post(scene.root, "With a picture", image=picture, image_alt="A square")
    fault(scene, "hang_before", "/rest/images")
    worker, share_id = start_worker(), scene.share(post=post)
    eventually(lambda: held(scene))
    assert scene.now(share_id).state == "claimed"
    worker.kill()
    scene.admin("POST", "/faults/release")
    start_worker()
    settle_down(scene, share_id, "published")
    assert len(scene.online()) == 1
    assert scene.online()[0]["thumbnail"]


def test_killed_between_claim_and_arming(scene: Scene, start_worker: Callable[..., Worker]) -> None:
    """The row is locked once it is claimed, so that arming waits; the worker dies there."""
    with scene.app.app_context():
        db.session.execute(
            text(
                "create function pause() returns trigger language plpgsql as "
                "$$ begin perform pg_advisory_xact_lock(42); return new; end $$"
            )
        )
        db.session.execute(
            text(
                "create trigger pause before update on share for each row "
                "when (new.state = 'armed') execute function pause()"
            )
        )
        db.session.commit()
    try:
        with scene.app.app_context():
            db.session.execute(text("select pg_advisory_lock(42)"))
            worker, share_id = start_worker(), scene.share()
            eventually(lambda: waiting(scene))
            worker.kill()
            db.session.execute(text("select pg_advisory_unlock(42)"))
            eventually(lambda: not waiting(scene))
        assert scene.now(share_id).state == "claimed"
        assert scene.online() == []
        start_worker()
        settle_down(scene, share_id, "published")
        assert len(scene.online()) == 1
    finally:
        with scene.app.app_context():
            db.session.execute(text("set lock_timeout = '10s'"))
            db.session.execute(text("drop trigger pause on share"))
            db.session.execute(text("drop function pause()"))
            db.session.commit()


def waiting(scene: Scene) -> bool:
    with db.engine.connect() as other:
        return bool(other.scalar(text("select count(*) from pg_locks where not granted")))


def test_killed_after_arming_before_the_network_took_it(scene: Scene, start_worker: Callable[..., Worker]) -> None:
    fault(scene, "hang_before", then="drop")
    worker, share_id = start_worker(), scene.share()
    eventually(lambda: held(scene))
    assert scene.now(share_id).state == "armed"
    worker.kill()
    scene.admin("POST", "/faults/release")
    start_worker()
    settle_down(scene, share_id, "unconfirmed")
    for _again in range(3):
        send("sharing.sweep")
        send("sharing.deliver_due")
    barrier(scene)
    assert scene.now(share_id).state == "unconfirmed", "never sent again by itself"
    assert scene.online() == []


def barrier(scene: Scene) -> None:
    """All messages sent so far are done: another share went through after them."""
    other = scene.world.post(scene.root, "A barrier")
    share_id = scene.share("Something else entirely", post=other)
    eventually(lambda: scene.now(share_id).state == "published")
    urn = scene.now(share_id).external_id
    scene.admin("GET", "/posts")
    with scene.app.app_context():
        share = db.session.get_one(Share, share_id)
        share.remove_due_at = func.now()
        db.session.commit()
    send("sharing.remove_due")
    eventually(lambda: urn not in {post["urn"] for post in scene.online()})


def test_the_person_settles_and_sends_again(
    scene: Scene, start_worker: Callable[..., Worker], visit: Callable[..., Visitor]
) -> None:
    fault(scene, "hang_before", then="drop")
    worker, share_id = start_worker(), scene.share()
    eventually(lambda: held(scene))
    worker.kill()
    scene.admin("POST", "/faults/release")
    start_worker()
    settle_down(scene, share_id, "unconfirmed")
    visitor = visit(scene.person)
    assert "Is this post online?" in words(visitor.get("/shares"))
    assert visitor.post(f"/shares/{share_id}/settle", {"online": "no"}).status_code == 303
    assert scene.online() == []
    assert visitor.post(f"/shares/{share_id}/again").status_code == 303
    settle_down(scene, share_id, "published")
    assert len(scene.online()) == 1


def test_killed_after_the_network_took_it(
    scene: Scene, start_worker: Callable[..., Worker], visit: Callable[..., Visitor]
) -> None:
    fault(scene, "hang_after")
    worker, share_id = start_worker(), scene.share()
    eventually(lambda: held(scene))
    worker.kill()
    start_worker()
    settle_down(scene, share_id, "unconfirmed")
    assert len(scene.online()) == 1
    visitor = visit(scene.person)
    visitor.post(f"/shares/{share_id}/settle", {"online": "yes"})
    share = scene.now(share_id)
    assert (share.state, share.settled_by_person) == ("published", True)
    barrier(scene)
    assert len(scene.online()) == 1
    assert points(scene, f"post:{share.post_id}") == 0, "what only the person says earns nothing"


def test_sent_again_by_mistake_is_found_on_the_network(
    scene: Scene, start_worker: Callable[..., Worker], visit: Callable[..., Visitor]
) -> None:
    fault(scene, "hang_after")
    worker, share_id = start_worker(), scene.share()
    eventually(lambda: held(scene))
    worker.kill()
    scene.admin("DELETE", "/faults")
    start_worker()
    settle_down(scene, share_id, "unconfirmed")
    visitor = visit(scene.person)
    visitor.post(f"/shares/{share_id}/settle", {"online": "no"})
    visitor.post(f"/shares/{share_id}/again")
    settle_down(scene, share_id, "published")
    assert [post["urn"] for post in scene.online()] == [scene.now(share_id).external_id]


def test_killed_before_the_answer_was_recorded(scene: Scene, start_worker: Callable[..., Worker]) -> None:
    fault(scene, "hang_after")
    worker, share_id = start_worker(), scene.share()
    eventually(lambda: held(scene))
    with scene.app.app_context():
        db.session.execute(select(Share.id).where(Share.id == share_id).with_for_update())
        scene.admin("POST", "/faults/release")
        eventually(lambda: waiting(scene))
        worker.kill()
        db.session.rollback()
    start_worker()
    settle_down(scene, share_id, "unconfirmed")
    assert len(scene.online()) == 1


def test_killed_before_it_was_announced(scene: Scene, start_worker: Callable[..., Worker]) -> None:
    worker = start_worker()
    with scene.app.app_context():
        db.session.execute(text("lock table point_entry in access exclusive mode"))
        share_id = scene_share_elsewhere(scene)
        eventually(lambda: scene_state(share_id) == "published")
        eventually(lambda: waiting(scene))
        worker.kill()
        db.session.rollback()
    assert scene.now(share_id).announced_at is None
    start_worker()

    def announced() -> bool:
        send("sharing.sweep")
        return scene.now(share_id).announced_at is not None

    eventually(announced, every=0.5)
    assert points(scene, f"post:{scene.post.id}") == 15
    assert len(scene.online()) == 1


def scene_share_elsewhere(scene: Scene) -> int:
    """Share through a connection of its own, while this context's session holds locks."""
    import concurrent.futures

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(scene.share).result()


def scene_state(share_id: int) -> str:
    with db.engine.connect() as other:
        return str(other.scalar(text("select state from share where id = :id"), {"id": share_id}))


def points(scene: Scene, subject: str) -> int:
    with scene.app.app_context():
        return (
            db.session.scalar(
                select(func.coalesce(func.sum(PointEntry.points), 0)).where(PointEntry.subject == subject)
            )
            or 0
        )


def test_the_same_message_many_times(scene: Scene, start_worker: Callable[..., Worker]) -> None:
    start_worker(concurrency=2)
    share_id = scene.share()
    for _again in range(10):
        send("sharing.deliver_due")
    eventually(lambda: scene.now(share_id).state == "published")
    barrier(scene)
    assert [post["urn"] for post in scene.online()] == [scene.now(share_id).external_id]
    assert points(scene, f"post:{scene.post.id}") == 15


@pytest.mark.parametrize(("kind", "stands"), [("cut_before", 0), ("cut_after", 1), ("malformed", 1), ("500", 0)])
def test_no_usable_answer(scene: Scene, start_worker: Callable[..., Worker], kind: str, stands: int) -> None:
    fault(scene, kind)
    start_worker()
    share_id = scene.share()
    eventually(lambda: scene.now(share_id).state == "unconfirmed")
    barrier(scene)
    assert scene.now(share_id).state == "unconfirmed"
    assert len(scene.online()) == stands


def test_losing_every_message_loses_nothing(scene: Scene, start_worker: Callable[..., Worker]) -> None:
    from advocacy.cache import get_redis

    share_id = scene.share()
    get_redis().flushall()
    start_worker()
    settle_down(scene, share_id, "published")
    assert len(scene.online()) == 1


def test_throttled_waits_and_expired_consent_waits_for_the_person(
    scene: Scene, start_worker: Callable[..., Worker], visit: Callable[..., Visitor]
) -> None:
    fault(scene, "429")
    start_worker()
    first = scene.share()
    eventually(lambda: scene.now(first).failure is not None)
    assert scene.now(first).state == "scheduled"
    assert scene.now(first).due_at > scene.now(first).wanted_at
    fault(scene, "expired_token")
    second = scene.share("Other words", post=scene.world.post(scene.root, "Another"))
    eventually(lambda: scene.now(second).failure == "reconnect")
    assert scene.now(second).state == "scheduled"
    assert "waits for a new sign-in" in words(visit(scene.person).get("/shares"))
    assert scene.online() == []
