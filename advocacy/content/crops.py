"""The picture of a post in the shape a network shows: cut out around what the editor pointed at, when it is sent."""

import io
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from PIL import Image

from advocacy.images import ImageMissing
from advocacy.media import get_image_store

MIDDLE: Final = (50, 50)
_QUALITY: Final = 88


@dataclass(frozen=True, slots=True)
class Ratio:
    """A shape that networks show pictures in: width to height, and its name for the editor."""

    key: str
    width: float
    height: float
    label: Any

    @property
    def value(self) -> float:
        """Width by height."""
        return self.width / self.height


LINK_CARD: Final = Ratio("card", 1.91, 1, _l("Card of a link"))
RATIOS: Final = (
    LINK_CARD,
    Ratio("square", 1, 1, _l("Square")),
    Ratio("portrait", 4, 5, _l("Portrait")),
    Ratio("wide", 16, 9, _l("Wide")),
)


def box_for(size: tuple[int, int], ratio: float, focus: tuple[int, int] = MIDDLE) -> tuple[int, int, int, int]:
    """The largest box (left, top, right, bottom, in pixels) of that ratio in a picture of that size, with `focus`
    (per cent from the left and from the top) at the same per cent of the box, as CSS places a covering picture.
    """
    width, height = size
    wide = min(width, max(1, round(height * ratio)))
    high = min(height, max(1, round(width / ratio)))
    left = round((width - wide) * focus[0] / 100)
    top = round((height - high) * focus[1] / 100)
    return left, top, left + wide, top + high


def crop_for(image_key: str, ratio: float, focus: tuple[int, int] = MIDDLE, max_side: int = 1200) -> bytes:
    """A stored picture as a JPEG of that ratio, no side longer than `max_side` pixels, on white where it was
    transparent. Raises `ImageMissing`.
    """
    place = get_image_store().path(image_key)
    if place is None:
        raise ImageMissing(image_key)
    with Image.open(place, formats=("WEBP",)) as stored:
        picture = stored.convert("RGBA").crop(box_for(stored.size, ratio, focus))
    picture.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    page = Image.new("RGB", picture.size, "white")
    page.paste(picture, mask=picture.getchannel("A"))
    encoded = io.BytesIO()
    page.save(encoded, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return encoded.getvalue()
