"""To which cell of the table each pen stroke belongs: by geometry only, never by what it says.

A stroke belongs to the cell that holds most of its length.  One with a large
share in several cells is cut at their borders, except a signature, which
belongs whole to the row that holds most of it.  Stamps belong to nobody.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Box
from digitize.images import Page
from digitize.marks import is_dash
from digitize.records import Role, Table
from digitize.strokes import Strokes, find_strokes

OWN_SHARE = 0.6  # a stroke with this share of its length in one cell belongs there whole
CUT_SHARE = 0.15  # a smaller share in a cell is a tail that runs in, and foreign
EDGE_MM = 1.5  # ink beyond the table's outer edge by less still touches its row
UNDERLINE_SHARE = 0.45  # of the row's height, from its top: lower lines are dashes of the row itself
UNDERLINE_GAP_MM = 3.0  # between a signature and the line under it
STAMP_ROWS = 1.5  # a stamp's frame is taller than so many rows
STAMP_MM = (14.0, 90.0)  # size of a stamp's frame, both ways
FRAME_SHARE = 0.8  # of a frame's ink lies on its outline, round or rectangular
FRAME_BAND = 0.22  # half width of that outline, as a share of the frame's half size

Lengths = NDArray[np.float64]


@dataclass(frozen=True)
class Ownership:
    """The strokes of a table, shared out.

    `shares` (strokes, rows, columns) is the length in px of each stroke in
    each cell, `own` the part of it that the cell owns: for a stroke that is
    not cut its whole length in one cell.  `stamps` tells the frames of stamps.
    """

    table: Table
    px_per_mm: float
    strokes: Strokes
    shares: Lengths
    own: Lengths
    stamps: NDArray[np.bool_]

    @property
    def row_count(self) -> int:
        return int(self.own.shape[1])

    @property
    def signature(self) -> int | None:
        """Index of the signature column."""
        return signature_column(self.table)

    def foreign(self, r: int, c: int) -> Lengths:
        """Length in px of each stroke that lies in a cell but belongs elsewhere."""
        return np.where(self.own[:, r, c] > 0, 0.0, self.shares[:, r, c])

    def own_mm(self, r: int, c: int) -> float:
        """Length of pen stroke that a cell owns."""
        return float(self.own[:, r, c].sum()) / self.px_per_mm

    def row_box(self, r: int) -> Box:
        columns, edges = self.table.columns, self.table.row_edges_px
        return Box(columns[0].left_px, edges[r], columns[-1].right_px, edges[r + 1])


def share_out(page: Page, table: Table, ruled: bool) -> Ownership:
    """Find the pen strokes of a table and give each to its cell."""
    edges = [table.columns[0].left_px, *(column.right_px for column in table.columns)]
    strokes = find_strokes(page, edges, [table.header_top_px, *table.row_edges_px], ruled)
    shares = _shares(strokes, np.array(edges), np.array(table.row_edges_px), page.px(EDGE_MM))
    own = _owned(shares, table)
    stamps = _stamps(strokes, table, page.px_per_mm)
    own[stamps] = 0.0
    _give_underlines_back(own, strokes, table, page.px_per_mm)
    return Ownership(table, page.px_per_mm, strokes, shares, own, stamps)


def signature_column(table: Table) -> int | None:
    return next((i for i, column in enumerate(table.columns) if column.role is Role.SIGNATURE), None)


def _shares(strokes: Strokes, columns: Lengths, rows: Lengths, edge_px: float) -> Lengths:
    """Length in px of each stroke in each cell: (strokes, rows, columns)."""
    ys, xs = np.nonzero(strokes.labels)
    ids = strokes.labels[ys, xs].astype(np.intp)
    x, y = xs + strokes.left + 0.5, ys + strokes.top + 0.5
    inside = (x > columns[0] - edge_px) & (x < columns[-1] + edge_px)
    inside &= (y > rows[0]) & (y < rows[-1] + edge_px)
    column = np.clip(np.searchsorted(columns, x) - 1, 0, len(columns) - 2)
    row = np.clip(np.searchsorted(rows, y) - 1, 0, len(rows) - 2)
    shape = len(strokes.area_px), len(rows) - 1, len(columns) - 1
    flat = (ids * shape[1] + row) * shape[2] + column
    counts = np.bincount(flat[inside], minlength=shape[0] * shape[1] * shape[2]).astype(np.float64)
    return np.asarray(counts.reshape(shape) / strokes.width_px[:, None, None])


def _owned(shares: Lengths, table: Table) -> Lengths:
    """The part of `shares` that each cell owns; the rest is foreign to it."""
    whole = shares.sum(axis=(1, 2), keepdims=True)
    part = shares / np.maximum(whole, 1e-9)
    best = part.max(axis=(1, 2), keepdims=True)
    undivided = best >= OWN_SHARE
    mine = (part == best) & (whole > 0)
    own = np.where(undivided, np.where(mine, whole, 0.0), np.where(part >= CUT_SHARE, shares, 0.0))
    c = signature_column(table)
    if c is not None:
        row = shares[:, :, c].argmax(axis=1)
        signature = shares[:, :, c].sum(axis=1) >= 0.5 * whole[:, 0, 0]
        taken = np.flatnonzero(signature & (whole[:, 0, 0] > 0) & ~undivided[:, 0, 0])
        own[taken] = 0.0
        own[taken, row[taken], c] = whole[taken, 0, 0]
    return np.asarray(own)


def _stamps(strokes: Strokes, table: Table, px_per_mm: float) -> NDArray[np.bool_]:
    """Which strokes are frames of stamps: large, and nearly all of their ink on a round or square outline."""
    low, high = (mm * px_per_mm for mm in STAMP_MM)
    pitch = float(np.median(np.diff(table.row_edges_px)))
    width = strokes.boxes[:, 2] - strokes.boxes[:, 0]
    height = strokes.boxes[:, 3] - strokes.boxes[:, 1]
    large = (width >= low) & (width <= high) & (height >= max(low, STAMP_ROWS * pitch)) & (height <= high)
    stamps = np.zeros(len(width), dtype=np.bool_)
    for i in np.flatnonzero(large).tolist():
        points = strokes.points(i)
        middle, half = (points.max(axis=0) + points.min(axis=0)) / 2, np.ptp(points, axis=0) / 2
        x, y = np.abs((points - middle) / np.maximum(half, 1)).T
        for outline in (np.hypot(x, y), np.maximum(x, y)):
            stamps[i] |= bool(np.mean(np.abs(outline - 1) <= FRAME_BAND) >= FRAME_SHARE)
    return stamps


def _give_underlines_back(own: Lengths, strokes: Strokes, table: Table, px_per_mm: float) -> None:
    """Give, in place, a level line just below a signature's row to that signature: it is its underline."""
    c = signature_column(table)
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
