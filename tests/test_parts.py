"""The shell and the shared parts, on a small app with nothing behind it."""

import gzip
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Blueprint, Flask, flash, render_template, render_template_string
from flask_babel import Babel
from flask_login import LoginManager, UserMixin, login_user
from jinja2 import StrictUndefined
from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser
from werkzeug.test import TestResponse

from advocacy.assets import STATIC_FOLDER, init_assets, tree_digest
from advocacy.clock import utcnow
from advocacy.design import Sample, design
from advocacy.errors import NotFound, Unavailable
from advocacy.formats import init_formats

ROOT = STATIC_FOLDER.parent


class Member(UserMixin):
    """Somebody signed in, as the shell needs them."""

    id = "1"
    name = "Inès B."
    theme = "dark"
    photo = None
    organisation = SimpleNamespace(name="Hautes-Combes", hue=150)


def stand_ins() -> list[Blueprint]:
    """The addresses that the shell and the parts point to."""
    ends: dict[str, list[str]] = {
        "people": ["settings", "sign_out", "language"],
        "networks": ["accounts"],
        "home": ["feed"],
        "content": ["post/<int:post_id>", "save/<int:post_id>", "dismiss/<int:post_id>"],
        "sharing": ["share/<int:post_id>"],
        "media": ["show/<key>"],
    }
    made = []
    for name, rules in ends.items():
        blueprint = Blueprint(name, __name__)
        for rule in rules:
            blueprint.add_url_rule(f"/{name}/{rule}", rule.split("/")[0], lambda **_given: "")
        made.append(blueprint)
    return made


