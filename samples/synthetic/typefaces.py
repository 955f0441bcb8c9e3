"""The fonts in samples/fonts, loaded once per size."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import ImageFont

FOLDER = Path(__file__).parent.parent / "fonts"
POINT_MM = 25.4 / 72

HANDS = (
    "architects-daughter",
    "bad-script",
    "caveat",
    "cedarville-cursive",
    "indie-flower",
    "kalam",
    "la-belle-aurore",
    "nothing-you-could-do",
    "patrick-hand",
    "reenie-beanie",
    "shadows-into-light",
    "zeyada",
)
BLOCK_HANDS = (  # those that are legible in capitals
    "architects-daughter",
    "caveat",
    "indie-flower",
    "kalam",
    "patrick-hand",
    "reenie-beanie",
    "shadows-into-light",
)
PRINT = ("arimo", "tinos", "carlito", "roboto", "eb-garamond")

_MEASURE_PX = 200  # text is measured at this size, so that the layout does not depend on the resolution


@dataclass(frozen=True, slots=True)
class Typeface:
    """A typeface for print."""

    name: str
    bold: bool = False

    @property
    def file(self) -> str:
        return f"{self.name}-{'bold' if self.bold else 'regular'}"


@cache
def font(file: str, size_px: float) -> ImageFont.FreeTypeFont:
    """Return the font in `file` (without .ttf) at `size_px` per em."""
    return ImageFont.truetype(str(FOLDER / f"{file}.ttf"), size_px, layout_engine=ImageFont.Layout.BASIC)


def text_width(text: str, face: Typeface, size_pt: float) -> float:
    """Return the width of printed text in mm."""
    return font(face.file, _MEASURE_PX).getlength(text) / _MEASURE_PX * size_pt * POINT_MM


@cache
def x_height_share(file: str) -> float:
    """Return the x-height as a share of the em; handwriting is sized by it."""
    boxes = [font(file, _MEASURE_PX).getbbox(letter, anchor="ls") for letter in "aeou"]
    return float(sum(bottom - top for _, top, _, bottom in boxes)) / len(boxes) / _MEASURE_PX
