"""Find rows that are struck out, and lines that close blank rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Rule
from digitize.images import Page
from digitize.ink.assign_strokes import Ownership
from digitize.ink.cell_map import writable_columns
from digitize.ink.strokes import Strokes
from digitize.rule_lines import trace_horizontal

STRUCK_SHARE = 0.6  # of the width from name to signature under one line: the row is struck out
STRUCK_UNSURE_SHARE = 0.36  # from here on, a person decides


@dataclass(frozen=True)
class StrikeSettings:
    """What tells a line through a row from writing, underlines and folds of the paper."""

    trace_px_per_mm: float = 6.0  # lines are traced on a coarse image of the strokes
    min_coverage_share: float = 0.8  # of a traced line is ink; a line of writing has gaps
    min_length_share: float = 0.3  # of the row's width; shorter strokes are words
    # Of the row's height: lines closer to its rules are underlines.
    band_top_share: float = 0.15
    band_bottom_share: float = 0.85
    # Of the width of the columns beside the signature, under the line: the flourish of a signature is no
    # strike, even where it reaches into the column beside it.
    min_beside_share: float = 0.2
    max_gap_mm: float = 3.0  # between two arms of a zigzag
    # Of the row's width: each piece of a zigzag or wave, and all of them, which may be long words after all.
    min_piece_share: float = 0.24
    max_pieces_share: float = 0.55
    # Beyond the sides of the table a line is no pen stroke but a fold of the paper or a streak of the
    # scanner.
    fold_both_sides_mm: float = 5.0
    fold_one_side_mm: float = 7.5  # where the fold is too faint on the other side
    # A fold too faint there to be ink still shades the paper; the paper beyond the end of a strike is even.
    fold_stretch_mm: tuple[float, float] = (1.0, 7.0)  # beyond the ends of a line and the sides of the table
    fits: int = 4  # rounds of fitting a line to a stroke, by the px close to it
    fit_mm: float = 0.6
    fold_shade_share: float = 0.4  # of the line's own contrast
    min_shade: float = 6.0  # grey levels
    shade_mm: tuple[float, float, float] = (
        0.7,
        1.3,
        2.5,
    )  # half a fold; from there to there, the paper beside it
    # Total height of steep strokes under a line: one short name has more, the arms of a closing Z less.
    min_steep_mm: float = 10.0
    steep_factor: float = 1.8  # times the pen's width: the height of a steep stroke
    min_merged_mm: float = 12.0  # of a neighbour's writing joined to a strike; less is the strike's own end
    max_line_factor: float = 1.2  # length of a line, times the diagonal of the part of a row that it crosses
    max_merged_rows: float = 2.6  # height of a strike with the writing joined to it; a closing Z is higher


SETTINGS = StrikeSettings()


def trace_strikes(ownership: Ownership) -> tuple[Rule, ...]:
    """Return the long horizontal lines among the strokes, in px of the page."""
    strokes = ownership.strokes
    scale = SETTINGS.trace_px_per_mm / ownership.px_per_mm
    paper = (strokes.labels == 0).view(np.uint8) * np.uint8(255)
    size = round(paper.shape[1] * scale), round(paper.shape[0] * scale)
    small = np.asarray(cv2.resize(paper, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return tuple(
        Rule(
            rule.start_px / scale + strokes.left,
            rule.end_px / scale + strokes.left,
            tuple(
                c / scale + (strokes.top if power == 0 else 0) for power, c in enumerate(rule.coefficients)
            ),
            rule.coverage_share,
            rule.contrast,
        )
        for rule in trace_horizontal(small, SETTINGS.trace_px_per_mm)
        if rule.coverage_share >= SETTINGS.min_coverage_share
    )


def struck_share(ownership: Ownership, lines: tuple[Rule, ...], r: int) -> float:
    """Return the share of the width from name to signature that is struck through in row `r`.

    Straight lines count as traced.  A zigzag, a wave or a cross is a single stroke over several columns, as
    no word is; two pieces of one, each wider than words are, leave it open whether the row is struck.
    """
    left, right = _writable_span(ownership)
    low, high = _strike_band(ownership, r)
    covered = np.zeros(max(1, round(right - left)), dtype=np.bool_)
    for line in lines:
        if low <= line.at((line.start_px + line.end_px) / 2) <= high:
            covered[max(0, round(line.start_px - left)) : max(0, round(line.end_px - left))] = True
    straight, widths = float(covered.mean()), [0.0]
    for i in _long_strokes(ownership, r, right - left):
        under = _xs_in_band(ownership, i, r)
        widths.append(_width_px(under, ownership.px_per_mm))
        covered[np.clip(np.unique(under - left).astype(np.intp), 0, len(covered) - 1)] = True
    shares = [width / (right - left) for width in widths]
    wide = [share for share in shares if share >= SETTINGS.min_piece_share]
    pieces = min(sum(wide), SETTINGS.max_pieces_share) if len(wide) >= 2 else 0.0
    share = min(1.0, max(straight, *shares, pieces))
    beside = _beside_signature(ownership, left, len(covered))
    if beside.any() and covered[beside].mean() < SETTINGS.min_beside_share:
        return float(covered[beside].mean())
    return share


def may_be_fold(page: Page, ownership: Ownership, lines: tuple[Rule, ...], r: int) -> bool:
    """Return whether a line through a row runs on far beyond the table, as ink or as a shade of the paper.

    It is then a fold of the paper or a streak of the scanner, and a person must decide whether the row was
    struck out as well.
    """
    table = ownership.table
    left, right, row = table.left_px, table.right_px, table.row_box(r)
    crossing = [line for line in lines if row.top <= line.at((line.start_px + line.end_px) / 2) <= row.bottom]
    long = _long_strokes(ownership, r, right - left)
    crossing += [_line_along(ownership.strokes, i, ownership.px_per_mm) for i in long]
    both_px = SETTINGS.fold_both_sides_mm * ownership.px_per_mm
    one_px = SETTINGS.fold_one_side_mm * ownership.px_per_mm
    beyond = [(left - line.start_px, line.end_px - right) for line in crossing]
    far = any(min(sides) >= both_px or max(sides) >= one_px for sides in beyond)
    return far or any(_goes_on_as_shade(page, line, left, right) for line in crossing)


def _line_along(strokes: Strokes, label: int, px_per_mm: float) -> Rule:
    """Return the straight line along most px of a stroke, whose ends are those of the stroke."""
    points = strokes.points(label) + strokes.boxes[label, :2]
    near = points
    for _ in range(SETTINGS.fits):
        slope, height = np.polyfit(near[:, 0], near[:, 1], 1)
        off = np.abs(points[:, 1] - slope * points[:, 0] - height)
        near = points[off <= max(SETTINGS.fit_mm * px_per_mm, float(np.median(off)))]
    left, _, right, _ = strokes.boxes[label].tolist()
    middle, half = (left + right) / 2, (right - left) / 2
    return Rule(left, right, (float(height + slope * middle), float(slope * half)), 1.0)


def _goes_on_as_shade(page: Page, line: Rule, left_px: float, right_px: float) -> bool:
    """Return whether the paper is darker along a line beyond its ends and those of the table, too."""
    near_px, far_px = (page.px(mm) for mm in SETTINGS.fold_stretch_mm)
    start, end = min(line.start_px, left_px), max(line.end_px, right_px)
    least = SETTINGS.fold_shade_share * _shade(page, line, line.start_px, line.end_px)
    beyond = (
        _shade(page, line, start - far_px, start - near_px),
        _shade(page, line, end + near_px, end + far_px),
    )
    return max(beyond) >= max(least, SETTINGS.min_shade)


def _shade(page: Page, line: Rule, start_px: float, end_px: float) -> float:
    """Return by how many grey levels the paper along a line is darker than beside it, 0 beyond the page."""
    xs = np.arange(max(0, round(start_px)), min(page.width_px, round(end_px)))
    if len(xs) < page.px(SETTINGS.fold_stretch_mm[0]):
        return 0.0
    half, beside, reach = (page.px(mm) for mm in SETTINGS.shade_mm)
    off = np.arange(-round(reach), round(reach) + 1)
    ys = (line.at_each(xs.astype(np.float64))[:, None] + off).round().astype(np.intp)
    ys = np.clip(ys, 0, page.height_px - 1)
    profile = page.even[ys, xs[:, None]].mean(axis=0, dtype=np.float64)
    return float(np.median(profile[np.abs(off) >= beside]) - profile[np.abs(off) <= half].min())


def assign_struck_rows(ownership: Ownership, struck: Sequence[bool]) -> Ownership:
    """Return the ownership with the ink of struck rows assigned anew.

    Where nothing was written under a line, the line closes blank rows, and these own nothing of it.
    Elsewhere writing has run together with the line: each cell gets what lies in it, and the rows above and
    below get their own writing back.
    """
    table, owned, in_cell = ownership.table, ownership.owned_px.copy(), ownership.in_cell_px
    writable = writable_columns(table)
    height = ownership.strokes.boxes[:, 3] - ownership.strokes.boxes[:, 1]
    for r in (int(i) for i in np.flatnonzero(struck)):
        if _steep_mm(ownership, r) < SETTINGS.min_steep_mm:
            owned[:, r] = 0.0
            continue
        for i in _long_strokes(ownership, r, table.right_px - table.left_px):
            owned[i, r, writable] = in_cell[i, r, writable]
            if height[i] > SETTINGS.max_merged_rows * table.row_box(r).height:
                continue
            for neighbour in (r - 1, r + 1):
                if 0 <= neighbour < ownership.row_count and not struck[neighbour]:
                    part = in_cell[i, neighbour]
                    merged = part >= SETTINGS.min_merged_mm * ownership.px_per_mm
                    owned[i, neighbour] = np.where(merged, part, 0.0)
    return replace(ownership, owned_px=owned)


def _writable_span(ownership: Ownership) -> tuple[float, float]:
    """Return the left and right edge (px) of the columns that people write in."""
    columns = [ownership.table.columns[i] for i in writable_columns(ownership.table)]
    return columns[0].left_px, max(column.right_px for column in columns)


def _strike_band(ownership: Ownership, r: int) -> tuple[float, float]:
    """Return the range of y (px) in which a line strikes a row out."""
    row = ownership.table.row_box(r)
    return row.top + SETTINGS.band_top_share * row.height, row.top + SETTINGS.band_bottom_share * row.height


def _long_strokes(ownership: Ownership, r: int, width_px: float) -> list[int]:
    """Return the strokes that are long enough in a row to strike out part of it."""
    long = ownership.in_cell_px[:, r].sum(axis=1) >= SETTINGS.min_length_share * width_px
    return [int(i) for i in np.flatnonzero(long & ~ownership.stamps.frame)]


def _beside_signature(ownership: Ownership, left_px: float, width_px: int) -> NDArray[np.bool_]:
    """Mark the columns of px that lie beside the signature column; none of a table without one."""
    beside = np.zeros(width_px, dtype=np.bool_)
    c = ownership.signature_column
    if c is not None:
        column = ownership.table.columns[c]
        beside[:] = True
        beside[max(0, round(column.left_px - left_px)) : max(0, round(column.right_px - left_px))] = False
    return beside


def _xs_in_band(ownership: Ownership, label: int, r: int) -> NDArray[np.float64]:
    """Return the x (px) of the ink of a stroke in the middle of a row's height."""
    x, y = (ownership.strokes.points(label) + ownership.strokes.boxes[label, :2]).T
    low, high = _strike_band(ownership, r)
    return np.asarray(x[(y > low) & (y < high)])


