"""The form of a page. What is missing is judged by the service; the form reads and keeps what was typed."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    validators,
    widgets,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from advocacy.brand.editing import PageDraft
from advocacy.brand.models import Section
from advocacy.content.drafts import Flaw
from advocacy.forms import SentForm

SECTION_NAMES = {
    Section.MANIFESTO: _l("Manifesto"),
    Section.TONE: _l("Tone of voice"),
    Section.EDITORIAL: _l("Editorial guidelines"),
    Section.VISUAL: _l("Visual guidelines"),
    Section.POSITIONS: _l("Positions"),
    Section.MORE: _l("And more"),
}
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_HINT = _l("Markdown: # heading, **strong**, - list, [words](https://…), > quotation. HTML is shown as it is typed.")


def _text(typed: str | None) -> str:
    return _CONTROLS.sub("", (typed or "").replace("\r\n", "\n")).strip("\n")


def _line(typed: str | None) -> str:
    return " ".join(_text(typed).split())


class BrandForm(SentForm):
    """A form whose token the application checks."""

    class Meta:
        csrf = False


class PageForm(BrandForm):
    """A whole page as an editor types it."""

    version = IntegerField(widget=widgets.HiddenInput(), default=0)
    section = SelectField(_l("Section"), choices=[SelectChoice(one.value, name) for one, name in SECTION_NAMES.items()])
    position = IntegerField(
        _l("Place in the section"), [validators.Optional()], default=0, description=_l("Small numbers stand first.")
    )
    title_fr = StringField(_l("Title in French"), filters=[_line], render_kw={"lang": "fr"})
    body_fr = TextAreaField(
        _l("Text in French"), filters=[_text], description=_HINT, render_kw={"lang": "fr", "rows": 14}
    )
    title_en = StringField(_l("Title in English"), filters=[_line], render_kw={"lang": "en"})
    body_en = TextAreaField(
        _l("Text in English"), filters=[_text], description=_HINT, render_kw={"lang": "en", "rows": 14}
    )
    bodies = SelectMultipleField(
        _l("Who may read it"),
        coerce=int,
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
        choices=[],
    )
    shareable = BooleanField(
        _l("May be shared"),
        description=_l("You write the post by which people share it; readers see a Share button."),
    )

    def offer(self, bodies: Iterable[tuple[int, str]]) -> None:
        """Set whom it can be for."""
        self.bodies.choices = [SelectChoice(value, label) for value, label in bodies]

    def typed(self) -> PageDraft:
        """What was typed."""
        return PageDraft(
            section=self.section.data,
            title_fr=self.title_fr.data or "",
            body_fr=self.body_fr.data or "",
            title_en=self.title_en.data or "",
            body_en=self.body_en.data or "",
            position=self.position.data or 0,
            shareable=bool(self.shareable.data),
            bodies=frozenset(self.bodies.data or ()),
        )

    def show(self, flaws: Sequence[Flaw]) -> None:
        """Put what the service found beside its field."""
        for flaw in flaws:
            field: Any = self[flaw.field]
            field.errors = [*field.errors, str(flaw.sentence)]


class UploadForm(BrandForm):
    """A file for a page."""

    file = FileField(
        _l("Add a file"),
        description=_l("PDF, ZIP, PNG, JPEG or a font, 50 MB at most. It is kept as it is."),
        render_kw={"accept": ".pdf,.zip,.png,.jpg,.jpeg,.woff2,.woff,.ttf,.otf"},
    )
