"""The assistant in the share panel: one's own words, on one's own request, taken by a press and put back by another."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from advocacy.assistant.models import AssistRequest
from advocacy.assistant.tasks import answer_waiting
from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.sharing.models import Share
from tests.assistant_server import AssistantServer
from tests.sharing.conftest import Scene
from tests.visitor import Visitor, page, words


@pytest.fixture
def assistant(set_environment: Callable[..., None]) -> Iterator[AssistantServer]:
    running = AssistantServer()
    set_environment(**running.settings)
    yield running
    running.close()
    assert running.flaws == []


def sent(answer, **more):
    """Every field of the panel as a browser would send it."""
    tree = page(answer)
    fields = {
        str(one.attributes["name"]): str(one.attributes.get("value") or "")
        for one in tree.css("form.sharing input[type=hidden]")
    }
    chosen = [one.attributes["value"] for one in tree.css("form.sharing input[name=account][checked]")]
    text = tree.css_first("textarea#text").text()
    return {
        **fields,
        "text": text.removeprefix("\n"),
        "language": "en",
        "when": "now",
        "at": "",
        "account": chosen,
        **more,
    }


def take(answer) -> str:
    return str(page(answer).css_first("button[value^=take-]").attributes["value"])


def answered(scene: Scene) -> None:
    with scene.app.app_context():
        answer_waiting()


def published(scene: Scene, text: str, alike: int = 0, assisted: bool = False, days: int = 0, person=None) -> None:
    with scene.app.app_context():
        post = scene.world.post(scene.root)
        number = scene.share(text, post)
        values = {
            "state": "published",
            "alike": alike,
            "assisted": assisted,
            "created_at": utcnow() - timedelta(days=days),
        }
        if person is not None:
            values["person_id"] = person.id
        db.session.execute(update(Share).where(Share.id == number).values(**values))
        db.session.commit()


def test_without_settings_there_is_nothing_of_it(scene: Scene, visit: Callable[..., Visitor]) -> None:
    me, where = visit(scene.person), f"/posts/{scene.post.id}/share"
    shown = me.get(where)
    assert "assistant" not in shown.text.lower()
    assert "Shorter" not in shown.text
    assert me.post(f"{where}/words", sent(shown, act="shorter")).status_code == 404
    assert me.get(f"{where}/words/1").status_code == 404


def test_taken_edited_shared_and_marked(
    scene: Scene, visit: Callable[..., Visitor], assistant: AssistantServer
) -> None:
    assistant.say("Half the weight, and all the heart.")
    me, where = visit(scene.person), f"/posts/{scene.post.id}/share"
    asked = me.post(f"{where}/words", sent(me.get(where), act="shorter", text="My long words about this light heart."))
    assert asked.status_code == 200
    assert "The assistant is at work" in words(asked)
    answered(scene)
    assert assistant.asked[0].material == {"text": "My long words about this light heart."}
    there = me.post(f"{where}/words", sent(asked, act="look"))
    assert "Half the weight" in words(there)
    assert sent(there)["text"] == "My long words about this light heart."
    taken = me.post(f"{where}/words", sent(there, act=take(there)))
    assert sent(taken)["text"] == "Half the weight, and all the heart."
    assert page(taken).css_matches("textarea#text[data-focus]")
    back = me.post(f"{where}/words", sent(taken, act="back"))
    assert (sent(back)["text"], sent(back)["taken"]) == ("My long words about this light heart.", "")
    again = me.post(f"{where}/words", sent(back, act=take(there)))
    final = sent(again, text="Half the weight, all the heart: mine.", account=[scene.account.id])
    final.pop("csrf_token")
    assert me.post(where, final).status_code == 303
    with scene.app.app_context():
        [share] = db.session.scalars(select(Share))
        assert (share.text, share.assisted) == ("Half the weight, all the heart: mine.", True)
    assert "Begun with the assistant" in words(me.get("/shares"))


@pytest.mark.parametrize(
    ("change", "marked"), [({"taken": ""}, False), ({"text": "A suggested wording."}, False), ({}, True)]
)
def test_only_what_began_with_it_is_marked(
    scene: Scene, visit: Callable[..., Visitor], assistant: AssistantServer, change: dict[str, str], marked: bool
) -> None:
    me, where = visit(scene.person), f"/posts/{scene.post.id}/share"
    fields = sent(me.get(where), account=[scene.account.id], **{"taken": "1", "text": "Quite other words.", **change})
    fields.pop("csrf_token")
    assert me.post(where, fields).status_code == 303
    with scene.app.app_context():
        assert db.session.scalars(select(Share.assisted)).all() == [marked]


def test_own_words_are_sent_on_ones_own_request_only(
    scene: Scene, visit: Callable[..., Visitor], assistant: AssistantServer
) -> None:
    me, where = visit(scene.person), f"/posts/{scene.post.id}/share"
    assert "In my own words" not in words(me.get(where))
    published(scene, "Mine, newest.", days=1)
    published(scene, "A suggestion.", alike=100, days=2)
    published(scene, "From the assistant.", assisted=True, days=3)
    published(scene, "A colleague’s.", days=4, person=scene.world.person(scene.root))
    for number in range(6):
        published(scene, f"Mine, {number}.", days=5 + number)
    shown = me.get(where)
    assert "up to five texts that you published yourself" in words(shown)
    me.post(f"{where}/words", sent(shown, act="plainer", text="What I think."))
    asked = me.post(f"{where}/words", sent(shown, act="own_words", text="What I think."))
    assert asked.status_code == 200
    answered(scene)
    plain, own = (one.material for one in assistant.asked)
    assert plain == {"text": "What I think."}
    assert own == {"text": "What I think.", "samples": ["Mine, newest.", *(f"Mine, {number}." for number in range(4))]}
    with scene.app.app_context():
        assert [one.material for one in db.session.scalars(select(AssistRequest))] == [{}, {}]


def test_the_length_is_that_of_the_accounts_with_what_is_added(
    scene: Scene, visit: Callable[..., Visitor], assistant: AssistantServer
) -> None:
    assistant.say("A sentence of some length. " * 300)
    me, where = visit(scene.person), f"/posts/{scene.post.id}/share"
    asked = me.post(f"{where}/words", sent(me.get(where), act="plainer", text="Words.", account=[scene.account.id]))
    answered(scene)
    there = me.post(f"{where}/words", sent(asked, act="look"))
    taken = me.post(f"{where}/words", sent(there, act=take(there)))
    fields = sent(taken, account=[scene.account.id])
    fields.pop("csrf_token")
    assert 2900 < len(fields["text"]) < 3000
    assert me.post(where, fields).status_code == 303


def test_locked_words_stay(scene: Scene, visit: Callable[..., Visitor], assistant: AssistantServer) -> None:
    locked = scene.world.post(scene.root, "Locked", locked=True)
    me, where = visit(scene.person), f"/posts/{locked.id}/share"
    shown = me.get(where)
    assert not page(shown).css_matches("#assistant")
    assert me.post(f"{where}/words", sent(shown, act="shorter")).status_code == 404


def test_it_is_ones_own(scene: Scene, visit: Callable[..., Visitor], assistant: AssistantServer) -> None:
    me, where = visit(scene.person), f"/posts/{scene.post.id}/share"
    me.post(f"{where}/words", sent(me.get(where), act="shorter", text="Secret words."))
    assistant.say("Secret.")
    answered(scene)
    assert "Secret." in me.get(f"{where}/words/1").text
    colleague = visit(scene.world.person(scene.root))
    assert colleague.get(f"{where}/words/1").status_code == 404
    stolen = colleague.post(f"{where}/words", sent(colleague.get(where), act="look", asked="1"))
    assert "Secret" not in stolen.text
    assert colleague.post(f"{where}/words", sent(colleague.get(where), act="take-1-0")).status_code == 404
    stranger = visit(scene.world.person(scene.world.organisation("Elsewhere")))
    for path in (f"{where}/words", f"{where}/words/1"):
        assert stranger.get(path).status_code in (404, 405)
    assert stranger.post(f"{where}/words", {"act": "shorter", "text": "x"}).status_code == 404


def test_a_refusal_loses_nothing(scene: Scene, visit: Callable[..., Visitor], assistant: AssistantServer) -> None:
    me, where = visit(scene.person), f"/posts/{scene.post.id}/share"
    empty = me.post(f"{where}/words", sent(me.get(where), act="shorter", text="   "))
    assert empty.status_code == 422
    assert "Write a few words first" in words(empty)
    assistant.status(429, Retry_After="9")
    asked = me.post(f"{where}/words", sent(empty, act="plainer", text="Typed with care."))
    answered(scene)
    there = me.post(f"{where}/words", sent(asked, act="look"))
    assert "Ask again in 9 seconds" in words(there)
    assert sent(there)["text"] == "Typed with care."
    gone = me.post(f"{where}/words", sent(there, act="leave-1"))
    assert "Ask again" not in words(gone)
