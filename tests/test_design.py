"""The design holds: contrasts, icons, no stray style or script, exact vendored files, weights."""

import gzip
import hashlib
import json
import re

import pytest
from coloraide import Color

from advocacy.assets import STATIC_FOLDER

ROOT = STATIC_FOLDER.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "mail" not in path.relative_to(ROOT).as_posix()]
CSS = (STATIC_FOLDER / "relais.css").read_text()
SPRITE = set(re.findall(r'id="i-([a-z0-9-]+)"', (STATIC_FOLDER / "vendor/icons.svg").read_text()))

# What stands on what, and the ratio it needs (WCAG 2.2: 4.5 for text, 3 for the edges of controls and for drawings).
TEXT = {
    "bg": "ink ink-2 brand",
    "surface": "ink ink-2 brand baton-text good warn bad plum",
    "sunk": "ink ink-2 brand",
    "brand": "on-brand",
    "brand-deep": "on-brand",
    "brand-soft": "brand-deep ink ink-2",
    "baton": "on-baton",
    "baton-soft": "baton-text",
    "good-soft": "good ink",
    "warn-soft": "warn ink",
    "bad-soft": "bad ink",
    "plum-soft": "plum ink",
}
EDGES = {"bg": "edge focus baton", "surface": "edge focus baton", "sunk": "edge"}
PAIRS = [(front, back, 4.5) for back, fronts in TEXT.items() for front in fronts.split()]
PAIRS += [(front, back, 3.0) for back, fronts in EDGES.items() for front in fronts.split()]

TOKENS = dict(re.findall(r"--([a-z0-9-]+):\s*((?:light-dark|oklch)\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))", CSS))
GZIP_BUDGETS = {
    "relais.css": 16,
    "relais.js": 5,
    "vendor/htmx.min.js": 14,
    "vendor/icons.svg": 8,
    "vendor/Sortable.min.js": 16,
    "board.js": 3,
}


def color(token: str, mode: str, hue: int) -> Color:
    """A token as it shows in a mode for an organisation of that hue."""
    value = TOKENS[token].replace("var(--hue)", str(hue))
    if both := re.fullmatch(r"light-dark\((oklch\([^)]*\)),\s*(oklch\([^)]*\))\)", value):
        value = both[1 if mode == "light" else 2]
    return Color(re.sub(r"(?<![\d.])\.", "0.", value)).convert("srgb").clip()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_pair_of_colours_can_be_read_whatever_the_hue(mode):
    weak = []
    for front, back, needed in PAIRS:
        depends = "--hue" in TOKENS[front] + TOKENS[back]
        for hue in range(0, 360, 5) if depends else (205,):
            ratio = color(front, mode, hue).contrast(color(back, mode, hue))
            if ratio < needed:
                weak.append((front, back, hue, round(ratio, 2)))
    assert weak == []


def test_there_is_no_colour_value_outside_the_tokens():
    after = CSS[CSS.index("@layer base {") :]
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s,)])|\brgba?\(|\bhsla?\(", after) == []


def used_icons() -> dict[str, set[str]]:
    """Names of icons by the file that writes them."""
    literal = re.compile(r"""icon\(\s*["']([a-z0-9-]+)["']""")
    chosen = re.compile(r"""["']([a-z0-9-]+)["'] if [^}]*? else ["']([a-z0-9-]+)["']\)""")
    found: dict[str, set[str]] = {}
    for path in [*TEMPLATES, *(ROOT / "advocacy").rglob("*.py")]:
        text = path.read_text()
        names = set(literal.findall(text)) | set(re.findall(r"""\bicon=["']([a-z0-9-]+)["']""", text))
        for line in (line for line in text.splitlines() if "icon(" in line and path.suffix == ".html"):
            names |= {name for pair in chosen.findall(line[line.index("icon(") :]) for name in pair}
        found[path.relative_to(ROOT).as_posix()] = names
    return found


def test_every_icon_in_use_is_in_the_sprite():
    missing = {path: sorted(names - SPRITE) for path, names in used_icons().items() if names - SPRITE}
    assert missing == {}, "write the name into static/vendor/icons.txt and run static/vendor/refresh.py"


def test_the_sprite_holds_the_icons_of_its_list():
    assert set((STATIC_FOLDER / "vendor/icons.txt").read_text().split()) == SPRITE


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_style_attribute_carries_data_only(path):
    styles = re.findall(r"""style="((?:\{[{%].*?[}%]\}|[^"])*)\"""", path.read_text())
    for style in styles:
        plain = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "0", style)
        assert all(part.strip().startswith("--") for part in plain.split(";") if part.strip(" 0")), style


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_has_no_script_of_its_own(path):
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"""<[^>]*\s(?:on[a-z]+|hx-on[^=\s]*)\s*=""", text)
    assert "javascript:" not in text
    if path in PAGES:
        assert "<style" not in text


def test_vendored_files_are_the_ones_that_were_published():
    table = (STATIC_FOLDER / "vendor/VENDORED.md").read_text()
    told = dict(re.findall(r"^\| `([^`]+)` \|.*`([0-9a-f]{64})` \|$", table, flags=re.MULTILINE))
    vendor = STATIC_FOLDER / "vendor"
    ours = {"VENDORED.md", "icons.txt", "refresh.py"}
    there = {
        path.relative_to(vendor).as_posix() for path in vendor.rglob("*") if path.is_file() and path.suffix != ".pyc"
    }
    assert there - ours == set(told)
    assert {name: hashlib.sha256((vendor / name).read_bytes()).hexdigest() for name in told} == told


def test_versions_are_exact_and_the_lock_names_no_address():
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all("resolved" not in package for package in lock.values())
    assert all(package["integrity"] for name, package in lock.items() if name)


@pytest.mark.parametrize(("path", "kilobytes"), GZIP_BUDGETS.items())
def test_static_files_stay_light(path, kilobytes):
    assert len(gzip.compress((STATIC_FOLDER / path).read_bytes(), 9, mtime=0)) <= kilobytes * 1024


def test_fonts_and_covers_stay_light():
    assert sum(path.stat().st_size for path in (STATIC_FOLDER / "vendor").glob("*.woff2")) <= 65 * 1024
    covers = (STATIC_FOLDER / "img").glob("*.svg")
    assert all(len(gzip.compress(path.read_bytes(), 9)) <= 1024 for path in covers)


def test_addresses_in_the_stylesheet_and_the_manifest_lead_somewhere():
    manifest = json.loads((STATIC_FOLDER / "manifest.webmanifest").read_text())
    paths = re.findall(r'url\("([^"#]+)"\)', CSS) + [icon["src"] for icon in manifest["icons"]]
    assert paths
    assert [path for path in paths if not (STATIC_FOLDER / path).is_file()] == []
