from datetime import timedelta
from typing import Any

import pytest

from advocacy.clock import local_day, midnight, utcnow
from advocacy.db import db
from advocacy.people.models import BoardName, Role
from advocacy.recognition.ledger import Line, Reason, enter
from advocacy.tracking.models import ClickKind
from tests.home.conftest import Deeds
from tests.statements import statements
from tests.visitor import page, words
from tests.world import World


def stats(response: Any) -> dict[str, tuple[str, str, str]]:
    """Label → (value, grade, source) of the figures at the top."""
    found = {}
    for node in page(response).css(".figures .stat"):
        grade = node.css_first(".grade")
        kind = grade.attributes["class"].split()[-1]
        found[node.css_first("dt").text()] = (node.css_first(".stat-value").text().strip(), kind, grade.text())
    return found


def test_a_visitor_is_sent_to_sign_in(visit: Any) -> None:
    assert visit().get("/impact").status_code == 302


def test_each_figure_says_how_it_is_known(world: World, visit: Any, deeds: Deeds, programme: Any, ines: Any) -> None:
    account = world.account(ines)
    one, two = (deeds.share(ines, world.post(programme), account, days_ago=days) for days in (2, 9))
    deeds.share(ines, world.post(programme), account, days_ago=20)
    deeds.figures(one, reach=12_345, reactions=4, comments=1, reshares=0)
    deeds.figures(two, reach=655, reactions=0)
    deeds.clicks(one, 5)
    deeds.clicks(two, 2, days_ago=3)
    deeds.clicks(one, 3, kind=ClickKind.ROBOT)
    deeds.clicks(one, 1, kind=ClickKind.PREVIEW)
    deeds.clicks(one, 2, kind=ClickKind.REPEAT)
    deeds.points(ines, 15)
    deeds.points(ines, 10, at=utcnow() - timedelta(days=100))
    response = visit(ines).get("/impact")
    assert response.status_code == 200
    assert stats(response) == {
        "Members reached, LinkedIn": ("13,000", "measured", "measured by LinkedIn, 2 of 3 shares"),
        "Clicks on your links": ("7", "ours", "counted by us, 4 robots left out"),
        "Reactions, comments, reshares, LinkedIn": ("5", "measured", "measured by LinkedIn, 2 of 3 shares"),
        "Points": ("15", "ours", "earned with 3 shares"),
    }
    assert "Why I have 25 points" in words(response)


def test_what_is_not_known_is_a_dash_and_never_a_zero(
    world: World, visit: Any, deeds: Deeds, programme: Any, ines: Any
) -> None:
    deeds.figures(deeds.share(ines, world.post(programme), world.account(ines)), reactions=None, reach=0)
    found = stats(visit(ines).get("/impact"))
    assert found["Members reached, LinkedIn"][:2] == ("0", "measured")
    assert found["Reactions, comments, reshares, LinkedIn"] == ("—", "none", "LinkedIn has not given any yet")


def test_reach_of_two_networks_is_not_added_up(
    world: World, visit: Any, deeds: Deeds, programme: Any, ines: Any
) -> None:
    deeds.figures(deeds.share(ines, world.post(programme)), reach=10)
    deeds.figures(deeds.share(ines, world.post(programme), network="elsewhere"), reach=20)
    found = stats(visit(ines).get("/impact"))
    assert (found["Members reached, LinkedIn"][0], found["Members reached, elsewhere"][0]) == ("10", "20")


def test_whoever_shared_nothing_sees_so_and_no_chart(visit: Any, ines: Any) -> None:
    response = visit(ines).get("/impact")
    assert stats(response)["Members reached"] == ("—", "none", "nothing shared in this time")
    assert page(response).css_first(".chart") is None
    assert "there is nothing to draw" in words(response)
    assert "No points yet." in words(response)
    assert "No account is connected." in words(response)


