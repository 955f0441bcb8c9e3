"""Tell whether two neighbouring rows hold a signature each, or one body of ink between them.

Large signatures touch or cross the rule to the next row, so that this alone says nothing.  What counts is
whether each row has ink of its own, or whether the ink of both has two centres and is thin between them.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitize.ink.assign_strokes import Lengths, Ownership
from digitize.ink.marks import straight_line_mm
from digitize.ink.two_lines import are_two_lines


@dataclass(frozen=True)
class BodySettings:
    """What makes ink a signature of its own.  Lengths are of pen stroke, shares of the rows' height."""

    min_body_mm: float = 10.0  # initials have as much, the end of a neighbour's stroke less
    min_rise_mm: float = 6.0  # the pen's way up and down in it; an underline has next to none
    min_inside_share: float = 0.8  # of a stroke's length in its row; it only touches the border then
    # Two bodies that touch: the ink of both rows parted in two by height.
    min_centre_share: float = 0.15  # from the border to the centre of either part
    max_valley_share: float = 0.65  # of the lower of the two peaks: the ink between them
    window_share: float = 0.1  # over which the density of the ink is averaged
    # One body over the border.
    max_apart_share: float = 0.6  # between the centres of its upper and lower part; two signatures have more
    max_off_border_share: float = 0.25  # of its centre
    min_across_share: float = 0.4  # of its ink in strokes that lie on both sides of the border
    # One body that was cut at the border, where ink of a third row hides that it is one.
    min_touching_share: float = 0.8  # of the ink of either row in strokes that reach the border
    touching_mm: float = 0.3  # from the border; a rule that was removed leaves as much
    max_cut_apart_share: float = 0.65  # between the centres of what lies in the two rows


SETTINGS = BodySettings()


class Parts(NamedTuple):
    """Ink parted in two by height.

    The centres are measured from the border between the rows, in heights of a row; `least_rise_mm` is the
    pen's way up and down in the part that has less of it, and `valley_share` the least density of ink between
    the centres, over the lower of the peaks on either side.
    """

    upper_mm: float
    lower_mm: float
    least_rise_mm: float
    upper_centre: float
    lower_centre: float
    valley_share: float

    @property
    def centre(self) -> float:
        """The centre of all the ink."""
        both = self.upper_mm * self.upper_centre + self.lower_mm * self.lower_centre
        return both / (self.upper_mm + self.lower_mm)


def has_body_each(ownership: Ownership, r: int, c: int) -> bool:
    """Return whether rows r and r + 1 have a body of ink each in the signature column `c`."""
    if min(_inside_mm(ownership, row, c) for row in (r, r + 1)) >= SETTINGS.min_body_mm:
        return True
    parts = part_by_height(ownership, r, c)
    return parts is not None and _are_two_bodies(parts)


def is_one_body(ownership: Ownership, r: int, c: int, across_share: float) -> bool:
    """Return whether the signature ink of rows r and r + 1 is one body around the border between them.

    `across_share` is the share of it in strokes that lie on both sides of the border: two signatures that
    reach over it side by side have little of that.
    """
    parts = part_by_height(ownership, r, c)
    return across_share >= SETTINGS.min_across_share and _are_one_body(parts, SETTINGS.max_apart_share)


def is_cut_body(ownership: Ownership, r: int, c: int) -> bool:
    """Return whether the signature ink of rows r and r + 1 is one body of which each row holds a piece.

    Nearly all of it reaches the border between them, and what lies in the two rows has one centre there.
    """
    touching = (_touching_share(ownership, row, c, ownership.table.row_edges_px[r + 1]) for row in (r, r + 1))
    if min(touching) < SETTINGS.min_touching_share:
        return False
    return _are_one_body(part_by_height(ownership, r, c, beyond=False), SETTINGS.max_cut_apart_share)


def hold_two_lines(ownership: Ownership, r: int, c: int) -> bool:
    """Return whether the signature ink of rows r and r + 1 is two lines of writing, one above the other."""
    upper, _, lower = ownership.table.row_edges_px[r : r + 3]
    return are_two_lines(_ink_of_both(ownership, r, c, 0.5)[1], (lower - upper) / 2)


def _touching_share(ownership: Ownership, row: int, c: int, border_px: float) -> float:
    """Return the share of a row's signature ink in strokes that reach a border."""
    px, boxes = ownership.owned_px[:, row, c], ownership.strokes.boxes
    near = SETTINGS.touching_mm * ownership.px_per_mm
    touches = (boxes[:, 1] <= border_px + near) & (boxes[:, 3] >= border_px - near)
    return float(px[touches].sum() / max(px.sum(), 1e-9))


