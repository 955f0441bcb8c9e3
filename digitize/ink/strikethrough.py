"""Rows that are struck out, and lines that close blank ones."""

from collections.abc import Sequence

import cv2
import numpy as np

from digitize.geometry import Rule
from digitize.ink.assign_strokes import Ownership
from digitize.records import Role
from digitize.rule_lines import trace_horizontal

TRACE_PX_PER_MM = 6.0  # lines are traced on a coarse picture of the strokes
STRIKE_COVERAGE_SHARE = 0.8  # of a line is seen as ink; a line of writing has gaps
STRIKE_LEAST_SHARE = 0.3  # of the row's width: shorter strokes are words
STRUCK_SHARE = 0.6  # of the stretch from name to signature under one line: struck out
STRIKE_BAND = (0.15, 0.85)  # of the row's height: lines nearer to the rules are underlines
STRIKE_GAP_MM = 3.0  # between two arms of a zigzag at most
FOLD_REACH_MM = 5.0  # beyond both sides of the table: nobody's stroke, but a fold of the paper or a streak
FOLD_ONE_SIDE_MM = 7.5  # the same beyond one side, where the fold is too faint on the other
UNDER_LINE_MM = 10.0  # of steep strokes: one short name has more, the arms of a closing Z less
STEEP_HEIGHT = 1.8  # of the pen's width: a steep stroke is taller
MERGED_MM = 12.0  # of a neighbour's writing that ran together with a strike: less is the strike's own end
MERGED_ROWS = 2.6  # rows that a strike and the writing it ran into may span: a closing Z spans more


def trace_strikes(ownership: Ownership) -> tuple[Rule, ...]:
    """Long level lines among the strokes (not the printed rules), in px of the page."""
    strokes = ownership.strokes
    scale = TRACE_PX_PER_MM / ownership.px_per_mm
    paper = np.where(strokes.labels > 0, np.uint8(0), np.uint8(255))
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
        for rule in trace_horizontal(small, TRACE_PX_PER_MM)
        if rule.coverage_share >= STRIKE_COVERAGE_SHARE
    )


def struck_share(ownership: Ownership, lines: tuple[Rule, ...], r: int) -> float:
    """The share of the stretch from name to signature that is struck through in a row.

    Straight lines count as traced; a zigzag, a wave or a cross is one stroke
    that spans the columns, as no word does.
    """
    columns = [column for column in ownership.table.columns if column.role is not Role.NUMBER]
    left, right = columns[0].left_px, max(column.right_px for column in columns)
    row = ownership.table.row_box(r)
    covered = np.zeros(max(1, round(right - left)), dtype=np.bool_)
    low, high = (row.top + share * row.height for share in STRIKE_BAND)
    for line in lines:
        if low <= line.at((line.start_px + line.end_px) / 2) <= high:
            covered[max(0, round(line.start_px - left)) : max(0, round(line.end_px - left))] = True
    widest = max((_reach_px(ownership, i, r) for i in _long_strokes(ownership, r, right - left)), default=0.0)
    return min(1.0, max(float(covered.mean()), widest / (right - left)))


def may_be_fold(ownership: Ownership, lines: tuple[Rule, ...], r: int) -> bool:
    """Whether a line through a row runs on far beyond the table.

    Then the paper was folded there or the scanner left a streak, and a person
    must say whether the row was struck out as well.
    """
    columns, row = ownership.table.columns, ownership.table.row_box(r)
    left, right = columns[0].left_px, max(column.right_px for column in columns)
    boxes = ownership.strokes.boxes[_long_strokes(ownership, r, right - left)]
    spans = [(box[0], box[2]) for box in boxes.tolist()]
    spans += [
        (line.start_px, line.end_px)
        for line in lines
        if row.top <= line.at((line.start_px + line.end_px) / 2) <= row.bottom
    ]
    both, one = FOLD_REACH_MM * ownership.px_per_mm, FOLD_ONE_SIDE_MM * ownership.px_per_mm
    beyond = [(left - start, end - right) for start, end in spans]
    return any(min(sides) >= both or max(sides) >= one for sides in beyond)


def _long_strokes(ownership: Ownership, r: int, width_px: float) -> list[int]:
    """Strokes long enough in this row to strike out part of it."""
    here = ownership.shares[:, r].sum(axis=1) >= STRIKE_LEAST_SHARE * width_px
    return [int(i) for i in np.flatnonzero(here & ~ownership.stamps)]


def _reach_px(ownership: Ownership, label: int, r: int) -> float:
    """How much of the row's width a stroke lies over in the middle of its height (it may go on elsewhere).

    Gaps count where they are wider than those of a zigzag: writing that runs
    together with a neighbour's strike has such.
    """
    strokes, row = ownership.strokes, ownership.table.row_box(r)
    x, y = (strokes.points(label) + strokes.boxes[label, :2]).T
    low, high = (row.top + share * row.height for share in STRIKE_BAND)
    inside = x[(y > low) & (y < high)]
    if not len(inside):
        return 0.0
    gaps = np.diff(np.unique(inside))
    return float(np.ptp(inside) - gaps[gaps > STRIKE_GAP_MM * ownership.px_per_mm].sum())


def settle_struck(ownership: Ownership, struck: Sequence[bool]) -> None:
    """Share out, in place, what lines across the table hold together.

    Where nothing was written under a line it closes blank rows: they own
    nothing of it.  Elsewhere writing has run together with the line; each cell
    gets what lies in it, and the neighbours get their own writing back.
    """
    table, own, shares = ownership.table, ownership.own, ownership.shares
    writable = [i for i, column in enumerate(table.columns) if column.role is not Role.NUMBER]
    width = max(column.right_px for column in table.columns) - table.columns[0].left_px
    height = ownership.strokes.boxes[:, 3] - ownership.strokes.boxes[:, 1]
    for r in (int(i) for i in np.flatnonzero(struck)):
        if _steep_mm(ownership, r) < UNDER_LINE_MM:
            own[:, r] = 0.0
            continue
        for i in _long_strokes(ownership, r, width):
            own[i, r, writable] = shares[i, r, writable]
            if height[i] > MERGED_ROWS * table.row_box(r).height:
                continue
            for beside in (r - 1, r + 1):
                if 0 <= beside < ownership.row_count and not struck[beside]:
                    part = shares[i, beside]
                    own[i, beside] = np.where(part >= MERGED_MM * ownership.px_per_mm, part, 0.0)


def _steep_mm(ownership: Ownership, r: int) -> float:
    """Height of all steep strokes in a row: letters have them, lines that strike or close rows do not."""
    strokes, row, scale = ownership.strokes, ownership.table.row_box(r), ownership.px_per_mm
    columns = [column for column in ownership.table.columns if column.role is not Role.NUMBER]
    top, bottom = round(row.top) - strokes.top, round(row.bottom) - strokes.top
    left, right = (round(x) - strokes.left for x in (columns[0].left_px, max(c.right_px for c in columns)))
    ink = (strokes.labels[max(0, top) : bottom, max(0, left) : right] > 0).astype(np.uint8)
    pen_px = float(np.average(strokes.width_px, weights=ownership.shares[:, r].sum(axis=1) + 1e-9))
    tall = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((round(STEEP_HEIGHT * pen_px) + 1, 1), np.uint8))
    return float(tall.sum()) / pen_px / scale
