"""The fonts beside this package, loaded once per size."""

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
BLOCK_HANDS = (  # the hands whose capitals make words
    "architects-daughter",
    "caveat",
    "indie-flower",
    "kalam",
    "patrick-hand",
    "reenie-beanie",
    "shadows-into-light",
)
PRINT = ("arimo", "tinos", "carlito", "roboto", "eb-garamond")

_MEASURE_PX = 200  # text is measured at this size, so that layout does not depend on resolution


@dataclass(frozen=True, slots=True)
class Typeface:
    """A print face in regular or bold."""

    name: str
    bold: bool = False

    @property
    def file(self) -> str:
        return f"{self.name}-{'bold' if self.bold else 'regular'}"


@cache
def font(file: str, size_px: float) -> ImageFont.FreeTypeFont:
    """The font `file` (name without .ttf) at `size_px` per em."""
    return ImageFont.truetype(str(FOLDER / f"{file}.ttf"), size_px, layout_engine=ImageFont.Layout.BASIC)


def text_width(text: str, face: Typeface, size_pt: float) -> float:
    """Width of printed `text` in mm."""
    return font(face.file, _MEASURE_PX).getlength(text) / _MEASURE_PX * size_pt * POINT_MM


@cache
def x_height_share(file: str) -> float:
    """Height of the small letters as a share of the em: writing is sized by it."""
    boxes = [font(file, _MEASURE_PX).getbbox(letter, anchor="ls") for letter in "aeou"]
    return float(sum(bottom - top for _, top, _, bottom in boxes)) / len(boxes) / _MEASURE_PX
