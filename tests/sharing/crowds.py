"""Many people with accounts, and many shares of theirs, written at once."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

import requests
from flask import Flask
from sqlalchemy import insert, select

from advocacy.clock import utcnow
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.networks.models import Account
from advocacy.people.models import Organisation, Person
from advocacy.sealing import Secret
from advocacy.sharing.models import Share
from tests.world import password_hash


def people(app: Flask, organisation: Organisation, count: int) -> list[int]:
    """Ids of so many new people of the body."""
    now = utcnow()
    rows = [
        {
            "organisation_id": organisation.id,
            "email": f"{uuid4()}@aubrelle.example",
            "name": f"Person {number}",
            "language": "en",
            "languages": ["en"],
            "password_hash": password_hash(),
            "joined_at": now,
            "welcomed_at": now,
            "created_at": now,
        }
        for number in range(count)
    ]
    with app.app_context():
        ids = list(db.session.scalars(insert(Person).returning(Person.id), rows))
        db.session.commit()
    return ids


def accounts(app: Flask, owners: Iterable[int], network: str = "linkedin", host: str = "") -> list[int]:
    """Ids of an account each, with tokens that nobody knows."""
    return keep_accounts(app, [{"person_id": owner, "network": network, "host": host} for owner in owners])


def keep_accounts(app: Flask, rows: Sequence[dict[str, object]]) -> list[int]:
    """Ids of these accounts; what is left out is invented."""
    now = utcnow()
    usual = {
        "network": "linkedin",
        "host": "",
        "name": "Somebody",
        "handle": "",
        "key": None,
        "refresh_token": None,
        "scopes": ["openid", "profile", "email", "w_member_social"],
        "expires_at": now + timedelta(days=50),
        "connected_at": now,
        "created_at": now,
        "limits": {},
        "limits_at": now,
    }
    known = [{**usual, "external_id": str(uuid4()), "access_token": Secret(f"no-{uuid4()}"), **row} for row in rows]
    with app.app_context():
        ids = list(db.session.scalars(insert(Account).returning(Account.id, sort_by_parameter_order=True), known))
        db.session.commit()
    return ids


def shares(
    app: Flask, account_ids: Sequence[int], post: Post, *, priority: int = 1, due_at: datetime | None = None
) -> list[int]:
    """Ids of a share each of the post, due since a minute unless told otherwise; in words of their own."""
    now = utcnow()
    with app.app_context():
        found = db.session.execute(
            select(Account.id, Account.person_id, Account.network, Person.organisation_id)
            .join(Person, Person.id == Account.person_id)
            .where(Account.id.in_(account_ids))
            .order_by(Account.id)
        ).all()
        rows = [
            {
                "code": uuid4().hex[:12],
                "person_id": person_id,
                "post_id": post.id,
                "account_id": account_id,
                "organisation_id": organisation_id,
                "network": network,
                "submission": uuid4(),
                "text": f"Words {uuid4().hex[:10]} of my own",
                "language": "en",
                "link": post.link,
                "state": "scheduled",
                "wanted_at": due_at or now - timedelta(minutes=1),
                "due_at": due_at or now - timedelta(minutes=1),
                "priority": priority,
                "created_at": now,
            }
            for account_id, person_id, network, organisation_id in found
        ]
        ids = list(db.session.scalars(insert(Share).returning(Share.id), rows)) if rows else []
        db.session.commit()
    return ids


def members(app: Flask, url: str, owners: Sequence[int], scope: str) -> list[int]:
    """Ids of an account each on the sandbox network at `url`, with tokens that work there."""
    rows: list[dict[str, object]] = []
    with requests.Session() as asked:
        for owner in owners:
            member = asked.post(f"{url}/_sandbox/members", json={"name": f"Member {owner}"}, timeout=30).json()["sub"]
            tokens = asked.post(f"{url}/_sandbox/tokens", json={"member": member, "scope": scope}, timeout=30).json()
            rows.append(
                {"person_id": owner, "external_id": member, "access_token": Secret(tokens["access_token"])},
            )
    return keep_accounts(app, rows)
