from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from advocacy.clock import utcnow
from advocacy.content.models import Post
from advocacy.db import db
from advocacy.people.models import BoardName, Person, Role
from advocacy.sharing import recall
from tests.home.conftest import Deeds
from tests.statements import statements
from tests.visitor import page, words
from tests.world import World


def titles(response: Any) -> list[str]:
    return [node.text().strip() for node in page(response).css("article.post h2")]


def test_a_visitor_is_sent_to_sign_in(visit: Any) -> None:
    response = visit().get("/")
    assert response.status_code == 302
    assert "/sign-in" in response.location


def test_whoever_was_not_welcomed_is_welcomed_first(world: World, visit: Any, body: Any) -> None:
    newcomer = world.person(body, welcomed_at=None)
    response = visit(newcomer).get("/")
    assert (response.status_code, response.location) == (302, "/welcome/1")


def test_home_greets_and_shows_the_posts_of_the_person(
    world: World, visit: Any, programme: Any, body: Any, ines: Any
) -> None:
    other = world.organisation("Elsewhere", programme)
    world.post(programme, "For everyone")
    world.post(body, "For us", link=None, link_title="", image=None)
    world.post(other, "For others")
    response = visit(ines).get("/")
    assert response.status_code == 200
    assert page(response).css_first("h1").text() == "Hello Inès"
    assert titles(response) == ["For us", "For everyone"]
    assert "Take what speaks to you, leave the rest." in words(response)


def test_home_speaks_french(world: World, visit: Any, programme: Any, ines: Any, body: Any) -> None:
    reader = world.person(body, name="Karim O.", language="fr")
    world.post(programme, "Pour tous")
    response = visit(reader).get("/")
    assert page(response).css_first("html").attributes["lang"] == "fr"
    assert titles(response) == ["Pour tous"]


def test_tabs_part_the_feed(world: World, visit: Any, programme: Any, body: Any, ines: Any) -> None:
    group = world.group(programme, ines, name="Runners")
    world.post(programme, "Everyone")
    world.post(programme, "Body", audience=body)
    world.post(programme, "Runners", audience=group)
    me = visit(ines)
    assert [link.text() for link in page(me.get("/")).css(".tabs a")] == [
        "For you",
        "Aubrelle",
        "Hautes-Combes",
        "My groups",
        "My topics",
        "Saved",
    ]
    assert titles(me.get("/?tab=programme")) == ["Everyone"]
    assert titles(me.get("/?tab=organisation")) == ["Body"]
    assert titles(me.get("/?tab=groups")) == ["Runners"]
    current = page(me.get("/?tab=groups")).css_first(".tabs a[aria-current]")
    assert current.text() == "My groups"


def test_at_the_head_of_the_programme_there_is_no_tab_of_a_body(world: World, visit: Any, programme: Any) -> None:
    chief = world.person(programme)
    assert [link.text() for link in page(visit(chief).get("/")).css(".tabs a")] == [
        "For you",
        "Aubrelle",
        "My groups",
        "My topics",
        "Saved",
    ]


@pytest.mark.parametrize("tab", ["all", "programme", "organisation", "groups", "saved"])
def test_every_tab_has_its_own_empty_state(visit: Any, ines: Any, tab: str) -> None:
    response = visit(ines).get(f"/?tab={tab}")
    assert response.status_code == 200
    assert page(response).css_first(".empty h2") is not None


@pytest.mark.parametrize("query", ["tab=nonsense", "tab=", "before=nonsense", "before=MTIz", "tab=all&before=%00"])
def test_an_address_that_was_made_up_is_refused_clearly(visit: Any, ines: Any, query: str) -> None:
    assert visit(ines).get(f"/?{query}").status_code == 400


def test_more_leads_to_older_posts_and_then_to_an_end(world: World, visit: Any, programme: Any, ines: Any) -> None:
    for number in range(25):
        world.post(programme, f"Post {number:02}", publish_at=utcnow() - timedelta(hours=number + 1))
    me = visit(ines)
    first = me.get("/")
    more = page(first).css_first("#more a").attributes["href"]
    second = me.get(more)
    assert titles(first) + titles(second) == [f"Post {number:02}" for number in range(25)]
    assert page(second).css_first("#more") is None


def test_htmx_gets_only_the_next_cards(world: World, visit: Any, programme: Any, ines: Any) -> None:
    for number in range(21):
        world.post(programme, f"Post {number:02}", publish_at=utcnow() - timedelta(hours=number + 1))
    me = visit(ines)
    link = page(me.get("/")).css_first("#more a")
    assert link.attributes["hx-get"] == link.attributes["href"]
    part = me.get(link.attributes["href"], headers={"HX-Request": "true"})
    assert titles(part) == ["Post 20"]
    assert "<html" not in part.text
    assert "HX-Request" in part.headers["Vary"]


