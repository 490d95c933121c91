"""The picture of a post in the shape a network shows: cut out around what the editor pointed at, when it is sent."""

from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from PIL import Image

from advocacy.content.models import Post
from advocacy.images import box_for as box_for
from advocacy.media import get_image_store

MIDDLE: Final = (50, 50)
FURTHEST_ZOOM: Final = 400


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


_SHAPES: Final = {ratio.key: ratio for ratio in RATIOS}


@dataclass(frozen=True, slots=True)
class Cut:
    """How a picture is cut: width to height, what stays in sight (per cent from the left and from the top), and how
    close, in per cent of the whole height or width.
    """

    ratio: float
    focus: tuple[int, int] = MIDDLE
    zoom: int = 100


def shape_of(key: str) -> Ratio:
    """The shape of that key; of one that there is not, the card of a link."""
    return _SHAPES.get(key, LINK_CARD)


def cut_for(post: Post, network: str, shape: str, *, has_link: bool) -> Cut | None:
    """How the picture of a post is cut for a network: as an editor cut it there, else the card of a link around what
    matters where an editor said so; None for whole.
    """
    own = (post.crops or {}).get(network)
    if own is not None:
        x, y, zoom = own
        return Cut(shape_of(shape).value, (x, y), zoom)
    if has_link and post.focus_x is not None and post.focus_y is not None:
        return Cut(shape_of(shape).value, (post.focus_x, post.focus_y))
    return None


def picture_size(image_key: str) -> tuple[int, int] | None:
    """Width and height of a stored picture in pixels; None where there is none."""
    place = get_image_store().path(image_key)
    if place is None:
        return None
    with Image.open(place, formats=("WEBP",)) as stored:
        return stored.size


def most_zoom(size: tuple[int, int], ratio: float, smallest: int) -> int | None:
    """How close one may go (per cent, 100 at least) with `smallest` pixels across left; None where the picture has
    fewer from the start.
    """
    left, _top, right, _bottom = box_for(size, ratio)
    if right - left < smallest:
        return None
    return min(FURTHEST_ZOOM, 100 * (right - left) // max(smallest, 1))


def crop_for(
    image_key: str, ratio: float, focus: tuple[int, int] = MIDDLE, zoom: int = 100, max_side: int = 1200
) -> bytes:
    """A stored picture as a JPEG of that ratio, no side longer than `max_side` pixels, on white where it was
    transparent; never made larger than it is. Raises `ImageMissing`.
    """
    return get_image_store().cut(image_key, ratio, focus, zoom, max_side)
