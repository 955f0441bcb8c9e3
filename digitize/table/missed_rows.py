"""Writing above or below the rows that were found: rows may be lost there.

Whatever became of a row's rules, who signed left a signature in the signature
column and writing beside it.  Text, letterheads and notes do not keep to the
columns, and print is not drawn in strokes as large as a signature's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Box
from digitize.images import INK_SHARE, Page, Pixels
from digitize.records import Column, Role, Table

SIGNATURE_MM = (6.0, 2.4)  # width and height from which a connected stroke is no print of usual size
SIGNATURE_ROWS = 2.5  # higher ones are stamps and frames
STROKE_FILL_SHARE = 0.45  # of its box is filled by blots, logos and stamps
LETTER_MM = (0.8, 12.0)  # height or width of letters and joined letters
OVERHANG_MM = 0.7  # from the rows found; nearer writing was parted from theirs with the rule
REST_MM = 0.5  # what is left of a rule is thinner than letters are
LEAST_LETTERS = 3  # beside a signature
LINE_MM = 15.0  # longer straight lines are rules
OVER_EDGE_MM = 3.0  # a signature that runs over its column's edge
LETTERS_REACH_ROWS = 0.6  # above and below a signature's middle the writing of its row lies
BESIDE_MM = 2.0  # around a mark its paper is looked at
PAPER_SHARE = 0.7  # of the brightness of the table's paper
EDGE_MM = 0.8  # beside a column's edge, where text runs through and writing in cells stops
ADJACENT_ROWS = 1.75  # a single row is lost next to the others; further off, officials sign
TALL_ROWS = 1.6  # a header as tall as so many rows may hold one
LEAST_APART = 2  # such lines make rows further off
SENTENCE = (
    "There is writing {where} the rows found, as if rows were lost there: look at the page, "
    "scan it again or count them by hand."
)


@dataclass(frozen=True, slots=True)
class _Marks:
    """Connected pieces of ink, one row each: left, top, right and bottom (exclusive); and areas; in px."""

    boxes: NDArray[np.float64]
    areas: NDArray[np.float64]


def writing_outside_rows(page: Page, table: Table, tables: Sequence[Table] = ()) -> str:
    """The sentence that says where writing like that of lost rows lies; mostly empty.

    `tables` are all tables of the page: what lies in another one is not lost.
    """
    others = [t for t in tables if t.left_px < table.right_px and table.left_px < t.right_px]
    first, last = table.row_edges_px[0], table.row_edges_px[-1]
    top = max((t.row_edges_px[-1] for t in others if t.row_edges_px[-1] <= first), default=0.0)
    bottom = min((t.header_top_px for t in others if t.header_top_px >= last), default=float(page.height_px))
    sides = [
        where
        for where, start, end in (("above", top, first), ("below", last, bottom))
        if _rows_signed(page, table, start, end)
    ]
    return SENTENCE.format(where=" and ".join(sides)) if sides else ""


def _rows_signed(page: Page, table: Table, top_px: float, bottom_px: float) -> bool:
    """Whether lines between two heights look like signed rows of the table."""
    pitch = float(np.median(np.diff(table.row_edges_px)))
    if bottom_px - top_px < pitch / 2:
        return False
    marks = _marks(page, table, top_px, bottom_px)
    edge = bottom_px if top_px < table.row_edges_px[0] else top_px
    signed = [
        abs((box[1] + box[3]) / 2 - edge) / pitch
        for column in table.columns
        if column.role is Role.SIGNATURE
        for box in marks.boxes[_signatures(page, marks, column, pitch)]
        if _on_paper(page, table, box) and _beside(page, table, marks, column, (box[1] + box[3]) / 2, pitch)
    ]
    lines = {round(rows) for rows in signed}
    # The words of a header stand beside whatever overhangs it, unless it is so tall that it holds a row.
    headed = top_px < table.row_edges_px[0] and edge - table.header_top_px < TALL_ROWS * pitch
    return len(lines) >= LEAST_APART or (not headed and any(rows <= ADJACENT_ROWS for rows in signed))


def _marks(page: Page, table: Table, top_px: float, bottom_px: float) -> _Marks:
    """The pieces of ink beside the table's columns between two heights, without rules."""
    left, right = max(0, round(table.left_px)), min(page.width_px, round(table.right_px))
    top, bottom = max(0, round(top_px)), min(page.height_px, round(bottom_px))
    ink = (page.even[top:bottom, left:right] < 255 * INK_SHARE).astype(np.uint8)
    ink = _without_lines(ink, round(page.px(LINE_MM)))
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink)
    x, y, width, height, area = (column.astype(np.float64) for column in stats[1:].T)
    boxes = np.stack([x + left, y + top, x + width + left, y + height + top], axis=1)
    # What begins at the rows found is writing of theirs that overhangs.
    inside = (boxes[:, 1] > top + page.px(OVERHANG_MM)) & (boxes[:, 3] < bottom - page.px(OVERHANG_MM))
    return _Marks(boxes[inside], area[inside])


def _without_lines(ink: Pixels, length: int) -> Pixels:
    """The ink without straight lines of at least `length` px, level or upright."""
    for shape in ((1, length), (length, 1)):
        lines = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
        ink = np.where(cv2.dilate(lines, np.ones((3, 3), np.uint8)) > 0, np.uint8(0), ink)
    return ink


def _signatures(page: Page, marks: _Marks, column: Column, pitch_px: float) -> NDArray[np.bool_]:
    """Which marks are like a signature in this column."""
    left, top, right, bottom = marks.boxes.T
    width, height = right - left, bottom - top
    slack = page.px(OVER_EDGE_MM)
    within = (left >= column.left_px - slack) & (right <= column.right_px + slack)
    large = (width >= page.px(SIGNATURE_MM[0])) & (height >= page.px(SIGNATURE_MM[1]))
    stroke = marks.areas <= STROKE_FILL_SHARE * width * height
    return np.asarray(within & large & stroke & (height <= SIGNATURE_ROWS * pitch_px), dtype=np.bool_)


def _on_paper(page: Page, table: Table, box: NDArray[np.float64]) -> bool:
    """Whether it is as bright around a mark as between the rows: a desk beside the sheet is darker."""
    here = page.crop(Box(*box.tolist()).expanded(page.px(BESIDE_MM)))
    rows = page.crop(Box(table.left_px, table.row_edges_px[0], table.right_px, table.row_edges_px[-1]))
    return float(np.median(here)) >= PAPER_SHARE * float(np.median(rows[::8, ::8]))


def _beside(
    page: Page, table: Table, marks: _Marks, signature: Column, middle_px: float, pitch_px: float
) -> bool:
    """Whether another column holds writing at this height, and no text runs through the columns' edges."""
    left, top, right, bottom = marks.boxes.T
    reach = LETTERS_REACH_ROWS * pitch_px
    near = np.abs((top + bottom) / 2 - middle_px) <= reach
    low, high = (page.px(mm) for mm in LETTER_MM)
    size = np.maximum(right - left, bottom - top)
    thin = np.minimum(right - left, bottom - top) < page.px(REST_MM)  # of rules
    letters = near & (size >= low) & (size <= max(high, pitch_px)) & ~thin
    written = crossed = 0
    edge = page.px(EDGE_MM)
    for column in table.columns:
        if column is signature or column.role is Role.NUMBER:
            continue
        middles = (left + right) / 2
        here = letters & (middles > column.left_px) & (middles < column.right_px)
        written += int(here.sum()) >= LEAST_LETTERS
        through = letters & (left < column.left_px - edge) & (right > column.left_px + edge)
        crossed += bool(through.any())
    return written >= 1 and crossed <= written / 2
