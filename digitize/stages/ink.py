"""Which cells were written in, by the pen strokes that belong to them.

A stroke belongs to the cell that holds most of its length; what of it lies in
other cells is foreign there.  A stroke with a large share in several cells is
cut at their border, except between rows of the signature column, where it is
one signature and both rows learn of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Box
from digitize.images import Page, Pixels
from digitize.marks import ditto_strokes, is_dash, mark_of
from digitize.records import Ink, InkMeasure, Mark, Role, Table
from digitize.strokes import PAPER, Strokes, find_strokes

OWN_SHARE = 0.6  # a stroke with this share of its length in one cell belongs there whole
CUT_SHARE = 0.15  # a smaller share in a cell is a tail that runs in, and foreign
BLANK_MM = 3.0  # less pen stroke than this is a dot, dust or the end of a rule
INKED_MM = 8.0  # more is writing: initials have 15 mm, the shortest name 20 mm
INKED_MM2 = 2.5  # of ink is writing too: small letters of a broad pen run together, a hair is thin
NOISE_FACTOR = 3.0  # times the speckle of this page's emptiest cells
SPREAD_ROWS = 2.4  # strokes taller than so many rows are stamps, folds, closing lines: nobody's writing
EDGE_MM = 1.5  # ink beyond the table's outer edge by less still touches its row
HALO_MM = 0.25  # of paper kept around a stroke when it is cut out for reading
DOT_REACH_MM = 1.2  # dots this near to a stroke go with it
JOINT_MM = 6.0  # of a neighbour's signature in an empty signature cell may be one signature for two
JOINT_SHARE = 0.2  # and is so much of that signature
WEAK_SIGNATURE_MM = 8.0  # less than this is no signature but the end of a neighbour's
BORDER_BAND_MM = 1.2  # ink is averaged over so much of the height to tell dense from thin
BLOCK_ROWS = 1.25  # one signature for two rows is at most so many rows high
BLOCK_BORDER_SHARE = 0.75  # of its densest part is found at the border
BLOCK_VALLEY_SHARE = 0.5  # and it nowhere thins out below this near the border
UNDERLINE_SHARE = 0.45  # of the row's height, from its top: lower lines are dashes of the row itself
UNDERLINE_GAP_MM = 3.0  # between a signature and the line under it
STAMP_MM = 14.0  # stamps are at least so large both ways


@dataclass(frozen=True)
class CellInk:
    """Measure of one cell and, where it is inked, its writing cut out for reading.

    `writing` is grey uint8: the cell's own strokes on white, 1 mm around them.
    """

    measure: InkMeasure
    writing: Pixels | None


@dataclass(frozen=True)
class RowInk:
    """One row: its cells in column order, and what goes on across them.

    `struck_share` is the share of the stretch from name to signature that one
    line crosses; `stamped` tells that a stamp lies over the row.
    `joint_with` is the index of the row that owns a signature of which a good
    part lies in this row's otherwise blank signature cell.
    """

    cells: tuple[CellInk, ...]
    struck_share: float = 0.0
    stamped: bool = False
    joint_with: int | None = None


def measure_ink(page: Page, table: Table, ruled: bool) -> tuple[RowInk, ...]:
    """The ink of every row of the table, top to bottom."""
    columns = [table.columns[0].left_px, *(c.right_px for c in table.columns)]
    strokes = find_strokes(page, columns, [table.header_top_px, *table.row_edges_px], ruled)
    shares = _shares(strokes, columns, table.row_edges_px, page.px(EDGE_MM))
    tall = strokes.boxes[:, 3] - strokes.boxes[:, 1]
    wide = strokes.boxes[:, 2] - strokes.boxes[:, 0]
    pitch = float(np.median(np.diff(table.row_edges_px)))
    spread = tall > SPREAD_ROWS * pitch
    spread[0] = False
    stamps = spread & (wide > page.px(STAMP_MM)) & (tall > page.px(STAMP_MM))
    own = _owners(shares, table)
    _give_underlines_back(own, strokes, table, page.px_per_mm)
    spread &= ~_mostly_signature(shares, table)  # a signature may be as large as it likes
    own[spread] = 0
    limit_mm = _blank_limit_mm(own, table, page.px_per_mm)
    rows: list[RowInk] = []
    for r in range(len(table.row_edges_px) - 1):
        cells = tuple(
            _cell(page, strokes, table, own[:, r, c], shares[:, r, c], limit_mm, r, c)
            for c in range(len(table.columns))
        )
        top, bottom = table.row_edges_px[r], table.row_edges_px[r + 1]
        rows.append(
            RowInk(
                cells,
                _struck_share(strokes, shares[:, r], table, spread),
                _stamped(strokes, stamps, top, bottom, table),
                _joint_with(own, shares, strokes, table, r, limit_mm, page.px_per_mm),
            )
        )
    return tuple(rows)


def _shares(
    strokes: Strokes, columns: Sequence[float], rows: Sequence[float], edge_px: float
) -> NDArray[np.float64]:
    """Length in px of each stroke in each cell: (strokes, rows, columns)."""
    ys, xs = np.nonzero(strokes.labels)
    ids = strokes.labels[ys, xs]
    x_edges, y_edges = np.array(columns), np.array(rows)
    x, y = xs + strokes.left + 0.5, ys + strokes.top + 0.5
    inside = (x > x_edges[0] - edge_px) & (x < x_edges[-1] + edge_px)
    inside &= (y > y_edges[0]) & (y < y_edges[-1] + edge_px)
    column = np.clip(np.searchsorted(x_edges, x) - 1, 0, len(columns) - 2)
    row = np.clip(np.searchsorted(y_edges, y) - 1, 0, len(rows) - 2)
    shape = len(strokes.area_px), len(rows) - 1, len(columns) - 1
    flat = (ids * shape[1] + row) * shape[2] + column
    counts = np.bincount(flat[inside], minlength=int(np.prod(shape))).astype(np.float64)
    return counts.reshape(shape) / strokes.width_px[:, None, None]


def _owners(shares: NDArray[np.float64], table: Table) -> NDArray[np.float64]:
    """The part of `shares` that each cell owns; the rest is foreign to it."""
    whole = shares.sum(axis=(1, 2), keepdims=True)
    part = shares / np.maximum(whole, 1e-9)
    best = part.max(axis=(1, 2), keepdims=True)
    undivided = best >= OWN_SHARE
    mine = (part == best) & (whole > 0)
    own = np.where(undivided, np.where(mine, whole, 0.0), np.where(part >= CUT_SHARE, shares, 0.0))
    signature = _signature_column(table)
    if signature is not None:
        # A signature is never cut: it belongs to the row with the larger part of it.
        row = shares[:, :, signature].argmax(axis=1)
        taken = np.flatnonzero(_mostly_signature(shares, table) & ~undivided[:, 0, 0])
        own[taken] = 0
        own[taken, row[taken], signature] = whole[taken, 0, 0]
    return own


def _give_underlines_back(own: NDArray[np.float64], strokes: Strokes, table: Table, px_per_mm: float) -> None:
    """Give, in place, a level line just below a signature's row to that signature: it is its underline."""
    c = _signature_column(table)
    if c is None:
        return
    for r in range(1, own.shape[1]):
        top, height = table.row_edges_px[r], table.row_edges_px[r + 1] - table.row_edges_px[r]
        above = strokes.boxes[own[:, r - 1, c] > 0]
        for i in np.flatnonzero(own[:, r, c]).tolist():
            line = strokes.box(i)
            near = above[above[:, 3] >= line.top - UNDERLINE_GAP_MM * px_per_mm]
            if line.centre[1] - top > UNDERLINE_SHARE * height or not len(near):
                continue
            beside = np.minimum(near[:, 2], line.right) - np.maximum(near[:, 0], line.left)
            if np.maximum(beside, 0).sum() >= 0.5 * line.width and is_dash(strokes, i, px_per_mm):
                own[i, r - 1, c], own[i, r, c] = own[i, r, c], 0.0


