"""The forms of proposing and deciding. What is missing is judged by the service; the forms keep what was typed."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from advocacy.content.drafts import Flaw
from advocacy.content.forms import StudioForm, clean, one_line
from advocacy.content.proposal_letters import KIND_SENTENCES

EVERYONE = 0
OWN_WORDS = "own"


class _Expected:
    """Marks a field that has to be filled in."""

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        pass


class _Shown(StudioForm):
    """A form that shows what the service found."""

    def show(self, flaws: Sequence[Flaw]) -> None:
        """Put each sentence beside its field, or above all where there is no such field."""
        for flaw in flaws:
            field = self._fields.get(flaw.field)
            if field is None:
                self.form_errors.append(str(flaw.sentence))
            else:
                field.errors = [*field.errors, str(flaw.sentence)]


class ProposalForm(_Shown):
    """Three fields, and a picture for who has one."""

    link = StringField(
        _l("Link"),
        filters=[clean],
        description=_l("A page, a video, a post: whatever you found."),
        render_kw={"inputmode": "url", "autocapitalize": "off", "spellcheck": "false"},
    )
    title = StringField(_l("What is it?"), [_Expected()], filters=[one_line], render_kw={"maxlength": 200})
    why = TextAreaField(
        _l("Why does it matter?"),
        [_Expected()],
        filters=[clean],
        description=_l("A sentence or two, as you would tell a colleague."),
        render_kw={"rows": 3},
    )
    where = SelectField(_l("For whom"), [_Expected()], coerce=int, default=EVERYONE, validate_choice=False)
    picture = FileField(
        _l("Picture"),
        description=_l("JPEG, PNG, WebP, AVIF or GIF. Only one you may show."),
        render_kw={"accept": "image/jpeg,image/png,image/webp,image/avif,image/gif"},
    )
    image = HiddenField()
    image_alt = StringField(
        _l("Description of the picture"), filters=[one_line], description=_l("Read aloud to those who do not see it.")
    )
    names_person = BooleanField(_l("Show my name on the post if it is published"), default=True)

    def offer(self, groups: Iterable[tuple[int, str]], everyone: str) -> None:
        """The programme first, then the groups of the person."""
        self.where.choices = [SelectChoice(EVERYONE, everyone), *(SelectChoice(key, name) for key, name in groups)]


class ReturnForm(_Shown):
    """A note with which a proposal goes back."""

    times_sent = IntegerField(widget=widgets.HiddenInput(), default=1)
    note = TextAreaField(
        _l("Your note"),
        [_Expected()],
        filters=[clean],
        description=_l("What is missing, or what you would change. They read your name and your words."),
        render_kw={"rows": 3},
    )


class DeclineForm(_Shown):
    """A kind sentence, ready or one's own."""

    times_sent = IntegerField(widget=widgets.HiddenInput(), default=1, id="decline_times_sent")
    reason = RadioField(_l("Your answer"), [_Expected()], validate_choice=False)
    words = TextAreaField(_l("Your own words"), filters=[clean], render_kw={"rows": 3})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        ready = [SelectChoice(name, sentence) for name, sentence in KIND_SENTENCES.items()]
        self.reason.choices = [*ready, SelectChoice(OWN_WORDS, _l("In my own words"))]
