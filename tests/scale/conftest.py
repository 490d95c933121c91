"""A small nation in a clean database, seen by the database as a large one is."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from advocacy.db import db
from advocacy.scale.plan import Plan
from advocacy.scale.seeding import seed, settle

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SIZES = {"people": 900, "organisations": 12, "groups": 40, "posts": 1500, "shares": 500, "clicks": 3000}


def plan_of(**values: Any) -> Plan:
    """A small plan, changed as wanted."""
    return Plan(**{**SIZES, "seed": 1, "now": datetime.now(UTC), **values})


@pytest.fixture
def settled(app: Flask, clean: None) -> Callable[..., Plan]:
    """Writes a nation, committed and analysed."""

    def written(**values: Any) -> Plan:
        plan = plan_of(**values)
        with app.app_context():
            seed(plan, "no password", lambda _said: None)
            db.session.commit()
            settle()
        return plan

    return written
