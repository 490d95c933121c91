"""The sections of the settings page: what each shows, and what saving it does."""

from collections.abc import Callable
from typing import Any, Final, cast

from flask import request
from flask_babel import lazy_gettext as _l

from advocacy.errors import Invalid
from advocacy.people import service
from advocacy.people.forms import BoardForm, DisplayForm, PasswordForm, PhotoForm, PlainForm, ProfileForm
from advocacy.people.models import BoardName, Person

_FORMS: Final[dict[str, type[PlainForm]]] = {
    "profile": ProfileForm,
    "picture": PhotoForm,
    "display": DisplayForm,
    "board": BoardForm,
    "access": PasswordForm,
}
SECTIONS: Final = tuple(_FORMS)


def forms_of(person: Person, sent: str | None) -> dict[str, PlainForm]:
    """Every section's form: the one that was `sent` holds what was typed, the others what is known."""
    forms = {name: kind(**({} if name == sent else {"formdata": None, "obj": person})) for name, kind in _FORMS.items()}
    cast(DisplayForm, forms["display"]).offer_zones(person)
    return forms


def save(section: str, form: Any, person: Person, place: str) -> str:
    """Do what the form of this section asks, and say so. Raises Invalid or TooMany."""
    return str(_SAVING[section](form, person, place))


def _profile(form: Any, person: Person, _place: str) -> Any:
    service.edit_profile(person, name=form.name.data, job=form.job.data or "", languages=form.languages.data or [])
    return _l("Your profile is saved.")


def _display(form: Any, person: Person, _place: str) -> Any:
    service.edit_display(
        person, language=form.language.data, time_zone=form.time_zone.data, theme=form.theme.data or ""
    )
    return _l("Saved.")


def _photo(form: Any, person: Person, _place: str) -> Any:
    if "remove" in request.form:
        service.remove_photo(person)
        return _l("Your picture is gone; your initials stand in.")
    with service.about("photo"):
        service.change_photo(person, form.photo.data.read() if form.photo.data else b"")
    return _l("Your picture is changed.")


def _board(form: Any, person: Person, _place: str) -> Any:
    if form.board_name.data not in list(BoardName):
        raise Invalid(_l("Please choose one of these."), field="board_name")
    service.appear_as(person, BoardName(form.board_name.data), form.alias.data or "")
    return _l("Saved. Boards show it from now on.")


def _password(form: Any, person: Person, place: str) -> Any:
    service.change_password(person, form.current.data, form.password.data, place)
    return _l("Your password is changed. Every other device was signed out.")


_SAVING: Final[dict[str, Callable[[Any, Person, str], Any]]] = {
    "profile": _profile,
    "display": _display,
    "picture": _photo,
    "board": _board,
    "access": _password,
}
