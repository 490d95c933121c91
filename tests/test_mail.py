import socketserver
import threading
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from advocacy import mail
from advocacy.clock import utcnow
from advocacy.db import db
from advocacy.mail import OutgoingMail
from advocacy.mail_tasks import send_due
from tests import letters

FACTS = {"name": "Inès B.", "link": "http://relais.test/reset/abc"}


@pytest.fixture(autouse=True)
def empty(app, clean):
    letters.throw_away()


def put(recipient="ines@aubrelle.example", language="fr", subject="Bonjour à vous"):
    row = mail.post_mail(recipient, language, "reset", subject, **FACTS)
    db.session.commit()
    return row.id


def test_a_letter_goes_once_and_its_text_is_wiped(ctx):
    number = put()
    assert send_due() == 1
    assert send_due() == 0
    [letter] = letters.delivered(ctx)
    assert letter["To"] == "ines@aubrelle.example"
    assert letter["Subject"] == "Bonjour à vous"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert FACTS["link"] in letters.text_of(letter)
    row = db.session.get(OutgoingMail, number, populate_existing=True)
    assert row.sent_at is not None
    assert (row.text, row.html, row.failure) == (None, None, None)


def test_nothing_goes_for_what_was_rolled_back(ctx):
    mail.post_mail("ines@aubrelle.example", "fr", "reset", "Non", **FACTS)
    db.session.rollback()
    assert send_due() == 0


def test_a_letter_under_way_is_not_taken_by_another_worker(ctx):
    put()
    assert mail.claim_mail() is not None
    db.session.commit()
    assert mail.claim_mail() is None


def test_a_server_that_does_not_answer_is_tried_again_later(ctx, set_environment):
    number = put()
    set_environment(RELAIS_MAIL_URL="smtp://127.0.0.1:9")
    assert send_due() == 0
    row = db.session.get(OutgoingMail, number, populate_existing=True)
    assert row.failure == "ConnectionRefusedError"
    assert row.sent_at is None
    assert row.due_at > utcnow()
    set_environment(RELAIS_MAIL_URL=None)
    row.due_at = utcnow()
    db.session.commit()
    assert send_due() == 1
    assert letters.delivered(ctx)[0]["Message-ID"] == row.message_id


class Postman(socketserver.StreamRequestHandler):
    """Just enough SMTP to be handed a letter."""

    def handle(self):
        self.say("220 postman")
        while line := self.rfile.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                self.say("354 go on")
                text = b""
                while not text.endswith(b"\r\n.\r\n"):
                    text += self.rfile.readline()
                self.server.bag.append(text)
            if word == b"EHLO" and self.server.secure:
                self.say("250-postman\r\n250 STARTTLS")
                continue
            if word == b"STARTTLS":
                self.say("220 go on")
                return
            if word == b"QUIT":
                self.say("221 bye")
                return
            self.say("250 ok")

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")


@contextmanager
def postman(set_environment, secure=False):
    with socketserver.TCPServer(("127.0.0.1", 0), Postman) as server:
        server.bag, server.secure = [], secure
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        set_environment(RELAIS_MAIL_URL=f"smtp://127.0.0.1:{server.server_address[1]}")
        yield server.bag
        server.shutdown()
        thread.join()


def test_a_letter_is_handed_to_the_server(ctx, set_environment):
    with postman(set_environment) as bag:
        put()
        assert send_due() == 1
    assert b"ines@aubrelle.example" in bag[0]
    assert not list((letters.get_settings().var / "mail").glob("*.eml"))


def test_where_the_server_offers_tls_nothing_goes_in_clear(ctx, set_environment):
    with postman(set_environment, secure=True) as bag:
        number = put()
        assert send_due() == 0
    assert bag == []
    assert db.session.get(OutgoingMail, number, populate_existing=True).failure


def test_a_letter_nobody_takes_is_given_up(ctx):
    number = put()
    row = db.session.get(OutgoingMail, number)
    row.attempts = mail.GIVE_UP_AFTER
    db.session.commit()
    assert mail.claim_mail() is None


def test_failures_are_spaced_ever_more(ctx):
    number, waits = put(), []
    for attempts in (1, 4, 11):
        db.session.get(OutgoingMail, number).attempts = attempts
        mail.record_mail(number, "TimeoutError")
        waits.append(db.session.scalar(select(OutgoingMail.due_at)) - utcnow())
    assert waits == sorted(waits)
    mail.record_mail(10**9, None)


@pytest.mark.parametrize(("language", "hello"), [("fr", "fr"), ("en", "en")])
def test_a_letter_is_written_in_its_readers_language(ctx, language, hello):
    put(language=language)
    send_due()
    html = letters.delivered(ctx)[0].get_body(("html",)).get_content()
    assert f'<html lang="{hello}"' in html


def test_names_in_letters_are_text(ctx):
    mail.post_mail("ines@aubrelle.example", "en", "reset", "Hi", name="<b>x</b>", link=FACTS["link"])
    db.session.commit()
    send_due()
    assert "<b>x</b>" not in letters.delivered(ctx)[0].get_body(("html",)).get_content()