@pytest.mark.parametrize(
    ("days", "points", "title"), [(30, 30, "Clicks by day"), (90, 13, "Clicks by week"), (365, 52, "Clicks by week")]
)
def test_the_chart_has_a_table_of_its_figures(
    world: World, visit: Any, deeds: Deeds, programme: Any, ines: Any, days: int, points: int, title: str
) -> None:
    share = deeds.share(ines, world.post(programme), days_ago=3)
    deeds.clicks(share, 4, days_ago=1)
    response = page(visit(ines).get(f"/impact?days={days}"))
    rows = response.css(".chart tbody tr")
    assert points <= len(rows) <= points + 2
    assert sum(int(row.css_first("td").text()) for row in rows) == 4
    assert response.css_first("#clicks").text() == title
    assert response.css_first(".page-head [aria-current=page]").attributes["href"] == f"/impact?days={days}"


def test_the_period_bounds_shares_and_clicks(world: World, visit: Any, deeds: Deeds, programme: Any, ines: Any) -> None:
    share = deeds.share(ines, world.post(programme, "Long ago"), days_ago=60)
    deeds.clicks(share, 2, days_ago=50)
    deeds.clicks(share, 1, days_ago=5)
    me = visit(ines)
    assert "Long ago" not in words(me.get("/impact?days=30"))
    assert stats(me.get("/impact?days=30"))["Clicks on your links"][0] == "1"
    assert "Long ago" in words(me.get("/impact?days=90"))
    assert stats(me.get("/impact?days=90"))["Clicks on your links"][0] == "3"


@pytest.mark.parametrize("days", ["31", "0", "-1", "99999999999999999999"])
def test_another_period_does_not_exist(visit: Any, ines: Any, days: str) -> None:
    assert visit(ines).get(f"/impact?days={days}").status_code == 404


def test_my_shares_carry_their_figures_with_a_grade_each(
    world: World, visit: Any, deeds: Deeds, programme: Any, ines: Any
) -> None:
    account = world.account(ines)
    one = deeds.share(ines, world.post(programme, "Measured"), account, days_ago=1)
    deeds.figures(one, reach=612)
    deeds.clicks(one, 34)
    deeds.share(ines, world.post(programme, "Silent"), account, days_ago=2)
    deeds.share(ines, world.post(programme, "Planned"), account, state="scheduled")
    deeds.share(ines, world.post(programme, "Taken back"), account, state="cancelled")
    rows = {
        node.css_first("b").text(): node.text(separator=" ")
        for node in page(visit(ines).get("/impact")).css(".shares li")
    }
    assert set(rows) == {"Measured", "Silent", "Planned"}
    assert "612" in rows["Measured"]
    assert "34" in rows["Measured"]
    assert "not given yet" in rows["Silent"]
    assert "scheduled" in rows["Planned"]


def test_an_unconfirmed_share_is_settled_from_here(
    world: World, visit: Any, deeds: Deeds, programme: Any, ines: Any
) -> None:
    share = deeds.share(ines, world.post(programme, "Lost"), world.account(ines), state="unconfirmed")
    me = visit(ines)
    notice = page(me.get("/impact")).css_first(".notice.plum")
    assert "Is this share online?" in notice.text()
    forms = notice.css("form")
    assert {form.attributes["action"] for form in forms} == {f"/shares/{share}/settle"}
    assert {form.css_first("[name=online]").attributes["value"] for form in forms} == {"yes", "no"}
    assert me.post(f"/shares/{share}/settle", {"online": "no"}).status_code == 303
    assert page(me.get("/impact")).css_first(".notice.plum") is None


def test_the_last_eight_lines_explain_the_points(visit: Any, deeds: Deeds, ines: Any) -> None:
    for number in range(11):
        deeds.points(ines, number, at=utcnow() - timedelta(days=number))
    ledger = page(visit(ines).get("/impact")).css_first("table.ledger")
    assert len(ledger.css("tbody time")) == 8
    assert "3 lines" in ledger.text()
    assert ledger.css("tbody tr")[-1].css_first("td.n").text() == "+27"
    assert ledger.css_first("tfoot td.n").text() == "55"


