"""Handwriting: text in a handwriting font, distorted by the habits of a writer and drawn with a pen."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from samples.synthetic.strokes import Patch
from samples.synthetic.typefaces import BLOCK_HANDS, HANDS, font, x_height_share

_OVERSAMPLE = 2  # writing is drawn this many times larger and averaged down
SMALLEST_SQUEEZE = 0.62  # people write no narrower than this share of their usual width; then they overflow
SMALLEST_SIZE = 0.6  # and no smaller than this share of their usual size
FONT_STROKE = 0.055  # of the em: thickness of the strokes of the fonts
THICKEST_STROKE = 0.28  # of the x-height: people write larger with thick pens


@dataclass(frozen=True, slots=True)
class Pen:
    """A pen; `bgr` is 0..255, `cover` (0..1) the opacity of its ink."""

    name: str
    bgr: tuple[int, int, int]
    width_mm: float
    cover: float
    grain: float = 0.1  # unevenness of the ink, 0..1


PENS = (
    Pen("blue ballpoint", (150, 62, 38), 0.32, 0.88, 0.18),
    Pen("black ballpoint", (48, 44, 42), 0.32, 0.86, 0.18),
    Pen("black fineliner", (30, 27, 26), 0.42, 0.97, 0.04),
    Pen("blue ink", (172, 52, 24), 0.5, 0.92, 0.08),
    Pen("pencil", (95, 92, 92), 0.4, 0.62, 0.45),
    Pen("red ballpoint", (52, 40, 190), 0.34, 0.85, 0.15),
    Pen("violet ballpoint", (150, 40, 110), 0.32, 0.86, 0.15),
    Pen("felt pen", (28, 26, 28), 0.75, 0.98, 0.02),
)
_PEN_SHARES = (0.35, 0.24, 0.12, 0.12, 0.08, 0.03, 0.02, 0.04)


@dataclass(frozen=True, slots=True)
class Hand:
    """The habits of a writer; `slant` is a shear, `wobble` (0..1) how unsteady the hand is."""

    font: str
    pen: Pen
    x_height_mm: float
    slant: float = 0.0
    spacing: float = 1.0
    wobble: float = 0.3
    climb: float = 0.0  # slope of the baseline, mm per mm
    capitals: bool = False
    spaced: bool = False  # letter-spaced capitals, as in official forms
    two_lines: bool = True  # street above, postcode and town below
    order: str = "given family"  # of the parts of a name


def random_hand(rng: np.random.Generator) -> Hand:
    """Return a random writer with a random pen."""
    capitals = bool(rng.random() < 0.3)
    spaced = capitals and bool(rng.random() < 0.25)
    return Hand(
        font=str(rng.choice(BLOCK_HANDS if capitals else HANDS)),
        pen=PENS[int(rng.choice(len(PENS), p=_PEN_SHARES))],
        x_height_mm=float(rng.triangular(1.2, 1.7, 2.6)),
        slant=float(rng.normal(0.04, 0.1)),
        spacing=float(rng.uniform(0.95, 1.12)),
        wobble=float(rng.uniform(0.1, 0.8)),
        climb=float(rng.normal(0, 0.012)),
        capitals=capitals,
        spaced=spaced,
        two_lines=bool(rng.random() < 0.55),
        order=str(rng.choice(["given family", "family given", "family, given"], p=[0.5, 0.35, 0.15])),
    )


def write(
    text: str, hand: Hand, scale: float, rng: np.random.Generator, room_mm: float, size: float = 1.0
) -> Patch:
    """Write a line of text whose baseline starts at (0, 0).

    `scale` is in px per mm and `size` scales the writing.  A line longer than `room_mm` is written narrower
    and smaller, within limits.
    """
    text = text.upper() if hand.capitals else text
    em_px = hand.x_height_mm * size * scale * _OVERSAMPLE / x_height_share(hand.font)
    em_px *= 0.8 if hand.capitals else 1.0
    natural = font(hand.font, 100.0).getlength(text) / 100 * hand.spacing + 0.45 * hand.spaced * len(text)
    tightest = room_mm * scale * _OVERSAMPLE / max(0.1, natural * em_px) / SMALLEST_SQUEEZE
    em_px *= min(1.0, max(SMALLEST_SIZE, tightest))
    face = font(hand.font, round(em_px, 1))
    gap = 0.45 * em_px if hand.spaced else 0.0
    advances = [face.getlength(char) * hand.spacing + gap for char in text]
    squeeze = min(1.0, max(SMALLEST_SQUEEZE, room_mm * scale * _OVERSAMPLE / max(1.0, sum(advances))))
    pad = round(0.6 * em_px)
    ascent, height = round(1.5 * em_px), round(2.5 * em_px)
    image = Image.new("L", (round(sum(advances)) + 2 * pad, height), 0)
    pen = ImageDraw.Draw(image)
    thick = min(hand.pen.width_mm * scale * _OVERSAMPLE, THICKEST_STROKE * x_height_share(hand.font) * em_px)
    stroke = max(0, round((thick - FONT_STROKE * em_px) / 2))
    x = float(pad)
    drift = rng.normal(0, 0.03 * hand.wobble, len(text)).cumsum() * 0.5 + rng.normal(
        0, 0.03 * hand.wobble, len(text)
    )
    for char, advance, rise in zip(text, advances, drift, strict=True):
        at = (x, ascent + float(np.clip(rise, -0.2, 0.2)) * em_px)
        pen.text(at, char, fill=255, font=face, anchor="ls", stroke_width=stroke)
        x += advance * (1 + float(rng.normal(0, 0.03 * hand.wobble)))
    return _bend(np.array(image), hand, rng, squeeze, pad, ascent)


def _bend(
    fine: NDArray[np.uint8], hand: Hand, rng: np.random.Generator, squeeze: float, pad: int, ascent: int
) -> Patch:
    """Shear, squeeze and distort the writing, and reduce it to the resolution of the page."""
    height, width = fine.shape
    wide = round(width * squeeze)
    lean = abs(hand.slant) * height
    size = (round(wide + 2 * lean), height + round(abs(hand.climb) * wide) + 2)
    shear = np.array(
        [
            [squeeze, -hand.slant, hand.slant * ascent + lean],
            [-hand.climb * squeeze, 1.0, max(0.0, hand.climb * wide)],
        ]
    )
    bent = cv2.warpAffine(fine, shear, size, flags=cv2.INTER_LINEAR)
    ys, xs = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    wave = rng.uniform(0.5, 1.5, 4)
    reach = 0.045 * hand.wobble * height
    shift_x = reach * np.sin(xs / (0.45 * height) * wave[0] + ys / (0.3 * height) * wave[1])
    shift_y = 0.7 * reach * np.sin(xs / (0.35 * height) * wave[2] + 6 * wave[3])
    wavy_x, wavy_y = (xs + shift_x).astype(np.float32), (ys + shift_y).astype(np.float32)
    bent = cv2.remap(bent, wavy_x, wavy_y, cv2.INTER_LINEAR)
    small = cv2.resize(
        bent,
        (max(1, size[0] // _OVERSAMPLE), max(1, size[1] // _OVERSAMPLE)),
        interpolation=cv2.INTER_AREA,
    )
    left = round((pad * squeeze + lean) / _OVERSAMPLE)
    top = round((ascent + max(0.0, hand.climb * wide)) / _OVERSAMPLE)
    return Patch(np.asarray(small, dtype=np.uint8), -left, -top)
