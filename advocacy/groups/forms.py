"""What is typed to make a group."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, validators
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from advocacy.forms import SentForm
from advocacy.people.models import Organisation
from advocacy.people.names import LONGEST_NAME

filled = validators.InputRequired(_l("Please fill this in."))


class GroupForm(SentForm):
    """A new group. The token is checked for every POST by the app."""

    class Meta(SentForm.Meta):
        csrf = False

    name = StringField(_l("Name of the group"), [filled], render_kw={"maxlength": LONGEST_NAME})
    organisation = SelectField(_l("Organisation"), [filled], coerce=int)

    def offer(self, bodies: list[tuple[int, Organisation]]) -> None:
        """Offer these bodies, indented by their depth."""
        self.organisation.choices = [SelectChoice(body.id, "\u2003" * depth + body.name) for depth, body in bodies]
