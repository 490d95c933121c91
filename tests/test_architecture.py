"""Conventions that are tests: who commits, sizes, words, tasks and their schedule."""

import ast
import re
from pathlib import Path

import pytest

from advocacy.jobs import celery
from config.schedule import SCHEDULE

ROOT = Path(__file__).parent.parent
CODE = sorted((ROOT / "advocacy").rglob("*.py"))
SLICES = (
    "people",
    "groups",
    "content",
    "brand",
    "cascade",
    "sources",
    "networks",
    "sharing",
    "tracking",
    "recognition",
    "home",
)
COMMITTERS = re.compile(
    r"(views|tasks|cli|command|administration|studio|mail_tasks|pages|welcome|renewing|rereading|rounds)\.py$"
)
NOT_USED = re.compile(r"\b(utils?|helpers?|managers?|advocates?|gamification)\b", re.IGNORECASE)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_only_the_edge_commits() -> None:
    found = [name_of(path) for path in CODE if ".commit()" in path.read_text() and "sandbox" not in path.parts]
    views = {
        name for name in found if "Blueprint" in (ROOT / name).read_text() or "blueprint" in (ROOT / name).read_text()
    }
    assert [name for name in found if name not in views and not COMMITTERS.search(name) and "/demo/" not in name] == []


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_files_and_functions_are_small(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 320
    long = [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno > 45
    ]
    assert long == []


def test_files_are_named_by_the_field() -> None:
    assert [name_of(path) for path in CODE if NOT_USED.search(path.stem.replace("_", " "))] == []


def test_no_import_hides_in_a_function() -> None:
    hidden = [
        f"{name_of(path)}:{node.lineno}"
        for path in CODE
        for outer in ast.walk(ast.parse(path.read_text()))
        if isinstance(outer, ast.FunctionDef)
        for node in ast.walk(outer)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_slices_take_only_faces_of_each_other() -> None:
    """Never another slice's views, forms or tasks."""
    private = re.compile(
        r"from advocacy\.(\w+)(?:\.\w+)* import .*\b(views|forms|tasks)\b|from advocacy\.(\w+)\.(views|forms|tasks)\b"
    )
    wrong = []
    for path in CODE:
        own = path.relative_to(ROOT / "advocacy").parts[0]
        if own not in SLICES:
            continue
        for found in private.finditer(path.read_text()):
            other = found.group(1) or found.group(3)
            if other in SLICES and other != own:
                wrong.append(f"{name_of(path)}: {found.group()}")
    assert wrong == []


def test_what_is_scheduled_exists(app: object) -> None:
    assert {str(entry["task"]) for entry in SCHEDULE.values()} <= set(celery.tasks)


def test_no_networks_name_in_generic_code() -> None:
    """But where robots are told by their names, and on the page of specimens."""
    generic = [path for path in CODE if not {"networks", "demo", "launch", "scale"} & set(path.parts)]
    robots = {"advocacy/tracking/agents.py", "advocacy/design.py"}
    named = [name_of(path) for path in generic if "linkedin" in path.read_text().lower()]
    assert [name for name in named if name not in robots] == []
