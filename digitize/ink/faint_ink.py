"""Find faint writing: spots below the ink threshold that are darker than any in this page's blank cells.

Bitonal scans have no such spots; there a weak stroke is broken up into specks.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.images import Page
from digitize.ink.assign_strokes import Ownership
from digitize.ink.cell_map import CellIndex, writable_columns
from digitize.records import Table


@dataclass(frozen=True)
class FaintInkSettings:
    """Where spots are searched, and how dark they must be.  Contrasts are grey levels of 255."""

    smoothing_mm: float = 0.3  # about a pen's width: evens out the grain of the paper, not a stroke
    inset_mm: float = 1.2  # from the cell's borders, where rules and neighbours' strokes are
    halo_mm: float = 0.5  # around strokes of other cells
    min_contrast: float = 8.0  # to the paper; bleed-through and wear have as much
    unknown_contrast: float = 20.0  # where blank paper of this page is not known
    row_contrast: float = 25.0  # of faint writing in a whole row; folds and stains have less
    row_height_mm: float = 1.2  # over which it has spots; those of a fold lie on a line
    min_blank_cells: int = 4  # to know what blank paper of this page looks like
    max_blank_cells: int = 24  # more are not measured: they would tell nothing new
    blank_quantile: float = 0.9  # of the contrasts in blank cells
    usual_quantile: float = 0.6  # the same where several cells of a row must agree
    min_contrast_factor: float = 1.2  # times that quantile
    min_stroke_mm: float = 1.5  # in a cell; ditto marks that ran together have as much
    min_stroke_factor: float = 1.5  # times the quantile of the strokes in blank cells


@dataclass(frozen=True)
class SpeckSettings:
    """How many specks make a cell doubtful: dust leaves one or two."""

    inset_mm: float = 0.6  # from the cell's borders, where the print of the rules is ragged
    line_mm: float = 0.4  # height of a dotted rule with its dots a little off
    min_in_line: int = 30  # at one height, from side to side
    min_count: int = 8  # in a cell
    min_factor: float = 5.0  # times the usual count of this page's cells
    min_row_count: int = 15  # in all cells of a row: what little there is in one of them matters then
    min_row_factor: float = 2.5  # times the usual count of a row ...
    min_row_deviations: float = 5.0  # ... and by so many standard deviations more (Poisson)
    min_count_in_row: int = 2  # in a cell of such a row; ditto marks leave no more
    # Rows whose writing broke up: one of 35 ordinary pages in black and white has so many.
    written_mm: float = 40.0  # of stroke: a row with so much was filled in
    broken_per_100_mm: float = 30.0  # of stroke: specks of such a row
    min_broken_rows: int = 5
    max_whole_share: float = 0.3  # of the specks of broken rows (upper quartile): whole ones (lower quartile)


SETTINGS, SPECKS = FaintInkSettings(), SpeckSettings()


def faint_cells(
    page: Page,
    ownership: Ownership,
    written: NDArray[np.bool_],
    candidates: Iterable[CellIndex],
    *,
    alone: bool = True,
) -> set[CellIndex]:
    """Return those of the `candidates` with a spot darker than any in the page's blank cells.

    `written` (rows, columns) marks the cells with ink; the blank cells are those of rows without any.
    Where a page has too few of them, a spot must be as dark as no stain usually is.  If other cells of its
    row are blank, too, and a candidate is not `alone`, its spots must be darker and reach over more of its
    height than a fold.  The result is empty for bitonal scans.
    """
    candidates = [] if page.bitonal else list(candidates)
    if not candidates:
        return set()
    writable = writable_columns(ownership.table)
    rows = np.flatnonzero(~written[:, writable].any(axis=1)).tolist()
    blank = [(r, c) for r in rows for c in writable]
    limit, known = SETTINGS.unknown_contrast, len(blank) >= SETTINGS.min_blank_cells
    if known:
        blank = blank[:: -(-len(blank) // SETTINGS.max_blank_cells)]
        contrasts = [_contrasts(page, ownership, r, c).max(initial=0.0) for r, c in blank]
        # Where a whole row may be faint, its own cells are among these.
        usual = float(np.quantile(contrasts, SETTINGS.blank_quantile if alone else SETTINGS.usual_quantile))
        limit = max(SETTINGS.min_contrast, SETTINGS.min_contrast_factor * usual)
    if not alone:
        limit = max(limit, SETTINGS.row_contrast)
    least_px = 0.0 if alone and known else page.px(SETTINGS.row_height_mm)
    spots = ((cell, _contrasts(page, ownership, *cell, with_own=known)) for cell in candidates)
    return {cell for cell, contrasts in spots if _height_of_spots(contrasts, limit) > least_px}


def cells_with_little_ink(
    ownership: Ownership, written: NDArray[np.bool_], candidates: Iterable[CellIndex]
) -> set[CellIndex]:
    """Return those of the `candidates` with more strokes than dust leaves in the page's other blank cells."""
    lengths_mm = _inner_lengths_mm(ownership)
    writable = writable_columns(ownership.table)
    dust_mm = lengths_mm[:, writable][~written[:, writable]]
    known = len(dust_mm) >= SETTINGS.min_blank_cells
    usual_mm = float(np.quantile(dust_mm, SETTINGS.blank_quantile)) if known else 0.0
    limit_mm = max(SETTINGS.min_stroke_mm, SETTINGS.min_stroke_factor * usual_mm)
    return {(r, c) for r, c in candidates if lengths_mm[r, c] >= limit_mm}


