"""What pages of home are made of: shares with their figures, clicks, points."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from advocacy.clock import start_of_week, utcnow
from advocacy.db import db
from advocacy.networks.models import Account
from advocacy.people.models import Organisation, Person
from advocacy.recognition.models import PointEntry, Standing
from advocacy.sharing.links import new_code
from advocacy.sharing.models import Share, ShareState
from advocacy.tracking.models import Click, ClickKind, ShareFigures
from tests.world import World


class Deeds:
    """A maker of what people did; everything is committed."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def _save(self, *rows: Any) -> None:
        db.session.add_all(rows)
        db.session.commit()

    def share(
        self, person: Person, post: Any, account: Account | None = None, *, days_ago: float = 0, **values: Any
    ) -> int:
        """A share that went out some days ago, unless `state` says otherwise; its id."""
        moment = utcnow() - timedelta(days=days_ago, seconds=5)
        state = values.pop("state", ShareState.PUBLISHED.value)
        published = moment if state in (ShareState.PUBLISHED.value, ShareState.REMOVED.value) else None
        with self.app.app_context():
            row = Share(
                **{
                    "code": new_code(),
                    "person_id": person.id,
                    "post_id": post.id,
                    "account_id": account and account.id,
                    "network": "linkedin",
                    "submission": uuid4(),
                    "text": "Words.",
                    "language": "en",
                    "state": state,
                    "wanted_at": moment,
                    "due_at": moment,
                    "published_at": published,
                    "created_at": moment,
                    **values,
                }
            )
            self._save(row)
            return int(row.id)

    def figures(self, share_id: int, **values: int | None) -> None:
        """What its network told of a share."""
        with self.app.app_context():
            self._save(ShareFigures(share_id=share_id, measured_at=utcnow(), **values))

    def clicks(self, share_id: int, count: int, *, days_ago: float = 0, kind: ClickKind = ClickKind.HUMAN) -> None:
        """Visits of its link, each by another visitor."""
        at = utcnow() - timedelta(days=days_ago)
        with self.app.app_context():
            self._save(
                *(
                    Click(id=uuid4(), share_id=share_id, at=at, day=at.date(), visitor=uuid4().bytes, kind=kind.value)
                    for _ in range(count)
                )
            )

    def points(
        self, person: Person, points: int, subject: str = "", *, at: datetime | None = None, **note: Any
    ) -> None:
        """A line of the ledger."""
        with self.app.app_context():
            self._save(
                PointEntry(
                    person_id=person.id,
                    reason="share",
                    subject=subject or uuid4().hex,
                    points=points,
                    earned_at=at or utcnow(),
                    rules_version=1,
                    note=note,
                )
            )

    def standing(self, person: Person, programme: Organisation, score: int, *, monday: date | None = None) -> None:
        """Points of this week."""
        with self.app.app_context():
            self._save(
                Standing(
                    root_id=programme.id,
                    kind="person",
                    period="week",
                    starts_on=monday or start_of_week(utcnow().date()),
                    member_id=person.id,
                    score=score,
                    reached_at=utcnow(),
                )
            )


@pytest.fixture
def deeds(app: Flask, clean: None) -> Deeds:
    """Makes shares, clicks, points."""
    return Deeds(app)


@pytest.fixture
def programme(world: World) -> Organisation:
    """A programme, whose calendar is UTC."""
    return world.organisation("Aubrelle", time_zone="UTC")


@pytest.fixture
def body(world: World, programme: Organisation) -> Organisation:
    """A body of it."""
    return world.organisation("Hautes-Combes", programme, time_zone="UTC")


@pytest.fixture
def ines(world: World, body: Organisation) -> Person:
    """Somebody who works in the body and reads English."""
    return world.person(body, name="Inès B.", time_zone="UTC")
