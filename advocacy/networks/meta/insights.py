"""What the family says of a post's reach: a list of metrics, each a number or an object of numbers."""

from collections.abc import Mapping
from typing import Any

from advocacy.networks.base import METRICS
from advocacy.networks.meta.graph import objects_in
from advocacy.networks.wire import Answer, Asked, malformed


def metrics_in(answer: Answer, asked: Asked) -> dict[str, int]:
    """Each metric that has a value. Raises TryLater for an answer that is none."""
    listed = objects_in(answer)
    if listed is None:
        raise malformed(answer, asked)
    found = {str(each.get("name")): _value(each) for each in listed}
    return {name: value for name, value in found.items() if value is not None}


def figures_of(metrics: Mapping[str, int], names: Mapping[str, tuple[str, ...]]) -> dict[str, int | None]:
    """Ours by theirs: the sum of those that are given, None where none is."""
    values: dict[str, int | None] = dict.fromkeys(METRICS)
    for ours, theirs in names.items():
        given = [metrics[name] for name in theirs if name in metrics]
        values[ours] = sum(given) if given else None
    return values


def _value(metric: Mapping[str, Any]) -> int | None:
    listed, total = metric.get("values"), metric.get("total_value")
    if isinstance(total, dict):
        return _number(total.get("value"))
    if isinstance(listed, list) and listed and isinstance(listed[-1], dict):
        return _number(listed[-1].get("value"))
    return None


def _number(value: object) -> int | None:
    """A count, or the sum of an object of counts (paid and organic, or one a reaction)."""
    if isinstance(value, dict):
        parts = [part for part in value.values() if isinstance(part, int) and not isinstance(part, bool)]
        return sum(parts) if len(parts) == len(value) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
