"""Find cells in which writing may be hidden, mostly by what was pasted or painted over them.

Where something opaque lies over a cell, the printed rules around it are gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.images import Page, Pixels
from digitize.ink.assign_strokes import Ownership
from digitize.ink.covers import hides_writing
from digitize.records import Table

Mask = NDArray[np.bool_]
Shares = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PasteSettings:
    """When a rule is hidden, how many must show to tell paste from worn print, and what a stain hides."""

    reach_mm: float = 0.6  # from a rule's position to its print
    min_contrast_share: float = 0.4  # of the usual contrast of this page's rules
    max_gap_mm: float = 2.0  # shorter gaps are between dots, or wear
    max_shown_share: float = 0.35  # of the piece of a rule along a cell; with less it is hidden
    # Of the pieces above and below a covered cell together, and of each: a strip may lie askew.
    max_both_shown_share: float = 0.37
    max_each_shown_share: float = 0.5
    min_usual_share: float = 0.9  # of all other pieces; with less the rules are worn
    min_shown_pieces: float = 0.5  # of all pieces that are not hidden
    min_stained_mm: float = 5.0  # of a stain in a cell whose writing may have run together with it


SETTINGS = PasteSettings()


def find_covered_cells(page: Page, ownership: Ownership, ruled: bool) -> Mask:
    """Mark the cells (rows, columns) that paste, bars or stains cover.

    `page` is as it was scanned, with all of its rules; `ruled` tells whether the columns are separated by
    printed rules.
    """
    table = ownership.table
    covered = _pasted_over(page, table, ruled)
    for r, c in np.argwhere(~covered).tolist():
        cell = table.cell_box(r, table.columns[c])
        covered[r, c] = hides_writing(ownership.strokes.covered, cell, page.px_per_mm)
    stained_px = ownership.in_cell_px[ownership.stains].sum(axis=0)
    return np.asarray(covered | (stained_px >= SETTINGS.min_stained_mm * page.px_per_mm))


def _pasted_over(page: Page, table: Table, ruled: bool) -> Mask:
    """Mark the cells whose rules are hidden above and below, or on two sides of a corner."""
    covered = np.zeros((len(table.row_edges_px) - 1, len(table.columns)), dtype=np.bool_)
    if table.has_storeys:  # its cells have other edges
        return covered
    edges_px = [*(column.left_px for column in table.columns), table.right_px]
    level = _shown_shares(page.even, table.row_edges_px, edges_px, page.px_per_mm)
    hidden = level <= SETTINGS.max_shown_share
    if _are_worn(level):
        return covered
    above, below = level[:-1], level[1:]
    covered |= (above + below) / 2 <= SETTINGS.max_both_shown_share
    covered &= np.maximum(above, below) <= SETTINGS.max_each_shown_share
    if not ruled:
        return covered
    upright = _shown_shares(page.even.T, edges_px, table.row_edges_px, page.px_per_mm).T
    if not _are_worn(upright):
        beside = upright <= SETTINGS.max_shown_share
        covered |= (hidden[:-1] | hidden[1:]) & (beside[:, :-1] | beside[:, 1:])
    return covered


def _are_worn(shares: Shares) -> bool:
    """Return whether many rules show in part only, or not at all: paste hides a few and leaves the others."""
    shown = shares[shares > SETTINGS.max_shown_share]
    most_hidden = len(shown) < SETTINGS.min_shown_pieces * shares.size
    return bool(most_hidden or shown.mean() < SETTINGS.min_usual_share)


def _shown_shares(
    even: Pixels, rules_px: Sequence[float], ends_px: Sequence[float], px_per_mm: float
) -> Shares:
    """Return the share of each piece (between two of `ends_px`) of each horizontal rule that shows print."""
    reach, width = max(1, round(SETTINGS.reach_mm * px_per_mm)), even.shape[1]
    bands = [even[max(0, round(y) - reach) : round(y) + reach + 1] for y in rules_px]
    darkest = np.array([band.min(axis=0, initial=255) for band in bands], dtype=np.uint8)
    first, last = max(0, round(ends_px[0])), min(width, round(ends_px[-1]))
    usual = 255 - float(np.median(darkest[:, first:last]))
    shown = (darkest < 255 - SETTINGS.min_contrast_share * usual).astype(np.uint8)
    gap = np.ones((1, 2 * round(SETTINGS.max_gap_mm * px_per_mm / 2) + 1), np.uint8)
    shown = np.asarray(cv2.morphologyEx(shown, cv2.MORPH_CLOSE, gap), dtype=np.uint8)
    starts = [min(max(0, round(x)), width - 1) for x in ends_px[:-1]]
    stops = [max(start + 1, round(x)) for start, x in zip(starts, ends_px[1:], strict=True)]
    pieces = zip(starts, stops, strict=True)
    return np.stack([shown[:, start:stop].mean(axis=1) for start, stop in pieces], axis=1)
