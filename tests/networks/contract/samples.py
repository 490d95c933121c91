"""Small files that networks take: pictures, a video, a document, made here byte by byte."""

import struct
from io import BytesIO
from pathlib import Path

from PIL import Image

from advocacy.networks.base import File, Kind


def jpeg(colour: str = "#005e66", width: int = 1200, height: int = 630) -> bytes:
    """A JPEG of one colour."""
    buffer = BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, "JPEG")
    return buffer.getvalue()


def mp4(seconds: float = 5.0, size: int = 80_000) -> bytes:
    """An MP4 that says how long it lasts, and has about so many bytes."""
    scale, duration = 1000, int(seconds * 1000)
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    header = struct.pack(">IIIIIIH", 0, 0, 0, scale, duration, 0x10000, 0x0100) + bytes(10) + matrix + bytes(24)
    head = _box(b"ftyp", b"isom\0\0\2\0isomiso2avc1mp41") + _box(b"moov", _box(b"mvhd", header + struct.pack(">I", 2)))
    return head + _box(b"mdat", bytes(max(size - len(head) - 8, 0)))


def pdf(pages: int = 3) -> bytes:
    """A PDF of empty pages."""
    kids = " ".join(f"{3 + number} 0 R" for number in range(pages))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>"]
    objects += ["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"] * pages
    written, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n{each}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(written)}\n%%EOF\n"
    return written + end.encode()


def file_of(kind: Kind, folder: Path, alt: str = "A film", content: bytes | None = None) -> File:
    """A video or document on its way out, as a file in `folder`."""
    if kind is Kind.VIDEO:
        data, name, mimetype, seconds = content or mp4(), "film.mp4", "video/mp4", 5.0
        path = folder / name
        path.write_bytes(data)
        return File(kind, path, name, mimetype, len(data), seconds, alt)
    data, name = content or pdf(), "deck.pdf"
    path = folder / name
    path.write_bytes(data)
    return File(kind, path, name, "application/pdf", len(data), None, alt)


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + name + content