def test_cards_know_what_became_of_my_share(world: World, visit: Any, deeds: Deeds, programme: Any, ines: Any) -> None:
    fresh, shared = world.post(programme, "Fresh"), world.post(programme, "Shared")
    deeds.share(ines, shared, world.account(ines))
    response = page(visit(ines).get("/"))
    assert "You shared it" in response.css_first(f"#post-{shared.id}").text()
    assert "10 points" in response.css_first(f"#post-{fresh.id} footer").text()
    assert "10 points" not in response.css_first(f"#post-{shared.id} footer").text()


def test_a_colleagues_share_is_not_told(
    world: World, visit: Any, deeds: Deeds, programme: Any, body: Any, ines: Any
) -> None:
    colleague = world.person(body)
    shared = world.post(programme, "Shared")
    deeds.share(colleague, shared, world.account(colleague))
    assert "You shared it" not in words(visit(ines).get("/"))


def test_suggestions_are_in_languages_the_person_shares_in(
    world: World, visit: Any, programme: Any, body: Any, ines: Any
) -> None:
    french = world.person(body, languages=["fr"])
    world.post(programme, wordings=("An English wording.",))
    assert "An English wording." in words(visit(french).get("/"))
    assert "An English wording." in words(visit(ines).get("/"))


def test_what_is_new_counts_from_the_last_day_of_a_visit(world: World, visit: Any, programme: Any, ines: Any) -> None:
    me = visit(ines)
    for hours in (1, 2, 90):
        world.post(programme, publish_at=utcnow() - timedelta(hours=hours))
    with me.client.session_transaction() as session:
        session["seen"] = [ines.id, int((utcnow() - timedelta(days=3)).timestamp()), 0]
    day = (utcnow() - timedelta(days=3)).strftime("%A")
    assert f"2 new things since {day}." in words(me.get("/"))
    assert f"2 new things since {day}." in words(me.get("/"))


def test_what_another_person_saw_on_this_device_is_not_used(
    world: World, visit: Any, programme: Any, ines: Any
) -> None:
    me = visit(ines)
    with me.client.session_transaction() as session:
        session["seen"] = [ines.id + 1, int((utcnow() - timedelta(days=3)).timestamp()), 0]
    assert "since" not in words(me.get("/")).split("Your week")[0]


def test_a_visit_is_written_down_at_most_once_an_hour(visit: Any, ines: Any) -> None:
    me = visit(ines)
    me.get("/")
    with me.client.session_transaction() as session:
        first = session["seen"]
    me.get("/")
    with me.client.session_transaction() as session:
        assert session["seen"] == first


def test_my_place_stands_between_my_neighbours(
    world: World, visit: Any, deeds: Deeds, programme: Any, body: Any, ines: Any
) -> None:
    for number, score in enumerate((90, 80, 70, 40, 30)):
        deeds.standing(world.person(body, name=f"Rival {number}"), programme, score)
    hidden = world.person(body, name="Nobody", board_name=BoardName.HIDDEN.value)
    deeds.standing(hidden, programme, 60)
    pen = world.person(body, name="Real Name", alias="Tournesol", board_name=BoardName.ALIAS.value)
    deeds.standing(pen, programme, 45)
    deeds.standing(ines, programme, 50)
    response = page(visit(ines).get("/"))
    rows = response.css(".board li")
    assert [row.attributes["value"] for row in rows] == ["3", "4", "5"]
    assert [row.css_first("b").text() for row in rows] == ["Rival 2", "Inès B.", "Tournesol"]
    assert "Real Name" not in response.text()
    assert "Place 4 this week" in response.css_first(".strip").text()


def test_first_and_last_see_three_rows_too(
    world: World, visit: Any, deeds: Deeds, programme: Any, body: Any, ines: Any
) -> None:
    second, third, last = (world.person(body, name=name) for name in ("Two", "Three", "Four"))
    for person, score in ((ines, 40), (second, 30), (third, 20), (last, 10)):
        deeds.standing(person, programme, score)
    assert [row.attributes["value"] for row in page(visit(ines).get("/")).css(".board li")] == ["1", "2", "3"]
    assert [row.attributes["value"] for row in page(visit(last).get("/")).css(".board li")] == ["2", "3", "4"]


def test_whoever_left_the_boards_sees_none(world: World, visit: Any, deeds: Deeds, programme: Any, body: Any) -> None:
    hidden = world.person(body, board_name=BoardName.HIDDEN.value)
    deeds.standing(hidden, programme, 60)
    response = page(visit(hidden).get("/"))
    assert response.css_first("#a-place") is None
    assert "Place" not in response.css_first(".strip").text()


