"""The demonstration's mailbox: what would have been mailed, readable in the browser where a setting allows it."""

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from flask import Blueprint, abort, render_template

from advocacy.web import open_to_all
from config.settings import get_settings

mailbox = Blueprint("mailbox", __name__)
SHOWN = 50
_NAME = re.compile(r"^[0-9TZ]+-\d{8}\.eml$")
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Letter:
    """A message as the page shows it."""

    name: str
    sender: str
    recipient: str
    subject: str
    date: str
    text: str

    @property
    def parts(self) -> list[tuple[bool, str]]:
        """The text cut into plain pieces and links, each with whether it is a link."""
        pieces, at = [], 0
        for found in _LINK.finditer(self.text):
            pieces += [(False, self.text[at : found.start()]), (True, found.group())]
            at = found.end()
        return [*pieces, (False, self.text[at:])]


def _folder() -> Path:
    settings = get_settings()
    if not settings.mail_viewer or settings.mail_url is not None:
        abort(404)
    return settings.var / "mail"


def _read(path: Path) -> Letter:
    message = email.message_from_bytes(path.read_bytes(), EmailMessage, policy=email.policy.default)
    body = message.get_body(("plain",))
    text = body.get_content() if body else ""
    return Letter(
        path.name, message["From"] or "", message["To"] or "", message["Subject"] or "", message["Date"] or "", text
    )


@mailbox.get("/mailbox")
@open_to_all
def index() -> str:
    """The newest letters."""
    folder = _folder()
    newest = sorted(folder.glob("[0-9]*.eml"), reverse=True)[:SHOWN] if folder.is_dir() else []
    return render_template("mailbox/index.html", letters=[_read(path) for path in newest])


@mailbox.get("/mailbox/<name>")
@open_to_all
def letter(name: str) -> str:
    """One letter, its links pressable."""
    path = _folder() / name
    if not _NAME.match(name) or not path.is_file():
        abort(404)
    return render_template("mailbox/letter.html", letter=_read(path))
