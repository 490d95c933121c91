"""What the covers show. Each motif lays its shapes on a sheet; none holds text."""

import math
from collections.abc import Callable
from typing import Final

from advocacy.demo.sheets import HEIGHT, PALETTES, WIDTH, Sheet


def _heart(sheet: Sheet) -> None:
    sheet.disc(980, 120, 210, "sun")
    sheet.hill(470, 420, 50, 1.2, 0.1, "pale")
    sheet.hill(550, 530, 30, 1.3, 0.6, "mid")
    for x, colour in ((500, "warm"), (700, "hot")):
        sheet.disc(x, 220, 142, colour)
    sheet.shape([(600, 322), (800, 320), (600, 530)], "hot")
    sheet.shape([(600, 119), (600, 530), (399, 320), (480, 90)], "warm")
    pulse = [(150.0, 330.0), (430, 330), (472, 238), (538, 428), (594, 286), (624, 330), (1050, 330)]
    sheet.stroke(pulse, 16, "paper")


def _door(sheet: Sheet) -> None:
    sheet.box(0, 470, WIDTH, 158, "night")
    sheet.shape([(470, 500), (730, 500), (960, HEIGHT), (230, HEIGHT)], "mid")
    sheet.box(470, 120, 260, 380, "sun")
    sheet.shape([(470, 120), (300, 60), (300, 580), (470, 500)], "warm")
    sheet.disc(440, 310, 12, "night")
    sheet.disc(620, 230, 44, "night")
    sheet.box(550, 290, 140, 210, "night", 66)
    sheet.disc(1010, 170, 80, "mid")
    sheet.disc(1010, 170, 46, "pale")
    sheet.box(60, 380, 130, 90, "mid", 14)
    sheet.shape([(125, 380), (80, 270), (125, 190), (170, 270)], "pale")


def _voices(sheet: Sheet) -> None:
    sheet.disc(180, 560, 260, "mid")
    sheet.box(350, 90, 250, 450, "night", 36)
    sheet.box(370, 112, 210, 406, "paper", 20)
    sheet.disc(475, 250, 62, "warm")
    sheet.box(385, 350, 180, 168, "deep", 70)
    sheet.box(650, 130, 410, 210, "hot", 40)
    sheet.shape([(690, 330), (800, 330), (730, 410)], "hot")
    sheet.box(700, 186, 250, 22, "paper", 11)
    sheet.box(700, 234, 170, 22, "paper", 11)
    sheet.box(726, 440, 318, 132, "sun", 34)
    sheet.shape([(930, 560), (1010, 560), (1010, 616)], "sun")
    for x in (830, 884, 938):
        sheet.disc(x, 506, 13, "night")


def _wheels(sheet: Sheet) -> None:
    sheet.disc(930, 180, 120, "paper")
    sheet.hill(380, 360, 70, 1.1, 0.2, "mid")
    sheet.hill(510, 500, 40, 1.3, 0.7, "deep")
    for x in (400, 760):
        sheet.ring(x, 430, 118, 16, "night")
    sheet.stroke([(400, 430), (500, 250), (690, 250), (760, 430)], 18, "hot")
    sheet.stroke([(500, 250), (580, 430), (400, 430)], 18, "hot")
    sheet.stroke([(580, 430), (690, 250), (660, 190), (720, 190)], 18, "hot")
    sheet.stroke([(460, 250), (540, 250)], 18, "hot")
    sheet.disc(580, 430, 24, "paper")


def _micro(sheet: Sheet) -> None:
    for n, colour in enumerate(("hot", "warm", "sun", "rose")):
        sheet.ring(600, 290, 150 + n * 76, 14, colour)
    sheet.box(520, 110, 160, 290, "paper", 80)
    for n in range(4):
        sheet.box(540, 180 + n * 44, 120, 14, "rose", 7)
    cradle = [(600 - 122 * math.cos(n / 16 * math.pi), 320 + 122 * math.sin(n / 16 * math.pi)) for n in range(17)]
    sheet.stroke(cradle, 22, "paper")
    sheet.stroke([(600, 450), (600, 566)], 22, "paper")
    sheet.stroke([(520, 566), (680, 566)], 22, "paper")


def _bars(sheet: Sheet) -> None:
    heights = ((120, "pale"), (210, "mid"), (170, "pale"), (300, "deep"), (260, "mid"), (390, "warm"))
    for n, (height, colour) in enumerate(heights):
        sheet.box(140 + n * 120, 520 - height, 84, height + 40, colour, 10)
    sheet.box(0, 560, WIDTH, 68, "night")
    sheet.disc(1010, 190, 108, "sun")
    quarter = [(1010 + 118 * math.sin(n / 10), 190 - 118 * math.cos(n / 10)) for n in range(21)]
    sheet.shape([(1010, 190), *quarter], "hot")


def _stage(sheet: Sheet) -> None:
    for top, left, right, colour in ((300, 120, 520, "deep"), (900, 680, 1080, "mid"), (600, 420, 780, "sun")):
        sheet.shape([(top, -20), (left, HEIGHT), (right, HEIGHT)], colour)
    sheet.shape([(120, 500), (1080, 500), (1140, HEIGHT), (60, HEIGHT)], "hot")
    sheet.box(540, 390, 120, 110, "paper", 8)
    sheet.box(530, 332, 140, 80, "warm", 40)
    sheet.disc(600, 300, 44, "rose")
    for n in range(9):
        sheet.disc(90 + n * 128, 640, 62, "deep" if n % 2 else "mid")


