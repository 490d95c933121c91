"""Mail through an outbox: a row first, sent by a worker afterwards. Without an SMTP server it is written to var/mail.

SMTP has no way to ask whether a message went, so a message whose sending was cut is sent again with the same
Message-ID: twice at worst, never lost.
"""

import smtplib
import ssl
import zlib
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import render_template
from sqlalchemy import Text, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from advocacy.clock import utcnow
from advocacy.db import Created, Key, Model, db
from advocacy.i18n import speaking
from config.settings import Settings, get_settings

LEASE = timedelta(minutes=5)
GIVE_UP_AFTER = 12


class OutgoingMail(Created, Model):
    """A message to send or sent. The text is wiped once it went: links in it are secrets."""

    __tablename__ = "outgoing_mail"

    id: Mapped[Key]
    recipient: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(Text)


def post_mail(recipient: str, language: str, template: str, subject: str, **facts: object) -> OutgoingMail:
    """Put a message into the outbox, written from `templates/mail/<template>.{txt,html}` in `language`.

    `subject` is a msgid already translated by the caller within `speaking(language)`. Only adds a row.
    """
    with speaking(language):
        page = {"subject": subject, "lang": language, **facts}
        mail = OutgoingMail(
            recipient=recipient,
            subject=subject,
            text=render_template(f"mail/{template}.txt", **page),
            html=render_template(f"mail/{template}.html", **page),
            message_id=make_msgid(domain=urlsplit(get_settings().public_url).hostname or "localhost"),
            due_at=utcnow(),
        )
    db.session.add(mail)
    return mail


def claim_mail() -> OutgoingMail | None:
    """Take the next due message for this worker and push its next try past the lease; the caller commits."""
    due = (
        select(OutgoingMail.id)
        .where(OutgoingMail.sent_at.is_(None), OutgoingMail.due_at <= func.now(), OutgoingMail.attempts < GIVE_UP_AFTER)
        .order_by(OutgoingMail.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return db.session.execute(
        update(OutgoingMail)
        .where(OutgoingMail.id == due.scalar_subquery())
        .values(due_at=func.now() + LEASE, attempts=OutgoingMail.attempts + 1)
        .returning(OutgoingMail)
    ).scalar_one_or_none()


def record_mail(mail_id: int, failure: str | None) -> None:
    """Note how the sending of a claimed message went; a failed one is tried again later, ever more rarely."""
    mail = db.session.get(OutgoingMail, mail_id, populate_existing=True)
    if mail is None:
        return
    if failure is None:
        mail.sent_at, mail.text, mail.html, mail.failure = utcnow(), None, None, None
    else:
        mail.failure = failure[:500]
        mail.due_at = utcnow() + timedelta(minutes=min(2**mail.attempts, 24 * 60))


def compose(mail: OutgoingMail, settings: Settings) -> EmailMessage:
    """The message as it goes out."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.mail_from, mail.recipient, mail.subject
    message["Message-ID"], message["Date"] = mail.message_id, format_datetime(mail.created_at)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text or "")
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message


def send_message(message: EmailMessage, settings: Settings) -> None:
    """Hand the message to the SMTP server, or write it to var/mail. Raises OSError or smtplib.SMTPException."""
    if settings.mail_url is None:
        _write(message, settings.var / "mail")
        return
    server = urlsplit(settings.mail_url.get_secret_value())
    secure = server.scheme == "smtps"
    kind = smtplib.SMTP_SSL if secure else smtplib.SMTP
    with kind(server.hostname or "localhost", server.port or (465 if secure else 25), timeout=20) as smtp:
        smtp.ehlo_or_helo_if_needed()
        if not secure and smtp.has_extn("starttls"):
            smtp.starttls(context=ssl.create_default_context())
        if server.username:
            smtp.login(unquote(server.username), unquote(server.password or ""))
        smtp.send_message(message)


def _write(message: EmailMessage, folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mark = zlib.crc32(str(message["Message-ID"]).encode()) % 10**8
    name = f"{utcnow():%Y%m%dT%H%M%S%f}-{mark:08d}.eml"
    draft = folder / f".{name}"
    draft.touch(mode=0o600)
    draft.write_bytes(bytes(message))
    draft.rename(folder / name)
