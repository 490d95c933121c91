"""The whole demo in memory: the same each time for the same moment, whatever is done with it."""

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final

from advocacy.demo.history import PlannedShare, plan_history
from advocacy.demo.people import PlannedPerson, plan_people
from advocacy.demo.programmes import KEYS, Programme, read_programme

_SEED: Final = "relais"


@dataclass(frozen=True)
class Plan:
    """A programme with its people and their shares; shares name people and posts by their place in the lists."""

    programme: Programme
    people: list[PlannedPerson]
    shares: list[PlannedShare]
    now: datetime

    def rng(self, purpose: str) -> Random:
        """Luck for one purpose, the same each time."""
        return Random(f"{_SEED}/{self.programme.key}/{purpose}")  # noqa: S311 - a plausible world, no secrets


def plan_demo(now: datetime) -> list[Plan]:
    """Both programmes as seen from `now`."""
    return [_plan(key, now) for key in KEYS]


def _plan(key: str, now: datetime) -> Plan:
    programme = read_programme(key, now)
    plan = Plan(programme, [], [], now)
    plan.people.extend(plan_people(programme, plan.rng("people"), now))
    plan.shares.extend(plan_history(programme, plan.people, plan.rng("history"), now))
    return plan
