import re

import pytest

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.people.models import Person, Role
from tests.letters import path_in
from tests.statements import statements
from tests.visitor import PASSWORD, page, words


@pytest.fixture
def aubrelle(world):
    root = world.organisation("Aubrelle")
    north, south = world.organisation("North", root), world.organisation("South", root)
    return {"root": root, "north": north, "south": south, "other": world.organisation("Vélonne")}


@pytest.fixture
def admin(world, aubrelle):
    return world.person(aubrelle["root"], Role.ADMIN, name="Admin A.")


def names_on(answer):
    return [link.text() for link in page(answer).css("tbody th a")]


def test_an_admin_sees_the_people_at_and_below_and_nobody_else(world, aubrelle, visit, admin):
    north_admin = world.person(aubrelle["north"], Role.ADMIN, name="Nora")
    for name, body in (("Sam", "south"), ("Nils", "north"), ("Olga", "other")):
        world.person(aubrelle[body], name=name)
    assert names_on(visit(admin).get("/admin/people")) == ["Admin A.", "Nils", "Nora", "Sam"]
    assert names_on(visit(north_admin).get("/admin/people")) == ["Nils", "Nora"]


def test_search_filter_and_states(world, aubrelle, visit, admin):
    world.person(aubrelle["north"], name="Élodie 100%", email="el@aubrelle.example")
    world.person(aubrelle["south"], name="Sam", joined_at=None, password_hash=None)
    world.person(aubrelle["south"], name="Gone", deactivated_at=utcnow())
    visitor = visit(admin)
    for query, found in [
        ("q=100%25", ["Élodie 100%"]),
        ("q=EL@AUB", ["Élodie 100%"]),
        ("q=_", []),
        ("q=%00sam", ["Sam"]),
        ("state=invited", ["Sam"]),
        ("state=deactivated", ["Gone"]),
        ("state=active", ["Admin A.", "Élodie 100%"]),
        (f"organisation={aubrelle['south'].id}", ["Gone", "Sam"]),
        ("state=nonsense", ["Admin A.", "Gone", "Sam", "Élodie 100%"]),
        ("before=x&after=9.%00", ["Admin A.", "Gone", "Sam", "Élodie 100%"]),
    ]:
        assert sorted(names_on(visitor.get(f"/admin/people?{query}"))) == sorted(found), query
    assert visitor.get(f"/admin/people?organisation={aubrelle['other'].id}").status_code == 404


def crowd(app, body, number):
    with app.app_context():
        rows = [
            Person(
                organisation_id=body.id, email=f"crowd{n}@aubrelle.example", name=f"Person {n % 7}", joined_at=utcnow()
            )
            for n in range(number)
        ]
        db.session.add_all(rows)
        db.session.commit()


def test_pages_follow_one_another_without_gap_or_repeat(app, aubrelle, visit, admin):
    crowd(app, aubrelle["north"], 119)
    visitor, path, seen, last = visit(admin), "/admin/people?q=a", [], None
    while path:
        answer = visitor.get(path)
        seen.append([link.attributes["href"] for link in page(answer).css("tbody th a")])
        following = page(answer).css_first("a[rel=next]")
        last, path = path, following and following.attributes["href"]
    assert [len(part) for part in seen] == [50, 50, 20]
    assert len({href for part in seen for href in part}) == 120
    back = page(visitor.get(last)).css_first("a[rel=prev]").attributes["href"]
    assert "q=a" in back
    assert [link.attributes["href"] for link in page(visitor.get(back)).css("tbody th a")] == seen[1]


def test_the_list_asks_the_database_little(app, aubrelle, visit, admin, world):
    crowd(app, aubrelle["north"], 45)
    for n in range(4):
        world.person(aubrelle["south"], Role.EDITOR, name=f"Editor {n}")
    visitor = visit(admin)
    visitor.get("/admin/people")
    with statements(app) as said:
        assert len(names_on(visitor.get("/admin/people"))) == 50
    assert len([statement for statement in said if statement.lower().startswith("select")]) <= 8, said


