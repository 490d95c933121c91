"""Addresses of pictures and videos for networks that fetch them themselves: signed, for a while, readable by anybody.

What they lead to is about to be published. They can't be guessed or altered, nothing is listed, and they end.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Response, send_file
from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

from advocacy.errors import NotFound
from advocacy.images import ImageMissing, within
from advocacy.limits import limiter
from advocacy.media import get_image_store
from advocacy.web import open_to_all
from config.settings import get_settings

LIFETIME: Final = timedelta(hours=2)
LARGEST_SIDE: Final = 1440
MIMETYPES: Final = frozenset({"video/mp4", "application/pdf"})
_PICTURE, _CUT, _FILE = "picture", "cut", "file"
_MIDDLE: Final = (50, 50)
_GONE: Final = 410
_UNKNOWN: Final = 404
media_links = Blueprint("media_links", __name__)
_finders: list[Callable[[str], Path | None]] = []


def serve_files(find: Callable[[str], Path | None]) -> None:
    """Where files of posts are found by their keys."""
    _finders[:] = [find]


def picture_address(
    key: str,
    focus: tuple[int, int] | None = None,
    shapes: tuple[float, float] | None = None,
    cut: tuple[float, tuple[int, int], int] | None = None,
) -> str:
    """Where a stored picture can be fetched as a JPEG, no narrower or wider than `shapes` allow; as somebody `cut` it
    (ratio, focus, zoom), where they did.
    """
    if cut is None:
        return _address([_PICTURE, key, list(focus or _MIDDLE), list(shapes) if shapes else None])
    ratio, at, zoom = cut
    return _address([_CUT, key, round(within(ratio, shapes) if shapes else ratio, 4), list(at), zoom])


def file_address(key: str, mimetype: str) -> str:
    """Where a post's file can be fetched."""
    return _address([_FILE, key, mimetype])


@media_links.get("/media/out/<token>")
@open_to_all
@limiter.limit("60 per minute", deduct_when=lambda response: response.status_code in (_GONE, _UNKNOWN))
def out(token: str) -> Response:
    """The picture or file; 410 once its time is over, 404 for what Relais never signed.

    Networks fetch from few addresses of theirs, thousands an hour: only what leads nowhere counts against anybody.
    """
    try:
        claims = _serializer().loads(token, max_age=int(LIFETIME.total_seconds()))
    except SignatureExpired:
        return _private(Response("This address is over.\n", _GONE, mimetype="text/plain"), seconds=0)
    except BadData:
        raise NotFound from None
    if claims[0] in (_PICTURE, _CUT):
        return _private(Response(_picture(claims), mimetype="image/jpeg"), seconds=600)
    _kind, key, mimetype = claims
    path = next((found for find in _finders if (found := find(key)) is not None), None)
    if path is None or mimetype not in MIMETYPES:
        raise NotFound
    return _private(send_file(path, mimetype=mimetype, conditional=True, etag=False), seconds=600)


def _picture(claims: list[Any]) -> bytes:
    """What an address promises. Raises NotFound."""
    kind, key, *how = claims
    try:
        if kind == _CUT:
            ratio, focus, zoom = how
            return _cut(key, ratio, tuple(focus), zoom)
        focus, shapes = how
        return _jpeg(key, tuple(shapes) if shapes else None, tuple(focus))
    except ImageMissing:
        raise NotFound from None


@lru_cache(maxsize=16)
def _cut(key: str, ratio: float, focus: tuple[int, int], zoom: int) -> bytes:
    """As `_jpeg`."""
    return get_image_store().cut(key, ratio, focus, zoom, LARGEST_SIDE)


@lru_cache(maxsize=16)
def _jpeg(key: str, shapes: tuple[float, float] | None, focus: tuple[int, int]) -> bytes:
    """Many colleagues share the same post at the same moment: it is cut once."""
    return get_image_store().jpeg(key, LARGEST_SIDE, shapes, focus)


def _private(response: Response, seconds: int) -> Response:
    response.headers["Cache-Control"] = f"private, max-age={seconds}" if seconds else "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _address(claims: list[object]) -> str:
    return f"{get_settings().public_url}/media/out/{_serializer().dumps(claims)}"


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        get_settings().secret_key.get_secret_value(),
        salt="relais.media.out",
        signer_kwargs={"digest_method": hashlib.sha256},
    )
