"""What a person enters to connect an account."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import Length

from advocacy.forms import SentForm

LONGEST = 300


class ConnectForm(SentForm):
    """The ways in: a server, a name there, a password made for Relais. Which of them a network asks for is its own."""

    server = StringField(_l("Server"), [Length(max=LONGEST)])
    handle = StringField(_l("Your name there"), [Length(max=LONGEST)])
    password = PasswordField(_l("App password"), [Length(max=LONGEST)])
    agreed = BooleanField(_l("I agree that Relais keeps my name there beside my name here"))
