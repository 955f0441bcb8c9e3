"""Find writing above or below the detected rows, where rows may have been missed.

Even if the rules of a row are lost, whoever signed left a signature in the
signature column and writing next to it.  Running text, letterheads and notes
do not keep to the columns, and print has no strokes as large as a signature.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.components import connected_components
from digitize.geometry import Box
from digitize.images import INK_SHARE, Page, Pixels
from digitize.records import Column, Note, NoteCode, Role, Table


@dataclass(frozen=True, slots=True)
class MissedRowSettings:
    """What a signed row outside the table looks like; synthetic tables with removed rows set the limits."""

    # A signature
    # Width and height; ordinary print has no connected stroke of this size.
    signature_mm: tuple[float, float] = (6.0, 2.4)
    max_signature_rows: float = 2.5  # higher marks are stamps and frames
    max_fill_share: float = 0.45  # part of its bounding box; blots, logos and stamps fill more
    signature_overhang_mm: float = 3.0  # by which a signature may cross the edges of its column
    # Writing next to it
    letter_mm: tuple[float, float] = (0.8, 12.0)  # height or width of letters and joined letters
    min_letter_mm: float = 0.5  # remnants of rules are thinner
    min_letters: int = 3  # in a column next to the signature
    line_reach_rows: float = 0.6  # the writing of a row lies this close to the middle of its signature
    column_edge_mm: float = 0.8  # running text crosses column edges by this much, writing in cells does not
    # Where it lies
    # Writing closer to the rows found belongs to them and was cut off with the rule.
    overhang_mm: float = 0.7
    line_mm: float = 15.0  # longer straight lines are rules
    surroundings_mm: float = 2.0  # area around a mark in which the paper is measured
    min_paper_share: float = 0.7  # of the brightness of the table's paper
    adjacent_rows: float = 1.75  # a single row is lost next to the others; further away, officials sign
    tall_header_rows: float = 1.6  # a header this tall may contain a row
    min_distant_lines: int = 2  # further away, so many lines are needed


SETTINGS = MissedRowSettings()


@dataclass(frozen=True, slots=True)
class _Marks:
    """Connected components of ink: boxes (n, 4: left, top, exclusive right and bottom) and areas, in px."""

    boxes: NDArray[np.float64]
    areas: NDArray[np.float64]


def writing_outside_rows(page: Page, table: Table, tables: Sequence[Table] = ()) -> Note | None:
    """The note that says where writing like that of lost rows lies; mostly None.

    `tables` are all tables of the page: what lies in another one is not lost.
    """
    others = [t for t in tables if t.left_px < table.right_px and table.left_px < t.right_px]
    first, last = table.row_edges_px[0], table.row_edges_px[-1]
    # Pieces of one table may overlap a little.
    slack = float(np.median(np.diff(table.row_edges_px))) / 2
    top = max((t.row_edges_px[-1] for t in others if t.row_edges_px[-1] <= first + slack), default=0.0)
    next_px = (t.header_top_px for t in others if t.header_top_px >= last - slack)
    bottom = min(next_px, default=float(page.height_px))
    above, below = _has_signed_rows(page, table, top, first), _has_signed_rows(page, table, last, bottom)
    if above and below:
        return Note(NoteCode.WRITING_ABOVE_AND_BELOW)
    if above:
        return Note(NoteCode.WRITING_ABOVE)
    return Note(NoteCode.WRITING_BELOW) if below else None


def _has_signed_rows(page: Page, table: Table, top_px: float, bottom_px: float) -> bool:
    """Return whether there are signed rows of the table between two heights."""
    pitch = float(np.median(np.diff(table.row_edges_px)))
    if bottom_px - top_px < pitch / 2:
        return False
    marks = _find_marks(page, table, top_px, bottom_px)
    edge = bottom_px if top_px < table.row_edges_px[0] else top_px
    distances_rows = [
        abs((box[1] + box[3]) / 2 - edge) / pitch
        for column in table.columns
        if column.role is Role.SIGNATURE
        for box in marks.boxes[_is_signature(page, marks, column, pitch)]
        if _on_paper(page, table, box)
        and _has_writing_beside(page, table, marks, column, (box[1] + box[3]) / 2, pitch)
    ]
    lines = {round(rows) for rows in distances_rows}
    # Header words would be mistaken for the writing next to a mark above the rows, unless the header is
    # so tall that it contains a row.
    headed = top_px < table.row_edges_px[0] and edge - table.header_top_px < SETTINGS.tall_header_rows * pitch
    return len(lines) >= SETTINGS.min_distant_lines or (
        not headed and any(rows <= SETTINGS.adjacent_rows for rows in distances_rows)
    )


def _find_marks(page: Page, table: Table, top_px: float, bottom_px: float) -> _Marks:
    """Return the connected ink within the table's width between two heights, without rules."""
    left, right = max(0, round(table.left_px)), min(page.width_px, round(table.right_px))
    top, bottom = max(0, round(top_px)), min(page.height_px, round(bottom_px))
    ink = (page.even[top:bottom, left:right] < 255 * INK_SHARE).astype(np.uint8)
    ink = _remove_lines(ink, round(page.px(SETTINGS.line_mm)))
    stats = connected_components(ink > 0).stats
    x, y, width, height, area = (column.astype(np.float64) for column in stats[1:].T)
    boxes = np.stack([x + left, y + top, x + width + left, y + height + top], axis=1)
    # Marks that touch the rows found belong to writing in these rows.
    inside = (boxes[:, 1] > top + page.px(SETTINGS.overhang_mm)) & (
        boxes[:, 3] < bottom - page.px(SETTINGS.overhang_mm)
    )
    return _Marks(boxes[inside], area[inside])


