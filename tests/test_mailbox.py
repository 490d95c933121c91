import pytest

from advocacy.db import db
from advocacy.mail import post_mail
from tests import letters
from tests.visitor import page, words

LINK = "http://relais.test/reset/a-token"


@pytest.fixture
def letter(app, clean):
    """One letter, delivered."""
    letters.throw_away()
    with app.app_context():
        post_mail("ines@aubrelle.example", "en", "reset", "Come <b>back</b>", name="<i>Inès</i>", link=LINK)
        db.session.commit()
    letters.delivered(app)


def test_without_the_setting_there_is_no_mailbox(letter, visit):
    assert visit().get("/mailbox").status_code == 404
    assert visit().get("/mailbox/20260101T000000000000-00000000.eml").status_code == 404


def test_with_an_smtp_server_there_is_none_either(letter, visit, set_environment):
    set_environment(RELAIS_MAIL_VIEWER="1", RELAIS_MAIL_URL="smtp://127.0.0.1:9")
    assert visit().get("/mailbox").status_code == 404


@pytest.mark.parametrize("language", ["fr", "en"])
def test_letters_are_listed_and_read_with_links_to_press(letter, visit, set_environment, language):
    set_environment(RELAIS_MAIL_VIEWER="1")
    visitor = visit(language=language)
    listed = page(visitor.get("/mailbox"))
    assert listed.css_first("html").attributes["lang"] == language
    [link] = listed.css("tbody a")
    assert link.text() == "Come <b>back</b>"
    answer = visitor.get(link.attributes["href"])
    assert "<i>Inès" not in answer.text
    assert LINK in [found.attributes["href"] for found in page(answer).css("article a")]
    assert "ines@aubrelle.example" in words(answer)


def test_an_empty_mailbox_says_so(app, clean, visit, set_environment):
    letters.throw_away()
    set_environment(RELAIS_MAIL_VIEWER="1")
    assert "No letter yet" in words(visit().get("/mailbox"))


@pytest.mark.parametrize(
    "name", ["..", "%2e%2e%2fsecret", "x.eml", "20260101T000000000000-00000000.eml", "é.eml", "%00"]
)
def test_only_letters_are_read(letter, visit, set_environment, name):
    set_environment(RELAIS_MAIL_VIEWER="1")
    assert visit().get(f"/mailbox/{name}").status_code in (404, 308)
