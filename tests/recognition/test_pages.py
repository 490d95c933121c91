"""The board and the ledger as people see them, in both languages."""

import re
from datetime import timedelta

import pytest

from advocacy.clock import local_day, start_of_week, utcnow
from advocacy.db import db
from advocacy.recognition import ledger
from advocacy.recognition.ledger import PAGE, Line, Reason, Why
from tests.statements import statements
from tests.tracking.clicks import share_of
from tests.visitor import page, words

SHOWN = re.compile(r"\d+")


@pytest.fixture
def earn(app):
    """Gives somebody points, some days ago."""

    def earned(person, points, days=0, subject="post:1", reason=Reason.SHARE, **note):
        with app.app_context():
            at = utcnow() - timedelta(days=days)
            ledger.enter([Line(person.id, reason, subject, points, at, note)])
            db.session.commit()

    return earned


@pytest.fixture
def programme(world):
    return world.organisation("Aubrelle", time_zone="UTC")


@pytest.fixture
def crowd(world, programme, earn):
    """Twenty people with 200, 195, 190 … points, the first first."""
    people = [world.person(programme, name=f"Colleague {n:02}") for n in range(1, 21)]
    for n, person in enumerate(people):
        earn(person, 200 - 5 * n)
    return people


def rows(response) -> list[tuple[str, str, str]]:
    """Rank, name and score of each row; a gap is a row of its own."""
    found = []
    for row in page(response).css("ol.board > li"):
        if "gap" in (row.attributes.get("class") or ""):
            found.append(("…", "", ""))
            continue
        score = SHOWN.search(row.css_first(".score").text())[0]
        found.append((row.attributes["value"], row.css_first("b").text(), score))
    return found


def test_the_first_ten_then_me_between_my_neighbours(visit, crowd):
    me = crowd[14]
    board = rows(visit(me).get("/leaderboard"))
    assert [row[0] for row in board] == [*map(str, range(1, 11)), "…", "13", "14", "15", "16", "17"]
    assert board[0] == ("1", "Colleague 01", "200")
    assert board[13] == ("15", "Colleague 15", "130")
    mine = page(visit(me).get("/leaderboard")).css("ol.board > li.me")
    assert len(mine) == 1
    assert "you" in mine[0].text()


@pytest.mark.parametrize(("place", "last"), [(1, 10), (9, 11), (10, 12), (11, 13), (12, 14), (20, 20)])
def test_places_near_the_top_and_at_the_end(visit, crowd, place, last):
    board = rows(visit(crowd[place - 1]).get("/leaderboard"))
    assert board[-1][0] == str(last)
    assert (("…", "", "") in board) is (place == 20)


def test_somebody_who_left_is_on_nobodys_board_and_sees_their_own_place(visit, world, programme, crowd, earn):
    hidden = world.person(programme, name="Nobody Sees", board_name="hidden")
    earn(hidden, 192)
    theirs = visit(hidden).get("/leaderboard")
    assert "Your place would be 3, with 192 points. Only you see this." in words(theirs)
    assert rows(theirs) == rows(visit(world.person(programme)).get("/leaderboard"))
    other = visit(crowd[2]).get("/leaderboard")
    assert "Nobody Sees" not in words(other)
    assert "192" not in words(other)
    assert rows(other)[2] == ("3", "Colleague 03", "190")


def test_a_pen_name_gives_nothing_away(visit, world, programme, crowd, earn):
    person = world.person(programme, name="Secret Poet", board_name="alias", alias="Sunflower", photo="poet.jpg")
    earn(person, 300)
    seen = visit(crowd[0]).get("/leaderboard")
    assert rows(seen)[0] == ("1", "Sunflower", "300")
    assert "Secret Poet" not in seen.text
    assert "poet.jpg" not in seen.text
    assert "1 colleague chose a pen name." in words(seen)
    assert not re.search(rf"row-{person.id}\b", seen.text)
    assert "you" in page(visit(person).get("/leaderboard")).css_first("li.me").text()


def test_those_who_are_gone_and_other_programmes_are_not_shown(visit, world, crowd, earn, programme):
    gone = world.person(programme, name="Gone Away", deactivated_at=utcnow())
    stranger = world.person(world.organisation("Elsewhere"), name="Some Stranger")
    earn(gone, 500)
    earn(stranger, 500)
    seen = visit(crowd[0]).get("/leaderboard")
    assert "Gone Away" not in seen.text
    assert "Some Stranger" not in seen.text
    assert rows(visit(stranger).get("/leaderboard")) == [("1", "Some Stranger", "500")]


