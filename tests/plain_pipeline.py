"""The baseline for comparisons, the pipeline one would write first: render, find boxes, OCR each cell.

It is meant to be fair: it reads only the cells of the table and computes nothing twice.
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
RULE_PX = 60  # 5 mm: longer runs are rules, shorter ones are letters
CELL_PX = ((60, 1500), (40, 400))  # (least, most) width and height: 5 to 127 mm by 3 to 34 mm
BORDER_PX = 6  # margin of a cell that may contain its rules
SAME_ROW_PX = 20
SIGNED_SHARE = 0.01  # of the px of a cell with writing are dark
LANGUAGES = "deu+fra+ita+eng"  # of the sheets
ONE_BLOCK = "--psm 6"  # page segmentation mode: a single block of text


@dataclass(frozen=True)
class PlainRow:
    """A row's texts from left to right, and whether there is ink in its last cell."""

    texts: tuple[str, ...]
    signed: bool


def read_page(pdf: Path, page: int, languages: str = LANGUAGES) -> list[PlainRow]:
    """Read the rows of a page (from 1) with tesseract in these languages."""
    (image,) = pdf2image.convert_from_path(pdf, dpi=DPI, first_page=page, last_page=page, grayscale=True)
    grey = np.array(image)
    dark = dark_of(grey)
    rows = rows_of(cells_of(dark))
    return [_read_row(grey, dark, row, languages) for row in rows]


def dark_of(grey: Grey) -> Grey:
    """Return the mask of ink, print and rules, 0 or 255."""
    _, dark = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    return np.asarray(dark, np.uint8)


def cells_of(dark: Grey) -> list[BoxPx]:
    """Return the gaps between the rules that have the size of a cell."""
    horizontal = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, RULE_PX), np.uint8))
    vertical = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((RULE_PX, 1), np.uint8))
    rules = cv2.dilate(cv2.bitwise_or(horizontal, vertical), np.ones((3, 3), np.uint8))
    contours, _ = cv2.findContours(cv2.bitwise_not(rules), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    boxes = [tuple(cv2.boundingRect(contour)) for contour in contours]
    (narrow, wide), (low, high) = CELL_PX
    return [box for box in boxes if narrow <= box[2] <= wide and low <= box[3] <= high]  # type: ignore[misc]


def rows_of(cells: list[BoxPx]) -> list[list[BoxPx]]:
    """Group cells into rows, from top to bottom and from left to right."""
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
