"""Which cells were written in: blank, inked or unsure, in mm of pen stroke.

Thresholds come from the page itself where they can: from its paper's noise
and from the speckle in its emptiest cells.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Box
from digitize.images import Page, Pixels
from digitize.ink.address_overflow import is_overflow
from digitize.ink.assign_strokes import Ownership, assign_strokes, lies_over_border
from digitize.ink.cell_crops import crop_cell
from digitize.ink.cross_border_letters import NOT_READ, Moved, given, moved_parts, received
from digitize.ink.faint_ink import faint_cells
from digitize.ink.marks import are_initials, ditto_strokes, is_arrow, mark_of, off_borders
from digitize.ink.shared_signatures import is_stamped, joint_with
from digitize.ink.strikethrough import STRUCK_SHARE, may_be_fold, settle_struck, struck_share, trace_strikes
from digitize.ink.strokes import Strokes
from digitize.records import ADDRESS_ROLES, NAME_ROLES, Ink, InkMeasure, Mark, Role, Table

BLANK_MM = 3.0  # less pen stroke than this is a dot, dust or the end of a rule
INKED_MM = 8.0  # more is writing: initials have 17 mm, the shortest name 22 mm
LONE_MM = (
    11.0  # the same for one stroke alone (a hair on the glass) and for a signature (ends of neighbours')
)
INKED_MM2 = 4.5  # of ink is writing too: small letters of a broad pen run together, a hair is thin
SIGNATURE_MM2 = 6.0  # the same for a signature, where ends of neighbours' strokes are common
LONE_DITTO_MM = 2.2  # of stroke in ditto marks that have run together
NOISE_FACTOR = 3.0  # times the speckle of this page's emptiest cells
DECIDING = (NAME_ROLES, ADDRESS_ROLES, (Role.SIGNATURE,))  # a row counts with ink in one of each
FOLDED_SHARE = 0.5  # of a row under a fold counts as struck: enough for a doubt, not for striking it out


@dataclass(frozen=True)
class CellInk:
    """Measure of one cell and, where it is inked, its writing cut out for reading.

    `writing` and `whole` are grey uint8, see `digitize.ink.cell_crops.Cutting`.
    """

    measure: InkMeasure
    writing: Pixels | None = None
    whole: Pixels | None = None


@dataclass(frozen=True)
class RowInk:
    """One row: its cells in column order, and what goes on across them.

    `struck_share` is the share of the stretch from name to signature that is
    struck through; `stamped` tells that a stamp lies over the row;
    `joint_with` is the index of the row with which it seems to share one signature.
    """

    cells: tuple[CellInk, ...]
    struck_share: float = 0.0
    stamped: bool = False
    joint_with: int | None = None


def measure_ink(page: Page, table: Table, ruled: bool) -> tuple[RowInk, ...]:
    """The ink of every row of the table, top to bottom; `ruled` tells that its columns are rules."""
    ownership = assign_strokes(page, table, ruled)
    lines = trace_strikes(ownership)
    shares = [struck_share(ownership, lines, r) for r in range(ownership.row_count)]
    struck = [share >= STRUCK_SHARE for share in shares]
    settle_struck(ownership, struck)
    limit_mm = _blank_limit_mm(ownership)
    moved = moved_parts(ownership)
    cells = [
        [_cell(page, ownership, moved, limit_mm, r, c) for c in range(len(table.columns))]
        for r in range(ownership.row_count)
    ]
    _doubt_hazy_cells(page, ownership, cells)
    return tuple(
        RowInk(
            tuple(cells[r]),
            min(shares[r], FOLDED_SHARE) if struck[r] and may_be_fold(ownership, lines, r) else shares[r],
            is_stamped(ownership, r),
            joint_with(ownership, struck, r, limit_mm),
        )
        for r in range(ownership.row_count)
    )


def _doubt_hazy_cells(page: Page, ownership: Ownership, cells: list[list[CellInk]]) -> None:
    """Make unsure, in place, what seems blank, lacks alone to its row and may hold faint ink."""
    roles = [column.role for column in ownership.table.columns]
    verdicts = [[cell.measure.verdict for cell in row] for row in cells]
    written = np.array([[verdict is not Ink.BLANK for verdict in row] for row in verdicts])
    inked = np.array([[verdict is Ink.INKED for verdict in row] for row in verdicts])
    groups = [[i for i, role in enumerate(roles) if role in group] for group in DECIDING]
    suspects = [
        (r, i)
        for r in range(len(cells))
        for lacking in groups
        if lacking and not written[r, lacking].any() and _are_inked(inked[r], groups, lacking)
        for i in lacking
    ]
    for r, i in faint_cells(page, ownership, written, suspects):
        measure = replace(cells[r][i].measure, verdict=Ink.UNSURE, mark=Mark.WRITING)
        cells[r][i] = CellInk(measure)


def _are_inked(row: NDArray[np.bool_], groups: list[list[int]], lacking: list[int]) -> bool:
    return all(row[group].any() for group in groups if group and group is not lacking)


def _blank_limit_mm(ownership: Ownership) -> float:
    """Stroke length below which a cell of this page is blank, from the speckle in its emptiest cells."""
    writable = [i for i, column in enumerate(ownership.table.columns) if column.role is not Role.NUMBER]
    lengths = ownership.own.sum(axis=0)[:, writable].ravel() / ownership.px_per_mm
    quiet = lengths[lengths < BLANK_MM]
    speckle = float(np.median(quiet)) if len(quiet) else 0.0
    return BLANK_MM + NOISE_FACTOR * speckle


def _cell(
    page: Page, ownership: Ownership, moved: tuple[Moved, ...], limit_mm: float, r: int, c: int
) -> CellInk:
    strokes, column = ownership.strokes, ownership.table.columns[c]
    own, away = ownership.own[:, r, c], tuple(given(moved, (r, c)))
    length_mm = ownership.own_mm(r, c)
    foreign_mm = float(ownership.foreign(r, c).sum()) / page.px_per_mm
    row = ownership.table.row_box(r)
    # Letters of a neighbour's line say nothing about this cell, unless there is nothing else in it.
    ids = np.setdiff1d(np.flatnonzero(own), [part.label for part in away if part.whole])
    borrowed = not len(ids)
    ids = np.flatnonzero(own) if borrowed else ids
    inner = off_borders(strokes, ids, row.top, row.bottom)
    inner_mm = float(own[inner].sum()) / page.px_per_mm
    at_ends = float(own[ids].sum()) / page.px_per_mm - inner_mm >= BLANK_MM
    ditto = 0 if at_ends else ditto_strokes(strokes, inner, column.role, page.px_per_mm)
    if len(ids) == 0 or (length_mm < limit_mm and not ditto):
        return CellInk(InkMeasure(Ink.BLANK, Mark.NONE, length_mm, foreign_mm, limit_mm))
    mark = mark_of(strokes, ids, page.px_per_mm)
    if ditto and mark is Mark.TICK:
        ditto = 0
    # A lone dot may be dust, or all that is left of ditto marks: for a person.
    mark = Mark.DITTO if ditto >= 2 or (ditto and inner_mm >= LONE_DITTO_MM) else mark
    if mark is Mark.WRITING and column.role in ADDRESS_ROLES:
        mark = Mark.ARROW if is_arrow(strokes, ids, row.slices()[0], page.px_per_mm) else mark
    if mark in (Mark.DASH, Mark.TICK) or (ditto >= 2 and inner_mm >= BLANK_MM):
        verdict = Ink.INKED
    else:
        sure = not ditto and not borrowed and _is_surely_written(ownership, r, c, ids, inner, limit_mm)
        verdict = Ink.INKED if sure else Ink.UNSURE
    extent = _extent(strokes, ids, own, Box(column.left_px, row.top, column.right_px, row.bottom))
    measure = InkMeasure(verdict, mark, length_mm, foreign_mm, limit_mm, extent)
    if column.role in NOT_READ:
        return CellInk(measure)
    cut = crop_cell(page, ownership, ids, extent, tuple(received(moved, (r, c))), away)
    return CellInk(measure, cut.writing, cut.whole)


def _is_surely_written(
    ownership: Ownership, r: int, c: int, ids: NDArray[np.intp], inner: NDArray[np.intp], limit_mm: float
) -> bool:
    """Whether the strokes `ids` of a cell are enough for writing; `inner` are those off its row's borders."""
    strokes, own, px_per_mm = ownership.strokes, ownership.own[:, r, c], ownership.px_per_mm
    is_signature = ownership.table.columns[c].role is Role.SIGNATURE
    inked_mm = LONE_MM if len(ids) == 1 or is_signature else INKED_MM
    long = float(own[ids].sum()) / px_per_mm - limit_mm >= inked_mm - BLANK_MM
    area_mm2 = float((own * strokes.width_px)[ids].sum()) / px_per_mm**2
    sure = long or area_mm2 >= (SIGNATURE_MM2 if is_signature else INKED_MM2)
    if not is_signature:
        return sure and not lies_over_border(ownership, r, c)
    initials = len(inner) == len(ids) and are_initials(strokes, ids, px_per_mm)
    return (sure or initials) and not is_overflow(ownership, r)


def _extent(strokes: Strokes, ids: NDArray[np.intp], own: NDArray[np.float64], cell: Box) -> Box:
    """The bounds of a cell's strokes; those that are cut end at the cell's border."""
    extent: Box | None = None
    for i in ids.tolist():
        box = strokes.box(i)
        if own[i] < 0.999 * strokes.length_px[i]:
            box = box.common(cell)
        extent = box if extent is None else extent.union(box)
    return extent or cell
