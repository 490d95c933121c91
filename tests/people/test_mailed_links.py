import time

import pytest
from itsdangerous import TimestampSigner

from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.people import guesses, views
from advocacy.people import service as people
from advocacy.people.models import Person
from tests.letters import path_in, text_of
from tests.visitor import page, words

NEW = "four quiet herons fishing"


def ask(visitor, email):
    visitor.get("/forgot")
    return visitor.post("/forgot", {"email": email})


@pytest.fixture
def years_later(monkeypatch):
    """Has the signer's clock go on by so many seconds."""

    def later(seconds):
        now = time.time() + seconds
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _signer: int(now))

    return later


def test_a_forgotten_password_is_replaced_by_mail(world, visit, post, again):
    person = world.person(world.organisation())
    elsewhere = visit(person)
    assert ask(visit(), person.email.upper()).status_code == 200
    [letter] = post()
    assert letter["To"] == person.email
    assert "text/html" in {part.get_content_type() for part in letter.walk()}
    visitor, path = visit(), path_in(letter)
    assert visitor.get(path).status_code == 200
    assert visitor.post(path, {"password": NEW}).headers["Location"] == "/"
    assert visitor.get("/settings").status_code == 200
    assert elsewhere.get("/settings").status_code == 302
    assert visit().sign_in(person, NEW).status_code == 302
    assert again(person).epoch == person.epoch + 1


def test_a_link_works_once(world, visit, post):
    person = world.person(world.organisation())
    ask(visit(), person.email)
    path = path_in(post()[0])
    visitor = visit()
    visitor.get(path)
    assert visitor.post(path, {"password": NEW}).status_code == 302
    late = visit()
    assert late.get(path).status_code == 410
    assert late.post(path, {"password": "another good long one"}).status_code == 410
    assert visit().sign_in(person, NEW)


def test_a_link_dies_with_the_sessions_and_with_the_account(world, visit, post, app):
    person = world.person(world.organisation())
    ask(visit(), person.email)
    path = path_in(post()[0])
    visit(person).post("/sign-out/everywhere")
    assert visit().get(path).status_code == 410
    ask(visit(), person.email)
    path = path_in(post()[-1])
    with app.app_context():
        db.session.get(Person, person.id).deactivated_at = utcnow()
        db.session.commit()
    assert visit().get(path).status_code == 410


def test_a_dead_link_says_one_thing_whatever_the_reason(world, visit, app, years_later):
    person = world.person(world.organisation())
    with app.app_context():
        path = people.link_for(db.session.get(Person, person.id), people.Purpose.RESET).removeprefix(
            "http://relais.test"
        )
    visitor = visit()
    altered = [
        path[:-3] + ("A" if path[-3] != "A" else "B") + path[-2:],  # the last letter holds bits that mean nothing
        path.replace("/reset/", "/reset/x"),
        "/reset/x",
        "/reset/" + "é" * 500,
        "/reset/WzEsIngiXQ.x.y",
        path.replace("/reset/", "/invitation/"),
    ]
    said = {words(visitor.get(wrong)) for wrong in altered}
    assert visitor.get(path).status_code == 200
    years_later(3601)
    said.add(words(visitor.get(path)))
    assert len(said) == 1
    assert "Send me a new link" in said.pop()


def test_a_reset_link_is_good_for_its_hour(world, visit, app, years_later):
    person = world.person(world.organisation())
    with app.app_context():
        path = people.link_for(db.session.get(Person, person.id), people.Purpose.RESET).removeprefix(
            "http://relais.test"
        )
    years_later(3590)
    assert visit().get(path).status_code == 200


def test_nobody_learns_which_addresses_exist(world, visit, post):
    home = world.organisation()
    known, gone = world.person(home), world.person(home, deactivated_at=utcnow())
    answers, lengths = set(), []
    for email in (known.email, gone.email, "nobody@aubrelle.example", "not an address", "é\0"):
        began = time.monotonic()
        answer = ask(visit(), email)
        lengths.append(time.monotonic() - began)
        answers.add((answer.status_code, words(answer)))
    assert len(answers) == 1
    assert min(lengths) >= views.EVEN_SECONDS
    assert [letter["To"] for letter in post()] == [known.email]