def test_periods_are_kept_apart_and_can_be_looked_back_at(visit, world, programme, earn):
    person = world.person(programme)
    earn(person, 10, subject="post:1")
    earn(person, 7, days=7, subject="post:2")
    visitor = visit(person)
    assert rows(visitor.get("/leaderboard?period=week"))[0][2] == "10"
    week_ago = local_day(utcnow(), "UTC") - timedelta(days=7)
    past = visitor.get(f"/leaderboard?period=week&at={week_ago}")
    assert rows(past)[0][2] == "7"
    assert "every 15s" not in past.text
    back = page(visitor.get("/leaderboard")).css_first("a[rel=prev]").attributes["href"]
    assert rows(visitor.get(back))[0][2] == "7"
    forth = page(visitor.get(back)).css_first("a[rel=next]").attributes["href"]
    assert rows(visitor.get(forth))[0][2] == "10"
    future = visitor.get("/leaderboard?at=2099-01-01")
    assert rows(future)[0][2] == "10"
    assert page(future).css_first("a[rel=next]") is None


def test_a_score_moves_once_it_is_committed(visit, crowd, earn):
    visitor = visit(crowd[1])
    earn(crowd[1], 10, subject="post:9")
    assert rows(visitor.get("/leaderboard"))[0] == ("1", "Colleague 02", "205")


def test_asking_again_costs_nothing_when_nothing_changed(visit, crowd, earn):
    visitor = visit(crowd[0])
    address = page(visitor.get("/leaderboard")).css_first("#board").attributes["hx-get"]
    polling = {"HX-Request": "true"}
    assert visitor.get(address, headers=polling).status_code == 204
    earn(crowd[5], 1000, subject="post:9")
    fresh = visitor.get(address, headers=polling)
    assert fresh.status_code == 200
    assert "HX-Request" in fresh.headers["Vary"]
    assert "<html" not in fresh.text
    assert rows(fresh)[0][1] == "Colleague 06"
    again = page(fresh).css_first("#board").attributes["hx-get"]
    assert again != address
    assert visitor.get(again, headers=polling).status_code == 204
    assert visitor.get(again).status_code == 200


def test_organisations_by_points_per_ten_people_the_small_ones_together(visit, world, programme, earn):
    large, small, tiny = (world.organisation(name, parent=programme) for name in ("Grand-Val", "Iles", "Brume"))
    deep = world.organisation("Agence", parent=large)
    members = [world.person(large) for _ in range(15)] + [world.person(deep) for _ in range(5)]
    few = [world.person(small) for _ in range(5)] + [world.person(tiny) for _ in range(4)]
    world.person(large, deactivated_at=utcnow())
    earn(members[0], 10)
    earn(members[-1], 31)
    earn(few[0], 10)
    earn(few[-1], 17)
    seen = visit(few[0]).get("/leaderboard?kind=organisations")
    scores = [
        (row.css_first("b").text(), row.css_first(".score span").text()) for row in page(seen).css("ol.board > li")
    ]
    assert [(name, score.split()[0]) for name, score in scores] == [
        ("Other organisations", "30.0"),
        ("Grand-Val", "20.5"),
    ]
    assert "yours" in page(seen).css_first("li.me").text()
    assert "Iles" not in page(seen).css_first("#board").text()
    assert "Organisations under 8 people are grouped." in words(seen)


def test_too_few_people_have_no_row_at_all(visit, world, programme, earn):
    body = world.organisation("Brume", parent=programme)
    person = world.person(body)
    earn(person, 10)
    seen = visit(person).get("/leaderboard?kind=organisations")
    assert rows(seen) == []
    assert "Brume" not in page(seen).css_first("#board").text()