def _inner_lengths_mm(ownership: Ownership) -> NDArray[np.float64]:
    """Return the stroke (rows, columns) that each cell owns away from its borders.

    Along them lie the ends of neighbours' letters and what is left of a rule.
    """
    strokes, table, inset_px = ownership.strokes, ownership.table, SETTINGS.inset_mm * ownership.px_per_mm
    middle = (strokes.boxes[:, :2] + strokes.boxes[:, 2:]) / 2
    lengths = np.zeros(ownership.owned_px.shape[1:])
    for r, c in np.ndindex(*lengths.shape):
        ids = np.flatnonzero(ownership.owned_px[:, r, c])
        box = table.cell_box(r, table.columns[c]).expanded(-inset_px)
        inner = (middle[ids] > (box.left, box.top)) & (middle[ids] < (box.right, box.bottom))
        lengths[r, c] = ownership.owned_px[ids[inner.all(axis=1)], r, c].sum()
    return lengths / ownership.px_per_mm


def _contrasts(
    page: Page, ownership: Ownership, r: int, c: int, with_own: bool = True
) -> NDArray[np.float64]:
    """Return the contrast of the px inside a cell to its paper; 0 where other cells' strokes are.

    Without `with_own` it is 0 on the cell's own strokes as well.
    """
    table = ownership.table
    box = table.cell_box(r, table.columns[c]).expanded(-page.px(SETTINGS.inset_mm))
    rows, columns = box.clipped(page.width_px, page.height_px).slices()
    part = page.even[rows, columns]
    if part.size == 0:
        return np.zeros((0, 0))
    smooth = cv2.GaussianBlur(part, (0, 0), page.px(SETTINGS.smoothing_mm))
    labels = ownership.strokes.labels_in(rows, columns)
    foreign = ((ownership.foreign_px(r, c) > 0)[labels] | ((labels > 0) & (not with_own))).astype(np.uint8)
    side = 2 * round(page.px(SETTINGS.halo_mm)) + 1
    clear = cv2.dilate(foreign, np.ones((side, side), np.uint8)) == 0
    return np.where(clear, float(np.median(part)) - smooth, 0.0)


def _height_of_spots(contrasts: NDArray[np.float64], limit: float) -> float:
    """Return the height (px) over which a cell has spots of this contrast, 0 if it has none."""
    ys = np.flatnonzero((contrasts >= limit).any(axis=1))
    return float(ys[-1] - ys[0] + 1) if len(ys) else 0.0


def _without_dotted_rules(ownership: Ownership) -> NDArray[np.float64]:
    """Return the specks (n, 2) without those that stand in line across the table: they are a dotted rule."""
    specks = ownership.strokes.specks
    level = (specks[:, 1] / (SPECKS.line_mm * ownership.px_per_mm)).astype(np.intp)
    counts = np.bincount(level, minlength=2)
    most = max(SPECKS.min_in_line, SPECKS.min_factor * float(np.median(counts)))
    in_line = counts >= most
    in_line[1:] |= counts[:-1] >= most
    in_line[:-1] |= counts[1:] >= most
    return np.asarray(specks[~in_line[level]], dtype=np.float64)


def count_specks(ownership: Ownership) -> NDArray[np.intp]:
    """Return how many specks lie in each cell (rows, columns), away from its borders."""
    table = ownership.table
    counts = np.zeros((ownership.row_count, len(table.columns)), dtype=np.intp)
    x, y = _without_dotted_rules(ownership).T
    inset_px = SPECKS.inset_mm * ownership.px_per_mm
    for r, c in np.ndindex(*counts.shape):
        box = table.cell_box(r, table.columns[c]).expanded(-inset_px)
        counts[r, c] = np.count_nonzero((x > box.left) & (x < box.right) & (y > box.top) & (y < box.bottom))
    return counts


def speckled_cells(counts: NDArray[np.intp], table: Table) -> NDArray[np.bool_]:
    """Mark the cells (rows, columns) with many more specks than this page has dust."""
    in_rows = counts[:, writable_columns(table)].sum(axis=1, keepdims=True)
    usual = float(np.median(in_rows))
    unusual = max(SPECKS.min_row_factor * usual, usual + SPECKS.min_row_deviations * usual**0.5)
    in_row = in_rows >= max(SPECKS.min_row_count, unusual)
    limit = max(SPECKS.min_count, SPECKS.min_factor * float(np.median(counts)))
    return np.asarray((counts >= limit) | (in_row & (counts >= SPECKS.min_count_in_row)), dtype=np.bool_)


def is_broken_up(specks: NDArray[np.intp], written_mm: NDArray[np.float64]) -> bool:
    """Return whether the writing of several rows broke up into specks and that of others did not.

    The scanner's threshold then took some pens for paper, and may have left nothing at all of others.  Dust
    lies in all rows alike.  Both arguments are per row; `written_mm` is the length of its strokes.
    """
    written = written_mm >= SPECKS.written_mm
    if not written.any():
        return False
    per_100_mm = 100 * specks[written] / written_mm[written]
    low, high = np.quantile(per_100_mm, (0.25, 0.75)).tolist()
    broken = np.count_nonzero(per_100_mm >= SPECKS.broken_per_100_mm) >= SPECKS.min_broken_rows
    return bool(broken and high >= SPECKS.broken_per_100_mm and low <= SPECKS.max_whole_share * high)