def test_readers_of_one_share_on_one_day_are_one_line_here(visit: Any, world: World, ines: Any) -> None:
    noon = midnight(local_day(utcnow(), ines.time_zone), ines.time_zone) - timedelta(hours=12)
    readers = [
        Line(ines.id, Reason.READER, f"click:{n}", 1, noon + timedelta(minutes=n), {"share_id": 7}) for n in range(5)
    ]
    others = [Line(ines.id, Reason.READER, "click:other", 1, noon + timedelta(minutes=9), {"share_id": 8})]
    with world.app.app_context():
        enter([*readers, *others, Line(ines.id, Reason.SHARE, "post:1", 10, noon - timedelta(days=2), {"share_id": 7})])
        db.session.commit()
    rows = page(visit(ines).get("/impact")).css("table.ledger tbody tr")
    assert [row.css_first("td.n").text() for row in rows] == ["+1", "+5", "+10"]
    assert "5 readers of your link" in rows[1].text()


def test_nothing_of_a_colleague_is_here(
    world: World, visit: Any, deeds: Deeds, programme: Any, body: Any, ines: Any
) -> None:
    colleague = world.person(body)
    share = deeds.share(colleague, world.post(programme, "Theirs"), world.account(colleague))
    deeds.clicks(share, 9)
    deeds.points(colleague, 77)
    response = visit(ines).get("/impact")
    assert "Theirs" not in words(response)
    assert stats(response)["Clicks on your links"][0] == "0"
    assert stats(response)["Points"][0] == "0"


@pytest.mark.parametrize(
    ("board_name", "said", "colleagues"),
    [
        (BoardName.NAME, "Your name on the leaderboards: Inès B.", True),
        (BoardName.ALIAS, "Your name on the leaderboards: Tournesol , a pen name", True),
        (BoardName.HIDDEN, "You are not on the leaderboards; you keep your points.", False),
    ],
)
def test_who_sees_what_is_told_truly(
    world: World, visit: Any, body: Any, board_name: BoardName, said: str, colleagues: bool
) -> None:
    me = world.person(body, name="Inès B.", alias="Tournesol", board_name=board_name.value)
    response = visit(me).get("/impact")
    assert said in words(response)
    points = next(row for row in page(response).css("table.seen tbody tr") if row.css_first("th").text() == "Points")
    assert (points.css("td")[1].css_first("svg") is not None) == colleagues
    clicks = next(
        row for row in page(response).css("table.seen tbody tr") if row.css_first("th").text() == "Clicks and reach"
    )
    assert [cell.css_first("svg") is not None for cell in clicks.css("td")] == [True, False, False]


def test_my_accounts_tell_which_needs_me(world: World, visit: Any, ines: Any) -> None:
    world.account(ines, state="reconnect")
    card = page(visit(ines).get("/impact")).css_first("section[aria-labelledby=accounts]")
    assert "to connect again" in card.text()


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_the_page_in_both_languages(world: World, visit: Any, body: Any, role: Role) -> None:
    for language in ("fr", "en"):
        response = visit(world.person(body, role, language=language)).get("/impact")
        assert response.status_code == 200
        assert page(response).css_first("html").attributes["lang"] == language
        assert page(response).css_first("nav.tabbar [aria-current=page]") is not None


def test_the_page_takes_sixteen_questions(world: World, visit: Any, deeds: Deeds, programme: Any, ines: Any) -> None:
    account = world.account(ines)
    for number in range(12):
        post = world.post(programme)
        share = deeds.share(ines, post, account, days_ago=number * 5)
        deeds.figures(share, reach=number)
        deeds.clicks(share, 2)
        deeds.points(ines, 10, at=utcnow() - timedelta(days=number), share_id=share, post_id=post.id)
    me = visit(ines)
    with statements(deeds.app) as sent:
        response = me.get("/impact")
    assert len(page(response).css(".shares li")) == 8
    assert len(sent) <= 16, "\n".join(sent)
