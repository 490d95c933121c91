from urllib.parse import urlsplit

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from advocacy.cache import get_redis
from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.errors import TooMany
from advocacy.people import guesses, passwords
from advocacy.people import service as people
from advocacy.people.models import Person
from advocacy.web import safe_next
from tests.visitor import PASSWORD, page, words

WRONG = "This e-mail address and password do not go together."


def sign_in(visitor, email, password, path="/sign-in", **more):
    visitor.get(path)
    return visitor.post(path, {"email": email, "password": password, **more})


def test_the_right_password_opens_the_door(world, visit):
    person = world.person(world.organisation())
    visitor = visit()
    assert sign_in(visitor, f"  {person.email.upper()} ", PASSWORD).headers["Location"] == "/"
    assert visitor.get("/settings").status_code == 200


def test_somebody_new_is_welcomed_first_and_counts_as_joined(world, visit, again):
    person = world.person(world.organisation(), welcomed_at=None, joined_at=None)
    assert sign_in(visit(), person.email, PASSWORD, "/sign-in?next=/shares").headers["Location"] == "/welcome/1"
    assert again(person).joined_at is not None


def test_whatever_is_wrong_is_said_in_one_sentence(world, visit):
    home = world.organisation()
    known = world.person(home)
    invited = world.person(home, password_hash=None, joined_at=None)
    gone = world.person(home, deactivated_at=utcnow())
    tries = [
        (known.email, "not the password"),
        (known.email, "x" * 5000),
        ("nobody@aubrelle.example", PASSWORD),
        ("nobody\0@aubrelle.example", PASSWORD),
        ("é" * 300, PASSWORD),
        (invited.email, PASSWORD),
        (gone.email, PASSWORD),
    ]
    said = set()
    for email, password in tries:
        answer = sign_in(visit(), email, password)
        assert answer.status_code == 422
        said.add(page(answer).css_first("#errors li").text())
    assert said == {WRONG}


def test_what_was_typed_is_kept_but_never_the_password(world, visit):
    answer = sign_in(visit(), "ines@aubrelle.example", "a secret nobody may see")
    assert page(answer).css_first("#email").attributes["value"] == "ines@aubrelle.example"
    assert "a secret nobody" not in answer.text


def test_guessing_is_slowed_down_even_for_the_right_password(world, visit):
    person = world.person(world.organisation())
    visitor = visit()
    for _ in range(guesses.PAIR[0]):
        assert sign_in(visitor, person.email, "wrong").status_code == 422
    answer = sign_in(visitor, person.email, PASSWORD)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= guesses.PAIR[1]
    assert "Please wait 15 minutes" in words(answer)


def test_a_good_sign_in_forgets_the_tries_before_it(world, visit):
    person = world.person(world.organisation())
    for _ in range(2):
        for _ in range(guesses.PAIR[0] - 1):
            assert sign_in(visit(), person.email, "wrong").status_code == 422
        assert sign_in(visit(), person.email, PASSWORD).status_code == 302


def test_guesses_from_everywhere_are_counted_together(ctx):
    for n in range(guesses.EMAIL[0]):
        guesses.count_try("ines@aubrelle.example", f"192.0.2.{n}")
    with pytest.raises(TooMany):
        guesses.count_try("ines@aubrelle.example", "198.51.100.7")
    guesses.count_try("hugo@aubrelle.example", "198.51.100.7")


def test_no_address_stands_in_redis_in_the_clear(ctx):
    guesses.count_try("ines@aubrelle.example", "192.0.2.77")
    kept = " ".join(get_redis().scan_iter("*"))
    assert "ines" not in kept
    assert "192.0.2" not in kept


def test_without_redis_people_still_sign_in(world, visit, set_environment):
    person = world.person(world.organisation())
    set_environment(REDIS_URL="redis://127.0.0.1:9/0")
    assert sign_in(visit(), person.email, PASSWORD).status_code == 302


def test_an_old_hash_is_made_anew_at_sign_in(world, visit, again, monkeypatch):
    """And without a word of the operator it costs 64 MiB in three rounds."""
    person = world.person(world.organisation())
    sign_in(visit(), person.email, PASSWORD)
    assert again(person).password_hash == person.password_hash
    monkeypatch.setattr(passwords, "hasher_of", lambda memory: PasswordHasher(memory_cost=memory))
    sign_in(visit(), person.email, PASSWORD)
    assert again(person).password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert sign_in(visit(), person.email, PASSWORD).status_code == 302


def test_the_session_of_before_does_not_live_on(world, visit):
    visitor = visit()
    visitor.get("/sign-in")
    visitor.post("/language", {"language": "fr"})
    with visitor.client.session_transaction() as session:
        session["planted"] = "by somebody else"
        before = session.get("csrf_token")
    visitor.sign_in(world.person(world.organisation()))
    with visitor.client.session_transaction() as session:
        assert "planted" not in session
        assert session["language"] == "fr"
        assert session.get("csrf_token") != before


