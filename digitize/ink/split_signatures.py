"""Signatures of neighbours that ran into each other, cut where their ink thins out.

Two signatures that touch are one connected stroke.  Between them lies a level
where little ink crosses, near the printed border, and on either side a full
signature.  One signature over two rows is densest at the border, and what a
large one leaves in the next row is short and stays close to the border.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitize.ink.cell_map import columns_beside
from digitize.ink.strokes import Strokes
from digitize.records import Role, Table

FULL_MM = 15.0  # of pen stroke on each side: initials have as much
RICH_MM = 30.0  # the top of a large signature has less: then the middle of the ink may lie closer
WIDE_MM = 8.0  # from left to right on each side: narrower ones are loops and tails
CENTRE_SHARE = 0.25  # of the row's height lies between the border and the middle of the ink
RICH_CENTRE_SHARE = 0.18  # the same where both sides are rich in ink
NEAR_SHARE = 0.35  # of the row's height around the border is searched for the thinnest level
VALLEY_SHARE = 0.6  # of the lesser peak of the two sides: what the ink must thin out to
WRITTEN_MM2 = 6.0  # of ink in a row beside its signature: a short name has more
SMOOTH_MM = 0.6  # about a pen's width: evens out single loops

Points = NDArray[np.float64]


def signature_column(table: Table) -> int | None:
    """Index of the signature column."""
    return next((i for i, column in enumerate(table.columns) if column.role is Role.SIGNATURE), None)


def split_signatures(strokes: Strokes, table: Table, px_per_mm: float) -> Strokes:
    """The strokes with every pair of merged signatures as two strokes."""
    c = signature_column(table)
    if c is None or columns_beside(table, c) != [c]:  # neighbours' signatures lie a storey apart
        return strokes
    column, edges = table.columns[c], table.row_edges_px
    pending = _spanning(strokes, column.left_px, column.right_px, float(np.median(np.diff(edges))))
    while pending:
        label = pending.pop()
        box = strokes.box(label)
        for r in range(1, len(edges) - 1):
            if not (box.top < edges[r] < box.bottom and _both_written(strokes, table, r, px_per_mm)):
                continue
            level = _valley(strokes, label, edges[r - 1 : r + 2], px_per_mm)
            if level is not None:
                strokes = _cut(strokes, label, level)
                pending += [label, len(strokes.area_px) - 1]
                break
    return strokes


def _both_written(strokes: Strokes, table: Table, r: int, px_per_mm: float) -> bool:
    """Whether somebody wrote in the rows above and below border r: nobody signs an empty row."""
    text = [column for column in table.columns if column.role not in (Role.NUMBER, Role.SIGNATURE)]
    for row in (r - 1, r):
        top, bottom = (round(y - strokes.top) for y in table.row_edges_px[row : row + 2])
        ink_px = sum(
            np.count_nonzero(
                strokes.labels[
                    max(0, top) : bottom, round(c.left_px) - strokes.left : round(c.right_px) - strokes.left
                ]
            )
            for c in text
        )
        if ink_px < WRITTEN_MM2 * px_per_mm**2:
            return False
    return True


def _spanning(strokes: Strokes, left_px: float, right_px: float, pitch_px: float) -> list[int]:
    """Strokes in the signature column that are taller than one row."""
    middle = (strokes.boxes[:, 0] + strokes.boxes[:, 2]) / 2
    height = strokes.boxes[:, 3] - strokes.boxes[:, 1]
    found = (middle > left_px) & (middle < right_px) & (height > pitch_px)
    return [int(i) for i in np.flatnonzero(found)]


def _valley(strokes: Strokes, label: int, edges_px: tuple[float, ...], px_per_mm: float) -> float | None:
    """The level (px) at which a stroke is two signatures, None where it is one."""
    upper, border, lower = edges_px
    points = strokes.points(label) + strokes.boxes[label, :2] + 0.5
    points = points[(points[:, 1] >= upper) & (points[:, 1] < lower)]
    for profile in _profiles(points, upper, lower, px_per_mm):
        reach = NEAR_SHARE * min(border - upper, lower - border)
        near = slice(round(border - upper - reach), round(border - upper + reach))
        at = near.start + int(profile[near].argmin())
        thin = profile[at] <= VALLEY_SHARE * min(profile[:at].max(), profile[at:].max())
        if thin and _are_full(points, upper + at, edges_px, strokes.width_px[label], px_per_mm):
            return upper + at
    return None


def _profiles(points: Points, upper_px: float, lower_px: float, px_per_mm: float) -> tuple[Points, Points]:
    """How much of a stroke lies at each level: its px, and how often the level meets it.

    The second does not mind a level line, as an underline is.
    """
    size = int(lower_px - upper_px) + 1, int(np.ptp(points[:, 0])) + 2
    ink = np.zeros(size, dtype=np.bool_)
    x, y = points[:, 0] - points[:, 0].min() + 1, points[:, 1] - upper_px
    ink[y.astype(np.intp), x.astype(np.intp)] = True
    window = max(1, round(SMOOTH_MM * px_per_mm))
    mean = np.ones(window) / window
    meetings = (ink[:, 1:] & ~ink[:, :-1]).sum(axis=1)
    return np.convolve(ink.sum(axis=1), mean, "same"), np.convolve(meetings, mean, "same")


def _are_full(
    points: Points, level_px: float, edges_px: tuple[float, ...], width_px: float, px_per_mm: float
) -> bool:
    """Whether there is a signature of its own above and one below a level."""
    upper, border, lower = edges_px
    above, below = points[points[:, 1] < level_px], points[points[:, 1] >= level_px]
    sides = ((above, border - upper), (below, lower - border))
    lengths_mm = [len(side) / width_px / px_per_mm for side, _ in sides]
    centre_share = RICH_CENTRE_SHARE if min(lengths_mm) >= RICH_MM else CENTRE_SHARE
    return min(lengths_mm) >= FULL_MM and all(
        np.ptp(side[:, 0]) >= WIDE_MM * px_per_mm and abs(side[:, 1].mean() - border) >= centre_share * height
        for side, height in sides
    )


def _cut(strokes: Strokes, label: int, level_px: float) -> Strokes:
    """The stroke cut in two at a level: what lies below becomes a new stroke."""
    left, _, right, bottom = (round(v) for v in strokes.boxes[label].tolist())
    level, new = round(level_px), len(strokes.area_px)
    labels = strokes.labels.copy()
    lower = labels[level - strokes.top : bottom - strokes.top, left - strokes.left : right - strokes.left]
    lower[lower == label] = new
    parted = replace(
        strokes,
        labels=labels,
        boxes=np.vstack([strokes.boxes, [left, level, right, bottom]]),
        area_px=np.append(strokes.area_px, float((lower == new).sum())),
        width_px=np.append(strokes.width_px, strokes.width_px[label]),
    )
    parted.boxes[label, 3] = level
    parted.area_px[label] -= parted.area_px[new]
    for i in (label, new):  # the halves seldom reach as far to the sides as the whole
        points = parted.points(i)
        x = parted.boxes[i, 0] + np.array([points[:, 0].min(), points[:, 0].max() + 1])
        parted.boxes[i, [0, 2]] = x
    return parted
