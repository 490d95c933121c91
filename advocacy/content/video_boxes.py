"""How long a film lasts, read from the boxes of an MP4 file (ISO base media) and from nothing else."""

import struct
from collections.abc import Iterator
from typing import IO, Final

_MOST_BOXES: Final = 10_000
_LONGEST_HEADER: Final = 64


def film_seconds(file: IO[bytes], size: int) -> float | None:
    """The duration that the film's header gives, in seconds; None for what is no MP4, or is broken or cut short."""
    boxes = _boxes(file, 0, size)
    if next(boxes, ("", 0, 0))[0] != "ftyp":
        return None
    for kind, start, end in boxes:
        if kind == "moov":
            header = next((box for box in _boxes(file, start, end) if box[0] == "mvhd"), None)
            return _duration(file, header[1], header[2]) if header else None
    return None


def _boxes(file: IO[bytes], start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Kind, start and end of the content of each box between two places; stops where it makes no sense any more."""
    for _ in range(_MOST_BOXES):
        if start + 8 > end:
            return
        file.seek(start)
        size, kind = struct.unpack(">I4s", file.read(8))
        begins = start + 8
        if size == 1:
            size = int.from_bytes(file.read(8), "big")
            begins += 8
        elif size == 0:
            size = end - start
        if start + size > end or start + size < begins:
            return
        yield kind.decode("latin-1"), begins, start + size
        start += size


def _duration(file: IO[bytes], start: int, end: int) -> float | None:
    file.seek(start)
    header = file.read(min(end - start, _LONGEST_HEADER))
    layout, skipped = (">IQ", 20) if header[:1] == b"\x01" else (">II", 12)
    try:
        scale, duration = struct.unpack_from(layout, header, skipped)
    except struct.error:
        return None
    return duration / scale if scale else None
