import io
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from advocacy.images import BadImage, ImageMissing, ImageStore


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def two_halves(size: tuple[int, int] = (200, 100)) -> Image.Image:
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    return picture


@pytest.fixture
def store(tmp_path: Path) -> ImageStore:
    return ImageStore(tmp_path / "media")


def opened(store: ImageStore, key: str) -> Image.Image:
    place = store.path(key)
    assert place is not None
    with Image.open(place) as picture:
        picture.load()
        return picture.copy()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_every_kind_becomes_webp(store: ImageStore, kind: str) -> None:
    stored = store.put(encoded(two_halves(), kind))
    place = store.path(stored.key)
    assert place is not None
    assert place.read_bytes()[8:12] == b"WEBP"
    assert place.parts[-3:] == (stored.key[:2], stored.key[2:4], f"{stored.key}.webp")
    assert (stored.width, stored.height, stored.bytes) == (200, 100, place.stat().st_size)
    left, right = opened(store, stored.key).getpixel((20, 50)), opened(store, stored.key).getpixel((180, 50))
    assert isinstance(left, tuple) and isinstance(right, tuple)
    assert left[0] > 200 > 100 > left[2]
    assert right[2] > 200 > 100 > right[0]


def test_the_same_picture_is_one_file(store: ImageStore, tmp_path: Path) -> None:
    data = encoded(two_halves(), "PNG")
    assert store.put(data) == store.put(data)
    assert len([path for path in (tmp_path / "media").rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_modes_of_colour(store: ImageStore, mode: str) -> None:
    white = Image.new("L", (40, 30), 255)
    picture = Image.new(mode, (40, 30), 65535) if mode == "I;16" else white.convert("RGB").convert(mode)
    stored = store.put(encoded(picture, "JPEG" if mode == "CMYK" else "PNG"))
    pixel = opened(store, stored.key).convert("RGB").getpixel((20, 15))
    assert isinstance(pixel, tuple)
    assert min(pixel) > 240


def test_large_pictures_are_reduced(store: ImageStore) -> None:
    stored = store.put(encoded(two_halves((3000, 1500)), "JPEG"), max_side=600)
    assert (stored.width, stored.height) == (600, 300)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_turned_upright_and_told_nothing_about_its_maker(store: ImageStore, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Secret Camera"
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 24.0)
    data = encoded(two_halves(), kind, exif=exif, icc_profile=b"Secret profile" * 20)
    assert b"Secret" in data
    stored = store.put(data)
    assert (stored.width, stored.height) == (100, 200)
    top = opened(store, stored.key).getpixel((50, 20))
    assert isinstance(top, tuple) and top[0] > 200
    place = store.path(stored.key)
    assert place is not None
    assert b"Secret" not in place.read_bytes()
    assert b"EXIF" not in place.read_bytes()


def test_squares_for_portraits(store: ImageStore) -> None:
    assert (lambda s: (s.width, s.height))(
        store.put(encoded(two_halves((900, 300)), "JPEG"), max_side=160, square=True)
    ) == (160, 160)
    assert (lambda s: (s.width, s.height))(
        store.put(encoded(two_halves((90, 60)), "PNG"), max_side=160, square=True)
    ) == (60, 60)


def test_see_through_stays_and_is_white_for_networks(store: ImageStore) -> None:
    stored = store.put(encoded(Image.new("RGBA", (60, 40), (0, 0, 0, 0)), "PNG"))
    assert opened(store, stored.key).mode == "RGBA"
    jpeg = store.jpeg(stored.key, max_side=30)
    with Image.open(io.BytesIO(jpeg)) as picture:
        assert (picture.format, picture.size, picture.getpixel((15, 10))) == ("JPEG", (30, 20), (255, 255, 255))


def test_keys_are_checked(store: ImageStore) -> None:
    for key in ("", "../../etc/passwd", "A" * 40, "a" * 39, "a" * 40, "a" * 40 + "\n"):
        assert store.path(key) is None
        with pytest.raises(ImageMissing):
            store.jpeg(key)


def _png_of(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "unknown_format"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unknown_format"),
        (b"%PDF-1.7", "unknown_format"),
        (b"\0" * 25_000_001, "too_large"),
        (_png_of(7000, 7000), "too_many_pixels"),
        (_png_of(60000, 60000), "too_many_pixels"),
        (_png_of(30000, 10), "too_many_pixels"),
        (_png_of(300, 300), "unreadable"),
        (encoded(two_halves(), "JPEG")[:400], "unreadable"),
        (encoded(two_halves(), "BMP"), "unknown_format"),
        (encoded(two_halves(), "TIFF"), "unknown_format"),
    ],
)
def test_what_is_no_picture(store: ImageStore, tmp_path: Path, data: bytes, reason: str) -> None:
    with pytest.raises(BadImage) as bad:
        store.put(data)
    assert bad.value.reason == reason
    assert not (tmp_path / "media").exists()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from([b"", *(encoded(two_halves((8, 8)), kind) for kind in ("JPEG", "PNG", "GIF", "WEBP", "AVIF"))]),
    st.integers(0, 400),
    st.binary(max_size=60),
)
def test_any_bytes_are_stored_or_refused(store: ImageStore, start: bytes, place: int, noise: bytes) -> None:
    try:
        stored = store.put(start[:place] + noise + start[place + len(noise) :])
    except BadImage:
        return
    assert store.path(stored.key) is not None
