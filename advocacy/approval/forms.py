"""What approvers, editors and admins type. Services decide what is right; forms keep what was typed."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    validators,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import CheckboxInput, ListWidget

from advocacy.approval.chains import LONGEST_NAME, MOST_STEPS, ChainDraft, StepDraft
from advocacy.approval.models import ApprovalChain
from advocacy.content.captions import caption_networks
from advocacy.errors import RelaisError
from advocacy.forms import SentForm
from advocacy.people.models import Organisation, Person, Role
from advocacy.web import field_errors

_COUNTRIES = _l("Two letters each, as FR BE. Left empty: all.")


class Needed:
    """Marks a field that has to be filled; the service says what is wrong with what stands there."""

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Nothing to object to: the service judges."""


needed = Needed()


class PlainForm(SentForm):
    """A form whose token is checked for every POST by the app and stands in the page once a form."""

    class Meta(SentForm.Meta):
        csrf = False

    def refuse(self, error: RelaisError) -> None:
        """Show a refusal beside the field it is about, or above the form; what was typed stays."""
        field = error.facts.get("field")
        if isinstance(field, str) and field in self and field != "steps":
            field_errors(error, self, field)
        else:
            self.form_errors.append(str(error.sentence))


def _ticks(label: Any, coerce: Any = int) -> SelectMultipleField:
    return SelectMultipleField(
        label, coerce=coerce, choices=[], widget=ListWidget(), option_widget=CheckboxInput(), validate_choice=False
    )


class DecisionForm(PlainForm):
    """Yes, or what should change."""

    note = TextAreaField(_l("A word on it"), render_kw={"rows": 3, "maxlength": 1000})


class StandInForm(PlainForm):
    """Who decides for me, and when."""

    stand_in = SelectField(_l("Who decides for me"), [validators.InputRequired()], coerce=int, validate_choice=False)
    first_day = DateField(_l("From"), [validators.InputRequired(_l("Choose a day."))])
    last_day = DateField(_l("To, that day included"), [validators.InputRequired(_l("Choose a day."))])

    def offer(self, people: list[Person]) -> None:
        """Offer these colleagues."""
        self.stand_in.choices = [SelectChoice(person.id, person.name) for person in people]


class RestrictionForm(PlainForm):
    """What a post may be shared as, and by whom."""

    locked = BooleanField(_l("Lock the text"), description=_l("Only where the law asks for exact words."))
    countries = StringField(_l("Only for people in these countries"), description=_COUNTRIES)
    roles = _ticks(_l("Only for people with one of these roles"), str)

    def offer(self) -> None:
        """Offer the roles that narrow anything."""
        names = {Role.APPROVER: _l("Approvers"), Role.EDITOR: _l("Editors"), Role.ADMIN: _l("Admins")}
        self.roles.choices = [SelectChoice(role.value, name) for role, name in names.items()]

    @property
    def codes(self) -> list[str]:
        """The countries typed."""
        return (self.countries.data or "").replace(",", " ").split()


class StepForm(Form):
    """A step of a chain."""

    name = StringField(_l("Name of the step"), render_kw={"maxlength": LONGEST_NAME})
    rule = SelectField(
        _l("Whose yes is enough"),
        choices=[SelectChoice("any", _l("anyone’s")), SelectChoice("all", _l("everyone’s"))],
        default="any",
    )
    people = _ticks(_l("Who is asked"))
    days = IntegerField(_l("Working days to decide"), default=2, render_kw={"min": 1, "max": 30})