def _signature_column(table: Table) -> int | None:
    return next((i for i, column in enumerate(table.columns) if column.role is Role.SIGNATURE), None)


def _mostly_signature(shares: NDArray[np.float64], table: Table) -> NDArray[np.bool_]:
    """Which strokes have at least half of their length in the signature column."""
    signature = _signature_column(table)
    if signature is None:
        return np.zeros(len(shares), dtype=np.bool_)
    whole = shares.sum(axis=(1, 2))
    return np.asarray((shares[:, :, signature].sum(axis=1) >= 0.5 * whole) & (whole > 0))


def _blank_limit_mm(own: NDArray[np.float64], table: Table, px_per_mm: float) -> float:
    """Stroke length below which a cell of this page is blank, from the speckle in its emptiest cells."""
    writable = [i for i, column in enumerate(table.columns) if column.role is not Role.NUMBER]
    lengths = own.sum(axis=0)[:, writable].ravel() / px_per_mm
    quiet = lengths[lengths < BLANK_MM]
    speckle = float(np.median(quiet)) if len(quiet) else 0.0
    return BLANK_MM + NOISE_FACTOR * speckle


def _cell(
    page: Page,
    strokes: Strokes,
    table: Table,
    own: NDArray[np.float64],
    shares: NDArray[np.float64],
    limit_mm: float,
    r: int,
    c: int,
) -> CellInk:
    column = table.columns[c]
    box = Box(column.left_px, table.row_edges_px[r], column.right_px, table.row_edges_px[r + 1])
    length_mm = float(own.sum()) / page.px_per_mm
    foreign_mm = float(np.where(own > 0, 0.0, shares).sum()) / page.px_per_mm
    ids = np.flatnonzero(own)
    signature = column.role is Role.SIGNATURE
    ditto = 0 if signature else ditto_strokes(strokes, ids, page.px_per_mm)
    if not ditto and (length_mm < limit_mm or len(ids) == 0):
        return CellInk(InkMeasure(Ink.BLANK, Mark.NONE, length_mm, foreign_mm, limit_mm), None)
    parts = [_part(strokes, i, own[i], shares[i], box) for i in ids.tolist()]
    extent = parts[0]
    for part in parts[1:]:
        extent = extent.union(part)
    share = own[ids] / np.maximum(strokes.length_px[ids], 1e-9)
    area_mm2 = float((share * strokes.area_px[ids]).sum()) / page.px_per_mm**2
    sure = length_mm >= limit_mm + (INKED_MM - BLANK_MM) or area_mm2 >= INKED_MM2
    verdict = Ink.INKED if sure else Ink.UNSURE
    mark = Mark.DITTO if ditto else mark_of(strokes, ids, page.px_per_mm)
    if mark in (Mark.DASH, Mark.TICK) or ditto >= 2:
        verdict = Ink.INKED
    elif ditto:
        verdict = Ink.UNSURE
    writing = None
    if column.role not in (Role.SIGNATURE, Role.NUMBER, Role.OTHER):
        writing = _cut_out(page, strokes, ids, extent)
    return CellInk(InkMeasure(verdict, mark, length_mm, foreign_mm, limit_mm, extent), writing)


