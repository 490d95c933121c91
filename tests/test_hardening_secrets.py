"""Mailed links are keys: neither other accounts of the machine nor visitors of a real instance come to read them."""

import stat
from pathlib import Path

import pytest
from flask import Flask

from advocacy import mail
from advocacy.db import db
from advocacy.launch.place import Place, environment
from advocacy.mail_tasks import send_due
from config.settings import get_settings
from tests import letters


@pytest.mark.parametrize(("given", "open_doors"), [({}, True), ({"RELAIS_LINKEDIN_CLIENT_ID": "own"}, False)])
def test_only_the_demo_shows_its_mail_and_reads_from_this_machine(
    tmp_path: Path, given: dict[str, str], open_doors: bool
) -> None:
    made = environment(Place(tmp_path, tmp_path, 8000), given, {})
    assert ("RELAIS_MAIL_VIEWER" in made, "RELAIS_FETCH_ALLOW_LOOPBACK" in made) == (open_doors, open_doors)


def test_a_written_letter_is_ours_alone(ctx: Flask) -> None:
    letters.throw_away()
    mail.post_mail("ines@aubrelle.example", "fr", "reset", "Bonjour", name="Inès", link="http://relais.test/reset/abc")
    db.session.commit()
    assert send_due() == 1
    [letter] = (get_settings().var / "mail").glob("*.eml")
    assert stat.S_IMODE(letter.stat().st_mode) == 0o600
