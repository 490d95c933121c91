"""What those who write the studio of a programme have in front of them: its people and posts, by the names of files."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from advocacy.clock import local_day
from advocacy.content.models import Post
from advocacy.demo.places import Places
from advocacy.demo.plan import Plan
from advocacy.people.models import Person


@dataclass(frozen=True)
class Desk:
    """A programme as it was planned, with the rows that were made of it, in the plan's order."""

    plan: Plan
    places: Places
    people: list[Person]
    posts: list[Post]

    @property
    def facts(self) -> dict[str, Any]:
        """What the programme's file on its studio says."""
        return self.plan.programme.studio

    @property
    def admin(self) -> Person:
        """Who has the last word in the programme."""
        return self._first("admin")

    @property
    def editor(self) -> Person:
        """Who writes for the whole programme."""
        return self._first("editor")

    def person(self, name: str) -> Person:
        """Whose address begins with `name`."""
        return next(row for row in self.people if row.email.partition("@")[0] == name)

    def somebody(self, body: str) -> Person:
        """The first of a body who joined, shares in the programme's language, and has no name in its file."""
        known = {f"{known['email']}@{self.plan.programme.domain}" for known in self.plan.programme.facts["known"]}
        pairs = zip(self.plan.people, self.people, strict=True)
        return next(
            row
            for planned, row in pairs
            if planned.body == body
            and planned.email not in known
            and planned.joined_at is not None
            and not planned.deactivated
            and planned.language == self.plan.programme.language
        )

    def post(self, page: str) -> Post:
        """The post whose link ends with `page`."""
        return next(row for row in self.posts if row.link == self.link(page))

    def link(self, page: str) -> str:
        """The address of a page of the programme."""
        return f"https://{self.plan.programme.domain}/{page}"

    def ago(self, days: float) -> datetime:
        """The moment so many days before now."""
        return self.plan.now - timedelta(days=days)

    def day(self, days: int) -> date:
        """The calendar day so many days from today."""
        return local_day(self.plan.now, self.plan.programme.zone) + timedelta(days=days)

    def _first(self, role: str) -> Person:
        pairs = zip(self.plan.people, self.people, strict=True)
        return next(row for planned, row in pairs if planned.role == role and not planned.body)
