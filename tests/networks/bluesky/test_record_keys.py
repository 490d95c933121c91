"""Record keys of our own."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from advocacy.networks.bluesky.tid import record_key

VALID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
FIRST = datetime(2020, 1, 1, tzinfo=UTC)
moments = st.timedeltas(timedelta(), timedelta(days=365 * 80)).map(lambda since: FIRST + since)


@given(st.text(), st.one_of(st.none(), moments))
def test_a_share_has_one_valid_key(key: str, moment: datetime | None) -> None:
    assert VALID.fullmatch(record_key(key, moment))
    assert record_key(key, moment) == record_key(key, moment)


@given(st.text(), st.text(), moments, st.integers(1, 10**6))
def test_later_shares_have_later_keys(one: str, other: str, moment: datetime, seconds: int) -> None:
    assert record_key(one, moment) < record_key(other, moment + timedelta(seconds=seconds))


@given(moments)
def test_the_zone_of_a_moment_changes_nothing(moment: datetime) -> None:
    assert record_key("share", moment) == record_key("share", moment.astimezone(ZoneInfo("Europe/Paris")))


def test_many_shares_of_one_moment_stay_apart() -> None:
    moment = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert len({record_key(f"share {number}", moment) for number in range(5000)}) == 5000
