"""Makes what a test needs to exist, committed; names and addresses are invented."""

import itertools
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from flask import Flask
from sqlalchemy import select

from advocacy.clock import utcnow
from advocacy.content.models import Audience, Post, PostAudience, PostState, Topic, Wording
from advocacy.db import db
from advocacy.groups.models import Group, Membership
from advocacy.networks.models import Account
from advocacy.people.models import Organisation, Person, Role, RoleGrant
from advocacy.people.passwords import hash_password
from advocacy.sealing import Secret
from tests.visitor import PASSWORD


@lru_cache(maxsize=1)
def password_hash() -> str:
    """Hash of the tests' password, at the cost that the tests run with."""
    return hash_password(PASSWORD)


class World:
    """A maker of rows. Everything returned is detached and fully loaded; ask the database anew for changes."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._numbers = itertools.count(1)

    def _save(self, *rows: Any) -> None:
        for row in rows:
            db.session.add(row)
        db.session.commit()
        for row in rows:
            db.session.refresh(row)
            for name in ("organisation", "grants", "wordings", "topics", "audiences", "audience"):
                getattr(row, name, None)
        db.session.expunge_all()

    def organisation(self, name: str = "", parent: Organisation | None = None, **values: Any) -> Organisation:
        """A body; a root if it has no parent."""
        with self.app.app_context():
            row = Organisation(name=name or f"Body {next(self._numbers)}", parent_id=parent and parent.id, **values)
            db.session.add(row)
            db.session.flush()
            row.lineage = [*(parent.lineage if parent else []), row.id]
            self._save(row)
            return row

    def person(
        self,
        organisation: Organisation,
        role: Role | None = None,
        name: str = "",
        at: Organisation | None = None,
        **values: Any,
    ) -> Person:
        """Somebody who has a password and was welcomed; `role` is granted at `at` or at their organisation."""
        with self.app.app_context():
            number = next(self._numbers)
            row = Person(
                **{
                    "organisation_id": organisation.id,
                    "email": f"person{number}@aubrelle.example",
                    "name": name or f"Person {number}",
                    "language": "en",
                    "languages": ["en", "fr"],
                    "password_hash": password_hash(),
                    "joined_at": utcnow(),
                    "welcomed_at": utcnow(),
                    **values,
                }
            )
            if role is not None:
                row.grants = [RoleGrant(organisation_id=(at or organisation).id, role=role.value)]
            self._save(row)
            return row

    def group(self, organisation: Organisation, *members: Person, name: str = "") -> Group:
        """A group with its members."""
        with self.app.app_context():
            row = Group(organisation_id=organisation.id, name=name or f"Group {next(self._numbers)}")
            db.session.add(row)
            db.session.flush()
            db.session.add_all([Membership(group_id=row.id, person_id=member.id) for member in members])
            self._save(row)
            return row

    def topic(self, organisation: Organisation, name_en: str = "", name_fr: str = "") -> Topic:
        """A topic of a programme."""
        with self.app.app_context():
            number = next(self._numbers)
            row = Topic(
                organisation_id=organisation.id,
                name_en=name_en or f"Topic {number}",
                name_fr=name_fr or f"Sujet {number}",
            )
            self._save(row)
            return row

    def audience(self, organisation: Organisation | None = None, group: Group | None = None) -> Audience:
        """The audience of an organisation's subtree or of a group."""
        with self.app.app_context():
            return self._audience(organisation, group)

    def _audience(self, organisation: Organisation | None, group: Group | None) -> Audience:
        wanted = {"organisation_id": organisation and organisation.id, "group_id": group and group.id}
        row = db.session.scalar(select(Audience).filter_by(**wanted))
        if row is None:
            row = Audience(**wanted)
            self._save(row)
        return row

    def post(
        self,
        organisation: Organisation,
        title: str = "",
        *,
        audience: Organisation | Group | None = None,
        publish_at: datetime | None = None,
        wordings: tuple[str, ...] = ("A suggested wording.",),
        **values: Any,
    ) -> Post:
        """A post, live since a minute unless told otherwise, for `audience` (its organisation's subtree by default)."""
        with self.app.app_context():
            number = next(self._numbers)
            when = publish_at or utcnow() - timedelta(minutes=1)
            state = values.pop("state", PostState.PUBLISHED.value)
            row = Post(
                **{
                    "organisation_id": organisation.id,
                    "title": title or f"Post {number}",
                    "summary": "Why it is worth sharing.",
                    "language": "en",
                    "link": f"https://aubrelle.example/{number}",
                    "link_title": title or f"Page {number}",
                    "state": state,
                    "publish_at": when,
                    "updated_at": utcnow(),
                    **values,
                }
            )
            row.wordings = [Wording(position=n, language="en", text=text) for n, text in enumerate(wordings)]
            aim = audience or organisation
            found = self._audience(aim, None) if isinstance(aim, Organisation) else self._audience(None, aim)
            row.audiences = [
                PostAudience(audience_id=found.id, publish_at=when if state == PostState.PUBLISHED.value else None)
            ]
            self._save(row)
            return row

    def account(self, person: Person, network: str = "linkedin", **values: Any) -> Account:
        """A connected account; give `access_token` and `external_id` of a sandbox member for one that works."""
        with self.app.app_context():
            number = next(self._numbers)
            row = Account(
                **{
                    "person_id": person.id,
                    "network": network,
                    "external_id": f"member{number}",
                    "name": person.name,
                    "access_token": Secret(f"token-{number}"),
                    "scopes": ["openid", "profile", "email", "w_member_social", "r_member_postAnalytics"],
                    "expires_at": utcnow() + timedelta(days=50),
                    "connected_at": utcnow(),
                    **values,
                }
            )
            self._save(row)
            return row