def _remove_lines(ink: Pixels, length: int) -> Pixels:
    """Remove straight horizontal and vertical lines of at least `length` px."""
    for shape in ((1, length), (length, 1)):
        lines = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
        ink = np.where(cv2.dilate(lines, np.ones((3, 3), np.uint8)) > 0, np.uint8(0), ink)
    return ink


def _is_signature(page: Page, marks: _Marks, column: Column, pitch_px: float) -> NDArray[np.bool_]:
    """Return which marks look like a signature in this column."""
    left, top, right, bottom = marks.boxes.T
    width, height = right - left, bottom - top
    slack = page.px(SETTINGS.signature_overhang_mm)
    within = (left >= column.left_px - slack) & (right <= column.right_px + slack)
    large = (width >= page.px(SETTINGS.signature_mm[0])) & (height >= page.px(SETTINGS.signature_mm[1]))
    stroke = marks.areas <= SETTINGS.max_fill_share * width * height
    return np.asarray(
        within & large & stroke & (height <= SETTINGS.max_signature_rows * pitch_px), dtype=np.bool_
    )


def _on_paper(page: Page, table: Table, box: NDArray[np.float64]) -> bool:
    """Return whether a mark lies on the sheet: the table top next to it is darker than the paper."""
    here = page.crop(Box(*box.tolist()).expanded(page.px(SETTINGS.surroundings_mm)))
    rows = page.crop(Box(table.left_px, table.row_edges_px[0], table.right_px, table.row_edges_px[-1]))
    return float(np.median(here)) >= SETTINGS.min_paper_share * float(np.median(rows[::8, ::8]))


def _has_writing_beside(
    page: Page, table: Table, marks: _Marks, signature: Column, middle_px: float, pitch_px: float
) -> bool:
    """Return whether another column holds writing at this height and no text crosses the column edges."""
    left, top, right, bottom = marks.boxes.T
    reach = SETTINGS.line_reach_rows * pitch_px
    near = np.abs((top + bottom) / 2 - middle_px) <= reach
    low, high = (page.px(mm) for mm in SETTINGS.letter_mm)
    size = np.maximum(right - left, bottom - top)
    thin = np.minimum(right - left, bottom - top) < page.px(SETTINGS.min_letter_mm)  # remnants of rules
    letters = near & (size >= low) & (size <= max(high, pitch_px)) & ~thin
    written = crossed = 0
    edge = page.px(SETTINGS.column_edge_mm)
    for column in table.columns:
        if column is signature or column.role is Role.NUMBER:
            continue
        middles = (left + right) / 2
        here = letters & (middles > column.left_px) & (middles < column.right_px)
        written += int(here.sum()) >= SETTINGS.min_letters
        through = letters & (left < column.left_px - edge) & (right > column.left_px + edge)
        crossed += bool(through.any())
    return written >= 1 and crossed <= written / 2
