"""Media are fetched from their public address, as the real networks do, and looked at: a JPEG, an MP4, or nothing."""

import io
from typing import Final

import requests
from PIL import Image, UnidentifiedImageError

from advocacy.networks.standins.meta.words import no

LARGEST_PICTURE: Final = 8 * 1024 * 1024
_SECONDS = 5
_FETCHER = "facebookexternalua"


def picture_at(url: str, narrowest: float, widest: float) -> tuple[int, int]:
    """Width and height of the JPEG at this address. Raises Refusal."""
    data, mimetype = _fetch(url)
    if mimetype != "image/jpeg":
        raise no("Only photo or video can be accepted as media type.", 9004, 2207052, user=_unfetched(url))
    if len(data) > LARGEST_PICTURE:
        raise no("The image is too large to download.", 36000, 2207004, user="The image is too large")
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as picture:
            picture.load()
            size = picture.size
    except (UnidentifiedImageError, OSError):
        raise no("The image format is not supported.", 36001, 2207005, user="The image is no JPEG") from None
    if not narrowest <= size[0] / size[1] <= widest:
        raise no("The aspect ratio is not supported.", 36003, 2207009, user="The aspect ratio is not supported")
    return size


def video_at(url: str) -> bool:
    """Whether there is a film in the MP4 at this address. Raises Refusal where there is nothing at all."""
    data, mimetype = _fetch(url)
    return mimetype == "video/mp4" and data[4:8] == b"ftyp"


def _fetch(url: str) -> tuple[bytes, str]:
    if not url.startswith(("http://", "https://")):
        raise no("Only photo or video can be accepted as media type.", 9004, 2207052, user=_unfetched(url))
    try:
        answer = requests.get(url, timeout=_SECONDS, headers={"User-Agent": _FETCHER})
    except requests.Timeout:
        raise no("Timeout", -2, 2207003, user="It takes too long to download the media.") from None
    except requests.RequestException:
        raise no("Media download has failed.", 9004, 2207052, user=_unfetched(url)) from None
    if answer.status_code != 200:
        raise no("Media download has failed.", 9004, 2207052, user=_unfetched(url))
    return answer.content, answer.headers.get("Content-Type", "").partition(";")[0]


def _unfetched(url: str) -> str:
    return f"The media could not be fetched from this URI: {url.partition('?')[0]}"
