from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from advocacy.content.models import TopicFollow
from advocacy.db import db
from advocacy.people.models import Organisation, Person, Role
from advocacy.sharing.models import Share
from tests.home.conftest import Deeds
from tests.visitor import page, words
from tests.world import World


@pytest.fixture
def newcomer(world: World, body: Organisation) -> Person:
    return world.person(body, name="Lena M.", welcomed_at=None, languages=["en"])


def again(app: Flask, person: Person) -> Person:
    with app.app_context():
        return db.session.get_one(Person, person.id)


def followed(app: Flask, person: Person) -> set[int]:
    with app.app_context():
        return set(db.session.scalars(select(TopicFollow.topic_id).where(TopicFollow.person_id == person.id)))


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_visitor_is_sent_to_sign_in(visit: Any, step: int) -> None:
    assert visit().get(f"/welcome/{step}").status_code == 302


@pytest.mark.parametrize("step", [0, 4, 99999999999999999999])
def test_there_are_three_steps(visit: Any, ines: Any, step: int) -> None:
    assert visit(ines).get(f"/welcome/{step}").status_code == 404


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("step", [1, 2, 3])
def test_each_step_says_where_one_is(
    world: World, visit: Any, programme: Any, body: Any, step: int, language: str
) -> None:
    world.post(programme)
    response = visit(world.person(body, language=language)).get(f"/welcome/{step}")
    assert response.status_code == 200
    tree = page(response)
    assert tree.css_first("html").attributes["lang"] == language
    assert len(tree.css("h1")) == 1
    assert [item.attributes.get("aria-current") for item in tree.css(".steps li")].index("step") == step - 1
    assert len(tree.css(".steps .done")) == step - 1


def test_the_first_step_keeps_who_i_am(app: Flask, world: World, visit: Any, programme: Any, newcomer: Person) -> None:
    health, local = world.topic(programme, "Health"), world.topic(programme, "Local life")
    me = visit(newcomer)
    form = page(me.get("/welcome/1"))
    assert form.css_first("#name").attributes["value"] == "Lena M."
    assert "Hautes-Combes" in form.text()
    answer = me.post("/welcome/1", {"name": "Lena", "job": "Nurse", "languages": ["fr", "en"], "topics": [health.id]})
    assert (answer.status_code, answer.location) == (303, "/welcome/2")
    kept = again(app, newcomer)
    assert (kept.name, kept.job, kept.languages) == ("Lena", "Nurse", ["fr", "en"])
    assert kept.welcomed_at is not None
    assert followed(app, newcomer) == {health.id}
    boxes = page(me.get("/welcome/1")).css("[name=topics]")
    assert {int(box.attributes["value"]) for box in boxes if "checked" in box.attributes} == {health.id}
    assert local.id in {int(box.attributes["value"]) for box in boxes}


def test_the_organisation_can_not_be_changed_here(
    app: Flask, world: World, visit: Any, programme: Any, newcomer: Person
) -> None:
    other = world.organisation("Elsewhere", programme)
    visit(newcomer).post(
        "/welcome/1", {"name": "Lena", "languages": "en", "organisation_id": other.id, "organisation": other.id}
    )
    assert again(app, newcomer).organisation_id == newcomer.organisation_id


def test_later_keeps_nothing_and_does_not_come_back(app: Flask, visit: Any, newcomer: Person) -> None:
    me = visit(newcomer)
    answer = me.post("/welcome/1", {"name": "", "later": "1"})
    assert (answer.status_code, answer.location) == (303, "/")
    assert me.get("/").status_code == 200
    assert again(app, newcomer).name == "Lena M."


def test_looking_at_the_step_changes_nothing(app: Flask, visit: Any, newcomer: Person) -> None:
    visit(newcomer).get("/welcome/1?later=1")
    assert again(app, newcomer).welcomed_at is None


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "", "languages": "en"},
        {"name": "x" * 81, "languages": "en"},
        {"name": "…", "languages": "en"},
        {"name": "a\u200bb", "languages": "en"},
        {"name": "Lena", "job": "x" * 81, "languages": "en"},
        {"name": "Lena"},
        {"name": "Lena", "languages": "de"},
        {"name": "Lena", "languages": "en", "topics": "nonsense"},
    ],
)
def test_a_form_in_error_is_shown_again_as_it_was_typed(
    app: Flask, world: World, visit: Any, programme: Any, newcomer: Person, typed: dict[str, str]
) -> None:
    world.topic(programme)
    response = visit(newcomer).post("/welcome/1", typed)
    assert response.status_code == 422
    assert page(response).css_first("#errors a") is not None
    assert page(response).css_first("#name").attributes.get("value", "") == typed["name"]
    kept = again(app, newcomer)
    assert (kept.name, kept.welcomed_at) == ("Lena M.", None)


def test_a_topic_of_another_programme_can_not_be_followed(
    app: Flask, world: World, visit: Any, programme: Any, newcomer: Person
) -> None:
    world.topic(programme)
    foreign = world.topic(world.organisation("Beaurive"))
    response = visit(newcomer).post("/welcome/1", {"name": "Lena", "languages": "en", "topics": [foreign.id]})
    assert response.status_code == 422
    assert foreign.name_en not in words(response)
    assert followed(app, newcomer) == set()


