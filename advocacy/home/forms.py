"""What the first step of the welcome sends."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, StringField
from wtforms import validators as v
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from advocacy.content.models import Topic
from advocacy.forms import SentForm
from advocacy.i18n import LANGUAGE_NAMES
from advocacy.people.names import LONGEST_NAME
from advocacy.people.profiles import LONGEST_JOB


class WhoForm(SentForm):
    """Who I am. Topics are those of the person's programme: `offer` them before reading."""

    name = StringField(
        _l("First name and initial"),
        [
            v.InputRequired(_l("Please give a name.")),
            v.Length(max=LONGEST_NAME, message=_l("This is too long.")),
        ],
        description=_l("It is what your colleagues see."),
        render_kw={"autocomplete": "name"},
    )
    job = StringField(
        _l("What you do"),
        [v.Optional(), v.Length(max=LONGEST_JOB, message=_l("This is too long."))],
        description=_l("In a few words, your own way."),
        render_kw={"autocomplete": "organization-title"},
    )
    topics = SelectMultipleField(_l("What do you like to talk about?"), coerce=int, choices=[])
    languages = SelectMultipleField(
        _l("Which languages do you share in?"),
        [v.InputRequired(_l("Please choose at least one language."))],
        choices=[SelectChoice(code, name) for code, name in LANGUAGE_NAMES.items()],
    )

    def offer(self, topics: Sequence[Topic], language: str) -> None:
        """Let these topics be chosen, named for a reader of `language`."""
        self.topics.choices = [SelectChoice(topic.id, topic.name_in(language)) for topic in topics]