def _width_px(xs: NDArray[np.float64], px_per_mm: float) -> float:
    """Return the width over which a stroke with ink at `xs` lies in a row.

    Gaps wider than those of a zigzag are left out: they are in writing joined to a neighbour's strike.
    """
    if not len(xs):
        return 0.0
    gaps = np.diff(np.unique(xs))
    return float(np.ptp(xs) - gaps[gaps > SETTINGS.max_gap_mm * px_per_mm].sum())


def _is_line_in_row(ownership: Ownership, label: int, r: int) -> bool:
    """Return whether a stroke that runs through several rows is a plain line in this one.

    A line through a row is longer if writing is joined to it, and high if a hair or a signature is.
    """
    row = ownership.table.row_box(r)
    points = ownership.strokes.points(label) + ownership.strokes.boxes[label, :2]
    inside = points[(points[:, 1] >= row.top) & (points[:, 1] <= row.bottom)]
    if not len(inside):
        return True
    length_px = float(ownership.in_cell_px[label, r].sum())
    return length_px <= SETTINGS.max_line_factor * float(np.hypot(*np.ptp(inside, axis=0)))


def _steep_mm(ownership: Ownership, r: int) -> float:
    """Return the total height of steep strokes in a row: letters have them, lines through a row do not.

    Strokes of neighbours, hairs and the slanted arm of a closing Z are left out.
    """
    strokes, row = ownership.strokes, ownership.table.row_box(r)
    left_px, right_px = _writable_span(ownership)
    height = strokes.boxes[:, 3] - strokes.boxes[:, 1]
    own: NDArray[np.bool_] = ownership.owned_px[:, r].sum(axis=1) > 0
    own[_long_strokes(ownership, r, right_px - left_px)] = True
    for i in np.flatnonzero(own & (height > SETTINGS.max_merged_rows * row.height)).tolist():
        own[i] = not _is_line_in_row(ownership, i, r)
    top, bottom = round(row.top) - strokes.top, round(row.bottom) - strokes.top
    left, right = (round(x) - strokes.left for x in (left_px, right_px))
    ink = own[strokes.labels[max(0, top) : bottom, max(0, left) : right]].astype(np.uint8)
    weights = ownership.in_cell_px[:, r].sum(axis=1) + 1e-9
    pen_px = float(np.average(strokes.width_px, weights=weights))
    run = np.ones((round(SETTINGS.steep_factor * pen_px) + 1, 1), np.uint8)
    steep = cv2.morphologyEx(ink, cv2.MORPH_OPEN, run)
    return float(steep.sum()) / pen_px / ownership.px_per_mm
