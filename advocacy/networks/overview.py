"""What the accounts page says: each network with the person's accounts there, what their grants cover, until when."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from advocacy.clock import utcnow
from advocacy.networks import readers, registry, service
from advocacy.networks.base import METRICS, Adapter, Capabilities, Entry
from advocacy.networks.models import Account, AccountState
from advocacy.people.models import Person

SOON = timedelta(days=10)
SOON_ANYWAY = timedelta(days=7)
"""The same for a grant that renews itself until an end of its own."""


@dataclass(frozen=True)
class Row:
    """One account."""

    account: Account
    network: Capabilities | None
    """None where the network is no longer offered here: all that is left is to disconnect."""
    allows: frozenset[str] = frozenset()
    remarks: frozenset[str] = frozenset()
    renews: bool = False
    ends: datetime | None = None
    """When the person has to connect again, whatever is renewed until then; None where no end is known."""

    @property
    def broken(self) -> bool:
        """Whether the network no longer accepts the grant."""
        return self.account.state == AccountState.RECONNECT

    @property
    def days_left(self) -> int | None:
        """Whole days until the end; None where none is known."""
        return max((self.ends - utcnow()).days, 0) if self.ends else None

    @property
    def ends_soon(self) -> bool:
        """Whether connecting again is worth a word now."""
        return self.ends is not None and self.ends - utcnow() < (SOON_ANYWAY if self.renews else SOON)

    @property
    def fits(self) -> bool:
        """Whether the grant lets Relais do what the network is here for."""
        return self.network is None or ("measure" if self.network.figures_for else "publish") in self.allows

    @property
    def needs_person(self) -> bool:
        """Whether there is a reason to connect again."""
        lacking = not self.fits or "no_files" in self.remarks
        return (self.broken and not self.renews) or self.ends_soon or lacking

    @property
    def limits(self) -> dict[str, Any]:
        """What holds for texts and pictures there: as the network last said, else as it is usual."""
        if self.network is None or self.network.figures_for:
            return {}
        usual = {"max_length": self.network.max_length, "most_pictures": self.network.most_pictures}
        return {**usual, **self.account.limits}

    @property
    def told(self) -> list[str]:
        """Which figures Relais can read."""
        known = self.network.figures if self.network and "measure" in self.allows else frozenset()
        return [metric for metric in METRICS if metric in known]

    @property
    def untold(self) -> list[str]:
        """Which figures the network never gives."""
        known = self.network.figures if self.network else frozenset(METRICS)
        return [metric for metric in METRICS if metric not in known]

    @property
    def way(self) -> dict[str, str] | None:
        """What connecting again needs to send, known already; None where the person has to enter something."""
        entries = self.network.entries if self.network else ()
        if self.network is None or (self.network.asks_consent_to_match and not self.account.matching_agreed_at):
            return None
        if Entry.CONSENT in entries:
            return {"way": Entry.CONSENT.value}
        if Entry.SERVER in entries and self.account.host:
            return {"way": Entry.SERVER.value, "server": self.account.host}
        if Entry.HANDLE in entries and self.account.handle:
            return {"way": Entry.HANDLE.value, "handle": self.account.handle}
        return None


@dataclass(frozen=True)
class Section:
    """A network, and the person's accounts on it."""

    network: Capabilities
    rows: list[Row] = field(default_factory=list)
    apart: list["Section"] = field(default_factory=list)
    """Those that tell the figures of this one by a consent of their own."""

    @property
    def held(self) -> bool:
        """Whether the person has any account there."""
        return bool(self.rows or any(each.rows for each in self.apart))

    @property
    def can_add(self) -> bool:
        """Whether one more account makes sense."""
        return not self.rows or self.network.several_accounts


@dataclass(frozen=True)
class Overview:
    """All of the page."""

    sections: list[Section]
    gone: list[Row]
    """Accounts on networks that are not offered here any more."""

    @property
    def connected(self) -> bool:
        """Whether there is any account."""
        return bool(self.gone) or any(section.rows for section in self.sections)


def overview_of(person: Person) -> Overview:
    """Every network offered here, each with the person's accounts. Asks the database twice, however many there are."""
    mine = service.all_accounts_of(person)
    renewing, told = service.renewable_ids(mine), readers.told_apart(mine)
    rows: dict[str, list[Row]] = {}
    for account in mine:
        adapter = registry.find_adapter(account.network)
        row = _row(account, adapter, account.id in renewing, account.network in told)
        rows.setdefault(account.network, []).append(row)
    sections = [_section(adapter.capabilities, rows) for adapter in registry.offered()]
    return Overview(sections, [row for left in rows.values() for row in left])


def _section(network: Capabilities, rows: dict[str, list[Row]]) -> Section:
    """The section of a network; it takes its rows out of `rows`, so that those of no network are left."""
    mine = rows.pop(network.name, [])
    apart = [each.capabilities for each in registry.telling_figures_of(network.name)]
    return Section(network, mine, [_section(each, rows) for each in apart if mine or each.name in rows])


def _row(account: Account, adapter: Adapter | None, renews: bool, told: bool) -> Row:
    if adapter is None:
        return Row(account, None)
    allows = adapter.allows(account.scopes)
    return Row(
        account=account,
        network=adapter.capabilities,
        allows=allows | {"measure"} if told else allows,
        remarks=adapter.remarks(account.scopes),
        renews=renews,
        ends=account.refresh_expires_at if renews else account.expires_at,
    )