def part_by_height(ownership: Ownership, r: int, c: int, *, beyond: bool = True) -> Parts | None:
    """Part the signature ink of rows r and r + 1 in two by height, None if there is too little of it.

    Also that in the nearer half of the rows `beyond` them, unless it is left out.
    It is parted where the variance between the parts is largest (Otsu, "A threshold selection method from
    gray-level histograms", IEEE Transactions on Systems, Man, and Cybernetics, 1979).
    """
    upper, border, lower = ownership.table.row_edges_px[r : r + 3]
    height = (lower - upper) / 2
    top, lengths, runs = _profiles(ownership, r, c, 0.5 if beyond else 0.0)
    if np.count_nonzero(lengths) < 2:
        return None
    y = (np.arange(len(lengths)) + top + 0.5 - border) / height
    above, moment = np.cumsum(lengths), np.cumsum(lengths * y)
    below = above[-1] - above
    with np.errstate(divide="ignore", invalid="ignore"):
        upper_centre, lower_centre = moment / above, (moment[-1] - moment) / below
    between = np.where((above > 0) & (below > 0), above * below * (lower_centre - upper_centre) ** 2, -1.0)
    at = int(np.nanargmax(between))
    first, last = (int(np.searchsorted(y, centre[at])) for centre in (upper_centre, lower_centre))
    window = max(1, round(SETTINGS.window_share * height))
    return Parts(
        float(above[at]) / ownership.px_per_mm,
        float(below[at]) / ownership.px_per_mm,
        float(min(runs[: at + 1].sum(), runs[at + 1 :].sum())) / ownership.px_per_mm,
        float(upper_centre[at]),
        float(lower_centre[at]),
        min(_valley_share(profile, first, last, window) for profile in (lengths, runs)),
    )


def _are_two_bodies(parts: Parts) -> bool:
    """Return whether each of two parts is a signature in its row, with little ink between them."""
    enough = min(parts.upper_mm, parts.lower_mm) >= SETTINGS.min_body_mm
    enough &= parts.least_rise_mm >= SETTINGS.min_rise_mm
    inside = min(-parts.upper_centre, parts.lower_centre) >= SETTINGS.min_centre_share
    return enough and inside and parts.valley_share <= SETTINGS.max_valley_share


def _are_one_body(parts: Parts | None, max_apart_share: float) -> bool:
    """Return whether two parts have one centre at the border, at most so far apart (in heights of a row)."""
    if parts is None or _are_two_bodies(parts):
        return False
    apart = parts.lower_centre - parts.upper_centre
    return abs(parts.centre) <= SETTINGS.max_off_border_share and apart <= max_apart_share


def _inside_mm(ownership: Ownership, r: int, c: int) -> float:
    """Return the length of the strokes of cell (r, c) that lie in it nearly as a whole, straight lines aside.

    A straight line is an underline, or a dash.
    """
    inside, strokes = ownership.in_cell_px[:, r, c], ownership.strokes
    whole = inside >= SETTINGS.min_inside_share * strokes.length_px
    ids = np.flatnonzero(whole & (ownership.owned_px[:, r, c] > 0)).tolist()
    drawn = [i for i in ids if straight_line_mm(strokes, i, ownership.px_per_mm) is None]
    return float(inside[drawn].sum()) / ownership.px_per_mm


def _profiles(ownership: Ownership, r: int, c: int, beyond_share: float) -> tuple[int, Lengths, Lengths]:
    """Return the y (px) at which the profiles start, and the stroke (px) and the runs of ink at every y.

    They reach `beyond_share` of a row's height above row r and below row r + 1.  The runs are not disturbed
    by a horizontal line such as an underline.
    """
    strokes = ownership.strokes
    top, ink = _ink_of_both(ownership, r, c, beyond_share)
    ids = np.flatnonzero(ownership.owned_px[:, r, c] + ownership.owned_px[:, r + 1, c])
    pen_px = float(np.median(strokes.width_px[ids])) if len(ids) else 1.0
    runs = (ink[:, 1:] & ~ink[:, :-1]).sum(axis=1).astype(np.float64)
    return top, ink.sum(axis=1) / pen_px, runs


def _ink_of_both(ownership: Ownership, r: int, c: int, beyond_share: float) -> tuple[int, NDArray[np.bool_]]:
    """Return the y (px) of the first row of px, and where there is signature ink of rows r and r + 1.

    Also that up to `beyond_share` of a row's height beyond them.
    """
    strokes, column = ownership.strokes, ownership.table.columns[c]
    upper, _, lower = ownership.table.row_edges_px[r : r + 3]
    ids = np.flatnonzero(ownership.owned_px[:, r, c] + ownership.owned_px[:, r + 1, c])
    reach = beyond_share * (lower - upper) / 2
    top = max(strokes.top, round(upper - reach))
    rows = slice(top - strokes.top, max(0, round(lower + reach) - strokes.top))
    columns = slice(max(0, round(column.left_px) - strokes.left), round(column.right_px) - strokes.left)
    ink: NDArray[np.bool_] = np.isin(strokes.labels[rows, columns], ids[ids > 0])
    return top, ink


def _valley_share(profile: Lengths, first: int, last: int, window: int) -> float:
    """Return the least of a smoothed profile between two indices, over the lower of the peaks beside it."""
    density = np.convolve(profile, np.ones(window) / window, "same")
    peaks = min(density[: first + 1].max(), density[last:].max())
    return float(density[first : last + 1].min() / max(peaks, 1e-9))
