"""Pictures within what a network takes: encoded anew, smaller, only where they are too heavy or too large."""

import io

from PIL import Image, UnidentifiedImageError

from advocacy.networks.failures import Rejected

_QUALITIES = (85, 75, 65)
_SMALLEST_SIDE = 200


def fitting(picture: bytes, largest: int, most_pixels: int | None = None) -> bytes:
    """The JPEG as it is where it has at most `largest` bytes and `most_pixels` pixels, else one that does.

    Raises Rejected for what is no picture, or where nothing small enough would still show anything.
    """
    try:
        with Image.open(io.BytesIO(picture)) as opened:
            if len(picture) <= largest and opened.width * opened.height <= (most_pixels or float("inf")):
                return picture
            image = opened.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise Rejected("bad_picture", type(error).__name__) from None
    if most_pixels and image.width * image.height > most_pixels:
        image = _smaller(image, (most_pixels / (image.width * image.height)) ** 0.5)
    while max(image.size) >= _SMALLEST_SIDE:
        for quality in _QUALITIES:
            written = io.BytesIO()
            image.save(written, "JPEG", quality=quality, optimize=True)
            if written.tell() <= largest:
                return written.getvalue()
        image = _smaller(image, 0.75)
    raise Rejected("bad_picture", "too large")


def _smaller(image: Image.Image, factor: float) -> Image.Image:
    size = (max(int(image.width * factor), 1), max(int(image.height * factor), 1))
    return image.resize(size, Image.Resampling.LANCZOS)