INVITE = {"section": "one", "name": "Inès B.", "email": "ines@aubrelle.example", "language": "fr", "role": "employee"}


def test_one_person_is_invited_with_a_role(aubrelle, visit, admin, post, again, app):
    visitor = visit(admin)
    answer = visitor.post("/admin/people/invite", {**INVITE, "organisation": aubrelle["north"].id, "role": "editor"})
    assert answer.status_code == 302
    shown = words(visitor.get(answer.headers["Location"]))
    assert "Inès B." in shown
    assert "Editor: curates and publishes North" in shown
    [letter] = post()
    assert letter["To"] == "ines@aubrelle.example"
    assert letter["Subject"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"email": "nope"}, "This is not an e-mail address we can write to."),
        ({"email": "a@b.fr\r\nBcc: c@d.fr"}, "This is not an e-mail address we can write to."),
        ({"name": ""}, "Please fill this in."),
        ({"name": "…"}, "Please give a name."),
        ({"name": "n" * 500}, "At most 80 characters."),
        ({"role": "owner"}, "Not a valid choice"),
        ({"language": "de"}, "Not a valid choice"),
        ({"organisation": "abc"}, "Invalid Choice"),
        ({"organisation": str(2**70)}, "Not a valid choice"),
    ],
)
def test_an_invitation_that_can_not_go_is_kept_on_the_page(aubrelle, visit, admin, post, change, said):
    sent = {**INVITE, "organisation": aubrelle["north"].id, **change}
    answer = visit(admin).post("/admin/people/invite", sent)
    assert answer.status_code == 422
    assert said in words(answer)
    assert page(answer).css_first("#email").attributes["value"].strip() == " ".join(
        sent["email"].split("\r\n")
    ).strip() or change.get("email")
    assert post() == []


def test_an_address_is_somebodys_once_and_another_programmes_people_are_not_told_of(world, aubrelle, visit, admin):
    world.person(aubrelle["south"], name="Sam", email="Sam@Aubrelle.example")
    world.person(aubrelle["other"], name="Olga", email="olga@velonne.example")
    visitor = visit(admin)
    sent = {**INVITE, "organisation": aubrelle["north"].id}
    assert "Sam is here already" in words(
        visitor.post("/admin/people/invite", {**sent, "email": "sam@aubrelle.EXAMPLE"})
    )
    answer = words(visitor.post("/admin/people/invite", {**sent, "email": "olga@velonne.example"}))
    assert "This address can’t be invited here." in answer
    assert "Olga" not in answer


def test_a_list_is_invited_line_by_line(aubrelle, visit, admin, post):
    lines = [
        "Hugo Petit <hugo@aubrelle.example>",
        "marie.curie@aubrelle.example",
        "",
        '"Zoé É." <zoe@aubrelle.example>;',
        "not an address",
        "Again <hugo@aubrelle.example>",
        "<script>alert(1)</script>",
    ]
    visitor = visit(admin)
    sent = {
        "section": "several",
        "many-lines": "\r\n".join(lines),
        "many-language": "en",
        "many-organisation": aubrelle["south"].id,
    }
    answer = visitor.post("/admin/people/invite", sent)
    assert answer.status_code == 422
    assert "3 invitations are on their way" in words(answer)
    assert "Hugo Petit is here already" in words(answer)
    assert "<script>alert" not in answer.text
    kept = page(answer).css_first("textarea").text().strip().split("\n")
    assert kept == ["not an address", "Again <hugo@aubrelle.example>", "<script>alert(1)</script>"]
    assert sorted(letter["To"] for letter in post()) == [
        "hugo@aubrelle.example",
        "marie.curie@aubrelle.example",
        "zoe@aubrelle.example",
    ]
    assert {"Hugo Petit", "Marie Curie", "Zoé É."} < set(names_on(visitor.get("/admin/people")))


