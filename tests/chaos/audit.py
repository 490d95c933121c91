"""After a run: the networks' own lists beside the database."""

import re
from collections import Counter
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import select

from advocacy.db import db
from advocacy.sharing.models import Share
from tests.chaos.stagehands import Network

MARK = re.compile(r"Words ([0-9a-f]{10})")


@dataclass
class Audit:
    """What was found. `duplicates`: words that stand twice; `lost`: shares whose row is not what their network shows,
    that never came to an end, or that were given up though no network refused them for good; `unexplained`: unconfirmed
    ones without a line of what was asked and answered.
    """

    shares: int = 0
    states: dict[tuple[str, str], int] = field(default_factory=dict)
    duplicates: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    explained: dict[tuple[str, str, bool], int] = field(default_factory=dict)
    """Unconfirmed ones by network, last word, and whether their network has them."""

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.duplicates or self.lost or self.unexplained)

    def table(self) -> str:
        """As it is printed."""
        lines = [f"{self.shares} shares", ""]
        lines += [f"  {network:10} {state:12} {count:6}" for (network, state), count in sorted(self.states.items())]
        lines += ["", "unconfirmed, by what was said last:"]
        lines += [
            f"  {network:10} {said:18} {'is there' if there else 'is not there':12} {count:6}"
            for (network, said, there), count in sorted(self.explained.items())
        ]
        lines += [
            "",
            f"twice: {len(self.duplicates)}   lost: {len(self.lost)}   unexplained: {len(self.unexplained)}",
            *(f"  ! {word}" for word in [*self.duplicates, *self.lost, *self.unexplained][:20]),
        ]
        return "\n".join(lines)


def audit(app: Flask, networks: list[Network]) -> Audit:
    """Compare."""
    standing = {network.name: Counter(MARK.findall("\n".join(network.texts()))) for network in networks}
    found = Audit()
    for name, words in standing.items():
        found.duplicates += [f"{name}: {word} stands {count} times" for word, count in words.items() if count > 1]
    with app.app_context():
        states: Counter[tuple[str, str]] = Counter()
        explained: Counter[tuple[str, str, bool]] = Counter()
        for share in db.session.scalars(select(Share).execution_options(yield_per=500)):
            [word] = MARK.findall(share.text)
            there = standing[share.network][word] > 0
            states[share.network, share.state] += 1
            found.shares += 1
            who = f"{share.network} share {share.id} ({share.state}, {share.failure})"
            if share.state == "unconfirmed":
                if share.asked and share.failure:
                    explained[share.network, share.asked[-1]["said"], there] += 1
                else:
                    found.unexplained.append(who)
            elif share.state != "published" or not there:
                found.lost.append(f"{who}: {'is' if there else 'is not'} at its network")
        found.states, found.explained = dict(states), dict(explained)
    return found
