"""Pictures are cut to a shape around what matters, and for each network as an editor cut them by hand."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from advocacy.content.crops import FURTHEST_ZOOM, RATIOS, box_for, crop_for, most_zoom
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


@given(SIDE, SIDE, st.sampled_from(RATIOS), PER_CENT, PER_CENT, st.integers(100, FURTHEST_ZOOM))
def test_closer_is_a_smaller_box_of_the_same_shape_inside_the_largest(width, height, ratio, x, y, zoom):
    whole = box_for((width, height), ratio.value, (x, y))
    left, top, right, bottom = box_for((width, height), ratio.value, (x, y), zoom)
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    assert abs((right - left) - max(1, (whole[2] - whole[0]) * 100 / zoom)) <= 1
    assert abs((bottom - top) - max(1, (whole[3] - whole[1]) * 100 / zoom)) <= 1
    assert whole[0] - 1 <= left and right <= whole[2] + 1
    assert whole[1] - 1 <= top and bottom <= whole[3] + 1


@given(SIDE, SIDE, st.sampled_from(RATIOS), st.integers(0, 1200))
def test_as_close_as_one_may_go_leaves_enough(width, height, ratio, smallest):
    most = most_zoom((width, height), ratio.value, smallest)
    left, _top, right, _bottom = box_for((width, height), ratio.value)
    if most is None:
        assert right - left < smallest
    else:
        assert 100 <= most <= FURTHEST_ZOOM
        left, _top, right, _bottom = box_for((width, height), ratio.value, zoom=most)
        assert right - left >= smallest - 1


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


def test_nothing_is_made_larger_than_it_is(ctx):
    sent = io.BytesIO()
    Image.new("RGB", (800, 400), "green").save(sent, "PNG")
    key = get_image_store().put(sent.getvalue()).key
    with Image.open(io.BytesIO(crop_for(key, 1, (50, 50), 400))) as cut:
        assert cut.size == (100, 100)


def test_a_picture_that_is_not_there(ctx):
    with pytest.raises(ImageMissing):
        crop_for("0" * 40, 1)
