"""Cut paper: big flat shapes on a sheet of 1200 × 628, drawn at twice the size so that their edges are smooth."""

import math
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw

WIDTH: Final = 1200
HEIGHT: Final = 628
_SCALE: Final = 2

Place = tuple[float, float]
Palette = dict[str, str]

PALETTES: Final[tuple[Palette, ...]] = (
    {
        "night": "#12343b",
        "deep": "#17616b",
        "mid": "#3f9aa0",
        "pale": "#cfe6e4",
        "sand": "#f4ead9",
        "paper": "#fbf6ec",
        "warm": "#f58a3c",
        "hot": "#e4573d",
        "sun": "#f9c65a",
        "rose": "#f6c7b6",
    },
    {
        "night": "#2a1f3d",
        "deep": "#4d3869",
        "mid": "#8069ab",
        "pale": "#ded4ee",
        "sand": "#f3e6dc",
        "paper": "#fcf7ef",
        "warm": "#ef8f4a",
        "hot": "#cf4a63",
        "sun": "#f7c968",
        "rose": "#f2c4c4",
    },
    {
        "night": "#1f3321",
        "deep": "#2f5d3a",
        "mid": "#6ea05f",
        "pale": "#d9e8cd",
        "sand": "#f5ecd2",
        "paper": "#fbf8ec",
        "warm": "#ee9b3a",
        "hot": "#c9503a",
        "sun": "#f4cf5e",
        "rose": "#f3cdb0",
    },
)


class Sheet:
    """A sheet to cut and lay shapes on; places and lengths in pixels of the finished picture, colours by role."""

    def __init__(self, palette: Palette, ground: str) -> None:
        self._palette = palette
        self._image = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE), palette[ground])
        self._draw = ImageDraw.Draw(self._image)

    def picture(self) -> Image.Image:
        """The finished picture."""
        return self._image.reduce(_SCALE)

    def disc(self, x: float, y: float, radius: float, colour: str) -> None:
        """A disc."""
        self._draw.ellipse(_scaled([(x - radius, y - radius), (x + radius, y + radius)]), fill=self._palette[colour])

    def ring(self, x: float, y: float, radius: float, width: float, colour: str) -> None:
        """A circle of a certain width, half of it on each side of the radius."""
        outer = radius + width / 2
        frame = _scaled([(x - outer, y - outer), (x + outer, y + outer)])
        self._draw.ellipse(frame, outline=self._palette[colour], width=round(width * _SCALE))

    def box(self, x: float, y: float, width: float, height: float, colour: str, corner: float = 0) -> None:
        """A rectangle, with rounded corners if asked."""
        frame = _scaled([(x, y), (x + width, y + height)])
        self._draw.rounded_rectangle(frame, radius=corner * _SCALE, fill=self._palette[colour])

    def shape(self, places: Sequence[Place], colour: str) -> None:
        """A straight-edged shape."""
        self._draw.polygon(_scaled(places), fill=self._palette[colour])

    def stroke(self, places: Sequence[Place], width: float, colour: str) -> None:
        """A band through the places, with round joints and ends."""
        fill, thick = self._palette[colour], round(width * _SCALE)
        self._draw.line(_scaled(places), fill=fill, width=thick, joint="curve")
        for x, y in (places[0], places[-1]):
            self.disc(x, y, width / 2, colour)

    def hill(self, left: float, right: float, swing: float, turns: float, start: float, colour: str) -> None:
        """A wavy ground to the lower edge: heights at both sides, how high the waves go, how many, where they begin."""
        edge: list[Place] = []
        for step in range(61):
            part = step / 60
            wave = math.sin((part * turns + start) * math.tau) * swing
            edge.append((part * WIDTH, left + (right - left) * part + wave))
        self.shape([(0, HEIGHT), *edge, (WIDTH, HEIGHT)], colour)


def _scaled(places: Sequence[Place]) -> list[Place]:
    return [(x * _SCALE, y * _SCALE) for x, y in places]
