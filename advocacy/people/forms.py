"""What people type at the door and about themselves. Services decide what is right; forms keep what was typed."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    EmailField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    validators,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import CheckboxInput, ListWidget

from advocacy.errors import RelaisError
from advocacy.forms import SentForm
from advocacy.i18n import LANGUAGE_NAMES
from advocacy.people.models import BoardName, Organisation, Person, Role
from advocacy.people.names import LONGEST_EMAIL, LONGEST_NAME
from advocacy.people.passwords import LONGEST, SHORTEST
from advocacy.people.profiles import LONGEST_JOB, zones_by_region
from advocacy.web import field_errors

LANGUAGE_CHOICES = [SelectChoice(code, name) for code, name in LANGUAGE_NAMES.items()]
filled = validators.InputRequired(_l("Please fill this in."))


class PlainForm(SentForm):
    """A form whose token is checked for every POST by the app and stands in the page once a form."""

    class Meta(SentForm.Meta):
        csrf = False


def _password(label: Any, kind: str, hint: Any = "") -> PasswordField:
    return PasswordField(
        label, [filled], description=hint, render_kw={"autocomplete": kind, "maxlength": LONGEST, "spellcheck": "false"}
    )


def _new_password() -> PasswordField:
    hint = _l("At least %(num)d characters. A few words in a row are easy to keep in mind.", num=SHORTEST)
    return _password(_l("New password"), "new-password", hint)


def _email() -> EmailField:
    asked = {"autocomplete": "username", "maxlength": LONGEST_EMAIL, "autocapitalize": "none", "spellcheck": "false"}
    return EmailField(_l("Work e-mail"), [filled], render_kw=asked)


def refuse(error: RelaisError, form: PlainForm) -> None:
    """Show a refusal beside the field it is about, or above the form; what was typed stays."""
    field = error.facts.get("field")
    if isinstance(field, str) and field in form:
        field_errors(error, form, field)
    else:
        form.form_errors.append(str(error.sentence))


class SignInForm(PlainForm):
    """Who is at the door."""

    email = _email()
    password = _password(_l("Password"), "current-password")
    stay = BooleanField(_l("Keep me signed in on this device"), default=True)


class ForgotForm(PlainForm):
    """Where to send a link."""

    email = _email()


class ResetForm(PlainForm):
    """A new password, by a mailed link."""

    password = _new_password()


class AcceptForm(PlainForm):
    """The first time here."""

    name = StringField(
        _l("Your name, as colleagues know you"),
        [filled],
        render_kw={"autocomplete": "name", "maxlength": LONGEST_NAME},
    )
    password = _new_password()


class ProfileForm(PlainForm):
    """What colleagues read."""

    name = StringField(_l("Name"), [filled], render_kw={"autocomplete": "name", "maxlength": LONGEST_NAME})
    job = StringField(_l("Job"), render_kw={"autocomplete": "organization-title", "maxlength": LONGEST_JOB})
    languages = SelectMultipleField(
        _l("Languages you share in"),
        [filled],
        choices=LANGUAGE_CHOICES,
        widget=ListWidget(),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )


class DisplayForm(PlainForm):
    """How pages look and speak."""

    language = SelectField(_l("Language of the pages"), [filled], choices=LANGUAGE_CHOICES, validate_choice=False)
    time_zone = SelectField(_l("Time zone"), [filled], validate_choice=False)
    theme = RadioField(
        _l("Appearance"),
        [filled],
        choices=[
            SelectChoice("system", _l("As on this device")),
            SelectChoice("light", _l("Light")),
            SelectChoice("dark", _l("Dark")),
        ],
        validate_choice=False,
    )

    def offer_zones(self, person: Person) -> None:
        """Offer the zones by region, and the person's own where it is none of them."""
        regions = zones_by_region()
        offered = [SelectChoice(zone, _city(zone), {}, region) for region, zones in regions.items() for zone in zones]
        if not any(person.time_zone in zones for zones in regions.values()):
            offered.insert(0, SelectChoice(person.time_zone))
        self.time_zone.choices = offered


def _city(zone: str) -> str:
    return zone.partition("/")[2].replace("_", " ").replace("/", ", ") or zone