def _part(strokes: Strokes, stroke: int, own: float, share: float, cell: Box) -> Box:
    """The bounds of a stroke, cut at the cell's border where the cell owns only a part of it."""
    box = strokes.box(stroke)
    if own > share + 1e-6 or own >= 0.999 * strokes.length_px[stroke]:
        return box
    return Box(
        max(box.left, cell.left),
        max(box.top, cell.top),
        min(box.right, cell.right),
        min(box.bottom, cell.bottom),
    )


def _cut_out(page: Page, strokes: Strokes, ids: NDArray[np.intp], extent: Box) -> Pixels:
    """The strokes on white paper with 1 mm around them, everything else painted over."""
    height, width = strokes.labels.shape
    window = Box(strokes.left, strokes.top, strokes.left + width, strokes.top + height)
    area = extent.expanded(page.px(1.0))
    area = Box(
        max(area.left, window.left),
        max(area.top, window.top),
        min(area.right, window.right),
        min(area.bottom, window.bottom),
    )
    rows, cols = area.slices()
    labels = strokes.labels[
        rows.start - strokes.top : rows.stop - strokes.top,
        cols.start - strokes.left : cols.stop - strokes.left,
    ]
    grey = page.even[rows, cols][: labels.shape[0], : labels.shape[1]]
    mine = np.isin(labels, ids)
    others = (labels > 0) & ~mine
    keep = _grown(mine, page.px(HALO_MM)) & ~others
    return np.where(keep, grey, np.uint8(PAPER))


def _grown(mask: NDArray[np.bool_], by_px: float) -> NDArray[np.bool_]:
    side = 2 * round(by_px) + 1
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((side, side), np.uint8)) > 0)


