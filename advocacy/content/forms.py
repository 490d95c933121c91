"""The forms of the studio. Lengths and what is missing are judged by the service; the forms read and keep what was
typed.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
    validators,
    widgets,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from advocacy.clock import from_local
from advocacy.content.captions import caption_networks
from advocacy.content.crop_form import CropForm
from advocacy.content.drafts import LONGEST_WORDING, Flaw
from advocacy.content.topics import ICONS
from advocacy.forms import SentForm
from advocacy.i18n import LANGUAGE_NAMES

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_WHENS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")
_YEARS = range(2000, 2200)


def clean(text: str | None) -> str:
    """What was typed without control characters and outer space; line ends are plain ones."""
    return _CONTROLS.sub("", (text or "").replace("\r\n", "\n")).strip()


def one_line(text: str | None) -> str:
    """What was typed on one line."""
    return " ".join(clean(text).split())


class _Expected:
    """Marks a field that every post ends up with, though a draft may do without."""

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        pass


def _languages() -> list[SelectChoice]:
    return [SelectChoice(code, name) for code, name in LANGUAGE_NAMES.items()]


class StudioForm(SentForm):
    """A form whose token the application checks."""

    class Meta:
        csrf = False


class Ticks(SelectMultipleField):
    """Several of a list, as checkboxes."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: Any = None, **options: Any) -> None:
        super().__init__(label, coerce=int, **options)

    def offer(self, pairs: Iterable[tuple[int, str]]) -> None:
        """Set what there is to choose from."""
        self.choices = [SelectChoice(value, label) for value, label in pairs]


