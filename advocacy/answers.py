"""The body of an answer, bounded: no more bytes than allowed, neither on the wire nor after decompression."""

import http.client
import zlib
from collections.abc import Iterator
from typing import Literal

from advocacy.addresses import FetchError

FailedReason = Literal[
    "unknown_host",
    "unreachable",
    "timeout",
    "certificate",
    "tls",
    "bad_response",
    "cut_short",
    "too_large",
    "encoding",
    "too_many_redirects",
]

_STEP = 65536


class FetchFailed(FetchError):
    """The place may be gone to, but no usable answer came. `reason` is a `FailedReason`."""

    def __init__(self, reason: FailedReason, detail: str = "") -> None:
        super().__init__(reason, detail)


def read_body(response: http.client.HTTPResponse, limit: int) -> bytes:
    """The decompressed body, at most `limit` bytes. Raises `FetchFailed`: `too_large`, `encoding` or `cut_short`."""
    if response.length is not None and response.length > limit:
        raise FetchFailed("too_large", str(response.length))
    body = bytearray()
    for piece in _decoded(response, limit):
        body += piece
        if len(body) > limit:
            raise FetchFailed("too_large")
    return bytes(body)


def _decoded(response: http.client.HTTPResponse, limit: int) -> Iterator[bytes]:
    """The body in pieces, decompressed no further than one byte over the limit."""
    encoding = (response.headers.get("Content-Encoding") or "identity").strip().lower()
    if encoding in ("identity", ""):
        yield from _pieces(response, limit)
    elif encoding in ("gzip", "x-gzip", "deflate"):
        yield from _inflated(_pieces(response, limit), limit, zipped=encoding != "deflate")
    else:
        raise FetchFailed("encoding", encoding[:40])


def _pieces(response: http.client.HTTPResponse, limit: int) -> Iterator[bytes]:
    seen = 0
    while piece := response.read(_STEP):
        seen += len(piece)
        if seen > limit + _STEP:
            raise FetchFailed("too_large")
        yield piece
    if response.length:
        raise FetchFailed("cut_short")


def _inflated(pieces: Iterator[bytes], limit: int, *, zipped: bool) -> Iterator[bytes]:
    inflater = None
    try:
        for piece in pieces:
            if inflater is None:
                inflater = zlib.decompressobj(_window(piece, zipped=zipped))
            yield inflater.decompress(piece, limit + 1)
    except zlib.error as error:
        raise FetchFailed("encoding", "broken compression") from error
    if inflater is not None and not inflater.eof:
        raise FetchFailed("cut_short")


def _window(start: bytes, *, zipped: bool) -> int:
    """Servers that say deflate send either a zlib stream, as the standard has it, or a bare one."""
    if zipped:
        return 16 + zlib.MAX_WBITS
    return zlib.MAX_WBITS if int.from_bytes(start[:2]) % 31 == 0 and start[0] & 0x0F == 8 else -zlib.MAX_WBITS