@pytest.mark.parametrize(
    "cookie", ["1", "1.1", "1.x", "x.0", "-1.0", "1.0.0", "99999999999999999999999.0", "", "٣.0", "1.0\n"]
)
def test_a_session_that_names_nobody_is_nobodys(world, ctx, cookie):
    world.person(world.organisation())
    assert people.find_session_person(cookie) is None


def test_signing_out_here_leaves_other_devices_alone(world, visit):
    person = world.person(world.organisation())
    here, there = visit(person), visit(person)
    assert here.post("/sign-out").headers["Location"] == "/sign-in"
    assert here.get("/settings").status_code == 302
    assert there.get("/settings").status_code == 200


def test_signing_out_everywhere_ends_every_session_and_every_remembered_one(world, visit):
    person = world.person(world.organisation())
    here, there, remembered = visit(person), visit(person), visit()
    sign_in(remembered, person.email, PASSWORD, stay="y")
    remembered.client.delete_cookie("relais")
    assert remembered.get("/settings").status_code == 200
    assert here.post("/sign-out/everywhere").status_code == 302
    for visitor in (here, there, remembered):
        assert visitor.get("/settings").headers["Location"].startswith("/sign-in")


def test_without_the_box_nothing_is_remembered(world, visit):
    person = world.person(world.organisation())
    visitor = visit()
    sign_in(visitor, person.email, PASSWORD, stay="y")
    visitor.post("/sign-out")
    sign_in(visitor, person.email, PASSWORD)
    visitor.client.delete_cookie("relais")
    assert visitor.get("/settings").status_code == 302


def test_a_form_from_elsewhere_is_refused(world, visit):
    person = world.person(world.organisation())
    client = visit(person).client
    for path in ("/sign-out", "/sign-out/everywhere", "/settings", "/language", "/sign-in", "/forgot"):
        assert client.post(path, data={"language": "fr"}).status_code == 400


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "evil.example",
        "http:/evil.example",
        " //evil.example",
    ],
)
def test_signing_in_never_leads_elsewhere(world, visit, target):
    person = world.person(world.organisation())
    visitor = visit()
    visitor.get("/sign-in")
    answer = visitor.client.post(
        "/sign-in",
        query_string={"next": target},
        data={"email": person.email, "password": PASSWORD, "csrf_token": visitor._token},
    )
    assert answer.headers["Location"] == "/"


def test_signing_in_leads_back_to_where_one_was_going(world, visit):
    person = world.person(world.organisation())
    wanted = visit().get("/settings?x=1").headers["Location"]
    answer = sign_in(visit(), person.email, PASSWORD, wanted)
    assert answer.headers["Location"] == "/settings?x=1"


@given(st.one_of(st.text(), st.text(alphabet="/\\:@?#.%\t\n evilhttps"), st.none()))
def test_the_way_on_is_always_a_path_of_this_site(app, target):
    with app.test_request_context():
        path = safe_next(target)
    parts = urlsplit(path)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))
    assert not parts.netloc
    assert not parts.scheme


def test_the_entrance_speaks_the_browsers_language_and_the_one_picked(visit):
    assert page(visit(language="fr").get("/sign-in")).css_first("html").attributes["lang"] == "fr"
    visitor = visit(language="fr")
    assert "Good to see you" in words(visit(language="en").get("/sign-in"))
    visitor.get("/sign-in")
    answer = visitor.post("/language", {"language": "en", "next": "/sign-in?next=/shares"})
    assert answer.headers["Location"] == "/sign-in?next=/shares"
    assert page(visitor.get("/sign-in")).css_first("html").attributes["lang"] == "en"
    assert visitor.post("/language", {"language": "de"}).status_code == 422
    assert visitor.post("/language", {"language": "en", "next": "//evil.example"}).headers["Location"] == "/"


def test_whoever_is_signed_in_is_led_on_from_the_entrance(world, visit):
    assert visit(world.person(world.organisation())).get("/sign-in?next=/settings").headers["Location"] == "/settings"


def test_two_who_end_the_sessions_at_once_count_two(app, world):
    person = world.person(world.organisation())
    with app.app_context():
        seen = db.session.get_one(Person, person.id)
        assert seen.epoch == 0
        with db.engine.begin() as apart:
            apart.execute(update(Person).where(Person.id == person.id).values(epoch=Person.epoch + 1))
        people.end_sessions(seen)
        assert seen.epoch == 2
        db.session.commit()
        assert db.session.get_one(Person, person.id).epoch == 2