def test_the_second_step_leads_to_a_network_and_back(visit: Any, ines: Any) -> None:
    tree = page(visit(ines).get("/welcome/2"))
    form = tree.css_first(".connect form")
    assert form.attributes["action"] == "/accounts/linkedin/connect"
    assert form.css_first("[name=next]").attributes["value"] == "/welcome/3"
    assert tree.css_first("a[href='/welcome/3']").text() == "Continue without connecting"
    assert tree.css_first(".can") is not None


def test_a_connected_network_is_ready(world: World, visit: Any, ines: Any) -> None:
    world.account(ines)
    tree = page(visit(ines).get("/welcome/2"))
    assert tree.css_first(".connect .chip.good").text().strip() == "ready"
    assert tree.css_first("a[href='/welcome/3']").text() == "Continue"


def test_a_broken_account_is_offered_again(world: World, visit: Any, ines: Any) -> None:
    world.account(ines, state="reconnect")
    assert "Reconnect" in page(visit(ines).get("/welcome/2")).css_first(".connect form").text()


def test_without_a_network_set_up_one_can_still_go_on(visit: Any, ines: Any, set_environment: Any) -> None:
    set_environment(RELAIS_LINKEDIN_CLIENT_ID=None)
    tree = page(visit(ines).get("/welcome/2"))
    assert tree.css_first(".connect") is None
    assert tree.css_first("a[href='/welcome/3']") is not None


def test_the_first_post_is_chosen_by_topics_and_languages(
    app: Flask, world: World, visit: Any, deeds: Deeds, programme: Any, body: Any
) -> None:
    liked, other = world.topic(programme), world.topic(programme)
    me = world.person(body, languages=["fr"], language="fr")
    with app.app_context():
        db.session.add(TopicFollow(person_id=me.id, topic_id=liked.id))
        db.session.commit()
    world.post(programme, "In English, liked", topics=[liked])
    shared = world.post(programme, "Shared, liked", topics=[liked], language="fr")
    world.post(programme, "Right", topics=[liked], language="fr")
    world.post(programme, "Newest", topics=[other], language="fr")
    deeds.share(me, shared)
    assert page(visit(me).get("/welcome/3")).css_first("h2").text() == "Right"


def test_the_first_share_leaves_by_one_press(app: Flask, world: World, visit: Any, programme: Any, ines: Any) -> None:
    post, account = world.post(programme, "Come and see", wordings=("My job, in short.",)), world.account(ines)
    me = visit(ines)
    form = page(me.get("/welcome/3")).css_first("main form")
    assert form.attributes["action"] == f"/posts/{post.id}/share"
    assert form.css_first("textarea").text().strip() == "My job, in short."
    assert form.css_first("button.primary").text().strip() == "Share on LinkedIn"
    fields = {node.attributes["name"]: node.attributes["value"] for node in form.css("input[type=hidden]")}
    answer = me.post(form.attributes["action"], {**fields, "text": "In my own words."})
    assert (answer.status_code, answer.location) == (303, f"/shares/done/{fields['submission']}")
    with app.app_context():
        share = db.session.scalars(select(Share)).one()
        assert (share.person_id, share.account_id, share.text) == (ines.id, account.id, "In my own words.")


def test_nothing_leaves_without_an_account(world: World, visit: Any, programme: Any, ines: Any) -> None:
    world.post(programme)
    world.account(ines, state="reconnect")
    tree = page(visit(ines).get("/welcome/3"))
    assert tree.css_first("main button.primary") is None
    assert tree.css_first("main a[href='/welcome/2']").text() == "Connect a network first"
    assert "Not today" in tree.text()


def test_with_several_accounts_the_person_chooses_and_none_is_preselected(
    world: World, visit: Any, programme: Any, ines: Any
) -> None:
    world.post(programme)
    mine = {world.account(ines).id, world.account(ines).id}
    boxes = page(visit(ines).get("/welcome/3")).css("main input[name=account]")
    assert {int(box.attributes["value"]) for box in boxes} == mine
    assert all("checked" not in box.attributes for box in boxes)


def test_the_hashtag_of_the_programme_is_told(world: World, visit: Any) -> None:
    root = world.organisation("Aubrelle", disclosure="#EquipeAubrelle")
    world.post(root)
    assert "#EquipeAubrelle" in words(visit(world.person(root)).get("/welcome/3"))


def test_with_nothing_to_share_the_way_home_is_open(visit: Any, ines: Any) -> None:
    response = visit(ines).get("/welcome/3")
    assert "Nothing has been published for you yet." in words(response)
    assert page(response).css_first("main form") is None


@pytest.mark.parametrize("role", list(Role))
def test_every_role_is_welcome(world: World, visit: Any, body: Any, role: Role) -> None:
    me = visit(world.person(body, role))
    assert [me.get(f"/welcome/{step}").status_code for step in (1, 2, 3)] == [200, 200, 200]