def test_at_most_three_letters_an_hour_and_nobody_is_told(world, visit, post):
    person = world.person(world.organisation())
    answers = {words(ask(visit(), person.email)) for _ in range(guesses.LETTERS[0] + 2)}
    assert len(answers) == 1
    assert len(post()) == guesses.LETTERS[0]


@pytest.fixture
def invited(world, app):
    def made(**values):
        home = world.organisation("Aubrelle")
        with app.app_context():
            body = people.get_organisation(home.id)
            person = people.invite(None, body, "ines.b@aubrelle.example", "Inès B.", values.pop("language", "fr"))
            db.session.commit()
            assert person.organisation
            db.session.expunge_all()
            return person

    return made


def test_an_invitation_arrives_in_the_persons_language_and_leads_in(invited, visit, post, again):
    person = invited(language="en")
    [letter] = post()
    assert "Aubrelle" in text_of(letter)
    assert "14 days" in text_of(letter)
    visitor, path = visit(), path_in(letter)
    form = page(visitor.get(path))
    assert form.css_first("#name").attributes["value"] == "Inès B."
    assert visitor.post(path, {"name": "Inès Belkacem", "password": NEW}).headers["Location"] == "/welcome/1"
    joined = again(person)
    assert joined.name == "Inès Belkacem"
    assert joined.joined_at
    assert joined.organisation.name == "Aubrelle"
    assert visit().get(path).status_code == 410


def test_an_invitation_lasts_a_fortnight(invited, visit, post, years_later):
    invited()
    path = path_in(post()[0])
    years_later(13.9 * 86400)
    assert visit().get(path).status_code == 200
    years_later(14.1 * 86400)
    assert visit().get(path).status_code == 410


def test_whoever_lost_the_invitation_gets_another_by_the_same_page(invited, visit, post):
    person = invited()
    assert ask(visit(), person.email).status_code == 200
    assert [path_in(letter).split("/")[1] for letter in post()] == ["invitation", "invitation"]


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("", NEW, "Please fill this in."),
        ("   ", NEW, "Please give a name."),
        ("!!!", NEW, "Please give a name."),
        ("x" * 81, NEW, "At most 80 characters."),
        ("Inès\u202eB", NEW, "can’t be seen"),
        ("In\0ès", NEW, "can’t be seen"),
        ("Inès", "", "Please fill this in."),
        ("Inès", "short", "At least 12 characters"),
        ("Inès", "x1" * 129, "At most 256 characters"),
        ("Inès", "passwordpassword", "one of the first passwords"),
        ("Inès", "abcdefghijklmn", "one of the first passwords"),
        ("Inès", "aaaaaaaaaaaaaa", "one of the first passwords"),
        ("Inès", "Ines.B@aubrelle.example", "Your own name or address"),
        ("Inès Belkacem Martin", "ines belkacem martin", "Your own name or address"),
    ],
)
def test_what_can_not_be_a_name_or_password_is_said_and_nothing_is_kept(
    invited, visit, post, again, name, password, said
):
    person = invited(language="en")
    visitor, path = visit(), path_in(post()[0])
    visitor.get(path)
    answer = visitor.post(path, {"name": name, "password": password})
    assert answer.status_code == 422
    assert said in words(answer)
    assert (again(person).name, again(person).password_hash) == ("Inès B.", None)


def test_a_password_may_hold_anything_and_be_pasted(invited, visit, post):
    person = invited()
    odd = "  ünïcödé \t🦔 et des espaces  "
    visitor, path = visit(), path_in(post()[0])
    shown = page(visitor.get(path)).css_first("#password")
    assert shown.attributes["autocomplete"] == "new-password"
    visitor.post(path, {"name": "Inès", "password": odd})
    assert visit().sign_in(person, odd)
