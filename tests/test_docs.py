"""README says what is true: settings, demo accounts, links."""

import re
from pathlib import Path

from config.demo import DEMO_SIGN_INS
from config.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def settings_table() -> list[str]:
    """Each setting's row as README has it."""
    rows = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        variable = name.upper() if name in ("database_url", "redis_url") else f"RELAIS_{name.upper()}"
        if field.is_required():
            default = "*required*"
        else:
            value = field.get_default()
            default = f"`{value}`" if value not in (None, (), "") else "–"
        rows.append(f"| `{variable}` | {default} | {field.description} |")
    return rows


def accounts_table() -> list[str]:
    rows = ["| e-mail | who | language |", "| --- | --- | --- |"]
    return rows + [f"| `{one.email}` | {one.what} | {one.language} |" for one in DEMO_SIGN_INS]


def test_readme_lists_every_setting() -> None:
    assert "\n".join(settings_table()) in README


def test_readme_lists_the_demo_accounts() -> None:
    assert "\n".join(accounts_table()) in README
    assert {one.password for one in DEMO_SIGN_INS} == set(re.findall(r"password is `([^`]+)`", README))


def test_readme_says_what_decides_about_the_mailbox() -> None:
    told = next(part for part in README.split("\n\n") if "8000/mailbox>" in part)
    for name in ("RELAIS_MAIL_VIEWER", "RELAIS_MAIL_URL", "RELAIS_LINKEDIN_CLIENT_ID"):
        assert name in told


def test_links_and_pictures_exist() -> None:
    for name in ("README.md", "docs/architecture.md", "docs/decisions.md"):
        text = (ROOT / name).read_text()
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
            assert ((ROOT / name).parent / target).exists(), (name, target)


def test_the_stack_is_drawn_as_it_is_kept() -> None:
    drawn = (ROOT / "docs" / "architecture.md").read_text()
    kept = re.search(r"layers = \[(.*?)\]", (ROOT / "pyproject.toml").read_text(), re.DOTALL)
    assert kept
    slices = [name for name in re.findall(r'"advocacy\.(\w+)"', kept.group(1)) if name not in ("factory", "cli")]
    assert slices[0] == "home"
    assert slices[-1] == "people"
    stack = drawn[drawn.index("## The stack") :]
    found = [re.search(rf"^ +{name}\b", stack, re.MULTILINE) for name in slices]
    places = [place.start() for place in found if place]
    assert len(places) == len(slices)
    assert places == sorted(places)


def test_words_that_are_not_ours() -> None:
    hosts = re.compile("pypi" + r"\.org|python" + "hosted|npm" + "js|registry" + r"\.npm")
    texts = [
        path for path in ROOT.glob("*") if path.is_file() and path.suffix in (".md", ".lock", ".toml", ".json", "")
    ]
    assert [path.name for path in texts if hosts.search(path.read_text(errors="replace"))] == []
