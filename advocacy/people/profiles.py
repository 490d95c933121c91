"""What a person says of themselves and how they want to be shown."""

from functools import lru_cache
from typing import Final
from zoneinfo import available_timezones

from flask_babel import gettext as _

from advocacy.errors import Invalid
from advocacy.i18n import LANGUAGES
from advocacy.images import BadImage
from advocacy.media import get_image_store
from advocacy.people.models import BoardName, Person
from advocacy.people.names import about, clean_line, clean_name
from advocacy.people.pen_names import take_pen_name

THEMES: Final = ("system", "light", "dark")
LONGEST_JOB: Final = 80
PHOTO_SIDE: Final = 320
LARGEST_PHOTO: Final = 10_000_000
"""Bytes of a photo as it is sent."""
_REGIONS: Final = (
    "Europe",
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Indian",
    "Pacific",
)


@lru_cache(maxsize=1)
def zones_by_region() -> dict[str, tuple[str, ...]]:
    """The zones people can choose, by the region that their name begins with."""
    known = sorted(available_timezones())
    regions = {region: tuple(zone for zone in known if zone.startswith(f"{region}/")) for region in _REGIONS}
    return {**regions, "UTC": ("UTC",)}


def edit_profile(person: Person, *, name: str, job: str, languages: list[str]) -> None:
    """Change what colleagues read, and the languages the person shares in. Raises Invalid."""
    with about("name"):
        person.name = clean_name(name)
    with about("job"):
        person.job = clean_line(job, LONGEST_JOB)
    person.languages = _known_languages(languages)


def edit_display(person: Person, *, language: str, time_zone: str, theme: str) -> None:
    """Change the language, zone and theme of the pages. Raises Invalid for one that we don't have."""
    if time_zone != person.time_zone and not any(time_zone in zones for zones in zones_by_region().values()):
        raise Invalid(_("Please choose a time zone from the list."), field="time_zone")
    if theme not in THEMES:
        raise Invalid(_("Please choose one of these."), field="theme")
    speak(person, language)
    person.time_zone, person.theme = time_zone, theme


def speak(person: Person, language: str) -> None:
    """Have pages and mail in this language from now on. Raises Invalid for one that we don't have."""
    if language not in LANGUAGES:
        raise Invalid(_("Please choose one of these."), field="language")
    person.language = language


def _known_languages(chosen: list[str]) -> list[str]:
    if not chosen or not set(chosen) <= set(LANGUAGES):
        raise Invalid(_("Please choose at least one language."), field="languages")
    return [language for language in LANGUAGES if language in chosen]


def change_photo(person: Person, data: bytes) -> None:
    """Show this picture, cut square and made anew by us. Raises Invalid with the reason when it is none we can read."""
    if not data:
        raise Invalid(_("Please choose a picture first."))
    if len(data) > LARGEST_PHOTO:
        raise Invalid(_("This picture is too heavy: at most 10 MB."))
    try:
        stored = get_image_store().put(data, max_side=PHOTO_SIDE, square=True)
    except BadImage as error:
        raise Invalid(_why_bad(error)) from None
    person.photo = stored.key


def _why_bad(error: BadImage) -> str:
    if error.reason == "too_large":
        return str(_("This picture is too heavy: at most 10 MB."))
    if error.reason == "too_many_pixels":
        return str(_("This picture has too many pixels. A smaller one will do."))
    return str(_("This is not a picture we can read. JPEG, PNG and WebP work."))


def remove_photo(person: Person) -> None:
    """Show initials instead of a picture."""
    person.photo = None


def appear_as(person: Person, board_name: BoardName, alias: str = "") -> None:
    """Choose how boards show the person. A pen name stays theirs while it is not shown. Raises Invalid."""
    if board_name is BoardName.ALIAS:
        with about("alias"):
            take_pen_name(person, alias)
    person.board_name = board_name.value
