"""The two addresses that an editor types: of a feed, and of a page."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, validators
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from advocacy.forms import SentForm
from advocacy.markup import safe_http_url
from advocacy.people.models import Organisation, Person
from advocacy.sources.reading import LONGEST_URL
from advocacy.sources.reasons import said


class AddressForm(SentForm):
    """An address, and the body that it is for. The token is checked by the application."""

    class Meta:
        csrf = False

    url = StringField(
        _l("Address"),
        [
            validators.InputRequired(_l("Paste an address first.")),
            validators.Length(max=LONGEST_URL, message=_l("This address is too long.")),
        ],
        render_kw={"inputmode": "url", "autocomplete": "off", "placeholder": "https://"},
    )
    body = SelectField(_l("For"), [validators.InputRequired()], coerce=int)

    def __init__(self, actor: Person, bodies: list[Organisation], **options: Any) -> None:
        super().__init__(**options)
        self.body.choices = [SelectChoice(body.id, body.name) for body in bodies]
        if self.body.data is None and bodies:
            self.body.data = min(bodies, key=lambda one: (len(one.lineage), one.id != actor.organisation_id, one.id)).id

    def validate_url(self, field: Any) -> None:
        """Only a web address, in its settled spelling from here on; a bare host is taken as https."""
        typed = (field.data or "").strip()
        address = safe_http_url(typed if ":" in typed else f"https://{typed}")
        if address is None or len(address) > LONGEST_URL:
            raise validators.ValidationError(said("malformed"))
        field.data = address


class FeedForm(AddressForm):
    """The address of a feed, or of a page that names one."""


class PageForm(AddressForm):
    """The address of a page to make a post of."""
