"""What shares and readers earned, by the rules of the ledger, a person at a time; a test holds both to be the same."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from psycopg.types.json import Jsonb

from advocacy.clock import local_day, start_of_week
from advocacy.networks import linkedin
from advocacy.recognition.ledger import Reason, Why
from advocacy.scale.acts import Act
from advocacy.scale.copying import Row
from advocacy.scale.nation import ZONE
from advocacy.sharing.models import ShareState
from advocacy.tracking.models import ClickKind
from config import points

_NETWORK: Final = linkedin.CAPABILITIES.name


def earnings_of(season: list[Act]) -> Iterator[Row]:
    """The lines that a person's shares, in their order, brought to the ledger. No content is shared twice."""
    weeks: Counter[Any] = Counter()
    for act in season:
        if act.is_out:
            yield from _of_share(act, weeks)
        if act.state is ShareState.PUBLISHED:
            yield from _of_readers(act)


def _of_share(act: Act, weeks: Counter[Any]) -> Iterator[Row]:
    note: dict[str, Any] = {"share_id": act.id, "post_id": act.post.id, "network": _NETWORK}
    content, week = f"post:{act.post.id}", start_of_week(local_day(act.at, ZONE))
    if weeks[week] >= points.SHARES_A_WEEK:
        full = {**note, "why": Why.WEEK_FULL.value, "cap": points.SHARES_A_WEEK}
        yield _line(act, Reason.SHARE, f"share:{act.id}", 0, act.at, full)
        return
    weeks[week] += 1
    yield _line(act, Reason.SHARE, content, points.SHARE, act.at, note)
    if act.alike < points.OWN_WORDS_ALIKE:
        own = {**note, "alike": act.alike, "limit": points.OWN_WORDS_ALIKE}
        yield _line(act, Reason.OWN_WORDS, content, points.OWN_WORDS, act.at, own)


def _of_readers(act: Act) -> Iterator[Row]:
    readers = sorted((visit.at, visit.id) for visit in act.visits if visit.kind is ClickKind.HUMAN)
    note = {"share_id": act.id, "post_id": act.post.id, "cap": points.CLICKS_A_SHARE}
    for at, key in readers[: points.CLICKS_A_SHARE]:
        yield _line(act, Reason.READER, f"click:{_dashed(key)}", points.CLICK, at, note)
    for at, _key in readers[points.CLICKS_A_SHARE : points.CLICKS_A_SHARE + 1]:
        yield _line(act, Reason.READER, f"share:{act.id}", 0, at, {**note, "why": Why.SHARE_FULL.value})


def _line(act: Act, reason: Reason, subject: str, earns: int, at: datetime, note: dict[str, Any]) -> Row:
    kept = Jsonb({**note, "organisation_id": act.organisation_id})
    return act.person_id, reason.value, subject, earns, at, points.VERSION, kept


def _dashed(key: str) -> str:
    """A UUID as it is written."""
    return "-".join((key[:8], key[8:12], key[12:16], key[16:20], key[20:]))
