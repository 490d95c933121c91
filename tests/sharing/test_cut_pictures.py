"""The picture that a network gets is the one the editor saw there."""

import io
from collections.abc import Callable
from typing import Any

import pytest
import requests
from PIL import Image

from advocacy.media import get_image_store
from tests.patience import eventually
from tests.sharing.conftest import Scene
from tests.workers import Worker, send


@pytest.fixture
def picture(app: object) -> str:
    """1200 by 800: red in its last sixth, blue elsewhere."""
    whole = Image.new("RGB", (1200, 800), "blue")
    whole.paste("red", (1000, 0, 1200, 800))
    out = io.BytesIO()
    whole.save(out, "PNG")
    return str(get_image_store().put(out.getvalue()).key)


def sent(scene: Scene, start_worker: Callable[..., Worker], picture: str, **values: Any) -> Image.Image:
    """The picture that stands on the network once such a post is shared."""
    post = scene.world.post(scene.root, "With a picture", image=picture, image_alt="Blue, then red", **values)
    start_worker()
    scene.share(post=post)
    online = eventually(lambda: (send("sharing.deliver_due"), scene.online())[1], within=60, every=0.5)[0]
    urn = online["thumbnail"] or online["images"][0]
    answer = requests.get(f"{scene.sandbox.url}/images/{urn}", timeout=10)
    return Image.open(io.BytesIO(answer.content))


@pytest.mark.parametrize(
    ("values", "size", "colour"),
    [
        ({"crops": {"linkedin": [100, 50, 200]}}, (600, 314), "red"),
        ({"crops": {"linkedin": [0, 50, 200]}}, (600, 314), "blue"),
        ({"crops": {"linkedin": [100, 50, 200]}, "link": None}, (400, 400), "red"),
        ({"crops": {"elsewhere": [100, 50, 200]}}, (1200, 800), "red"),
        ({"focus_x": 50, "focus_y": 0}, (1200, 628), "red"),
        ({"focus_x": 50, "focus_y": 0, "link": None}, (1200, 800), "red"),
    ],
)
def test_it_is_cut_as_the_editor_cut_it(
    scene: Scene,
    start_worker: Callable[..., Worker],
    picture: str,
    values: dict[str, Any],
    size: tuple[int, int],
    colour: str,
) -> None:
    found = sent(scene, start_worker, picture, **values)
    assert found.size == size
    red, _green, blue = found.convert("RGB").getpixel((found.width - 4, found.height // 2))  # type: ignore[misc]
    assert (red > 200 > 60 > blue) if colour == "red" else (blue > 200 > 60 > red)
