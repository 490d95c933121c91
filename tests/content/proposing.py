"""Proposals as tests send them, and how they look in the database."""

import io
from typing import Any

from PIL import Image

from advocacy.content.models import Proposal
from advocacy.db import db

LINK = "https://news.example/rain-garden"


def fields(**values: Any) -> dict[str, Any]:
    """What the form of proposing sends."""
    sent = {
        "link": LINK,
        "title": "A garden that drinks the rain",
        "why": "Our own site, and nobody knows.",
        "names_person": "y",
        "act": "send",
        **values,
    }
    return {name: value for name, value in sent.items() if value is not None}


def sent_by(visitor: Any, **values: Any) -> int:
    """Propose; the id of the proposal."""
    answer = visitor.post("/propose", fields(**values))
    assert answer.status_code == 303, answer.text[:3000]
    return int(answer.headers["Location"].partition("#p")[2])


def stored(app: Any, number: int) -> Proposal:
    """The proposal as it stands."""
    with app.app_context():
        found = db.session.get(Proposal, number)
        assert found is not None
        db.session.expunge_all()
        return found


def picture() -> tuple[io.BytesIO, str]:
    """A small photograph to send."""
    out = io.BytesIO()
    Image.new("RGB", (200, 100), "green").save(out, "PNG")
    out.seek(0)
    return out, "garden.png"