def test_other_programmes_are_not_on_my_board(
    world: World, visit: Any, deeds: Deeds, programme: Any, ines: Any
) -> None:
    foreign = world.organisation("Beaurive")
    deeds.standing(world.person(foreign, name="Foreigner"), foreign, 90)
    deeds.standing(ines, programme, 10)
    assert "Foreigner" not in words(visit(ines).get("/"))


def test_the_rhythm_and_the_month_stand_beside_the_feed(
    world: World, visit: Any, deeds: Deeds, programme: Any, ines: Any
) -> None:
    account, post, older = world.account(ines), world.post(programme), world.post(programme)
    one = deeds.share(ines, post, account)
    deeds.share(ines, older, account)
    deeds.figures(one, reach=1240)
    deeds.clicks(one, 3)
    response = page(visit(ines).get("/"))
    assert [node.attributes.get("class") for node in response.css(".streak li")] == [None] * 7 + ["on"]
    month = response.css_first("section[aria-labelledby=a-month]").text()
    assert "1,240" in month
    assert "measured by LinkedIn, 1 of 2 shares" in month
    assert "counted by us" in month
    assert "3 clicks this month" in response.css_first(".strip").text()


def test_reach_that_a_network_does_not_give_is_a_dash_with_its_reason(
    world: World, visit: Any, deeds: Deeds, programme: Any, ines: Any
) -> None:
    deeds.share(ines, world.post(programme), world.account(ines))
    deeds.share(ines, world.post(programme), network="elsewhere")
    month = page(visit(ines).get("/")).css_first("section[aria-labelledby=a-month]")
    assert month.css_first(".stat-value").text().strip() == "—"
    assert "has not given any yet" in month.text()


def test_whoever_has_no_account_is_invited_calmly(visit: Any, ines: Any) -> None:
    aside = page(visit(ines).get("/")).css_first("aside")
    assert "Connect a network, if you like" in aside.text()
    assert aside.css_first(".notice.warn") is None


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("broken", "LinkedIn needs a new sign-in"),
        ("unconfirmed", "Is this share online?"),
        ("ending", "LinkedIn expires in 5 days"),
        ("waiting", "1 share is planned"),
    ],
)
def test_one_notice_the_most_pressing(
    world: World, visit: Any, deeds: Deeds, programme: Any, ines: Any, made: str, said: str
) -> None:
    state = "reconnect" if made == "broken" else "connected"
    ends = utcnow() + timedelta(days=5, hours=1) if made in ("broken", "unconfirmed", "ending") else None
    account = world.account(ines, state=state, expires_at=ends)
    if made in ("broken", "unconfirmed"):
        deeds.share(ines, world.post(programme), account, state="unconfirmed")
    deeds.share(ines, world.post(programme), account, state="scheduled")
    notices = page(visit(ines).get("/")).css("aside .notice")
    assert [notice.css_first("strong").text() for notice in notices] == [said]
    if made in ("broken", "ending"):
        assert "One planned share depends on it." in notices[0].text()


def test_what_is_called_back_comes_before_all_else(
    app: Flask, world: World, visit: Any, deeds: Deeds, programme: Any, ines: Any
) -> None:
    post, account = world.post(programme), world.account(ines, state="reconnect")
    deeds.share(ines, post, account)
    editor = world.person(programme, Role.EDITOR)
    with app.app_context():
        recall.recall(db.session.get_one(Person, editor.id), db.session.get_one(Post, post.id), "It was wrong.")
        db.session.commit()
    [notice] = page(visit(ines).get("/")).css("aside .notice")
    assert notice.css_first("strong").text() == "1 share is called back"
    assert notice.css_first("a").attributes["href"] == "/shares/recalled"


def test_the_phone_has_its_tab_bar_and_strip(visit: Any, ines: Any) -> None:
    response = page(visit(ines).get("/"))
    assert response.css_first("nav.tabbar [aria-current=page]").text() == "Home"
    assert response.css_first("nav.strip").attributes["aria-label"] == "Your week at a glance"


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_home(world: World, visit: Any, body: Any, role: Role) -> None:
    assert visit(world.person(body, role)).get("/").status_code == 200


def test_twenty_posts_take_eight_questions(
    world: World, visit: Any, deeds: Deeds, programme: Any, body: Any, ines: Any
) -> None:
    topic, account = world.topic(programme), world.account(ines)
    for number in range(22):
        post = world.post(body, wordings=("One.", "Two."), topics=[topic])
        if number % 3 == 0:
            deeds.clicks(deeds.share(ines, post, account, days_ago=number), 2)
    for person in (ines, world.person(body), world.person(body)):
        deeds.standing(person, programme, 10)
    me = visit(ines)
    with me.client.session_transaction() as session:
        session["seen"] = [ines.id, int((utcnow() - timedelta(days=3)).timestamp()), 0]
    with statements(deeds.app) as sent:
        response = me.get("/")
    assert len(titles(response)) == 20
    assert len(sent) <= 8, "\n".join(sent)
