"""Split signatures of neighbouring rows that ran into each other.

Two signatures that touch are one connected stroke.  Near the printed border between them the ink thins out
to a valley of its horizontal projection profile, and there is a full signature on either side.  One
signature over two rows is densest at the border, and what a large signature leaves in the next row is short
and close to the border.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.ink.cell_map import signature_column, stacked_columns
from digitize.ink.strokes import Strokes, part_stroke
from digitize.ink.two_lines import are_two_lines
from digitize.records import Role, Table

Points = NDArray[np.float64]


@dataclass(frozen=True)
class SplitSettings:
    """When a stroke over a border is two signatures.  Shares are of the row's height."""

    min_stroke_mm: float = 15.0  # on either side; initials have as much
    min_width_mm: float = 8.0  # on either side; loops and tails are narrower
    min_centre_share: float = 0.25  # from the border to the centre of the ink on either side
    # With this much stroke on either side (the top of a large signature has less) the centre may be closer.
    long_stroke_mm: float = 30.0
    min_long_centre_share: float = 0.18
    search_share: float = 0.35  # to either side of the border: where the valley is searched
    max_valley_share: float = 0.6  # of the lower of the two peaks beside it
    min_row_ink_mm2: float = 6.0  # outside the signature cell; a short name has more
    smoothing_mm: float = 0.6  # about a pen's width: evens out single loops


SETTINGS = SplitSettings()
TWO_LINES = SplitSettings(min_centre_share=0.15, min_long_centre_share=0.12, max_valley_share=0.7)
"""For a stroke that is two lines of writing by its crossings, too."""


def split_signatures(strokes: Strokes, table: Table, px_per_mm: float) -> Strokes:
    """Return the strokes with every stroke that is two merged signatures split in two."""
    c = signature_column(table)
    if c is None or stacked_columns(table, c) != [c]:  # other cells lie between the signatures of two rows
        return strokes
    column, edges = table.columns[c], table.row_edges_px
    pending = _tall_strokes(strokes, column.left_px, column.right_px, float(np.median(np.diff(edges))))
    while pending:
        label = pending.pop()
        box = strokes.box(label)
        for r in range(1, len(edges) - 1):
            if not (box.top < edges[r] < box.bottom and _both_written(strokes, table, r, px_per_mm)):
                continue
            y_px = _find_valley(strokes, label, edges[r - 1 : r + 2], px_per_mm)
            if y_px is not None:
                strokes = _split(strokes, label, y_px)
                pending += [label, len(strokes.area_px) - 1]
                break
    return strokes


def _tall_strokes(strokes: Strokes, left_px: float, right_px: float, pitch_px: float) -> list[int]:
    """Return the strokes between two vertical edges that are taller than one row."""
    middle = (strokes.boxes[:, 0] + strokes.boxes[:, 2]) / 2
    height = strokes.boxes[:, 3] - strokes.boxes[:, 1]
    found = (middle > left_px) & (middle < right_px) & (height > pitch_px)
    return [int(i) for i in np.flatnonzero(found)]


def _both_written(strokes: Strokes, table: Table, r: int, px_per_mm: float) -> bool:
    """Return whether the rows above and below border `r` are filled in: nobody signs an empty row."""
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
        if ink_px < SETTINGS.min_row_ink_mm2 * px_per_mm**2:
            return False
    return True


def _find_valley(strokes: Strokes, label: int, edges_px: tuple[float, ...], px_per_mm: float) -> float | None:
    """Return the y (px) at which a stroke over two rows is two signatures, None if it is one.

    `edges_px` are the upper edge of the two rows, the border between them and the lower edge.
    """
    upper, border, lower = edges_px
    points = strokes.points(label) + strokes.boxes[label, :2] + 0.5
    points = points[(points[:, 1] >= upper) & (points[:, 1] < lower)]
    profiles, width_px = _profiles(points, upper, lower, px_per_mm), float(strokes.width_px[label])
    reach = SETTINGS.search_share * min(border - upper, lower - border)
    near = slice(round(border - upper - reach), round(border - upper + reach))
    for settings in (SETTINGS, TWO_LINES):
        for profile in profiles:
            at = near.start + int(profile[near].argmin())
            thin = profile[at] <= settings.max_valley_share * min(profile[:at].max(), profile[at:].max())
            if (
                thin
                and _are_two_signatures(points, upper + at, edges_px, width_px, px_per_mm, settings)
                and (settings is SETTINGS or _is_two_lines(strokes, label, (lower - upper) / 2))
            ):
                return upper + at
    return None


def _is_two_lines(strokes: Strokes, label: int, row_height_px: float) -> bool:
    """Return whether a stroke is two lines of writing by itself."""
    ink = strokes.labels_in(*strokes.box(label).slices()) == label
    return are_two_lines(ink, row_height_px)


def _profiles(points: Points, upper_px: float, lower_px: float, px_per_mm: float) -> tuple[Points, Points]:
    """Return, for every y, the number of ink px and the number of runs of ink.

    The second profile is not disturbed by a horizontal line such as an underline.
    """
    size = int(lower_px - upper_px) + 1, int(np.ptp(points[:, 0])) + 2
    ink = np.zeros(size, dtype=np.bool_)
    x, y = points[:, 0] - points[:, 0].min() + 1, points[:, 1] - upper_px
    ink[y.astype(np.intp), x.astype(np.intp)] = True
    window = max(1, round(SETTINGS.smoothing_mm * px_per_mm))
    mean = np.ones(window) / window
    runs = (ink[:, 1:] & ~ink[:, :-1]).sum(axis=1)
    return np.convolve(ink.sum(axis=1), mean, "same"), np.convolve(runs, mean, "same")


def _are_two_signatures(
    points: Points,
    y_px: float,
    edges_px: tuple[float, ...],
    width_px: float,
    px_per_mm: float,
    settings: SplitSettings,
) -> bool:
    """Return whether there is a full signature both above and below `y_px`."""
    upper, border, lower = edges_px
    above, below = points[points[:, 1] < y_px], points[points[:, 1] >= y_px]
    sides = ((above, border - upper), (below, lower - border))
    shortest_mm = min(len(side) / width_px / px_per_mm for side, _ in sides)
    long = shortest_mm >= settings.long_stroke_mm
    centre_share = settings.min_long_centre_share if long else settings.min_centre_share
    return shortest_mm >= settings.min_stroke_mm and all(
        np.ptp(side[:, 0]) >= settings.min_width_mm * px_per_mm
        and abs(side[:, 1].mean() - border) >= centre_share * height
        for side, height in sides
    )


def _split(strokes: Strokes, label: int, y_px: float) -> Strokes:
    """Return the strokes with one of them split at `y_px`: the part below gets a new label at the end."""
    rows, columns = strokes.box(label).slices()
    below = np.arange(rows.start, rows.stop) >= round(y_px)
    return part_stroke(
        strokes, label, np.broadcast_to(below[:, None], (len(below), columns.stop - columns.start))
    )
