"""Charts say what is known, and only that."""

from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask_babel import Babel, force_locale
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from advocacy import charts

values = st.lists(st.none() | st.floats(0, 10**9, allow_nan=False), min_size=1, max_size=30)


@pytest.fixture(autouse=True)
def page() -> Iterator[None]:
    app = Flask(__name__, static_folder=None)
    Babel(app, default_locale="en")
    with app.test_request_context():
        yield


def runs(known: list[float | None]) -> int:
    """How many unbroken stretches of known values there are."""
    return sum(1 for at, value in enumerate(known) if value is not None and (at == 0 or known[at - 1] is None))


@given(values)
def test_a_missing_value_is_a_gap(known):
    drawn = charts.path(known, 10**9)
    assert drawn.count("M") == runs(known)
    assert drawn.count("M") + drawn.count("L") == sum(value is not None for value in known)


@given(values)
def test_a_band_is_one_shape_for_each_run(known):
    drawn = charts.band(known, [None if value is None else value + 1 for value in known], 2 * 10**9)
    assert drawn.count("Z") == runs(known)


@given(st.floats(1e-6, 1e15))
def test_the_top_of_a_chart_is_just_above_its_highest(value):
    assert value <= charts.nice(value) * (1 + 1e-9)
    assert charts.nice(value) <= value * 1.7


def lines_of(title="Reach", **changes) -> LexborHTMLParser:
    reach = charts.Series(
        "Reach", [60, None, 1200], "estimate", "estimate", "var(--plum)", [50, None, 1000], [70, None, 1400]
    )
    clicks = charts.Series("Clicks", [3, 4, None], "ours", "counted by us")
    return LexborHTMLParser(str(charts.lines(title, ["W1", "W2", "W3"], [reach, clicks], **changes)))


def test_every_figure_of_a_chart_can_be_read_in_its_table():
    rows = [[cell.text(strip=True) for cell in row.css("th, td")] for row in lines_of().css("tbody tr")]
    assert rows == [["W1", "60(50–70)", "3"], ["W2", "—", "4"], ["W3", "1,200(1,000–1,400)", "—"]]


def test_figures_follow_the_language_of_the_reader():
    with force_locale("fr"):
        assert "1\u202f200" in lines_of().css_first("tbody").text()


def test_the_line_shows_how_it_is_known():
    drawn = lines_of()
    assert [node.attributes["class"] for node in drawn.css("path")] == ["band", "line estimate", "line ours"]
    assert [node.attributes["class"] for node in drawn.css(".legend .grade")] == ["grade estimate", "grade ours"]


def test_a_line_that_stopped_has_no_end_dot():
    assert len(lines_of().css(".end")) == 1


def test_marks_turn_left_where_there_is_no_room():
    marks = lines_of(marks=[(0, "Start"), (2, "Now")]).css(".marks li")
    assert [(mark.text(), mark.attributes.get("class")) for mark in marks] == [("Start", None), ("Now", "left")]


@pytest.mark.parametrize(
    "drawn",
    [
        lambda bad: charts.lines(bad, [bad], [charts.Series(bad, [1], bad, bad, bad)], marks=[(0, bad)]),
        lambda bad: charts.funnel([charts.Step(bad, 1, bad, bad)]),
        lambda bad: charts.heat(bad, [bad], [bad], [[1]], show=lambda _value: bad),
        lambda bad: charts.spark([1], bad),
    ],
)
def test_texts_are_escaped(drawn):
    assert "<script" not in drawn('"><script>')


@pytest.mark.parametrize(
    "drawn",
    [
        lambda: charts.lines("None", [], []),
        lambda: charts.lines("None", ["W1"], [charts.Series("Reach", [None], "none", "not given")]),
        lambda: charts.funnel([]),
        lambda: charts.funnel([charts.Step("Invited", None, "none"), charts.Step("Shared", 3, "ours")]),
        lambda: charts.heat("None", [], [], []),
        lambda: charts.heat("Zero", ["Mon"], ["8"], [[0]]),
        lambda: charts.spark([None]),
        lambda: charts.spark([0, 0]),
    ],
)
def test_nothing_to_show_is_no_error(drawn):
    assert "nan" not in drawn().lower()


def test_a_funnel_is_never_wider_than_its_first_step():
    drawn = LexborHTMLParser(
        str(charts.funnel([charts.Step("Invited", 10, "ours"), charts.Step("Shared", 25, "ours", "more")]))
    )
    assert [item.attributes["style"] for item in drawn.css("li")] == ["--v:100.00", "--v:100.00"]


def test_a_heat_map_marks_the_unknown_and_the_best():
    drawn = LexborHTMLParser(str(charts.heat("Hours", ["Mon"], ["8", "9", "10"], [[4, None, 8]], best=True)))
    assert [cell.attributes.get("class") for cell in drawn.css("tbody td")] == [None, "none", "best"]


def test_the_drawing_is_well_formed():
    assert ElementTree.fromstring(str(charts.spark([1, None, 3]))).tag == "svg"
