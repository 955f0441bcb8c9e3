"""Assign each pen stroke to the cell of the table it was written for, by geometry alone.

A stroke belongs to the cell that holds most of its length.  A stroke with a large part in several cells is
divided at their borders, except a signature, which belongs as a whole to the row that holds most of it.
Stamps and lines across the table belong to no cell; ends of strokes in a neighbouring row go back to theirs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.images import Page
from digitize.ink.cell_map import (
    build_cell_map,
    horizontal_edges,
    inner_horizontal_rules,
    partial_vertical_edges,
    partial_vertical_rules,
    signature_column,
    vertical_edges,
    writable_columns,
)
from digitize.ink.flat_lines import is_flat_line
from digitize.ink.imprints import find_imprints
from digitize.ink.neighbour_tails import return_signature_tails, return_tails
from digitize.ink.pens import are_of_one_pen
from digitize.ink.split_pens import split_pens
from digitize.ink.split_signatures import split_signatures
from digitize.ink.stains import find_stains
from digitize.ink.stamps_and_lines import StampsAndLines, find_stamps_and_lines
from digitize.ink.strokes import Strokes, find_strokes
from digitize.ink.underlines import return_underlines
from digitize.records import ADDRESS_ROLES, Table

Lengths = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class AssignmentSettings:
    """When a stroke belongs to a cell, and when to its neighbour.  Lengths are of pen stroke."""

    min_whole_share: float = 0.6  # of a stroke in one cell: it belongs there undivided
    min_part_share: float = 0.15  # of a divided stroke; a smaller part only runs in from the neighbour
    edge_mm: float = 1.5  # ink this far outside the table's outer edges still belongs to its cells
    min_signature_share: float = 0.8  # of a line in the signature column: it is not a line through the row
    min_written_mm: float = 8.0  # in a row outside a stamp: the row was filled in
    # A bracket: a long vertical line within the address column.
    min_bracket_share: float = 0.9  # of its length in one column
    min_bracket_aspect: float = 3.0  # height over width
    # A piece of a rule between rows.
    max_rule_piece_mm: float = 0.8  # its height; letters are higher
    max_rule_distance_mm: float = 0.6  # from its middle to the rule
    # A line of writing that lies over the border of its row.
    min_letter_over_share: float = 0.15  # of a letter beyond the border: it was written over it
    min_line_over_share: float = 0.5  # of a cell's ink in such letters; descenders are less
    min_full_line_mm: float = 30.0  # a whole line of an address is longer


SETTINGS = AssignmentSettings()


@dataclass(frozen=True)
class Ownership:
    """The strokes of a table and the cells they belong to.

    `in_cell_px` (strokes, rows, columns) is the length of each stroke inside each cell; `owned_px`, of the
    same shape, the length that the cell owns: of an undivided stroke, its whole length in a single cell.
    `stamps` marks the strokes that are frames of stamps or lie inside one, `stains` those that no pen drew;
    neither belong to a cell.
    """

    table: Table
    px_per_mm: float
    strokes: Strokes
    in_cell_px: Lengths
    owned_px: Lengths
    stamps: StampsAndLines
    stains: Mask

    @property
    def row_count(self) -> int:
        return int(self.owned_px.shape[1])

    @property
    def signature_column(self) -> int | None:
        """Index of the signature column, if there is one."""
        return signature_column(self.table)

    def owned_mm(self, r: int, c: int) -> float:
        """Return the length of pen stroke that a cell owns."""
        return float(self.owned_px[:, r, c].sum()) / self.px_per_mm

    def foreign_px(self, r: int, c: int) -> Lengths:
        """Return for every stroke the length that lies in a cell but belongs elsewhere."""
        return np.where(self.owned_px[:, r, c] > 0, 0.0, self.in_cell_px[:, r, c])

    def beyond_px(self, r: int, c: int) -> Iterator[Lengths]:
        """Yield, for the row above and that below if its cell owns ink, the length there of every stroke."""
        for neighbour in (r - 1, r + 1):
            if 0 <= neighbour < self.row_count and self.owned_px[:, neighbour, c].any():
                yield self.in_cell_px[:, neighbour, c]


def assign_strokes(page: Page, table: Table, ruled: bool) -> Ownership:
    """Find the pen strokes of a table and assign each to its cell.

    `ruled` tells whether the columns are separated by printed rules.
    """
    strokes = split_pens(_find_strokes(page, table, ruled), page.pixels, table, page.px_per_mm)
    strokes = split_signatures(strokes, table, page.px_per_mm)
    in_cell = _lengths_in_cells(strokes, table, page.px(SETTINGS.edge_mm))
    owned = _initial_owners(in_cell, table)
    found = find_stamps_and_lines(strokes, page.px_per_mm)
    brackets = found.line & _are_brackets(strokes, in_cell, table)
    owned[found.frame | found.broken_line | (found.line & ~_are_signatures(in_cell, table))] = 0.0
    owned[brackets] = in_cell[brackets]
    stains = find_stains(strokes, page.px_per_mm)
    owned[stains | _are_pieces_of_rules(strokes, table, page.px_per_mm)] = 0.0
    owned[find_imprints(strokes, table, page.px_per_mm)] = 0.0
    _remove_stamp_print(owned, found.in_stamp, table, page.px_per_mm)
    _remove_coloured_print(owned, found, strokes, table)
    return_underlines(owned, strokes, table, page.px_per_mm)
    return_tails(owned, strokes, table, page.px_per_mm)
    return_signature_tails(owned, in_cell, strokes, table, page.px_per_mm)
    for r in range(owned.shape[1]):
        if is_flat_line(owned, strokes, table, r, page.px_per_mm):
            owned[:, r] = 0.0
    return Ownership(table, page.px_per_mm, strokes, in_cell, owned, found, stains)


def lies_over_border(ownership: Ownership, r: int, c: int) -> bool:
    """Return whether the ink of a cell lies over a border of its row beyond which the neighbour also wrote.

    It may then be part of the neighbour's line, written too high or too low.
    """
    owned = ownership.owned_px[:, r, c]
    if owned.sum() >= SETTINGS.min_full_line_mm * ownership.px_per_mm:
        return False
    for beyond_px in ownership.beyond_px(r, c):
        over = beyond_px >= SETTINGS.min_letter_over_share * ownership.strokes.length_px
        if owned[over].sum() >= SETTINGS.min_line_over_share * owned.sum():
            return True
    return False


def _find_strokes(page: Page, table: Table, ruled: bool) -> Strokes:
    """Return all strokes of the table, without its printed rules."""
    edges, rows = vertical_edges(table), [table.header_top_px, *table.row_edges_px]
    if not table.has_storeys:
        return find_strokes(page, edges, rows, ruled)
    partial = partial_vertical_edges(table)
    through = [x for i, x in enumerate(edges) if i not in partial]
    inner = inner_horizontal_rules(table)
    return find_strokes(page, through, rows, ruled, inner, partial_vertical_rules(table))


def _lengths_in_cells(strokes: Strokes, table: Table, edge_px: float) -> Lengths:
    """Return the length in px of each stroke in each cell: (strokes, rows, columns)."""
    # What depends on x or y alone is computed once per column or row of px, not once per px of ink.
    edges, rows = np.array(vertical_edges(table)), np.array(table.row_edges_px)
    x = np.arange(strokes.labels.shape[1]) + strokes.left + 0.5
    y = np.arange(strokes.labels.shape[0]) + strokes.top + 0.5
    inside_x = (x > edges[0] - edge_px) & (x < edges[-1] + edge_px)
    inside_y = (y > rows[0]) & (y < rows[-1] + edge_px)
    gap = np.clip(np.searchsorted(edges, x) - 1, 0, len(edges) - 2)
    row = np.clip(np.searchsorted(rows, y) - 1, 0, len(rows) - 2)
    shape = len(strokes.area_px), len(rows) - 1, len(table.columns)
    ys, xs, labels = strokes.ink_px
    ids = labels.astype(np.intp)
    inside = inside_x[xs] & inside_y[ys]
    if table.has_storeys:
        share, shares = (y - rows[row]) / (rows[row + 1] - rows[row]), horizontal_edges(table)
        level = np.clip(np.searchsorted(shares, share) - 1, 0, len(shares) - 2)
        column = build_cell_map(table)[level[ys], gap[xs]]
    else:
        column = gap[xs]
    flat = (ids * shape[1] + row[ys]) * shape[2] + column
    counts = np.bincount(flat[inside], minlength=shape[0] * shape[1] * shape[2]).astype(np.float64)
    return np.asarray(counts.reshape(shape) / strokes.width_px[:, None, None])


def _initial_owners(in_cell: Lengths, table: Table) -> Lengths:
    """Return the part of `in_cell` that each cell owns; the rest runs in from other cells."""
    whole = in_cell.sum(axis=(1, 2), keepdims=True)
    share = in_cell / np.maximum(whole, 1e-9)
    largest = share.max(axis=(1, 2), keepdims=True)
    undivided = largest >= SETTINGS.min_whole_share
    parts = np.where(share >= SETTINGS.min_part_share, in_cell, 0.0)
    owned = np.where(undivided, np.where((share == largest) & (whole > 0), whole, 0.0), parts)
    c = signature_column(table)
    if c is not None:
        row = in_cell[:, :, c].argmax(axis=1)
        signature = in_cell[:, :, c].sum(axis=1) >= 0.5 * whole[:, 0, 0]
        ids = np.flatnonzero(signature & (whole[:, 0, 0] > 0) & ~undivided[:, 0, 0])
        owned[ids] = 0.0
        owned[ids, row[ids], c] = whole[ids, 0, 0]
    return np.asarray(owned)


def _are_signatures(in_cell: Lengths, table: Table) -> Mask:
    """Mark the strokes in the signature column: there a long line may be all that somebody writes."""
    c = signature_column(table)
    if c is None:
        return np.zeros(len(in_cell), dtype=np.bool_)
    least = SETTINGS.min_signature_share * in_cell.sum(axis=(1, 2))
    return np.asarray(in_cell[:, :, c].sum(axis=1) >= least)


def _are_brackets(strokes: Strokes, in_cell: Lengths, table: Table) -> Mask:
    """Mark tall strokes among the addresses: such a line may say that one address is for several rows."""
    columns = [i for i, column in enumerate(table.columns) if column.role in ADDRESS_ROLES]
    width, height = (strokes.boxes[:, 2:] - strokes.boxes[:, :2]).T
    address = np.isin(np.arange(in_cell.shape[2]), columns)
    in_column = in_cell.sum(axis=1).max(axis=1, initial=0.0, where=address)
    in_rows = (strokes.boxes[:, 1] > table.row_edges_px[0]) & (strokes.boxes[:, 3] < table.row_edges_px[-1])
    tall = height >= SETTINGS.min_bracket_aspect * width
    return np.asarray(in_rows & tall & (in_column >= SETTINGS.min_bracket_share * strokes.length_px))


def _are_pieces_of_rules(strokes: Strokes, table: Table, px_per_mm: float) -> Mask:
    """Mark flat strokes on the rules between rows: where its print is uneven, pieces of a rule are left."""
    top, bottom = strokes.boxes[:, 1], strokes.boxes[:, 3]
    edges, middle = np.array(table.row_edges_px), (top + bottom) / 2
    distance = np.abs(middle[:, None] - edges[None]).min(axis=1)
    flat = bottom - top <= SETTINGS.max_rule_piece_mm * px_per_mm
    return np.asarray(flat & (distance <= SETTINGS.max_rule_distance_mm * px_per_mm))


def _remove_stamp_print(owned: Lengths, in_stamp: Mask, table: Table, px_per_mm: float) -> None:
    """Remove, in place, ink inside stamps from rows that are blank outside them: it is printed."""
    outside = owned[~in_stamp][:, :, writable_columns(table)].sum(axis=(0, 2))
    for r in np.flatnonzero(outside < SETTINGS.min_written_mm * px_per_mm).tolist():
        owned[in_stamp, r] = 0.0


def _remove_coloured_print(owned: Lengths, found: StampsAndLines, strokes: Strokes, table: Table) -> None:
    """Remove, in place, ink inside stamps that has the colour of their frames, unlike the rest of its row."""
    frames, columns = np.flatnonzero(found.frame), writable_columns(table)
    if strokes.tints is None or not len(frames):
        return
    tints, area = strokes.tints, strokes.area_px
    for r in range(owned.shape[1]):
        here = owned[:, r, columns].any(axis=1)
        inside, outside = np.flatnonzero(here & found.in_stamp), np.flatnonzero(here & ~found.in_stamp)
        if are_of_one_pen(tints, area, outside, frames):  # or their colours are not known
            continue
        for i in inside[~np.isnan(tints[inside]).any(axis=1)]:
            one = np.array([i])
            if are_of_one_pen(tints, area, one, frames) and not are_of_one_pen(tints, area, one, outside):
                owned[i, r] = 0.0
