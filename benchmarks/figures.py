"""Figures as they are kept: some rounds of one measure, each with the limit of its minute."""

from dataclasses import dataclass, field
from statistics import median


@dataclass
class Figure:
    """A measure: its value in each round, and the same of its limit; `most` is the goal, in the unit."""

    name: str
    unit: str
    limit: str
    most: float | None = None
    values: list[float] = field(default_factory=list)
    limits: list[float] = field(default_factory=list)
    aside: list[float] = field(default_factory=list)
    """Another figure of the same measure: the 95th or 99th of a hundred, or processor time."""
    statements: int = 0

    def note(self, value: float, limit: float, aside: float = 0.0, statements: int = 0) -> None:
        """Keep a round."""
        self.statements = statements
        self.values.append(value)
        self.limits.append(limit)
        self.aside.append(aside)

    @property
    def value(self) -> float:
        """The middle of the rounds."""
        return median(self.values)

    @property
    def ratios(self) -> list[float]:
        """Value to limit, round by round."""
        return [value / limit for value, limit in zip(self.values, self.limits, strict=True) if limit]

    @property
    def spread(self) -> str:
        """The least and the largest ratio."""
        return f"{plain(min(self.ratios))}–{plain(max(self.ratios))}" if self.ratios else "–"


class Table:
    """Figures by name, in the order they came."""

    def __init__(self, title: str) -> None:
        """Nothing yet."""
        self.title = title
        self.figures: dict[str, Figure] = {}

    def of(self, name: str, unit: str, limit: str, most: float | None = None) -> Figure:
        """The figure of that name."""
        return self.figures.setdefault(name, Figure(name, unit, limit, most))


def plain(ratio: float) -> str:
    """A ratio as one reads it: two decimals below one, one below ten, none above."""
    return f"{ratio:.2f}" if ratio < 1 else f"{ratio:.1f}" if ratio < 10 else f"{ratio:,.0f}"
