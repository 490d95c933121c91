"""The form of a campaign; what is missing is judged by the service."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField, validators, widgets
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from advocacy.content.campaigns import CampaignDraft
from advocacy.content.drafts import Flaw
from advocacy.content.forms import StudioForm, clean, one_line
from advocacy.content.models import TargetKind


class CampaignForm(StudioForm):
    """A campaign as an editor types it."""

    version = IntegerField(widget=widgets.HiddenInput(), default=0)
    name = StringField(_l("Name"), [validators.InputRequired(_l("Give it a name."))], filters=[one_line])
    aim = TextAreaField(
        _l("What it is for"),
        filters=[clean],
        description=_l("Colleagues read it: what you want to be told, and why now."),
        render_kw={"rows": 3},
    )
    starts_on = DateField(_l("First day"), [validators.InputRequired(_l("Say when it begins."))])
    ends_on = DateField(_l("Last day"), [validators.Optional()])
    hashtag = StringField(
        _l("Hashtag"),
        filters=[one_line],
        description=_l("Offered to whoever shares; nobody has to take it."),
        render_kw={"autocapitalize": "off", "spellcheck": "false"},
    )
    slug = StringField(
        _l("Name in the links (utm_campaign)"),
        filters=[one_line],
        description=_l("Left empty, it is made from the name. Links that went out keep the one they had."),
        render_kw={"autocapitalize": "off", "spellcheck": "false"},
    )
    target_kind = SelectField(
        _l("Target"),
        [validators.Optional()],
        choices=[
            SelectChoice("", _l("No target")),
            SelectChoice(TargetKind.SHARES.value, _l("Shares")),
            SelectChoice(TargetKind.READERS.value, _l("Readers of the links")),
            SelectChoice(TargetKind.PEOPLE.value, _l("People who share")),
        ],
        default="",
    )
    target_number = IntegerField(_l("How many"), [validators.Optional()], render_kw={"min": 1, "inputmode": "numeric"})

    def typed(self) -> CampaignDraft:
        """What was typed; ask only after it validated."""
        first = self.starts_on.data
        assert first is not None  # noqa: S101 (the field is required)
        return CampaignDraft(
            name=self.name.data or "",
            aim=self.aim.data or "",
            starts_on=first,
            ends_on=self.ends_on.data,
            hashtag=self.hashtag.data or "",
            slug=self.slug.data or "",
            target_kind=self.target_kind.data or None,
            target_number=self.target_number.data,
        )

    def show(self, flaws: Sequence[Flaw]) -> None:
        """Put what the service found beside its field."""
        for flaw in flaws:
            field = self[flaw.field]
            field.errors = [*field.errors, str(flaw.sentence)]