def test_a_list_has_an_end(aubrelle, visit, admin, post):
    lines = "\n".join(f"p{n}@aubrelle.example" for n in range(201))
    sent = {"section": "several", "many-lines": lines, "many-language": "en", "many-organisation": aubrelle["south"].id}
    answer = visit(admin).post("/admin/people/invite", sent)
    assert answer.status_code == 422
    assert "At most 200 people at once." in words(answer)
    assert post() == []


def test_the_invitation_is_sent_again_until_it_is_used(aubrelle, visit, admin, post, world):
    waiting = world.person(aubrelle["south"], joined_at=None, password_hash=None, welcomed_at=None)
    visitor = visit(admin)
    assert visitor.post(f"/admin/people/{waiting.id}", {"section": "resend"}).status_code == 302
    path, guest = path_in(post()[0]), visit()
    guest.get(path)
    assert guest.post(path, {"name": "New", "password": "four quiet herons fishing"}).status_code == 302
    assert visitor.post(f"/admin/people/{waiting.id}", {"section": "resend"}).status_code == 409


def test_closing_an_account_ends_its_sessions_at_once(aubrelle, visit, admin, world):
    person = world.person(aubrelle["south"], name="Sam")
    theirs, mine = visit(person), visit(admin)
    assert mine.post(f"/admin/people/{person.id}", {"section": "deactivate"}).status_code == 302
    assert theirs.get("/settings").status_code == 302
    guest = visit()
    guest.get("/sign-in")
    assert guest.post("/sign-in", {"email": person.email, "password": PASSWORD}).status_code == 422
    assert mine.post(f"/admin/people/{person.id}", {"section": "reactivate"}).status_code == 302
    assert theirs.get("/settings").status_code == 302
    assert visit(person).get("/settings").status_code == 200


def test_nobody_closes_their_own_account(aubrelle, visit, admin, world, again):
    world.person(aubrelle["root"], Role.ADMIN)
    visitor = visit(admin)
    assert "Close the account" not in words(visitor.get(f"/admin/people/{admin.id}"))
    answer = visitor.post(f"/admin/people/{admin.id}", {"section": "deactivate"})
    assert answer.status_code == 409
    assert "ask another admin" in words(answer)
    assert again(admin).is_active


def test_every_role_has_its_name_in_the_list(aubrelle, visit, admin, world):
    for role in Role:
        world.person(aubrelle["north"], role)
    shown = page(visit(admin).get("/admin/people"))
    assert {"Approver", "Editor", "Admin"} <= {chip.text().strip() for chip in shown.css("td .chip.brand")}


def test_roles_are_given_and_withdrawn_on_the_page(aubrelle, visit, admin, world, again):
    person = world.person(aubrelle["south"])
    visitor, path = visit(admin), f"/admin/people/{person.id}"
    sent = {"section": "grant", "grant-role": "editor", "grant-organisation": aubrelle["south"].id}
    assert visitor.post(path, sent).status_code == 302
    [held] = again(person).grants
    assert visit(person).get("/admin/groups").status_code == 200
    assert visitor.post(path, {"section": "withdraw", "grant": held.id}).status_code == 302
    assert again(person).grants == []
    assert visit(person).get("/admin/groups").status_code == 403
    mine = again(admin).grants[0]
    assert visitor.post(path, {"section": "withdraw", "grant": mine.id}).status_code == 404
    assert visitor.post(f"/admin/people/{admin.id}", {"section": "withdraw", "grant": mine.id}).status_code == 409
    for bad in ("", "x", "-1", "9" * 40):
        assert visitor.post(path, {"section": "withdraw", "grant": bad}).status_code == 404