class ChainForm(PlainForm):
    """Whose yes which posts need."""

    name = StringField(_l("Name of the chain"), [needed], render_kw={"maxlength": LONGEST_NAME})
    topics = _ticks(_l("Only posts about one of these topics"))
    bodies = _ticks(_l("Only posts published by one of these, or below"))
    countries = StringField(_l("Only posts seen in these countries"), description=_COUNTRIES)
    steps = FieldList(FormField(StepForm), _l("Steps, in order"), min_entries=3, max_entries=MOST_STEPS)

    def offer(
        self, topics: list[tuple[int, str]], bodies: list[tuple[int, Organisation]], people: list[Person]
    ) -> None:
        """Offer what there is to choose from."""
        self.topics.choices = [SelectChoice(topic_id, name) for topic_id, name in topics]
        self.bodies.choices = [SelectChoice(body.id, "\u2003" * depth + body.name) for depth, body in bodies]
        for entry in self.steps:
            entry.form.people.choices = [SelectChoice(person.id, person.name) for person in people]

        # What each field is called is said by the heading; only the first step has to be filled.
        for field in (self.steps[0].form.name, self.steps[0].form.people, self.steps[0].form.days):
            field.flags.required = True

    def refuse(self, error: RelaisError) -> None:
        """Show what is wrong with a step beside its field; steps that were left empty are not counted."""
        place = error.facts.get("step")
        if not isinstance(place, int):
            super().refuse(error)
            return
        filled = self._filled() or [self.steps[0]]
        field_errors(error, filled[place].form, str(error.facts["field"]))
        self.steps.errors = [entry.errors for entry in self.steps]

    def _filled(self) -> list[Any]:
        return [entry for entry in self.steps if (entry.form.name.data or "").strip() or entry.form.people.data]

    def show(self, chain: ApprovalChain) -> None:
        """Start from a chain as it is."""
        self.name.data, self.countries.data = chain.name, " ".join(chain.countries)
        self.topics.data, self.bodies.data = list(chain.topic_ids), list(chain.body_ids)
        while len(self.steps) < min(len(chain.steps) + 1, MOST_STEPS):
            self.steps.append_entry()
        for entry, step in zip(self.steps, chain.steps, strict=False):
            entry.form.name.data, entry.form.rule.data = step["name"], step["rule"]
            entry.form.people.data, entry.form.days.data = list(step["people"]), step["days"]

    @property
    def draft(self) -> ChainDraft:
        """What was typed; steps left empty are left out."""
        steps = [
            StepDraft(
                entry.form.name.data or "", entry.form.rule.data or "", tuple(entry.form.people.data or ()),
                entry.form.days.data or 0,
            )
            for entry in self._filled()
        ]  # fmt: skip
        return ChainDraft(
            self.name.data or "",
            tuple(steps),
            tuple(self.topics.data or ()),
            tuple(self.bodies.data or ()),
            tuple((self.countries.data or "").replace(",", " ").split()),
        )


class _ForBody(PlainForm):
    """Something that holds at a body and below."""

    organisation = SelectField(_l("Organisation"), coerce=int, validate_choice=False)

    def offer_bodies(self, bodies: list[tuple[int, Organisation]]) -> None:
        """Offer these bodies, indented by their depth."""
        self.organisation.choices = [SelectChoice(body.id, "\u2003" * depth + body.name) for depth, body in bodies]


class RuleForm(_ForBody):
    """Words that may not go out, or better not."""

    kind = SelectField(
        _l("Kind"),
        choices=[SelectChoice("words", _l("Words or a phrase")), SelectChoice("regex", _l("Regular expression"))],
        validate_choice=False,
    )
    pattern = StringField(_l("What to look for"), [needed], render_kw={"maxlength": 200, "spellcheck": "false"})
    level = SelectField(
        _l("What happens"),
        choices=[SelectChoice("warn", _l("Ask to think again")), SelectChoice("block", _l("Keep it from going out"))],
        validate_choice=False,
    )
    note = StringField(
        _l("Why, and what to say instead"),
        description=_l("Shown to who wrote the words."),
        render_kw={"maxlength": 300},
    )


class DisclosureForm(_ForBody):
    """What shares end with."""

    network = SelectField(_l("Network"), validate_choice=False)
    country = StringField(
        _l("Country"), description=_l("Two letters, as FR. Left empty: any."), render_kw={"maxlength": 2}
    )
    text = StringField(
        _l("What is added"), [needed], description=_l("A hashtag or a short sentence."), render_kw={"maxlength": 120}
    )

    def offer_networks(self) -> None:
        """Offer the networks there are."""
        offered = [SelectChoice(network.key, network.label) for network in caption_networks().values()]
        self.network.choices = [SelectChoice("", _l("Any network")), *offered]
