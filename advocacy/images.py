"""Pictures of others made ours: decoded within bounds, turned upright, stripped of metadata, encoded anew, stored by
content.

Nothing that was sent is ever served: what is stored is only what Relais itself has encoded. Colour profiles go with
the metadata.
"""

import hashlib
import io
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image, ImageOps, UnidentifiedImageError

from advocacy.shelf_life import renew

BadImageReason = Literal["too_large", "unknown_format", "too_many_pixels", "unreadable"]

_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
_LARGEST_INPUT = 25_000_000
_MOST_PIXELS = 40_000_000
_LONGEST_SIDE = 20_000
_QUALITY = 82
_JPEG_QUALITY = 88
_MARGIN = 0.005
"""How far inside the shapes that somebody else allows a picture is cut, since sides are whole pixels."""
_KEY = re.compile(r"[0-9a-f]{40}")


class BadImage(Exception):
    """The bytes are no picture that Relais takes. `reason` is a short machine word for the service to translate."""

    def __init__(self, reason: BadImageReason) -> None:
        super().__init__(reason)
        self.reason: BadImageReason = reason


class ImageMissing(LookupError):
    """No picture is stored under that key."""


@dataclass(frozen=True, slots=True)
class StoredImage:
    """A picture as it lies in the store. Sides in pixels, `bytes` is the size of the file."""

    key: str
    width: int
    height: int
    bytes: int


class ImageStore:
    """A folder of WebP pictures named by their content: the same picture twice is one file, and a key never changes
    its meaning.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes, *, max_side: int = 1600, square: bool = False) -> StoredImage:
        """Store a JPEG, PNG, WebP, AVIF or the first frame of a GIF, no side longer than `max_side` pixels; `square`
        cuts out the middle. Raises `BadImage`. A stored file is whole and on disk when this returns.
        """
        picture = _decode(data, max_side, square=square)
        encoded = io.BytesIO()
        picture.save(encoded, "WEBP", quality=_QUALITY, method=4)
        content = encoded.getvalue()
        key = hashlib.sha256(content).hexdigest()[:40]
        if not self.touch(key):
            _write(self._place(key), content)
        return StoredImage(key, picture.width, picture.height, len(content))

    def touch(self, key: str) -> bool:
        """Whether a picture is stored under the key, as young from now on as if it had just been put."""
        return _KEY.fullmatch(key) is not None and renew(self._place(key))

    def path(self, key: str) -> Path | None:
        """The file of a key, or None when the key is none of ours or nothing is stored under it. Safe for keys from
        an address.
        """
        if not _KEY.fullmatch(key):
            return None
        place = self._place(key)
        return place if place.is_file() else None

    def jpeg(
        self,
        key: str,
        max_side: int = 1200,
        shapes: tuple[float, float] | None = None,
        focus: tuple[int, int] = (50, 50),
    ) -> bytes:
        """The picture as a JPEG for networks that take no WebP, on white where it was transparent; cut out around
        `focus` where it is narrower or wider than `shapes` allow. Raises `ImageMissing`.
        """
        place = self.path(key)
        if place is None:
            raise ImageMissing(key)
        with Image.open(place, formats=("WEBP",)) as stored:
            picture = stored.convert("RGBA")
        if shapes is not None:
            ratio = picture.width / picture.height
            allowed = within(ratio, shapes)
            picture = picture.crop(box_for(picture.size, allowed, focus)) if allowed != ratio else picture
        return _as_jpeg(picture, max_side)

    def cut(
        self, key: str, ratio: float, focus: tuple[int, int] = (50, 50), zoom: int = 100, max_side: int = 1200
    ) -> bytes:
        """The picture as a JPEG of that ratio (see `box_for`), no side longer than `max_side` pixels, on white where it
        was transparent; never made larger than it is. Raises `ImageMissing`.
        """
        place = self.path(key)
        if place is None:
            raise ImageMissing(key)
        with Image.open(place, formats=("WEBP",)) as stored:
            return _as_jpeg(stored.convert("RGBA").crop(box_for(stored.size, ratio, focus, zoom)), max_side)

    def _place(self, key: str) -> Path:
        return self._folder / key[:2] / key[2:4] / f"{key}.webp"


def within(ratio: float, shapes: tuple[float, float]) -> float:
    """The ratio that is nearest to this one among those that `shapes` (narrowest, widest) allow."""
    return min(max(ratio, shapes[0] * (1 + _MARGIN)), shapes[1] * (1 - _MARGIN))


def box_for(
    size: tuple[int, int], ratio: float, focus: tuple[int, int] = (50, 50), zoom: int = 100
) -> tuple[int, int, int, int]:
    """The box (left, top, right, bottom, in pixels) of that ratio in a picture of that size: the largest there is, or
    smaller by `zoom`, with `focus` (per cent from the left and from the top) at the same per cent of the box, as CSS
    places a covering picture.
    """
    width, height = size
    wide = min(width, max(1, round(height * ratio * 100 / zoom)), max(1, round(width * 100 / zoom)))
    high = min(height, max(1, round(width / ratio * 100 / zoom)), max(1, round(height * 100 / zoom)))
    left = round((width - wide) * focus[0] / 100)
    top = round((height - high) * focus[1] / 100)
    return left, top, left + wide, top + high


def _as_jpeg(picture: Image.Image, max_side: int) -> bytes:
    """Within so many pixels, on white."""
    picture.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    page = Image.new("RGB", picture.size, "white")
    page.paste(picture, mask=picture.getchannel("A"))
    encoded = io.BytesIO()
    page.save(encoded, "JPEG", quality=_JPEG_QUALITY, optimize=True, progressive=True)
    return encoded.getvalue()


def _decode(data: bytes, max_side: int, *, square: bool) -> Image.Image:
    if len(data) > _LARGEST_INPUT:
        raise BadImage("too_large")
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as source:
            if source.width * source.height > _MOST_PIXELS or max(source.size) > _LONGEST_SIDE:
                raise BadImage("too_many_pixels")
            return _reduced(source, max_side, square=square)
    except BadImage:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadImage("too_many_pixels") from error
    except UnidentifiedImageError as error:
        raise BadImage("unknown_format") from error
    except Exception as error:  # decoders stumble over hostile bytes in any way
        raise BadImage("unreadable") from error


def _reduced(source: Image.Image, max_side: int, *, square: bool) -> Image.Image:
    orientation = _orientation(source)
    # For a JPEG this lets the decoder itself skip what is not needed; a square needs room on its longer side.
    room = max_side * 2 if square else max_side
    source.draft("RGB", (room * 2, room * 2))
    picture = _in_plain_colours(source)
    turn = _TURNS.get(orientation)
    if turn is not None:
        picture = picture.transpose(turn)
    if square:
        side = min(max_side, *picture.size)
        picture = ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS)
    else:
        picture.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    picture.info = {}
    return picture


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _orientation(source: Image.Image) -> int:
    """How the camera was held, from 1 (upright) to 8. A broken EXIF block costs the turn, not the picture."""
    try:
        return int(source.getexif().get(0x0112, 1))
    except Exception:  # EXIF readers stumble in many ways
        return 1


def _in_plain_colours(source: Image.Image) -> Image.Image:
    if source.mode.startswith("I"):
        # Sixteen bits a pixel: without the division everything above 255 would be white.
        return source.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    return source.convert("RGBA" if source.has_transparency_data else "RGB")


def _write(place: Path, content: bytes) -> None:
    """All or nothing, and on disk before the name exists."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
