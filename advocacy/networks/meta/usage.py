"""How much of its allowance an app or account has used up, as the family's answers say: above nine tenths, calls rest.

Each process learns it from its own answers; what it then refuses is told onwards as TryLater.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from advocacy.clock import utcnow
from advocacy.networks.failures import TryLater
from advocacy.networks.wire import retry_moment

MOST = 90
"""Per cent."""
USUAL_REST = 600.0
LONGEST_REST = timedelta(hours=24)
_MOST_KNOWN = 10_000
_BY_APP = ("X-App-Usage",)
_BY_ACCOUNT = ("X-Business-Use-Case-Usage", "X-Page-Usage")
_resting: dict[tuple[str, str], datetime] = {}
_lock = threading.Lock()


def check(app: str, account: str, key: str) -> None:
    """Raises TryLater while the app, or this account, has to rest."""
    now = utcnow()
    with _lock:
        for scope, known in (("app", (app, "")), ("account", (app, account))):
            until = _resting.get(known)
            if until is not None and until > now:
                after = retry_moment((until - now).total_seconds(), key, LONGEST_REST)
                raise TryLater("throttled", after, "usage above 90 %", scope=scope)


def note(app: str, account: str, headers: Mapping[str, str]) -> None:
    """Remember what an answer says of the allowance."""
    for names, known in ((_BY_APP, (app, "")), (_BY_ACCOUNT, (app, account))):
        rest = max((rest_said(headers.get(name, "")) for name in names), default=0.0)
        if rest > 0:
            with _lock:
                if len(_resting) >= _MOST_KNOWN:
                    _resting.clear()
                _resting[known] = utcnow() + timedelta(seconds=rest)


def rest_said(header: str) -> float:
    """Seconds that this header asks to rest; 0 where it does not, or can't be read."""
    try:
        said = json.loads(header) if header else {}
    except ValueError:
        return 0.0
    longest = 0.0
    for usage in _usages(said):
        wait = usage.get("estimated_time_to_regain_access")
        minutes = float(wait) if isinstance(wait, int | float) and not isinstance(wait, bool) else 0.0
        parts = [usage.get(name) for name in ("call_count", "total_time", "total_cputime")]
        full = any(isinstance(part, int | float) and part > MOST for part in parts)
        longest = max(longest, minutes * 60, USUAL_REST if full else 0.0)
    return min(longest, LONGEST_REST.total_seconds())


def forget() -> None:
    """Nothing is known any more."""
    with _lock:
        _resting.clear()


def _usages(said: Any) -> Iterator[Mapping[str, Any]]:
    """The object itself, or the objects listed below each business in it."""
    if not isinstance(said, dict):
        return
    yield said
    for listed in said.values():
        if isinstance(listed, list):
            yield from (each for each in listed if isinstance(each, dict))
