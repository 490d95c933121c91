"""Charts drawn on the server: SVG for what is a curve, HTML for what is a list or a table.

Text is never inside the SVG (it would shrink on a phone); a missing value is a gap, never a zero; the line says
how the figure is known: solid = measured or counted, dotted = declared, dashes and a band = estimated.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from advocacy import formats

WIDTH: Final = 1000
HEIGHT: Final = 400
ROUND_STEPS: Final = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
Value = float | None


@dataclass(frozen=True)
class Series:
    """One line: values, how they are known (`grade`) and who says so (`source`); `low` and `high` bound an estimate.

    `color` is a token of the stylesheet, as `var(--brand)`.
    """

    name: str
    values: Sequence[Value]
    grade: str
    source: str
    color: str = "var(--brand)"
    low: Sequence[Value] = field(default=())
    high: Sequence[Value] = field(default=())


@dataclass(frozen=True)
class Step:
    """One bar of a funnel; `note` says what share of the step before it is."""

    name: str
    value: Value
    grade: str
    note: str = ""


def nice(value: float) -> float:
    """The round number just above `value`; 1 for zero and less."""
    if value <= 0:
        return 1
    power = 10.0 ** math.floor(math.log10(value))
    return next((step * power for step in ROUND_STEPS if step * power >= value), 10 * power)


def figure(value: Value) -> str:
    """A figure in the reader's language; a dash when it is not known."""
    locale = get_locale()
    return (
        formats.number(value, locale) if locale is not None else formats.UNKNOWN if value is None else f"{value:,.0f}"
    )


def _place(index: int, last: int) -> float:
    return index / last * WIDTH


def _level(value: float, top: float) -> float:
    return HEIGHT - value / top * HEIGHT


def path(values: Sequence[Value], top: float) -> str:
    """The `d` of a curve from left to right, lifting the pen where a value is missing."""
    last, pieces, pen = max(len(values) - 1, 1), [], "M"
    for index, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        pieces.append(f"{pen}{_place(index, last):.1f} {_level(value, top):.1f}")
        pen = "L"
    return "".join(pieces)


def band(low: Sequence[Value], high: Sequence[Value], top: float) -> str:
    """The `d` of the ground between two curves: one shape for each unbroken run."""
    last, shapes = max(len(low) - 1, 1), []
    run: list[tuple[float, float, float]] = []
    for index, (under, over) in enumerate([*zip(low, high, strict=True), (None, None)]):
        if under is not None and over is not None:
            run.append((_place(index, last), _level(under, top), _level(over, top)))
            continue
        if run:
            corners = [(x, up) for x, _down, up in run] + [(x, down) for x, down, _up in reversed(run)]
            shapes.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "Z")
        run = []
    return "".join(shapes)


def _top(series: Sequence[Series], ticks: int) -> float:
    known = [value for one in series for value in (*one.values, *one.high) if value is not None]
    return ticks * nice(max(known, default=0) / ticks)


def _curves(series: Sequence[Series], top: float) -> Markup:
    draw = Markup('<path class="{}" style="--c:{}" d="{}"/>')
    bands = [draw.format("band", one.color, band(one.low, one.high, top)) for one in series if one.high]
    curves = [draw.format(f"line {one.grade}", one.color, path(one.values, top)) for one in series]
    return Markup("").join(bands + curves)


def _ends(series: Sequence[Series], top: float) -> Markup:
    draw = Markup('<i class="end" style="--c:{};--x:100;--y:{:.2f}"></i>')
    return Markup("").join(
        draw.format(one.color, 100 * one.values[-1] / top)
        for one in series
        if one.values and one.values[-1] is not None
    )


def _axes(
    xs: Sequence[str], top: float, ticks: int, every: int, marks: Sequence[tuple[int, str]]
) -> tuple[Markup, Markup]:
    last = max(len(xs) - 1, 1)
    levels = Markup("").join(
        Markup('<li style="--y:{:g}"><span>{}</span></li>').format(100 * tick / ticks, figure(top * tick / ticks))
        for tick in range(ticks + 1)
    )
    label = Markup('<li style="--x:{:.2f}">{}</li>')
    names = Markup("").join(label.format(100 * at / last, name) for at, name in enumerate(xs) if at % every == 0)
    flags = Markup("").join(
        Markup('<li{} style="--x:{:.2f}">{}</li>').format(
            Markup(' class="left"') if at > last / 2 else "", 100 * at / last, text
        )
        for at, text in marks
    )
    return Markup('<ol class="ys">{}</ol>').format(levels), Markup(
        '<ol class="marks">{}</ol><ol class="xs">{}</ol>'
    ).format(flags, names)


