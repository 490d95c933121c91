"""Sending the outbox: claim, commit, send, record, commit; until nothing is due."""

import smtplib

from celery import shared_task

from advocacy.db import db
from advocacy.mail import claim_mail, compose, record_mail, send_message
from config.settings import get_settings


@shared_task(name="mail.send_due")
def send_due() -> int:
    """Send every due message; answers how many went. Run twice side by side, each message goes once."""
    settings, sent = get_settings(), 0
    while mail := claim_mail():
        message, mail_id = compose(mail, settings), mail.id
        db.session.commit()
        try:
            send_message(message, settings)
        except (OSError, smtplib.SMTPException) as error:
            record_mail(mail_id, f"{type(error).__name__}")
        else:
            record_mail(mail_id, None)
            sent += 1
        db.session.commit()
    return sent
