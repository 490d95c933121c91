"""Reading the mail that the app wrote to its folder."""

import email
import email.policy
import re
import shutil
from email.message import EmailMessage

from flask import Flask

from advocacy.mail_tasks import send_due
from config.settings import get_settings

_LINK = re.compile(r"https?://\S+")


def throw_away() -> None:
    """Empty the folder."""
    shutil.rmtree(get_settings().var / "mail", ignore_errors=True)


def delivered(app: Flask) -> list[EmailMessage]:
    """Send what is due, and read everything that was written since the folder was emptied, oldest first."""
    with app.app_context():
        send_due()
    paths = sorted((get_settings().var / "mail").glob("*.eml"))
    return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths]


def text_of(letter: EmailMessage) -> str:
    """The plain text."""
    body = letter.get_body(("plain",))
    assert body is not None
    return body.get_content()


def path_in(letter: EmailMessage) -> str:
    """The path of the first link in the plain text, as a browser would ask this instance for it."""
    found = _LINK.search(text_of(letter))
    assert found, text_of(letter)
    assert found.group().startswith("http://relais.test/")
    return found.group().removeprefix("http://relais.test")