def _legend(series: Sequence[Series]) -> Markup:
    item = Markup('<li><i class="key {}" style="--c:{}"></i>{} <span class="grade {}">{}</span></li>')
    return Markup("").join(item.format(one.grade, one.color, one.name, one.grade, one.source) for one in series)


def _cell(one: Series, at: int) -> Markup:
    value = one.values[at] if at < len(one.values) else None
    low, high = (one.low[at], one.high[at]) if one.high else (None, None)
    span = Markup(' <span class="tiny">({}–{})</span>').format(figure(low), figure(high)) if high is not None else ""
    return Markup('<td class="n">{}{}</td>').format(figure(value), span)


def _table(title: str, xs: Sequence[str], series: Sequence[Series]) -> Markup:
    heads = Markup("").join(Markup('<th scope="col" class="n">{}</th>').format(one.name) for one in series)
    rows = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(x, Markup("").join(_cell(one, at) for one in series))
        for at, x in enumerate(xs)
    )
    return Markup(
        '<details class="data"><summary>{}</summary><div class="scroll-x" tabindex="0" role="region" aria-label="{}">'
        '<table class="table"><thead><tr><td></td>{}</tr></thead><tbody>{}</tbody></table></div></details>'
    ).format(_("See the figures"), title, heads, rows)


def lines(
    title: str,
    xs: Sequence[str],
    series: Sequence[Series],
    *,
    every: int = 1,
    ticks: int = 4,
    marks: Sequence[tuple[int, str]] = (),
) -> Markup:
    """Curves over the same `xs`, with legend, grades and a table of the figures.

    `every` thins the names under the axis; `marks` are (index of x, text).
    `title` names the chart for those who can't see it.
    """
    top = _top(series, ticks)
    levels, names = _axes(xs, top, ticks, every, marks)
    return Markup(
        '<figure class="chart" data-chart><figcaption class="sr">{title}</figcaption><ul class="legend">{legend}</ul>'
        '<div class="plot" aria-hidden="true">{levels}<svg viewBox="0 0 {width} {height}" preserveAspectRatio="none">'
        '{curves}</svg>{ends}{names}<output class="readout" hidden></output></div>{table}</figure>'
    ).format(
        title=title,
        legend=_legend(series),
        levels=levels,
        width=WIDTH,
        height=HEIGHT,
        curves=_curves(series, top),
        ends=_ends(series, top),
        names=names,
        table=_table(title, xs, series),
    )


def spark(values: Sequence[Value], color: str = "var(--brand)") -> Markup:
    """A curve as small as a word, for decoration: the figure stands beside it."""
    top = max((value for value in values if value is not None), default=0) * 1.1 or 1
    return Markup(
        '<svg class="spark" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="line" style="--c:{}" d="{}"/></svg>'
    ).format(WIDTH, HEIGHT, color, path(values, top))


def funnel(steps: Sequence[Step]) -> Markup:
    """Bars of what is left after each step; the first one is the whole."""
    top = (steps[0].value if steps else None) or 1
    item = Markup(
        '<li style="--v:{:.2f}"><span class="name">{}</span><span class="bar {}" aria-hidden="true"></span>'
        "<b>{}</b>{}</li>"
    )
    return Markup('<ol class="funnel">{}</ol>').format(
        Markup("").join(
            item.format(
                min(100 * (step.value or 0) / top, 100),
                step.name,
                step.grade,
                figure(step.value),
                Markup('<span class="tiny">{}</span>').format(step.note) if step.note else "",
            )
            for step in steps
        )
    )


def heat(
    caption: str,
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[Value]],
    *,
    show: Callable[[Value], str] = figure,
    best: bool = False,
    quiet: bool = False,
    every: int = 1,
) -> Markup:
    """A table of shades. `best` outlines the highest, `quiet` hides the figures, `every` thins the heads."""
    top = max((value for row in values for value in row if value is not None), default=0) or 1

    def cell(value: Value) -> Markup:
        if value is None:
            return Markup('<td class="none"><span class="sr">{}</span></td>').format(formats.UNKNOWN)
        mark = Markup(' class="best"') if best and value == top else ""
        return Markup('<td style="--v:{:.3f}"{}><span>{}</span></td>').format(value / top, mark, show(value))

    head = Markup("").join(
        Markup('<th scope="col"><span{}>{}</span></th>').format(Markup(' class="sr"') if at % every else "", name)
        for at, name in enumerate(columns)
    )
    body = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(name, Markup("").join(map(cell, row)))
        for name, row in zip(rows, values, strict=True)
    )
    return Markup(
        '<table class="heat{}"><caption class="sr">{}</caption><thead><tr><td></td>{}</tr></thead>'
        "<tbody>{}</tbody></table>"
    ).format(" quiet" if quiet else "", caption, head, body)
