"""Pictures are cut to a shape around what matters."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from advocacy.content.crops import RATIOS, box_for, crop_for
from advocacy.images import ImageMissing
from advocacy.media import get_image_store

SIDE = st.integers(1, 3000)
PER_CENT = st.integers(0, 100)


@given(SIDE, SIDE, st.sampled_from(RATIOS), PER_CENT, PER_CENT)
def test_a_box_lies_inside_has_the_shape_and_is_as_large_as_can_be(width, height, ratio, x, y):
    left, top, right, bottom = box_for((width, height), ratio.value, (x, y))
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    assert right - left == width or bottom - top == height
    wide, high = right - left, bottom - top
    assert abs(wide - high * ratio.value) <= max(1, ratio.value) or 1 in (wide, high)


@pytest.mark.parametrize(
    ("focus", "box"),
    [((50, 50), (250, 0, 750, 500)), ((0, 50), (0, 0, 500, 500)), ((100, 0), (500, 0, 1000, 500))],
)
def test_the_focus_moves_the_box(focus, box):
    assert box_for((1000, 500), 1, focus) == box


def test_a_crop_is_a_jpeg_of_what_matters(ctx):
    picture = Image.new("RGB", (1000, 500), "blue")
    picture.paste("red", (600, 0, 1000, 500))
    sent = io.BytesIO()
    picture.save(sent, "PNG")
    key = get_image_store().put(sent.getvalue()).key
    for ratio in RATIOS:
        with Image.open(io.BytesIO(crop_for(key, ratio.value, (100, 50)))) as cut:
            assert cut.format == "JPEG"
            assert cut.width / cut.height == pytest.approx(ratio.value, rel=0.01)
            red, _green, blue = cut.getpixel((cut.width - 2, cut.height // 2))
            assert red > 200 > 60 > blue
    with Image.open(io.BytesIO(crop_for(key, 1, (0, 50)))) as cut:
        assert cut.getpixel((5, 5))[2] > 200


def test_a_picture_that_is_not_there(ctx):
    with pytest.raises(ImageMissing):
        crop_for("0" * 40, 1)
