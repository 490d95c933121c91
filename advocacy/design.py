"""The Components page: every shared part, in every state, drawn by the very macros the pages use."""

from datetime import timedelta

from flask import Blueprint, render_template
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    FileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    validators,
    widgets,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from advocacy import charts
from advocacy.clock import utcnow
from advocacy.web import signed_in

design = Blueprint("design", __name__)


class Sample(FlaskForm):
    """One field of each kind, to be shown with its errors."""

    class Meta:
        """A sample is never sent."""

        csrf = False

    title = StringField(
        "Title", [validators.InputRequired("Give this content a title.")], description="70 characters at most."
    )
    topic = SelectField(
        "Topic",
        [validators.InputRequired("Choose a topic.")],
        choices=[SelectChoice("", "Choose"), SelectChoice("p", "Prevention")],
    )
    note = TextAreaField("Note", [validators.Optional()])
    when = DateTimeLocalField("Goes live", [validators.Optional()])
    picture = FileField("Picture", description="JPEG, PNG or WebP.")
    audience = RadioField(
        "Who sees it",
        [validators.InputRequired("Say who sees it.")],
        choices=[SelectChoice("a", "Everyone"), SelectChoice("b", "My team")],
    )
    languages = SelectMultipleField(
        "Languages",
        choices=[SelectChoice("fr", "Français"), SelectChoice("en", "English")],
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )
    right = BooleanField("We hold the right to use this picture", [validators.InputRequired("Tick this to go on.")])


def _post() -> dict[str, object]:
    now = utcnow()
    return {
        "id": 1,
        "title": "“Light Heart”: free screening in 140 branches",
        "summary": "Twelve minutes, no appointment, all November.",
        "language": "en",
        "byline": "National newsroom",
        "where": ["Prevention"],
        "published_at": now - timedelta(hours=2),
        "expires_at": now + timedelta(days=7),
        "image_url": None,
        "image_alt": None,
        "link_domain": "aubrelle.example",
        "link_title": "Light Heart, the screening that comes to you",
        "wordings": [
            {"id": 1, "text": "“It will pass”, my grandmother used to say.", "language": "en", "network": "LinkedIn"},
            {"id": 2, "text": "Un dépistage gratuit dans 140 agences.", "language": "fr", "network": None},
        ],
        "shareable": True,
        "my_share_state": None,
        "saved": True,
        "points": 10,
    }


def _rows() -> list[dict[str, object]]:
    def row(rank: int, name: str, kind: str, score: int, move: int, me: str = "") -> dict[str, object]:
        bar = round(100 * score / 960)
        return {
            "rank": rank,
            "name": name,
            "kind": kind,
            "score": score,
            "bar": bar,
            "move": move,
            "me": me,
            "key": rank,
        }

    return [
        row(1, "Rives-Nord", "team", 960, 1),
        row(2, "Sunflower", "alias", 910, -1),
        {"rank": None},
        row(9, "Inès B.", "person", 430, 2, _("you")),
    ]


def _charts() -> dict[str, Markup]:
    reach = charts.Series(
        "Reach",
        [60, 72, None, 90, 110, 120],
        "estimate",
        "estimate",
        "var(--plum)",
        [50, 62, None, 78, 95, 104],
        [70, 84, None, 104, 126, 138],
    )
    clicks = charts.Series("Clicks", [30, 38, 41, 40, 52, 58], "ours", "counted by us")
    return {
        "lines": charts.lines("Example", ["W1", "W2", "W3", "W4", "W5", "W6"], [reach, clicks], marks=[(1, "Launch")]),
        "spark": charts.spark([3, 4, None, 6, 9]),
        "funnel": charts.funnel(
            [
                charts.Step("Invited", 100, "ours"),
                charts.Step("Connected", 62, "ours", "62% of invited"),
                charts.Step("Shared", 21, "estimate", "21%, estimate"),
            ]
        ),
        "heat": charts.heat("Clicks by hour", ["Mon", "Tue"], ["8", "12", "18"], [[4, None, 9], [2, 3, 12]], best=True),
    }


@design.get("/components")
@signed_in
def components() -> str:
    """Every part living; open to whoever is signed in, since there is nothing in it but samples."""
    form = Sample()
    form.validate()
    return render_template("components.html", form=form, post=_post(), rows=_rows(), charts=_charts())