def test_people_move_within_the_programme(aubrelle, visit, admin, world, again):
    person = world.person(aubrelle["south"])
    visitor, path = visit(admin), f"/admin/people/{person.id}"
    assert visitor.post(path, {"section": "move", "move-organisation": aubrelle["north"].id}).status_code == 302
    assert again(person).organisation_id == aubrelle["north"].id
    assert visitor.post(path, {"section": "move", "move-organisation": aubrelle["other"].id}).status_code == 404
    assert visitor.post(path, {"section": "move", "move-organisation": "x"}).status_code == 422
    assert visitor.post(path, {"section": "nothing"}).status_code == 400


def test_a_body_is_added_below_one_of_mine(aubrelle, visit, admin, world):
    visitor = visit(admin)
    assert (
        visitor.post("/admin/organisations", {"name": "East", "organisation": aubrelle["north"].id}).status_code == 302
    )
    assert "East" in words(visitor.get("/admin/organisations"))
    for sent in (
        {"name": "", "organisation": aubrelle["north"].id},
        {"name": "EAST", "organisation": aubrelle["north"].id},
        {"name": "Out", "organisation": aubrelle["other"].id},
        {"name": "x\0", "organisation": aubrelle["north"].id},
    ):
        assert visitor.post("/admin/organisations", sent).status_code == 422
    assert "Out" not in words(visitor.get("/admin/organisations"))


ADMIN_PAGES = ["/admin/people", "/admin/people/invite", "/admin/organisations"]


def test_who_is_no_admin_is_kept_out(world, aubrelle, visit):
    person = world.person(aubrelle["north"])
    for somebody in (person, world.person(aubrelle["north"], Role.EDITOR)):
        visitor = visit(somebody)
        for path in [*ADMIN_PAGES, f"/admin/people/{person.id}"]:
            assert visitor.get(path).status_code == 403, path
            assert visitor.post(path, INVITE).status_code in (403, 405), path
    stranger = visit()
    for path in [*ADMIN_PAGES, f"/admin/people/{person.id}"]:
        assert stranger.get(path).headers["Location"].startswith("/sign-in?next=")


def test_what_belongs_to_another_programme_is_not_there(world, aubrelle, visit, admin, again):
    olga = world.person(aubrelle["other"], Role.EDITOR, name="Olga", email="olga@velonne.example")
    visitor = visit(admin)
    for answer in (
        visitor.get(f"/admin/people/{olga.id}"),
        visitor.get(f"/admin/people?organisation={aubrelle['other'].id}"),
    ):
        assert answer.status_code == 404
        assert not re.search("olga|vélonne", answer.text, re.IGNORECASE)
    for section in ("move", "grant", "withdraw", "resend", "deactivate", "reactivate"):
        sent = {
            "section": section,
            "grant": olga.grants[0].id,
            "grant-role": "admin",
            "grant-organisation": aubrelle["north"].id,
            "move-organisation": aubrelle["north"].id,
        }
        assert visitor.post(f"/admin/people/{olga.id}", sent).status_code == 404
    now = again(olga)
    assert (now.organisation_id, now.is_active, len(now.grants)) == (olga.organisation_id, True, 1)
    assert visitor.post("/admin/people/invite", {**INVITE, "organisation": aubrelle["other"].id}).status_code == 422


def test_a_body_beside_mine_is_closed_to_me(world, aubrelle, visit):
    visitor = visit(world.person(aubrelle["north"], Role.ADMIN))
    sam = world.person(aubrelle["south"])
    assert visitor.get(f"/admin/people/{sam.id}").status_code == 403
    assert visitor.post(f"/admin/people/{sam.id}", {"section": "deactivate"}).status_code == 403
    mine = world.person(aubrelle["north"])
    sent = {"section": "grant", "grant-role": "editor", "grant-organisation": aubrelle["root"].id}
    assert visitor.post(f"/admin/people/{mine.id}", sent).status_code == 403


@pytest.mark.parametrize("number", ["0", "999999999", "9223372036854775808", "9" * 60])
def test_nobody_has_that_number(aubrelle, visit, admin, number):
    assert visit(admin).get(f"/admin/people/{number}").status_code == 404
