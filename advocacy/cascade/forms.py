"""What is typed of an offer."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import DateField, RadioField, SelectMultipleField, TextAreaField, validators
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import CheckboxInput, ListWidget

from advocacy.cascade.bodies import Candidate
from advocacy.cascade.replies import LONGEST_REASON
from advocacy.cascade.service import LONGEST_NOTE, OfferDraft
from advocacy.errors import RelaisError
from advocacy.forms import SentForm
from advocacy.web import field_errors


class PlainForm(SentForm):
    """A form whose token is checked for every POST by the app and stands in the page once a form."""

    class Meta(SentForm.Meta):
        csrf = False

    def refuse(self, error: RelaisError) -> None:
        """Show a refusal beside the field it is about, or above the form; what was typed stays."""
        field = error.facts.get("field")
        if isinstance(field, str) and field in self:
            field_errors(error, self, field)
        else:
            self.form_errors.append(str(error.sentence))


class OfferForm(PlainForm):
    """To whom a post is offered."""

    whom = RadioField(
        _l("To whom"),
        [validators.InputRequired()],
        choices=[
            SelectChoice("direct", _l("All organisations directly below that have an editor")),
            SelectChoice("chosen", _l("The organisations I choose")),
        ],
        default="direct",
    )
    bodies = SelectMultipleField(
        _l("Organisations"),
        coerce=int,
        choices=[],
        widget=ListWidget(),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    note = TextAreaField(_l("A word to their editors"), render_kw={"rows": 3, "maxlength": LONGEST_NOTE})
    reply_by = DateField(_l("Answer hoped for by"), [validators.Optional()])

    def offer(self, candidates: list[Candidate]) -> None:
        """Offer these bodies."""
        self.bodies.choices = [SelectChoice(one.organisation.id, _label(one)) for one in candidates]

    @property
    def draft(self) -> OfferDraft:
        """What was typed."""
        direct = self.whom.data == "direct"
        chosen = frozenset() if direct else frozenset(self.bodies.data or ())
        return OfferDraft(direct, chosen, self.note.data or "", self.reply_by.data)


class AnswerForm(PlainForm):
    """Why a body declines."""

    reason = TextAreaField(
        _l("Why, if you decline"),
        description=_l("Who offered it reads this. A sentence is enough, or none."),
        render_kw={"rows": 2, "maxlength": LONGEST_REASON},
    )


def _label(one: Candidate) -> Any:
    editors = ngettext("%(num)d editor", "%(num)d editors", one.editors)
    return f"{'– ' * one.depth}{one.organisation.name} ({editors})"
