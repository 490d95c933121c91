"""The assistant in the composer, by its forms alone: offered beside what was typed, taken by a press, marked."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from advocacy.assistant.models import AssistRequest
from advocacy.assistant.tasks import answer_waiting
from advocacy.content.models import Post, PostVersion
from advocacy.db import db
from advocacy.people.models import Organisation, Person, Role
from tests.assistant_server import AssistantServer
from tests.content.test_composer import captions, typed
from tests.visitor import Visitor, page, words
from tests.world import World


@pytest.fixture
def root(world: World) -> Organisation:
    return world.organisation("Aubrelle")


@pytest.fixture
def editor(world: World, root: Organisation) -> Person:
    return world.person(root, Role.EDITOR)


@pytest.fixture
def me(visit: Callable[..., Visitor], editor: Person) -> Visitor:
    return visit(editor)


def hidden(answer, name: str) -> str:
    return str(page(answer).css_first(f"[name={name}]").attributes.get("value") or "")


def fields(answer) -> dict[str, str]:
    """Every hidden field of the assistant, as a browser sends them back."""
    found = page(answer).css("#caption-list input[type=hidden]")
    return {str(one.attributes["name"]): str(one.attributes.get("value") or "") for one in found}


def take(answer, number: int = 0) -> str:
    return str(page(answer).css("button[value^=take-]")[number].attributes["value"])


def answered(app: Flask) -> None:
    with app.app_context():
        answer_waiting()


def test_without_settings_there_is_nothing_of_it(root, me, world, set_environment) -> None:
    post = world.post(root, state="draft")
    shown = me.get(f"/studio/posts/{post.id}")
    assert "assistant" not in shown.text.lower()
    for act in ("wordings", "shorter-0", "take-1-0", "leave-1", "look"):
        assert me.post("/studio/posts/new", typed(root, act=act)).status_code == 404
    assert me.get("/studio/assistant/1").status_code == 404


def test_shorter_is_asked_offered_and_taken_without_script(app, root, me, assistant) -> None:
    assistant.say("One, shorter.")
    new = "/studio/posts/new"
    asked = me.post(new, typed(root, act="shorter-1"))
    assert captions(asked) == ["One.", "Two.", "Three."]
    assert "The assistant is at work" in words(asked)
    answered(app)
    assert assistant.asked[0].material == {"text": "Two."}
    there = me.post(new, typed(root, act="look", **fields(asked)))
    assert "1 suggestion of the assistant" in words(there)
    assert captions(there) == ["One.", "Two.", "Three."]
    taken = me.post(new, typed(root, act=take(there), **fields(there)))
    assert captions(taken) == ["One.", "Two.", "One, shorter.", "Three."]
    assert "with the assistant" in words(taken)
    assert page(taken).css_matches("#wordings-2-text[data-focus]")
    assert not page(taken).css_matches("button[value^=take-]")
    saved = me.post(new, typed(root, captions(taken), act="save", **fields(taken)))
    assert saved.status_code == 303
    with app.app_context():
        [version] = db.session.scalars(select(PostVersion))
        assert version.assisted
        post = db.session.scalars(select(Post)).one()
        number, version_now = post.id, post.version
    assert "with the assistant" in words(me.get(f"/studio/posts/{number}/history"))
    again = me.get(f"/studio/posts/{number}")
    more = typed(root, ["Mine alone."], version=version_now, **fields(again))
    assert me.post(f"/studio/posts/{number}", more).status_code == 303
    with app.app_context():
        marks = [one.assisted for one in db.session.scalars(select(PostVersion).order_by(PostVersion.number))]
        assert marks == [True, False]


def test_a_caption_that_was_removed_leaves_no_mark(app, root, me, assistant) -> None:
    asked = me.post("/studio/posts/new", typed(root, ["One."], act="plainer-0"))
    answered(app)
    there = me.post("/studio/posts/new", typed(root, ["One."], act="look", **fields(asked)))
    taken = me.post("/studio/posts/new", typed(root, ["One."], act=take(there), **fields(there)))
    dropped = me.post("/studio/posts/new", typed(root, captions(taken), act="drop-1", **fields(taken)))
    me.post("/studio/posts/new", typed(root, captions(dropped), act="save", **fields(dropped)))
    with app.app_context():
        assert [one.assisted for one in db.session.scalars(select(PostVersion))] == [False]


def test_captions_from_the_link_in_a_language_for_a_network(app, root, me, world, assistant) -> None:
    assistant.say("Premier angle.", "Deuxième angle.", "x" * 5000, "Troisième angle.")
    post = world.post(root, "Light heart", state="draft", wordings=("There.",), link=None, summary="In short.")
    here = f"/studio/posts/{post.id}"
    sent = {
        "suggest_language": "fr",
        "suggest_network": "linkedin",
        "version": post.version,
        "link": "",
        "summary": "In short.",
    }
    asked = me.post(here, typed(root, ["There.", ""], act="wordings", **sent, **fields(me.get(here))))
    answered(app)
    assert assistant.asked[0].material == {"title": "Light heart", "summary": "In short.", "others": ["There."]}
    assert "Write in French" in assistant.asked[0].orders
    assert "at most 3000 characters" in assistant.asked[0].orders
    opened = me.get(here)
    offered = [one.text() for one in page(opened).css("#caption-list p.words")]
    assert offered == ["Premier angle.", "Deuxième angle.", "Troisième angle."]
    taken = me.post(here, typed(root, ["There.", ""], act=take(opened, 1), **sent, **fields(asked)))
    assert captions(taken) == ["There.", "Deuxième angle."]
    chosen = [one.attributes["value"] for one in page(taken).css("#caption-list .caption-edit option[selected]")]
    assert chosen[-2:] == ["linkedin", "fr"]
    left = [one.text() for one in page(taken).css("#caption-list p.words")]
    assert left == ["Premier angle.", "Troisième angle."]
    gone = me.post(here, typed(root, captions(taken), act=f"leave-{hidden(taken, 'asked')}", **sent, **fields(taken)))
    assert not page(gone).css_matches("button[value^=take-]")
    assert not page(me.get(here)).css_matches("button[value^=take-]")


def test_a_translation_is_a_caption_in_the_other_language(app, root, me, assistant) -> None:
    assistant.say("Un.")
    asked = me.post("/studio/posts/new", typed(root, ["One."], act="translate-0"))
    answered(app)
    assert "Write in French" in assistant.asked[0].orders
    there = me.post("/studio/posts/new", typed(root, ["One."], act="look", **fields(asked)))
    taken = me.post("/studio/posts/new", typed(root, ["One."], act=take(there), **fields(there)))
    assert captions(taken) == ["One.", "Un."]
    assert page(taken).css_first("#wordings-1-language option[selected]").attributes["value"] == "fr"


def test_refusals_are_said_beside_and_lose_nothing(app, root, me, assistant, set_environment) -> None:
    empty = me.post("/studio/posts/new", typed(root, ["One.", ""], act="shorter-1"))
    assert empty.status_code == 422
    assert "Write a few words first" in words(empty)
    assert captions(empty) == ["One.", ""]
    set_environment(RELAIS_ASSISTANT_DAILY="1")
    me.post("/studio/posts/new", typed(root, act="shorter-0"))
    much = me.post("/studio/posts/new", typed(root, act="shorter-1"))
    assert "last question to the assistant for today" in words(much)
    nothing = me.post("/studio/posts/new", typed(root, title="", act="wordings"))
    assert "Give a link or a title first" in words(nothing)
    assert me.post("/studio/posts/new", typed(root, act="shorter-9")).status_code == 404
    assert me.post("/studio/posts/new", typed(root, act="take-1-99")).status_code == 422
    answered(app)
    assert me.post("/studio/posts/new", typed(root, act="take-1-99")).status_code == 404


@pytest.mark.parametrize(
    ("failure", "wait", "sentence"),
    [
        ("absent", None, "can’t be reached"),
        ("busy", 12, "Ask again in 12 seconds"),
        ("busy", None, "Ask again in a moment"),
        ("refused", None, "refused the question"),
        ("unreadable", None, "no answer that can be used"),
        ("too_slow", None, "took too long"),
        ("lost", None, "got lost on the way"),
    ],
)
def test_each_failure_has_its_sentence(app, root, me, assistant, failure, wait, sentence) -> None:
    asked = me.post("/studio/posts/new", typed(root, act="shorter-0"))
    with app.app_context():
        one = db.session.scalars(select(AssistRequest)).one()
        one.state, one.failure, one.retry_after = "failed", failure, wait
        db.session.commit()
        number = one.id
    assert sentence in words(me.get(f"/studio/assistant/{number}"))
    assert sentence in words(me.post("/studio/posts/new", typed(root, act="look", **fields(asked))))


def test_the_answer_is_its_persons_and_an_editors(app, root, me, world, visit, assistant) -> None:
    post = world.post(root, state="draft")
    me.post(f"/studio/posts/{post.id}", typed(root, act="shorter-0", version=post.version))
    answered(app)
    assert me.get(f"/studio/assistant/1?post={post.id}").status_code == 200
    assert f"/studio/posts/{post.id}" in me.get(f"/studio/assistant/1?post={post.id}").text
    assert visit(world.person(root, Role.EDITOR)).get("/studio/assistant/1").status_code == 404
    assert visit(world.person(root)).get("/studio/assistant/1").status_code == 403
    elsewhere = world.organisation("Elsewhere")
    foreign = world.post(elsewhere)
    assert me.get(f"/studio/assistant/1?post={foreign.id}").status_code in (403, 404)
    other = visit(world.person(elsewhere, Role.ADMIN))
    assert other.get("/studio/assistant/1").status_code == 404
    assert other.post("/studio/posts/new", typed(elsewhere, act="take-1-0")).status_code == 404
    assert other.post("/studio/posts/new", typed(elsewhere, act="leave-1")).status_code == 404
    stolen = other.post("/studio/posts/new", typed(elsewhere, act="look", asked="1", **{"wordings-0-asked": "1"}))
    assert "A suggestion." not in stolen.text


@pytest.mark.parametrize("said", ["<script>alert(1)</script>Hello <b>you</b>", "Hello you"])
def test_markup_of_an_answer_is_shown_as_words(app, root, me, assistant, said) -> None:
    assistant.say(said)
    asked = me.post("/studio/posts/new", typed(root, act="shorter-0"))
    answered(app)
    there = me.post("/studio/posts/new", typed(root, act="look", **fields(asked)))
    assert page(there).css_first("#caption-list p.words").text().endswith("Hello you")
    assert not page(there).css_matches("#caption-list p.words *")


def test_what_is_sent_and_to_whom_is_said(root, me, assistant: AssistantServer) -> None:
    host = assistant.url.split("/")[2]
    assert f"When you press, {host} is sent the caption" in words(me.get("/studio/posts/new"))
