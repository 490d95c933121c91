"""Pressed twice at the same moment, made up, or taken away while a worker holds it."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text, update

from advocacy.content.models import Post
from advocacy.db import db
from advocacy.errors import Conflict
from advocacy.networks import registry
from advocacy.networks import service as networks
from advocacy.people.models import Person
from advocacy.sharing import changes, claiming, delivery
from advocacy.sharing import service as sharing
from advocacy.sharing.models import Share, ShareState
from advocacy.sharing.service import Wish
from tests.sharing.conftest import Scene
from tests.visitor import Visitor

BLOCKED = text("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")


def press(scene: Scene, submission: UUID) -> list[Share]:
    person, post = db.session.get_one(Person, scene.person.id), db.session.get_one(Post, scene.post.id)
    return sharing.schedule(person, post, submission, [Wish(scene.account.id, "Words.")], "en", None)


def test_two_presses_at_the_same_moment_are_one_share(scene: Scene, eventually: Callable[..., Any]) -> None:
    submission = uuid4()

    def second() -> list[int]:
        with scene.app.app_context():
            made = [share.id for share in press(scene, submission)]
            db.session.commit()
            return made

    with ThreadPoolExecutor(1) as pool, scene.app.app_context():
        first = [share.id for share in press(scene, submission)]
        waiting = pool.submit(second)
        with db.engine.connect() as apart:
            eventually(lambda: apart.scalar(BLOCKED), within=10)
        db.session.commit()
        assert waiting.result(20) == first


def test_a_made_up_submission_leads_to_what_became_of_it(scene: Scene, visit: Callable[..., Visitor]) -> None:
    visitor = visit(scene.person)
    fields = {"submission": "made up", "account": [scene.account.id], "text": "Words.", "language": "en", "when": "now"}
    answer = visitor.post(f"/posts/{scene.post.id}/share", fields)
    assert answer.status_code == 303
    assert visitor.get(answer.location).status_code == 200


@pytest.mark.parametrize("account", ["0", "-1", str(2**63), "9" * 40])
def test_an_account_out_of_range_is_nobodys(scene: Scene, visit: Callable[..., Visitor], account: str) -> None:
    fields = {"submission": str(uuid4()), "account": account, "text": "Words.", "language": "en", "when": "now"}
    assert visit(scene.person).post(f"/posts/{scene.post.id}/share", fields).status_code == 404


def test_a_failed_share_is_not_sent_beside_a_newer_one(scene: Scene) -> None:
    old = scene.share()
    with scene.app.app_context():
        db.session.execute(update(Share).values(state=ShareState.FAILED.value))
        db.session.commit()
    scene.share()
    with scene.app.app_context(), pytest.raises(Conflict, match="Conflict"):
        changes.send_again(db.session.get_one(Person, scene.person.id), old)
    assert scene.now(old).state == "failed"


def test_two_failed_shares_of_one_post_sent_again_at_the_same_moment(
    scene: Scene, eventually: Callable[..., Any]
) -> None:
    shares = []
    for _each in range(2):
        shares.append(scene.share())
        with scene.app.app_context():
            db.session.execute(update(Share).values(state=ShareState.FAILED.value))
            db.session.commit()

    def second() -> str:
        with scene.app.app_context():
            try:
                changes.send_again(db.session.get_one(Person, scene.person.id), shares[1])
            except Conflict as error:
                return str(error.sentence)
            return "sent"

    with ThreadPoolExecutor(1) as pool, scene.app.app_context():
        changes.send_again(db.session.get_one(Person, scene.person.id), shares[0])
        waiting = pool.submit(second)
        with db.engine.connect() as apart:
            eventually(lambda: apart.scalar(BLOCKED), within=10)
        db.session.commit()
        assert re.search("Another share|autre", waiting.result(20))
    assert [scene.now(share).state for share in shares] == ["scheduled", "failed"]


def test_a_disconnected_account_is_not_posted_to_by_a_worker_that_holds_the_share(scene: Scene) -> None:
    share_id = scene.share()
    with scene.app.app_context():
        [claim] = claiming.claims_of(claiming.claim(1), {"linkedin": registry.get_adapter("linkedin")})
        db.session.commit()
        networks.disconnect(db.session.get_one(Person, scene.person.id), scene.account.id)
        db.session.commit()
        assert delivery.arm([claim]) == set()
        db.session.commit()
        share = db.session.scalars(select(Share).where(Share.id == share_id)).one()
        assert (share.state, share.failure, share.account_id) == ("failed", "disconnected", None)
