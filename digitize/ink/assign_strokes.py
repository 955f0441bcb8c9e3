"""To which cell of the table each pen stroke belongs: by geometry only, never by what it says.

A stroke belongs to the cell that holds most of its length.  One with a large
share in several cells is cut at their borders, except a signature, which
belongs whole to the row that holds most of it.  Stamps belong to nobody.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.images import Page
from digitize.ink.cell_map import (
    build_cell_map,
    columns_beside,
    inner_level_rules,
    levels,
    partial_uprights,
    upright_edges,
    upright_rules,
)
from digitize.ink.marks import straight_line
from digitize.ink.split_signatures import signature_column, split_signatures
from digitize.ink.stamps_and_lines import find_stamps_and_lines
from digitize.ink.strokes import Strokes, find_strokes
from digitize.records import ADDRESS_ROLES, Role, Table

OWN_SHARE = 0.6  # a stroke with this share of its length in one cell belongs there whole
CUT_SHARE = 0.15  # a smaller share in a cell is a tail that runs in, and foreign
EDGE_MM = 1.5  # ink beyond the table's outer edge by less still touches its row
SIGNATURE_SHARE = 0.8  # of a stroke lies in the signature column: it is no line through the row
OWN_COLUMN_SHARE = 0.9  # of a bracket lies in one column
BRACKET_ASPECT = 3.0  # times as high as wide
UNDERLINE_SHARE = 0.45  # of the row's height, from its top: lower lines are dashes of the row itself
UNDERLINE_GAP_MM = 3.0  # between a signature and the line under it
UNDERLINE_SLOPE = 0.25  # height over width at most
TAIL_GAP_MM = 1.0  # between the end of a neighbour's stroke and what runs in with it
TAIL_SHARE = 0.5  # of the neighbour's ink: more is writing of the row's own
TAIL_REACH = 0.5  # of the row's height: the middle of what runs in lies no further from the border
OVER_SHARE = 0.15  # of a letter lies beyond the border: it was written over it
LINE_PART_MM = 30.0  # of pen stroke: a whole line of an address is longer
OVER_BORDER_SHARE = 0.5  # of a cell's ink: descenders are less
WRITTEN_MM = 8.0  # of pen stroke beyond a stamp: the row was written in

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


def assign_strokes(page: Page, table: Table, ruled: bool) -> Ownership:
    """Find the pen strokes of a table and give each to its cell."""
    strokes = split_signatures(_strokes(page, table, ruled), table, page.px_per_mm)
    shares = _shares(strokes, table, page.px(EDGE_MM))
    own = _owned(shares, table)
    strangers = find_stamps_and_lines(strokes, page.px_per_mm)
    bracket = strangers.line & _is_bracket(strokes, shares, table)
    own[strangers.frame | strangers.chain | (strangers.line & ~_is_signature(shares, table))] = 0.0
    own[bracket] = shares[bracket]
    _take_print_of_stamps(own, strangers.within, table, page.px_per_mm)
    _give_underlines_back(own, strokes, table, page.px_per_mm)
    _give_tails_back(own, strokes, table, page.px_per_mm)
    return Ownership(table, page.px_per_mm, strokes, shares, own, strangers.frame)


def _strokes(page: Page, table: Table, ruled: bool) -> Strokes:
    """All strokes, the printed rules of the table taken out."""
    edges, rows = upright_edges(table), [table.header_top_px, *table.row_edges_px]
    if not table.has_storeys:
        return find_strokes(page, edges, rows, ruled)
    partial = partial_uprights(table)
    through = [x for i, x in enumerate(edges) if i not in partial]
    return find_strokes(page, through, rows, ruled, inner_level_rules(table), upright_rules(table))


def _shares(strokes: Strokes, table: Table, edge_px: float) -> Lengths:
    """Length in px of each stroke in each cell: (strokes, rows, columns)."""
    # What depends on one axis is worked out once per px of that axis, not per px of ink.
    edges, rows = np.array(upright_edges(table)), np.array(table.row_edges_px)
    x = np.arange(strokes.labels.shape[1]) + strokes.left + 0.5
    y = np.arange(strokes.labels.shape[0]) + strokes.top + 0.5
    inside_x = (x > edges[0] - edge_px) & (x < edges[-1] + edge_px)
    inside_y = (y > rows[0]) & (y < rows[-1] + edge_px)
    stretch = np.clip(np.searchsorted(edges, x) - 1, 0, len(edges) - 2)
    row = np.clip(np.searchsorted(rows, y) - 1, 0, len(rows) - 2)
    shape = len(strokes.area_px), len(rows) - 1, len(table.columns)
    ys, xs = np.nonzero(strokes.labels > 0)
    ids = strokes.labels[ys, xs].astype(np.intp)
    inside = inside_x[xs] & inside_y[ys]
    if table.has_storeys:
        share = (y - rows[row]) / (rows[row + 1] - rows[row])
        level = np.clip(np.searchsorted(levels(table), share) - 1, 0, len(levels(table)) - 2)
        column = build_cell_map(table)[level[ys], stretch[xs]]
    else:
        column = stretch[xs]
    flat = (ids * shape[1] + row[ys]) * shape[2] + column
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


def _is_signature(shares: Lengths, table: Table) -> NDArray[np.bool_]:
    """Which strokes lie in the signature column: there a long line may be all that somebody writes."""
    c = signature_column(table)
    if c is None:
        return np.zeros(len(shares), dtype=np.bool_)
    return np.asarray(shares[:, :, c].sum(axis=1) >= SIGNATURE_SHARE * shares.sum(axis=(1, 2)))


def _is_bracket(strokes: Strokes, shares: Lengths, table: Table) -> NDArray[np.bool_]:
    """Which strokes stand upright among the addresses: such a line may say that one is for several rows."""
    columns = [i for i, column in enumerate(table.columns) if column.role in ADDRESS_ROLES]
    width, height = (strokes.boxes[:, 2:] - strokes.boxes[:, :2]).T
    inside = shares.sum(axis=1).max(axis=1, initial=0.0, where=np.isin(np.arange(shares.shape[2]), columns))
    within = (strokes.boxes[:, 1] > table.row_edges_px[0]) & (strokes.boxes[:, 3] < table.row_edges_px[-1])
    return np.asarray(
        within & (height >= BRACKET_ASPECT * width) & (inside >= OWN_COLUMN_SHARE * strokes.length_px)
    )


def _take_print_of_stamps(own: Lengths, within: NDArray[np.bool_], table: Table, px_per_mm: float) -> None:
    """Take, in place, what lies within a stamp from rows in which nobody wrote beyond it: it is print."""
    writable = [i for i, column in enumerate(table.columns) if column.role is not Role.NUMBER]
    beyond = own[~within][:, :, writable].sum(axis=(0, 2))
    for r in np.flatnonzero(beyond < WRITTEN_MM * px_per_mm).tolist():
        own[within, r] = 0.0


def _give_tails_back(own: Lengths, strokes: Strokes, table: Table, px_per_mm: float) -> None:
    """Give, in place, what runs into a row that is blank otherwise to the neighbour that it hangs on."""
    writable = [i for i, column in enumerate(table.columns) if column.role is not Role.NUMBER]
    for r in range(own.shape[1]):
        inked = [c for c in writable if own[:, r, c].any()]
        owners = [tail_of(own, strokes, table, r, c, px_per_mm) for c in inked]
        for c, owner in zip(inked, owners, strict=True):
            if owner is not None and None not in owners:
                near = _facing(table, c, upwards=owner < r)
                own[:, owner, near] += own[:, r, c]
                own[:, r, c] = 0.0


def _facing(table: Table, c: int, upwards: bool) -> int:
    """The column of a neighbouring row whose cells border on those of column c: itself in one storey."""
    found = columns_beside(table, c)
    columns = table.columns
    return (
        max(found, key=lambda i: columns[i].bottom_share)
        if upwards
        else min(found, key=lambda i: columns[i].top_share)
    )


def tail_of(own: Lengths, strokes: Strokes, table: Table, r: int, c: int, px_per_mm: float) -> int | None:
    """The neighbouring row to which all the ink of a cell hangs on."""
    ids, edges_px, near = np.flatnonzero(own[:, r, c]), table.row_edges_px, columns_beside(table, c)
    reach, gap = TAIL_REACH * (edges_px[r + 1] - edges_px[r]), TAIL_GAP_MM * px_per_mm
    middle = (strokes.boxes[ids, 1] + strokes.boxes[ids, 3]) / 2
    for owner, border in ((r - 1, edges_px[r]), (r + 1, edges_px[r + 1])):
        if not 0 <= owner < own.shape[1] or np.abs(middle - border).max() > reach:
            continue
        theirs_px = own[:, owner, near].sum(axis=1)
        whole = np.flatnonzero(theirs_px)
        if own[ids, r, c].sum() > TAIL_SHARE * theirs_px.sum():
            continue
        mine, theirs = strokes.boxes[ids][:, None], strokes.boxes[whole][None]
        apart = np.maximum(mine[..., :2] - theirs[..., 2:], theirs[..., :2] - mine[..., 2:])
        touching = apart.max(axis=2) <= gap
        if bool(touching.max(axis=1).all()):
            return owner
    return None


def lies_over_border(ownership: Ownership, r: int, c: int) -> bool:
    """Whether what a cell owns lies over one border of its row, where the neighbour goes on writing.

    Then it may be a part of the neighbour's line, written too high or too low.
    """
    own = ownership.own[:, r, c]
    if own.sum() >= LINE_PART_MM * ownership.px_per_mm:
        return False
    for beside in (r - 1, r + 1):
        if not 0 <= beside < ownership.row_count or not ownership.own[:, beside, c].any():
            continue
        over = ownership.shares[:, beside, c] >= OVER_SHARE * ownership.strokes.length_px
        if own[over].sum() >= OVER_BORDER_SHARE * own.sum():
            return True
    return False


def _give_underlines_back(own: Lengths, strokes: Strokes, table: Table, px_per_mm: float) -> None:
    """Give, in place, a level line just below a signature's row to that signature: it is its underline."""
    c = signature_column(table)
    if c is None or columns_beside(table, c) != [c]:  # between two signatures stands something else
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
            level = line.height <= UNDERLINE_SLOPE * line.width
            if (
                level
                and np.maximum(beside, 0).sum() >= 0.5 * line.width
                and straight_line(strokes, i, px_per_mm)
            ):
                own[i, r - 1, c], own[i, r, c] = own[i, r, c], 0.0
