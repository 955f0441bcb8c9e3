"""The pipeline one would write first, as a yardstick: render, find boxes, one OCR call per cell.

It is meant to be a fair one, not a straw man: cells of the table only, and nothing is worked out twice.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pdf2image
import pytesseract
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
BoxPx = tuple[int, int, int, int]  # left, top, width, height

DPI = 300
RULE_PX = 60  # 5 mm: runs this long are rules, shorter ones are letters
CELL_PX = ((60, 1500), (40, 400))  # least and most width and height: 5 to 127 mm by 3 to 34 mm
BORDER_PX = 6  # of each cell is rule
SAME_ROW_PX = 20
SIGNED_SHARE = 0.01  # of a cell's px are dark where somebody wrote
LANGUAGES = "deu+fra+ita+eng"  # the sheets come in these
ONE_BLOCK = "--psm 6"  # of text in a cell: spares tesseract the search for columns


@dataclass(frozen=True)
class PlainRow:
    """A row's texts from left to right, and whether there is ink in its last cell."""

    texts: tuple[str, ...]
    signed: bool


def read_page(pdf: Path, page: int, languages: str = LANGUAGES) -> list[PlainRow]:
    """The rows of a page, counted from 1, read by tesseract in these languages."""
    (image,) = pdf2image.convert_from_path(pdf, dpi=DPI, first_page=page, last_page=page, grayscale=True)
    grey = np.array(image)
    dark = dark_of(grey)
    rows = rows_of(cells_of(dark))
    return [_read_row(grey, dark, row, languages) for row in rows]


def dark_of(grey: Grey) -> Grey:
    """255 where there is ink, print or a rule."""
    _, dark = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    return np.asarray(dark, np.uint8)


def cells_of(dark: Grey) -> list[BoxPx]:
    """The holes between the rules that are as large as a cell."""
    level = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, RULE_PX), np.uint8))
    upright = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((RULE_PX, 1), np.uint8))
    rules = cv2.dilate(cv2.bitwise_or(level, upright), np.ones((3, 3), np.uint8))
    contours, _ = cv2.findContours(cv2.bitwise_not(rules), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    boxes = [tuple(cv2.boundingRect(contour)) for contour in contours]
    (narrow, wide), (low, high) = CELL_PX
    return [box for box in boxes if narrow <= box[2] <= wide and low <= box[3] <= high]  # type: ignore[misc]


def rows_of(cells: list[BoxPx]) -> list[list[BoxPx]]:
    """Cells put into rows from top to bottom, each from left to right."""
    rows: list[list[BoxPx]] = []
    for cell in sorted(cells, key=lambda box: box[1]):
        if rows and abs(rows[-1][0][1] - cell[1]) <= SAME_ROW_PX:
            rows[-1].append(cell)
        else:
            rows.append([cell])
    return [sorted(row) for row in rows]


def _read_row(grey: Grey, dark: Grey, row: list[BoxPx], languages: str) -> PlainRow:
    insides = [
        np.s_[y + BORDER_PX : y + height - BORDER_PX, x + BORDER_PX : x + width - BORDER_PX]
        for x, y, width, height in row
    ]
    texts = tuple(
        pytesseract.image_to_string(grey[inside], lang=languages, config=ONE_BLOCK).strip()
        for inside in insides
    )
    return PlainRow(texts, bool(np.mean(dark[insides[-1]] > 0) >= SIGNED_SHARE))