def _struck_share(
    strokes: Strokes, shares: NDArray[np.float64], table: Table, spread: NDArray[np.bool_]
) -> float:
    """The largest share of the stretch from name to signature that one stroke spans in this row."""
    columns = [c for c in table.columns if c.role is not Role.NUMBER]
    left, right = columns[0].left_px, columns[-1].right_px
    here = (shares.sum(axis=1) > 0.5 * strokes.length_px) & ~spread
    if not here.any():
        return 0.0
    span = np.minimum(strokes.boxes[here, 2], right) - np.maximum(strokes.boxes[here, 0], left)
    return float(np.clip(span.max() / (right - left), 0, 1))


def _stamped(strokes: Strokes, stamps: NDArray[np.bool_], top: float, bottom: float, table: Table) -> bool:
    boxes = strokes.boxes[stamps]
    overlap = np.minimum(boxes[:, 3], bottom) - np.maximum(boxes[:, 1], top)
    beside = np.minimum(boxes[:, 2], table.columns[-1].right_px) - np.maximum(
        boxes[:, 0], table.columns[0].left_px
    )
    return bool(((overlap > 0.3 * (bottom - top)) & (beside > 0)).any())


def _joint_with(
    own: NDArray[np.float64],
    shares: NDArray[np.float64],
    strokes: Strokes,
    table: Table,
    r: int,
    limit_mm: float,
    px_per_mm: float,
) -> int | None:
    """The row with which this row seems to share one signature.

    Either this row, though written in, has next to no signature of its own
    and a good part of a neighbour's lies in it; or the ink of this row and the
    next is one block across the border (see `_one_block`).
    """
    c = _signature_column(table)
    if c is None or not _is_written(own, r, c, limit_mm * px_per_mm):
        return None
    if own[:, r, c].sum() < WEAK_SIGNATURE_MM * px_per_mm:
        foreign = np.where(own[:, r, c] > 0, 0.0, shares[:, r, c])
        whole = own.sum(axis=(1, 2))
        large = (foreign >= JOINT_MM * px_per_mm) & (foreign >= JOINT_SHARE * whole)
        if large.any():
            owner = int(own[int(np.where(large, foreign, 0.0).argmax())].sum(axis=1).argmax())
            return owner if owner != r else None
    last = r + 1 >= own.shape[1]
    if last or not _is_written(own, r + 1, c, limit_mm * px_per_mm):
        return None
    return r + 1 if _one_block(own, shares, strokes, table, r, c, px_per_mm) else None


def _is_written(own: NDArray[np.float64], r: int, signature: int, limit_px: float) -> bool:
    """Whether any cell of the row but the number (the first) and the signature is inked."""
    lengths = own[:, r].sum(axis=0)
    return any(length >= limit_px for i, length in enumerate(lengths.tolist()) if i not in (0, signature))


def _one_block(
    own: NDArray[np.float64],
    shares: NDArray[np.float64],
    strokes: Strokes,
    table: Table,
    r: int,
    c: int,
    px_per_mm: float,
) -> bool:
    """Whether the signature ink of rows r and r + 1 is one low block, densest at their border.

    Two signatures, even touching ones, thin out where they meet.
    """
    ids = np.flatnonzero(own[:, r, c] + own[:, r + 1, c])
    if len(ids) == 0 or min(shares[ids, r, c].sum(), shares[ids, r + 1, c].sum()) < JOINT_MM * px_per_mm:
        return False
    upper, border, lower = table.row_edges_px[r : r + 3]
    left = round(table.columns[c].left_px) - strokes.left
    right = round(table.columns[c].right_px) - strokes.left
    top = max(0, round(upper - (border - upper) / 2) - strokes.top)
    bottom = round(lower + (lower - border) / 2) - strokes.top
    ink = np.isin(strokes.labels[top:bottom, left:right], ids).sum(axis=1).astype(np.float64)
    window = max(1, round(BORDER_BAND_MM * px_per_mm))
    profile = np.convolve(ink, np.ones(window) / window, "same")
    reached = np.cumsum(ink) / ink.sum()
    height = np.searchsorted(reached, 0.97) - np.searchsorted(reached, 0.03)
    at = min(max(round(border) - strokes.top - top, 0), len(profile) - 1)
    quarter = round((lower - border) / 4)
    valley = profile[max(0, at - quarter) : at + quarter].min()
    sides = min(profile[:at].max(initial=0.0), profile[at:].max(initial=0.0))
    low = height <= BLOCK_ROWS * (lower - upper) / 2
    return bool(
        low and profile[at] >= BLOCK_BORDER_SHARE * profile.max() and valley >= BLOCK_VALLEY_SHARE * sides
    )