@pytest.mark.parametrize("kind", ["people", "organisations"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_empty_board_says_so_and_shows_a_way(visit, world, programme, kind, language):
    person = world.person(programme, language=language)
    seen = visit(person, language=language).get(f"/leaderboard?kind={kind}")
    assert seen.status_code == 200
    assert page(seen).css_first("html").attributes["lang"] == language
    assert page(seen).css_first("#board a.btn.primary").attributes["href"] == "/"


@pytest.mark.parametrize(
    "query", ["kind=nobody", "period=all", "period=day", "at=yesterday", "at=2026-13-40", "at=0000-00-00"]
)
def test_boards_that_do_not_exist(visit, world, programme, query):
    assert visit(world.person(programme)).get(f"/leaderboard?{query}").status_code == 400


@pytest.mark.parametrize("at", ["0001-01-01", "1900-01-01", "9999-12-31"])
@pytest.mark.parametrize("period", ["week", "month", "quarter"])
def test_far_away_days_are_only_empty(visit, world, programme, at, period):
    assert visit(world.person(programme)).get(f"/leaderboard?period={period}&at={at}").status_code == 200


@pytest.mark.parametrize("address", ["/leaderboard", "/points"])
def test_pages_are_for_people_who_signed_in(visit, clean, address):
    assert visit().get(address).status_code == 302


@pytest.mark.parametrize("address", ["/leaderboard", "/leaderboard?kind=organisations&period=quarter", "/points"])
def test_pages_ask_little_of_the_database(app, visit, crowd, address):
    visitor = visit(crowd[14])
    visitor.get(address)
    with statements(app) as asked:
        assert visitor.get(address).status_code == 200
    assert len(asked) <= 10, asked


def test_every_line_is_explained_and_they_add_up(visit, world, programme, earn):
    person = world.person(programme)
    post, withdrawn = (
        world.post(programme, "A free check-up"),
        world.post(programme, "No longer there", state="withdrawn"),
    )
    share = share_of(world, person, post)
    facts = {"share_id": share.id, "post_id": post.id}
    earn(person, 10, 6, f"post:{post.id}", **facts)
    earn(person, 5, 5, f"post:{post.id}", Reason.OWN_WORDS, alike=12, limit=40, **facts)
    earn(person, 1, 4, "click:1", Reason.READER, cap=25, **facts)
    earn(person, 0, 3, "share:1", Reason.READER, why=Why.SHARE_FULL.value, cap=25, **facts)
    earn(person, 0, 2, "share:2", why=Why.WEEK_FULL.value, cap=3, post_id=withdrawn.id)
    earn(person, 0, 1, "share:3", why=Why.NETWORK.value, network="linkedin")
    earn(person, 0, 1, "share:4", why=Why.DECLARED.value)
    earn(person, 0, 1, "share:5", why=Why.AGAIN.value)
    earn(person, -1, 0, "click:1", Reason.CORRECTION, text="One reader was counted twice.")
    seen = visit(person).get("/points")
    text = words(seen)
    assert "Why I have 15 points" in text
    lines = page(seen).css("table.ledger tbody tr")
    assert [row.css_first("td.n").text() for row in lines] == ["−1", "0", "0", "0", "0", "0", "+1", "+5", "+10"]
    assert page(seen).css_first("table.ledger tfoot td.n").text() == "15"
    for sentence in (
        "Once for a content, however many networks",
        "12% in common with the suggestion; under 40% the words are yours",
        "The first 25 readers of a share earn; the others are counted",
        "Beyond 3 contents a week, a share counts but earns nothing",
        "LinkedIn does not allow points for posts",
        "only what a network confirms earns points",
        "This content had earned its points already",
        "One reader was counted twice.",
    ):
        assert sentence in text
    links = {link.text(): link.attributes["href"] for link in page(seen).css("table.ledger tbody a")}
    assert links == {"A free check-up": f"/posts/{post.id}"}


def test_a_long_ledger_comes_in_pages_that_add_up(visit, world, programme, app):
    person = world.person(programme)
    with app.app_context():
        at = utcnow() - timedelta(days=30)
        ledger.enter([Line(person.id, Reason.READER, f"click:{n}", 1, at, {}) for n in range(2 * PAGE + 5)])
        db.session.commit()
    visitor, address, seen, pages = visit(person), "/points", 0, 0
    while address:
        answer = visitor.get(address)
        lines = page(answer).css("table.ledger tbody tr")
        added = sum(int(row.css_first("td.n").text().replace("−", "-")) for row in lines)
        assert added == 2 * PAGE + 5
        seen += len([row for row in lines if row.css_first("time")])
        pages += 1
        following = page(answer).css_first("a[rel=next]")
        address = following.attributes["href"] if following else None
    assert (seen, pages) == (2 * PAGE + 5, 3)


def test_nobody_elses_lines_can_be_named(visit, world, programme, earn, app):
    one, other = world.person(programme), world.person(programme)
    earn(one, 10)
    visitor = visit(other)
    assert visitor.get("/points?before=1").status_code == 404
    assert visitor.get("/points?before=x").status_code == 400
    assert visitor.get("/points?before=99999999999999999999").status_code == 400
    assert "No points yet" in words(visitor.get("/points"))


def test_the_week_begins_on_the_programmes_monday(visit, world, earn):
    """The board is the programme's: people in other zones look at the same one."""
    root = world.organisation(time_zone="Pacific/Auckland")
    person = world.person(root, time_zone="America/Los_Angeles")
    earn(person, 10)
    monday = start_of_week(local_day(utcnow(), "Pacific/Auckland"))
    seen = visit(person).get("/leaderboard")
    assert f"at={monday}" in seen.text
    assert rows(seen)[0][2] == "10"
