"""Pictures made to fit what a network takes."""

import io

import pytest
from PIL import Image

from advocacy.networks.base import Rejected
from advocacy.networks.fitting import fitting
from tests.networks.contract.samples import jpeg


def noise(side: int = 700) -> bytes:
    written = io.BytesIO()
    Image.effect_noise((side, side), 90).convert("RGB").save(written, "JPEG", quality=95)
    return written.getvalue()


def test_what_fits_stays_as_it_is() -> None:
    picture = jpeg()
    assert fitting(picture, len(picture), 1200 * 630) == picture


def test_too_heavy_becomes_lighter() -> None:
    picture = noise()
    fitted = fitting(picture, 60_000)
    assert len(fitted) <= 60_000 < len(picture)
    assert Image.open(io.BytesIO(fitted)).format == "JPEG"


def test_too_large_becomes_smaller_in_its_shape() -> None:
    width, height = Image.open(io.BytesIO(fitting(jpeg(width=1000, height=500), 10**7, 125_000))).size
    assert width * height <= 125_000
    assert abs(width / height - 2) < 0.02


@pytest.mark.parametrize("picture", [b"", b"no picture", jpeg()[:40]])
def test_what_is_no_picture_is_refused(picture: bytes) -> None:
    with pytest.raises(Rejected):
        fitting(picture, 10)


def test_nothing_is_left_to_see() -> None:
    with pytest.raises(Rejected):
        fitting(noise(300), 200)