@pytest.fixture(scope="module")
def pages() -> Flask:
    """A small app with the shell and nothing behind it."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(SECRET_KEY="for tests", TESTING=True)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Babel(app, default_locale="en", default_timezone="Europe/Paris")
    LoginManager(app).user_loader(lambda _id: Member())
    init_assets(app)
    init_formats(app)
    entries = [
        ("home", "Home", 1240),
        ("board", "Leaderboard", 0),
        ("impact", "My impact", 0),
        ("shares", "My shares", 0),
    ]
    nav = [
        {"key": key, "label": label, "icon": "home", "href": f"/{key}", "count": count} for key, label, count in entries
    ]
    team = [{"key": "studio", "label": "Studio", "icon": "layout-kanban", "href": "/studio"}]
    app.context_processor(lambda: {"lang": "en", "org_hue": 150, "nav": nav, "nav_team": team})
    app.jinja_env.globals["csrf"] = lambda: Markup('<input type="hidden" name="csrf_token" value="t">')
    for blueprint in [*stand_ins(), design]:
        app.register_blueprint(blueprint)
    return app


@pytest.fixture
def signed_in(pages: Flask) -> Iterator[Flask]:
    with pages.test_request_context("/here?x=1"):
        login_user(Member())
        yield pages


def drawn(template: str, **facts: object) -> LexborHTMLParser:
    return LexborHTMLParser(render_template_string(template, **facts))


def fetched(app: Flask, path: str, **headers: str) -> TestResponse:
    with app.test_client().get(path, headers=headers) as response:
        response.get_data()
        return response


def test_static_files_are_kept_for_ever_under_their_digest_only(pages):
    digest = tree_digest(STATIC_FOLDER)
    now, old = fetched(pages, f"/static/{digest}/relais.css"), fetched(pages, "/static/0123456789ab/relais.css")
    assert (now.status_code, now.cache_control.max_age, now.cache_control.immutable) == (200, 31536000, True)
    assert now.mimetype == "text/css"
    assert old.data == now.data
    assert old.cache_control.max_age == 300


def test_texts_travel_zipped_to_those_who_can_open_them(pages):
    path = f"/static/{tree_digest(STATIC_FOLDER)}/relais.css"
    zipped = fetched(pages, path, Accept_Encoding="gzip, br")
    assert gzip.decompress(zipped.data) == fetched(pages, path).data
    assert (zipped.content_encoding, zipped.vary.to_header()) == ("gzip", "Accept-Encoding")
    assert fetched(pages, path, Accept_Encoding="gzip;q=0").content_encoding is None


@pytest.mark.parametrize("path", ["../app.py", "nothing.css", "vendor/refresh.py", "vendor/VENDORED.md", ""])
def test_nothing_else_is_served(pages, path):
    assert fetched(pages, f"/static/{tree_digest(STATIC_FOLDER)}/{path}").status_code == 404


def test_the_digest_follows_names_and_bytes(tmp_path: Path):
    (tmp_path / "a.css").write_text("1")
    seen = [tree_digest(tmp_path)]
    (tmp_path / "a.css").write_text("2")
    seen.append(tree_digest(tmp_path))
    (tmp_path / "a.css").rename(tmp_path / "b.css")
    seen.append(tree_digest(tmp_path))
    assert len(set(seen)) == 3


def test_the_shell_says_where_one_is(signed_in):
    flash("Saved.", "good")
    shell = drawn(
        "{% extends 'base.html' %}{% set here = 'home' %}{% block title %}T{% endblock %}{% block main %}<h1>T</h1>{% endblock %}"
    )
    assert [link.text(strip=True) for link in shell.css(".rail a[aria-current=page]")] == ["Home1,240"]
    assert len(shell.css(".tabbar > *")) == 5
    assert shell.css_first("html").attributes["data-theme"] == "dark"
    assert shell.css_first("html").attributes["style"] == "--hue:150"
    assert shell.css_first(".flash[role=status] .notice.good").text(strip=True) == "Saved."
    assert all(
        form.attributes["action"] == "/people/sign_out" and form.css("[name=csrf_token]") for form in shell.css("form")
    )
    assert shell.css("#menu[popover] a[href='/studio']")
    sprite = (STATIC_FOLDER / "vendor/icons.svg").read_text()
    assert all(f'id="{node.attributes["href"].split("#")[1]}"' in sprite for node in shell.css("use"))


def test_signed_out_pages_change_language_without_script(pages):
    with pages.test_request_context("/sign-in?next=/x"):
        page = drawn("{% extends 'bare.html' %}{% block title %}T{% endblock %}{% block main %}{% endblock %}")
    form = page.css_first("form[action='/people/language']")
    assert [button.attributes["value"] for button in form.css("button[name=language]")] == ["fr", "en"]
    assert form.css_first("[name=next]").attributes["value"] == "/sign-in?next=/x"
    assert "data-theme" not in page.css_first("html").attributes


def test_components_show_every_part(pages):
    client = pages.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = "1"
    page = LexborHTMLParser(client.get("/components").text)
    parts = ".btn .card .chip .count .grade .stat .avatar .field .choice .pills .switch .notice .meter .post .preview .captions"
    parts += " .streak .board .medal .steps .chart .funnel .heat .spark .empty .pager"
    assert [part for part in parts.split() if not page.css(part)] == []
    ids = [node.attributes["id"] for node in page.css("[id]")]
    assert len(ids) == len(set(ids))


def test_a_field_in_error_is_wired_to_its_message(signed_in):
    form = Sample()
    form.validate()
    page = drawn(
        "{% import 'parts/form.html' as F with context %}{{ F.summary(form) }}{% for f in form %}{{ F.field(f) }}{% endfor %}",
        form=form,
    )
    title = page.css_first("input[name=title]")
    assert title.attributes["aria-invalid"] == "true"
    assert title.attributes["aria-describedby"] == "title-hint title-error"
    assert page.css_first("#title-error").text(strip=True) == "Give this content a title."
    assert page.css_first("#errors strong").text() == "4 things to settle"
    assert all(page.css(link.attributes["href"]) for link in page.css("#errors a"))
    assert "aria-invalid" not in page.css_first("textarea[name=note]").attributes
    assert page.css_first("label[for=note]").text(strip=True).endswith("(optional)")
    assert [box.attributes["type"] for box in page.css("#languages input")] == ["checkbox", "checkbox"]
    assert page.css_first("input[name=when]").attributes["type"] == "datetime-local"
    assert page.css_first("input[name=picture]").attributes["type"] == "file"


def a_post(**changes) -> dict:
    wording = {"id": 7, "text": "Bonjour", "language": "fr", "network": "LinkedIn"}
    post = {
        "id": 3, "title": "Light Heart", "summary": "Twelve minutes.", "language": "fr", "byline": "Newsroom", "where": ["Prevention"],
        "published_at": utcnow() - timedelta(hours=50), "expires_at": None, "image_url": None, "image_alt": None, "link_domain": None,
        "link_title": None, "wordings": [wording], "shareable": True, "my_share_state": None, "saved": False,
    }  # fmt: skip
    return post | changes


def card(**changes) -> LexborHTMLParser:
    return drawn("{% import 'parts/post.html' as post with context %}{{ post.card(p) }}", p=a_post(**changes))


def test_a_post_leads_to_the_share_panel_with_the_chosen_words(signed_in):
    links = [link.attributes["href"] for link in card().css("a")]
    assert "/sharing/share/3" in links
    assert "/sharing/share/3?wording=7" in links
    assert card().css_first(".captions span[lang]").attributes["lang"] == "fr"


def test_an_internal_post_offers_no_sharing(signed_in):
    page = card(shareable=False)
    assert page.css_first(".chip").text(strip=True) == "Internal only"
    assert not [link for link in page.css("a") if "share" in link.attributes["href"]]


@pytest.mark.parametrize(
    ("state", "kind"), [("scheduled", "brand"), ("published", "good"), ("unconfirmed", "warn"), ("failed", "bad")]
)
def test_a_post_says_what_became_of_my_share(signed_in, state, kind):
    assert card(my_share_state=state).css_first(f".by .chip.{kind}")


@pytest.mark.parametrize("saved", [True, False])
def test_saving_is_a_form_that_tells_its_state(signed_in, saved):
    button = card(saved=saved).css_first("form[action='/content/save/3'] button")
    assert button.attributes["aria-pressed"] == str(saved).lower()


def test_a_board_keeps_its_ranks_and_gaps(signed_in):
    me = {"rank": 1240, "name": "Inès B.", "kind": "person", "score": 9, "bar": 1, "move": -2, "me": "you", "key": "p9"}
    rows = [
        {**me, "rank": 1, "kind": "alias", "name": "Sunflower", "move": 1, "me": "", "key": "p1"},
        {"rank": None},
        {**me, "photo": "k"},
    ]
    page = drawn(
        "{% from 'parts/board.html' import board with context %}{{ board(rows, 'People', 'points') }}", rows=rows
    )
    assert [row.attributes["class"].strip() for row in page.css("li")] == ["top", "gap", "me"]
    assert page.css_first(".me .rank").text() == "1,240"
    assert page.css_first(".me img").attributes["src"] == "/media/show/k"
    assert "down by 2" in page.css_first(".me .move").text()


@pytest.mark.parametrize(
    ("error", "status", "shell"), [(NotFound("Not here."), 404, ".tabbar"), (Unavailable("Later."), 503, ".bare-top")]
)
def test_a_problem_says_one_thing_and_shows_a_way_out(signed_in, error, status, shell):
    page = LexborHTMLParser(render_template("errors/problem.html", error=error, status=status, reference="7f2a91"))
    assert page.css(shell)
    assert len(page.css("h1")) == 1
    assert page.css_first(".empty code").text() == "7f2a91"
    assert str(error.sentence) in page.css_first(".empty").text()
    assert page.css(".empty .btn.primary")[0].attributes["href"] == ("/" if status == 404 else "/here?x=1")


def test_a_message_stands_without_stylesheet_or_script(pages, set_public_url):
    body = "{% block content %}{% call M.text() %}<b>Hello</b>{% endcall %}{{ M.button('Go', 'https://relais.example/x') }}{{ M.address('https://relais.example/x') }}{% endblock %}"
    start = "{% extends 'mail/base.html' %}{% import 'parts/mail.html' as M with context %}{% block preheader %}In short.{% endblock %}"
    with pages.app_context():
        html = LexborHTMLParser(render_template_string(start + body, subject="Hello & welcome", lang="en"))
        text = render_template_string(
            "{% extends 'mail/base.txt' %}{% block content %}Go: https://x.example{% endblock %}",
            subject="S",
            lang="en",
        )
    assert html.css_first("title").text() == "Hello & welcome"
    assert [link.text() for link in html.css("a.btn")] == ["Go"]
    assert html.css_first("img").attributes["src"].startswith("http://relais.test/static/")
    assert all(table.attributes["role"] == "presentation" for table in html.css("table"))
    assert not html.css("script, link")
    assert text.startswith("S\n")
    assert "Go: https://x.example" in text


@pytest.fixture
def set_public_url(set_environment):
    set_environment(RELAIS_PUBLIC_URL="http://relais.test")
