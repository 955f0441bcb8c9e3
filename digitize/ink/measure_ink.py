"""Measure the pen strokes of every cell and decide whether it was written in: blank, inked or unsure.

Where possible the thresholds come from the page itself: from the noise of its paper and from the specks in
its emptiest cells.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Box
from digitize.images import Page, Pixels
from digitize.ink.address_overflow import is_behind_line
from digitize.ink.assign_strokes import Ownership, assign_strokes
from digitize.ink.broken_strikes import has_broken_strike, is_clear_between_words
from digitize.ink.cell_crops import crop_cell
from digitize.ink.cell_map import writable_columns
from digitize.ink.cross_border_letters import (
    UNREAD_ROLES,
    CrossBorderPart,
    find_cross_border_parts,
    parts_owned_by,
    parts_read_in,
)
from digitize.ink.ditto_marks import count_ditto_marks, may_frame_ditto_mark
from digitize.ink.double_rules import without_double_rules
from digitize.ink.faint_ink import (
    cells_with_little_ink,
    count_specks,
    faint_cells,
    is_broken_up,
    speckled_cells,
)
from digitize.ink.hairs import hair_like_cells, upright_lines
from digitize.ink.ink_state import (
    SETTINGS,
    blank_limit_mm,
    is_blank,
    may_be_signed_name,
    state_of_strokes,
    with_cover,
    with_faint_ink,
)
from digitize.ink.marks import (
    away_from_borders,
    classify_signature,
    is_arrow,
)
from digitize.ink.pale_writing import pale_cells
from digitize.ink.pasted_over import find_covered_cells
from digitize.ink.pens import are_of_one_pen
from digitize.ink.repeated_print import without_repeated_print
from digitize.ink.shared_signatures import is_stamped, joint_with
from digitize.ink.strikethrough import (
    STRUCK_SHARE,
    STRUCK_UNSURE_SHARE,
    assign_struck_rows,
    may_be_fold,
    struck_share,
    trace_strikes,
)
from digitize.ink.stroke_evidence import stroke_evidence
from digitize.ink.strokes import Strokes
from digitize.ink.text_marks import classify_text
from digitize.records import ADDRESS_ROLES, NAME_ROLES, Ink, InkMeasure, Mark, Role, Table

REQUIRED_ROLES = (NAME_ROLES, ADDRESS_ROLES, (Role.SIGNATURE,))  # a row counts with ink in one of each
LONE_DITTO_MM = 2.2  # of pen stroke in ditto marks that have run together
WHOLE_ARROW_SHARE = 0.9  # of its stroke, in one row
LONG_ARROW_SHARE = 0.6  # of the row's height: no end of a letter in the row above reaches down as far
UNSURE_STRIKE_SHARE = 0.5  # of a row under a fold, or a line in pieces, that counts as struck: a doubt


@dataclass(frozen=True)
class CellInk:
    """The measure of one cell and, if it is to be read, the crops for that.

    `writing` and `whole` are grey uint8, see `digitize.ink.cell_crops.Crop`.
    """

    measure: InkMeasure
    writing: Pixels | None = None
    whole: Pixels | None = None


@dataclass(frozen=True)
class RowInk:
    """The cells of one row in column order, and what runs across them.

    `struck_share` is the share of the width from name to signature that is struck through; `stamped` tells
    that a stamp lies over the row; `joint_with` is the index of the row with which it seems to share one
    signature.
    """

    cells: tuple[CellInk, ...]
    struck_share: float = 0.0
    stamped: bool = False
    joint_with: int | None = None


@dataclass(frozen=True)
class TableInk:
    """The rows of a table, top to bottom.

    `broken_up` tells that so much writing broke up into specks that some rows may have lost all of it.
    """

    rows: tuple[RowInk, ...]
    broken_up: bool = False


def measure_ink(page: Page, table: Table, ruled: bool) -> TableInk:
    """Return the ink of every row of the table.

    `ruled` tells whether the columns are separated by printed rules.
    """
    scanned, page = page, without_repeated_print(without_double_rules(page, table, ruled), table)
    ownership = assign_strokes(page, table, ruled)
    lines = trace_strikes(ownership)
    shares = [struck_share(ownership, lines, r) for r in range(ownership.row_count)]
    struck = [share >= STRUCK_SHARE for share in shares]
    ownership = assign_struck_rows(ownership, struck)
    lengths_px = ownership.owned_px.sum(axis=0)[:, writable_columns(ownership.table)]
    limit_mm = blank_limit_mm(lengths_px / ownership.px_per_mm)
    parts = find_cross_border_parts(ownership)
    hairs = hair_like_cells(ownership, page.bitonal) | upright_lines(ownership)
    covered = find_covered_cells(scanned, ownership, ruled)
    cells = [
        [
            _cell(page, ownership, parts, limit_mm, (r, c), bool(hairs[r, c]), bool(covered[r, c]))
            for c in range(len(table.columns))
        ]
        for r in range(ownership.row_count)
    ]
    specks = count_specks(ownership)
    _doubt_faint_cells(page, ownership, cells, speckled_cells(specks, table))
    for r, share in enumerate(shares):
        if struck[r] and may_be_fold(page, ownership, lines, r):
            shares[r] = min(share, UNSURE_STRIKE_SHARE)
        elif not struck[r] and _is_written(cells[r]) and has_broken_strike(page, table, r):
            shares[r] = max(share, UNSURE_STRIKE_SHARE)
        elif STRUCK_UNSURE_SHARE <= share < STRUCK_SHARE and is_clear_between_words(page, table, r):
            shares[r] = 0.0  # words whose letters run together look like a line
    rows = tuple(
        RowInk(
            tuple(cells[r]), shares[r], is_stamped(ownership, r), joint_with(ownership, struck, r, limit_mm)
        )
        for r in range(ownership.row_count)
    )
    in_rows = specks[:, writable_columns(table)].sum(axis=1)
    return TableInk(rows, page.bitonal and is_broken_up(in_rows, lengths_px.sum(axis=1) / page.px_per_mm))


def _is_written(cells: list[CellInk]) -> bool:
    """Return whether the row is more than a number: only then does it matter whether it is struck out."""
    return any(cell.measure.state is not Ink.BLANK for cell in cells)


def _doubt_faint_cells(
    page: Page, ownership: Ownership, cells: list[list[CellInk]], speckled: NDArray[np.bool_]
) -> None:
    """Make unsure, in place, blank cells with faint ink if the row may count with it."""
    roles = [column.role for column in ownership.table.columns]
    states = [[cell.measure.state for cell in row] for row in cells]
    written = np.array([[state is not Ink.BLANK for state in row] for row in states])
    inked = np.array([[state is Ink.INKED for state in row] for row in states])
    groups = [[i for i, role in enumerate(roles) if role in required] for required in REQUIRED_ROLES]
    lacking = [[group for group in groups if group and not row[group].any()] for row in written]
    candidates = [
        (r, i)
        for r, (group, *others) in ((r, missing) for r, missing in enumerate(lacking) if missing)
        if not others and _others_are_inked(inked[r], groups, group)
        for i in group
    ]
    faint = speckled & ~written
    weak = faint_cells(page, ownership, written, candidates)
    weak |= cells_with_little_ink(ownership, written, candidates)
    # Where several groups are missing, all of them must be faint: a stain seldom lies in all.
    several = {r: missing for r, missing in enumerate(lacking) if len(missing) > 1}
    rows = set(several)
    for group in groups:
        cells_of_group = [(r, i) for r in sorted(rows) if group in lacking[r] for i in group]
        found = faint_cells(page, ownership, written, cells_of_group, alone=False)
        weak |= found
        rows = {r for r in rows if group not in lacking[r] or any((r, i) in found for i in group)}
    weak |= pale_cells(page, ownership, several)
    for r, i in weak:
        faint[r, i] = True
    for r, missing in enumerate(lacking):
        if missing and all(faint[r, group].any() for group in missing):
            for i in np.flatnonzero(faint[r]).tolist():
                cells[r][i] = CellInk(with_faint_ink(cells[r][i].measure))


def _others_are_inked(row: NDArray[np.bool_], groups: list[list[int]], lacking: list[int]) -> bool:
    return all(row[group].any() for group in groups if group and group is not lacking)


def _cell(
    page: Page,
    ownership: Ownership,
    parts: tuple[CrossBorderPart, ...],
    limit_mm: float,
    cell: tuple[int, int],
    may_be_hair: bool,
    covered: bool,
) -> CellInk:
    """Measure a cell (row, column), and crop it if it is inked and read."""
    r, c = cell
    strokes, column = ownership.strokes, ownership.table.columns[c]
    owned, excluded = ownership.owned_px[:, r, c], tuple(parts_owned_by(parts, (r, c)))
    length_mm = ownership.owned_mm(r, c)
    foreign_mm = float(ownership.foreign_px(r, c).sum()) / page.px_per_mm
    row = ownership.table.row_box(r)
    # Letters of a neighbour's line say nothing about this cell, unless there is nothing else in it.
    ids = np.setdiff1d(np.flatnonzero(owned), [part.label for part in excluded if part.is_whole])
    only_foreign = not len(ids)
    ids = np.flatnonzero(owned) if only_foreign else ids
    inner = away_from_borders(strokes, ids, row.top, row.bottom)
    inner_mm = float(owned[inner].sum()) / page.px_per_mm
    at_borders = float(owned[ids].sum()) / page.px_per_mm - inner_mm >= SETTINGS.blank_mm
    ditto = 0 if at_borders else count_ditto_marks(strokes, inner, column.role, page.px_per_mm)
    if is_blank(len(ids), length_mm, limit_mm, ditto):
        measure = InkMeasure(Ink.BLANK, Mark.NONE, length_mm, foreign_mm, limit_mm)
        return CellInk(with_cover(measure) if covered else measure)
    classify = classify_signature if column.role is Role.SIGNATURE else classify_text
    mark = classify(strokes, ids, page.px_per_mm)
    if mark is Mark.DASH and not len(inner):  # a piece of the printed rule: nobody draws a dash on it
        measure = InkMeasure(Ink.BLANK, Mark.NONE, length_mm, foreign_mm, limit_mm)
        return CellInk(with_cover(measure) if covered else measure)
    if ditto and mark is Mark.TICK:
        ditto = 0
    # A lone dot may be dust, all that is left of ditto marks, or the last letter of the name before it.
    is_lone = (
        ditto == 1
        and inner_mm >= LONE_DITTO_MM
        and _is_of_pen_of_row(ownership, r, c, inner)
        and not is_behind_line(ownership, r, c, inner)
    )
    mark = Mark.DITTO if ditto >= 2 or is_lone else mark
    long_arrow = False
    if mark is Mark.WRITING and column.role in ADDRESS_ROLES:
        least_mm = LONG_ARROW_SHARE * row.height / page.px_per_mm
        # A bracket over several rows is a question in each of them.
        undivided = owned[ids].sum() >= WHOLE_ARROW_SHARE * strokes.length_px[ids].sum()
        long_arrow = bool(undivided) and is_arrow(strokes, ids, row.slices()[0], page.px_per_mm, least_mm)
        is_any = long_arrow or is_arrow(strokes, ids, row.slices()[0], page.px_per_mm)
        mark = Mark.ARROW if is_any else mark
    evidence = replace(
        stroke_evidence(ownership, r, c, ids, inner),
        mark=mark,
        blank_limit_mm=limit_mm,
        ditto_marks=ditto,
        only_foreign=only_foreign,
        is_long_arrow=long_arrow,
        may_be_hair=may_be_hair,
    )
    extent = _extent(strokes, ids, owned, Box(column.left_px, row.top, column.right_px, row.bottom))
    if mark is Mark.DITTO and (may_be_hair or evidence.continues_line):
        mark = Mark.WRITING  # nothing in the rest of the row can confirm that these are ditto marks
    measure = InkMeasure(state_of_strokes(evidence), mark, length_mm, foreign_mm, limit_mm, extent)
    may_be_ditto = mark is Mark.DASH and may_frame_ditto_mark(strokes, ids, page.px_per_mm)
    if may_be_ditto and column.role in ADDRESS_ROLES:
        measure = with_faint_ink(measure)
    measure = with_cover(measure) if covered else measure
    is_open = measure.state is Ink.UNSURE or measure.mark is Mark.TICK
    if column.role in UNREAD_ROLES and (covered or not is_open or not may_be_signed_name(evidence)):
        return CellInk(measure)
    crop = crop_cell(page, ownership, ids, extent, tuple(parts_read_in(parts, (r, c))), excluded)
    return CellInk(measure, crop.writing, crop.whole)


def _is_of_pen_of_row(ownership: Ownership, r: int, c: int, ids: NDArray[np.intp]) -> bool:
    """Return whether strokes may be of the pen that wrote in the other cells of their row."""
    others = [i for i in writable_columns(ownership.table) if i != c]
    written = np.flatnonzero(ownership.owned_px[:, r, others].any(axis=1))
    return are_of_one_pen(ownership.strokes.tints, ownership.strokes.area_px, ids, written)


def _extent(strokes: Strokes, ids: NDArray[np.intp], owned: NDArray[np.float64], cell: Box) -> Box:
    """Return the bounds of a cell's strokes; divided strokes end at the border of the cell."""
    extent: Box | None = None
    for i in ids.tolist():
        box = strokes.box(i)
        if owned[i] < 0.999 * strokes.length_px[i]:
            box = box.common(cell)
        extent = box if extent is None else extent.union(box)
    return extent or cell
