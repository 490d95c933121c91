"""Language and time zone of the person in front of the page; French and English from the first page."""

from typing import Final

from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel
from flask_babel import force_locale as _force
from flask_login import current_user

from config.settings import get_settings

LANGUAGES: Final = ("fr", "en")
LANGUAGE_NAMES: Final = {"fr": "Français", "en": "English"}
DEFAULT_ZONE: Final = "Europe/Paris"


def choose_language() -> str:
    """The language to answer in: the person's, else what they picked on this device, else what the browser asks for."""
    if not has_request_context():
        return get_settings().default_language
    if current_user and current_user.is_authenticated:
        return str(current_user.language)
    picked = session.get("language")
    if picked in LANGUAGES:
        return str(picked)
    return request.accept_languages.best_match(LANGUAGES) or get_settings().default_language


def choose_zone() -> str:
    """The zone to show times in: the person's, else the instance's."""
    if has_request_context() and current_user and current_user.is_authenticated:
        return str(current_user.time_zone)
    return DEFAULT_ZONE


def speaking(language: str):  # type: ignore[no-untyped-def]
    """A context in which texts come out in `language` (mail to a person, work outside a request)."""
    return _force(language if language in LANGUAGES else get_settings().default_language)


def forget_choice() -> None:
    """Have the language chosen anew within this request (the person just changed it)."""
    for name in ("_flask_babel",):
        g.pop(name, None)


def init_i18n(app: Flask) -> None:
    """Join Babel to the app."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "advocacy/translations")
    Babel(app, locale_selector=choose_language, timezone_selector=choose_zone)