def _night(sheet: Sheet) -> None:
    sheet.disc(850, 210, 150, "sun")
    sheet.disc(920, 170, 140, "night")
    for x, y, size in ((150, 110, 6), (330, 210, 4), (480, 90, 7), (640, 180, 4), (1080, 90, 6), (230, 300, 4)):
        sheet.disc(x, y, size, "paper")
    sheet.hill(430, 420, 28, 2.1, 0.0, "mid")
    sheet.hill(500, 500, 28, 2.0, 0.4, "deep")
    sheet.hill(565, 560, 26, 2.2, 0.8, "pale")


def _peaks(sheet: Sheet) -> None:
    sheet.disc(600, 330, 210, "sun")
    far = [(0, 628), (260, 260), (430, 450), (640, 180), (900, 500), (1010, 380), (1200, 560), (1200, 628)]
    near = [(0, 560), (200, 420), (420, 580), (640, 430), (860, 600), (1060, 500), (1200, 590), (1200, 628), (0, 628)]
    sheet.shape(far, "deep")
    sheet.shape(near, "night")
    for x, y in ((240, 470), (330, 545), (430, 570), (540, 512), (640, 456), (740, 530), (850, 590)):
        sheet.disc(x, y, 9, "sun")


def _hills(sheet: Sheet) -> None:
    sheet.disc(860, 210, 150, "sun")
    sheet.hill(330, 300, 50, 1.0, 0.3, "pale")
    sheet.hill(420, 440, 46, 1.2, 0.8, "mid")
    sheet.hill(540, 520, 36, 1.4, 0.1, "deep")
    for n in range(5):
        x = 140 + n * 90
        sheet.box(x - 8, 420, 16, 90, "night", 6)
        sheet.disc(x, 400, 42, "warm" if n % 2 else "hot")


def _hands(sheet: Sheet) -> None:
    sheet.disc(1040, 110, 240, "mid")
    sheet.disc(1040, 110, 140, "sun")
    sheet.hill(520, 490, 50, 0.9, 0.5, "night")
    sheet.stroke([(-20, 250), (310, 250), (420, 320), (500, 410)], 92, "rose")
    sheet.stroke([(1220, 480), (930, 480), (800, 418), (730, 350)], 92, "pale")
    sheet.stroke([(460, 460), (760, 290)], 62, "warm")
    sheet.stroke([(460, 460), (520, 426)], 62, "hot")
    for n in range(3):
        sheet.disc(512 + n * 26, 392 + n * 20, 25, "rose")
        sheet.disc(700 + n * 26, 318 + n * 24, 25, "pale")


def _bowl(sheet: Sheet) -> None:
    sheet.disc(250, 160, 110, "sun")
    sheet.box(0, 500, WIDTH, 128, "warm")
    edge = [(600 + 250 * math.cos(n / 20 * math.pi), 300 + 220 * math.sin(n / 20 * math.pi)) for n in range(21)]
    sheet.shape(edge, "deep")
    sheet.box(340, 280, 520, 44, "night", 22)
    sheet.box(500, 500, 200, 26, "night", 12)
    for n, x in enumerate((510, 600, 690)):
        wave = [(x + 20 * math.sin(step / 4), 245.0 - step * 6) for step in range(24 - 4 * (n % 2))]
        sheet.stroke(wave, 18, "paper")
    sheet.stroke([(760, 270), (950, 90)], 26, "hot")


def _loaf(sheet: Sheet) -> None:
    sheet.disc(940, 170, 120, "paper")
    sheet.hill(330, 320, 30, 1.5, 0.2, "mid")
    sheet.box(0, 510, WIDTH, 118, "night")
    sheet.box(220, 480, 760, 44, "deep", 22)
    sheet.box(310, 250, 580, 240, "warm", 120)
    for x in (420, 540, 660, 780):
        sheet.stroke([(x, 310), (x - 60, 400)], 22, "sand")


def _jar(sheet: Sheet) -> None:
    sheet.disc(200, 520, 220, "mid")
    sheet.disc(1010, 150, 130, "sun")
    sheet.box(0, 540, WIDTH, 88, "night")
    sheet.box(430, 170, 340, 380, "hot", 60)
    sheet.box(430, 170, 340, 90, "rose", 40)
    sheet.box(450, 100, 300, 84, "deep", 18)
    sheet.box(480, 320, 240, 140, "paper", 16)
    sheet.disc(600, 390, 36, "warm")
    for x, y in ((850, 500), (925, 505), (885, 450)):
        sheet.disc(x, y, 40, "hot")


_MOTIFS: Final[dict[str, tuple[str, Callable[[Sheet], None]]]] = {
    "heart": ("sand", _heart),
    "door": ("deep", _door),
    "voices": ("pale", _voices),
    "wheels": ("sun", _wheels),
    "micro": ("deep", _micro),
    "bars": ("paper", _bars),
    "stage": ("night", _stage),
    "night": ("night", _night),
    "peaks": ("hot", _peaks),
    "hills": ("sand", _hills),
    "hands": ("deep", _hands),
    "bowl": ("sand", _bowl),
    "loaf": ("sun", _loaf),
    "jar": ("pale", _jar),
}


def draw(cover: str) -> Sheet:
    """The sheet of a cover, as `heart.0`: a motif and the number of a palette. Raises KeyError, IndexError."""
    name, _, number = cover.partition(".")
    ground, motif = _MOTIFS[name]
    sheet = Sheet(PALETTES[int(number)], ground)
    motif(sheet)
    return sheet