class PhotoForm(PlainForm):
    """A picture of oneself."""

    photo = FileField(
        _l("Picture"),
        description=_l(
            "JPEG, PNG or WebP, at most 10 MB. It is cut square, and what it says of where it was taken goes."
        ),
        render_kw={"accept": "image/jpeg,image/png,image/webp,image/avif,image/gif"},
    )


class BoardForm(PlainForm):
    """How leaderboards show a person."""

    board_name = RadioField(
        _l("My name on leaderboards"),
        [filled],
        choices=[
            SelectChoice(BoardName.NAME.value, _l("My name")),
            SelectChoice(BoardName.ALIAS.value, _l("A pen name, everywhere")),
            SelectChoice(BoardName.HIDDEN.value, _l("Not there at all: I keep my points")),
        ],
        validate_choice=False,
    )
    alias = StringField(
        _l("Pen name"),
        description=_l("3 to 24 characters, and nobody’s name here."),
        render_kw={"maxlength": 24, "autocomplete": "off"},
    )


class PasswordForm(PlainForm):
    """A new password, knowing the old one."""

    current = _password(_l("Current password"), "current-password")
    password = _new_password()


ROLE_NAMES: Final = {
    Role.EMPLOYEE.value: _l("Employee: reads and shares"),
    Role.APPROVER.value: _l("Approver: has a say before publication"),
    Role.EDITOR.value: _l("Editor: curates and publishes"),
    Role.ADMIN.value: _l("Admin: looks after people, too"),
}
ROLE_CHOICES = [SelectChoice(role, name) for role, name in ROLE_NAMES.items()]


def _body() -> SelectField:
    return SelectField(_l("Organisation"), [filled], coerce=int)


class _WithBody(PlainForm):
    """A form that asks for a body among those the actor is admin of."""

    organisation = _body()

    def offer(self, bodies: list[tuple[int, Organisation]]) -> None:
        """Offer these bodies, indented by their depth."""
        self.organisation.choices = [SelectChoice(body.id, "\u2003" * depth + body.name) for depth, body in bodies]


class InviteForm(_WithBody):
    """One person to invite."""

    name = StringField(_l("Name"), [filled], render_kw={"maxlength": LONGEST_NAME, "autocomplete": "off"})
    email = EmailField(_l("Work e-mail"), [filled], render_kw={"maxlength": LONGEST_EMAIL, "autocomplete": "off"})
    language = SelectField(_l("Language of the invitation"), [filled], choices=LANGUAGE_CHOICES)
    role = SelectField(_l("Role"), [filled], choices=ROLE_CHOICES)


class InviteManyForm(_WithBody):
    """Several people to invite."""

    lines = TextAreaField(
        _l("People, one a line"),
        [filled],
        description=_l("As “Inès Belkacem <ines.b@example.com>”, at most 200 lines."),
        render_kw={"rows": 8, "spellcheck": "false"},
    )
    language = SelectField(_l("Language of the invitations"), [filled], choices=LANGUAGE_CHOICES)


class MoveForm(_WithBody):
    """Where a person belongs."""


class GrantForm(_WithBody):
    """A role for a person."""

    role = SelectField(_l("Role"), [filled], choices=ROLE_CHOICES[1:])


_COUNTRY_HINT = _l("Two letters, as FR or BE. Left empty, it is that of the organisation above.")
_COUNTRY_ASKED = {"maxlength": 2, "autocapitalize": "characters", "autocomplete": "off", "size": 4}


class BodyForm(_WithBody):
    """A new body below one."""

    name = StringField(_l("Name of the new organisation"), [filled], render_kw={"maxlength": LONGEST_NAME})
    country = StringField(_l("Country"), description=_COUNTRY_HINT, render_kw=_COUNTRY_ASKED)


class BodySettingsForm(PlainForm):
    """Where a body is, and the rules it holds to."""

    country = StringField(_l("Country"), description=_COUNTRY_HINT, render_kw=_COUNTRY_ASKED)
    four_eyes = BooleanField(
        _l("Four-eyes rule: nobody approves or publishes alone what they wrote"),
        description=_l("Here and everywhere below. Who stands in for an approver is held to it as well."),
    )
    recall_names = BooleanField(
        _l("Editors see whose shares a recall has left"),
        description=_l(
            "For the whole programme. Left off, they see numbers only; speak with your works council before you switch"
            " it on. People are told on the page where they are asked to delete."
        ),
    )