class WordingForm(Form):
    """A suggested caption; left empty, it is none."""

    text = TextAreaField(
        _l("Caption"),
        [validators.Length(max=LONGEST_WORDING, message=_l("A caption has 5,000 characters at most, and a language."))],
        filters=[clean],
    )
    network = SelectField(_l("Network"), default="")
    language = SelectField(_l("Language"), choices=_languages)
    asked = HiddenField()
    """The question to the assistant that stands open beside it."""
    taken = HiddenField()
    """Whether it is a suggestion of the assistant."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = [SelectChoice(one.key, one.label) for one in caption_networks().values()]
        self.network.choices = [SelectChoice("", _l("Any network")), *known]


def _believable(_form: Any, field: Any) -> None:
    if field.data is not None and field.data.year not in _YEARS:
        raise ValidationError(_l("Choose a date of this century."))


def _chosen(form: Any, field: Any) -> None:
    if form.timing.data == "later" and not any(field.raw_data or ()):
        raise validators.StopValidation(str(_l("Say when, with day and hour.")))


def _when(label: Any, hint: Any, *first: Any) -> DateTimeLocalField:
    """A date and an hour on the wall clock of whoever types them."""
    rules = [*first, validators.Optional(), _believable]
    return DateTimeLocalField(label, rules, format=list(_WHENS), description=hint)


def _per_cent(label: Any) -> IntegerField:
    rules = [validators.Optional(), validators.NumberRange(0, 100, _l("A number from 0 to 100."))]
    return IntegerField(label, rules, render_kw={"inputmode": "numeric", "min": "0", "max": "100"})


class ComposerForm(StudioForm):
    """A whole post as an editor types it."""

    version = IntegerField(widget=widgets.HiddenInput(), default=0)
    title = StringField(
        _l("Title"),
        [_Expected()],
        filters=[one_line],
        description=_l("70 characters at most. It shows in the feed, not on the networks."),
    )
    link = StringField(
        _l("Link"),
        filters=[clean],
        description=_l("Its page can be read for a title and a picture. Leave empty for a post without a link."),
        render_kw={"inputmode": "url"},
    )
    summary = TextAreaField(
        _l("Why it is worth sharing"),
        filters=[clean],
        description=_l("Two sentences for colleagues."),
        render_kw={"rows": 3},
    )
    language = SelectField(_l("Language"), [_Expected()], choices=_languages)
    topics = Ticks(_l("Topics"))
    picture = FileField(
        _l("Picture"),
        description=_l("JPEG, PNG, WebP, AVIF or GIF; it replaces the one there is."),
        render_kw={"accept": "image/jpeg,image/png,image/webp,image/avif,image/gif"},
    )
    image = HiddenField()
    image_alt = StringField(
        _l("Description of the picture"), filters=[one_line], description=_l("Read aloud to those who do not see it.")
    )
    focus_x = _per_cent(_l("What matters, from the left"))
    focus_y = _per_cent(_l("What matters, from the top"))
    crops = FieldList(FormField(CropForm), _l("Picture as cut by hand"), max_entries=40)
    wordings = FieldList(FormField(WordingForm), max_entries=40)
    asked = HiddenField()
    bodies = Ticks(_l("Organisations"))
    groups = Ticks(_l("Groups"))
    find_groups = StringField(_l("Find a group"), filters=[one_line])
    campaign = SelectField(_l("Campaign"), coerce=int, default=0)
    timing = RadioField(
        _l("Goes live"),
        [_Expected()],
        choices=[SelectChoice("now", _l("As soon as it is published")), SelectChoice("later", _l("At a chosen time"))],
        default="now",
    )
    publish_at = _when(_l("Live from"), _l("In your own time zone."), _chosen)
    pinned_until = _when(_l("Pinned until"), _l("Stays first in the feed of those it is for."))
    featured = BooleanField(_l("Set it apart in the feed"))
    utm_campaign = StringField(
        _l("Campaign in the statistics"),
        filters=[one_line],
        description=_l(
            "Your web statistics see this word in every shared link,"
            " unless the post serves a campaign. Empty: the title."
        ),
        render_kw={"autocapitalize": "none"},
    )
    expires_at = _when(_l("Expires"), _l("Nobody sees it in the feed after that."))

    @property
    def assisted(self) -> bool:
        """Whether a suggestion of the assistant was taken."""
        return any(entry.form.taken.data and entry.form.text.data for entry in self.wordings.entries)

    @property
    def focus(self) -> tuple[int, int] | None:
        """What a crop keeps in its middle, in per cent; None where nobody said."""
        if self.focus_x.data is None or self.focus_y.data is None:
            return None
        return self.focus_x.data, self.focus_y.data

    def publish_moment(self, zone: str) -> datetime | None:
        """When it goes live (UTC), None for at once."""
        chosen = self.publish_at.data if self.timing.data == "later" else None
        return from_local(chosen, zone) if chosen else None

    def expiry_moment(self, zone: str) -> datetime | None:
        """When it is over (UTC), None for never."""
        return from_local(self.expires_at.data, zone) if self.expires_at.data else None

    def pin_moment(self, zone: str) -> datetime | None:
        """Until when it stays first (UTC), None for not at all."""
        return from_local(self.pinned_until.data, zone) if self.pinned_until.data else None

    def show(self, flaws: Sequence[Flaw]) -> None:
        """Put what the service found beside its field, or above all where there is no single one."""
        places = {"aim": "bodies" if self.bodies.choices else "groups"}
        for flaw in flaws:
            field = self._fields.get(places.get(flaw.field, flaw.field))
            if field is None or isinstance(field, FieldList):
                self.form_errors.append(str(flaw.sentence))
            else:
                field.errors = [*field.errors, str(flaw.sentence)]


class FollowForm(StudioForm):
    """Which topics a person follows."""

    topics = Ticks(_l("Topics"))


class AssignmentForm(StudioForm):
    """Whom a topic is given to."""

    bodies = Ticks(_l("Organisations"))
    groups = Ticks(_l("Groups"))


class TopicForm(StudioForm):
    """A new topic."""

    name_fr = StringField(
        _l("Name in French"),
        [validators.InputRequired(_l("A topic needs a name in both languages."))],
        filters=[one_line],
    )
    name_en = StringField(
        _l("Name in English"),
        [validators.InputRequired(_l("A topic needs a name in both languages."))],
        filters=[one_line],
    )
    icon = RadioField(_l("Icon"), choices=[SelectChoice(name, name) for name in ICONS], default=ICONS[0])
