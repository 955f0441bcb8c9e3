"""Find the rows below a header by what all their rules show together, where none can be traced.

Over the width of a table even a rule that is lost in the grain is darker than the paper, on average.  Rows
are of one height: of all heights and places of the first rule those count at which most is seen.
"""

from dataclasses import dataclass, replace

import numpy as np

from digitize.geometry import Box, FloatArray, Lattice
from digitize.images import Page
from digitize.paper import DEVIATION
from digitize.table.grid.faint_lines import above_beside, horizontal_stations
from digitize.table.grid.number_column import NumberColumn
from digitize.table.grid.numbered_rows import lattice_of


@dataclass(frozen=True, slots=True)
class RowsBelowSettings:
    """Where rules may lie and how much of them must be seen."""

    left_mm: float = 14.0  # from the first header word to the left end of the table, with row numbers between
    right_mm: float = 25.0  # from the last header word to the right end
    number_mm: float = 10.0  # from the first header word to the row numbers
    first_mm: tuple[float, float] = (-0.5, 7.0)  # from the header words to the rule below them
    row_height_mm: tuple[float, float] = (5.0, 32.0)
    max_slope: float = 0.02  # of the rules, after deskewing
    slope_step: float = 0.001
    reach_px: int = 2  # by which a rule may lie beside its place
    min_clear: float = 3.0  # grey levels by which a rule stands out, averaged over its length
    min_to_noise: float = 1.5  # of all rules together; the noise is that of the whole page, text included
    min_rule_share: float = 0.3  # of the strongest rule's contrast
    min_rows: int = 2


SETTINGS = RowsBelowSettings()


def lattice_below(page: Page, header: Box) -> Lattice | None:
    """Return the lattice of the table with this header on a deskewed page, None if no rows are seen."""
    clear, slope, middle = _profile(page, header)
    edges = _equal_rows(page, header, clear)
    if len(edges) < SETTINGS.min_rows + 1:
        return None
    x = header.left - page.px(SETTINGS.number_mm)
    ys = (edges[1:] + edges[:-1]) / 2 + slope * (x - middle)
    numbers = NumberColumn(1, np.column_stack([np.full(len(ys), x), ys]), (Box(x, 0.0, x + 1.0, 1.0),))
    # What else stands out in several rows of one height is writing.
    return replace(lattice_of(page, numbers), undivided=True)


def _profile(page: Page, header: Box) -> tuple[FloatArray, float, float]:
    """Return by how much a line at each height stands out, its slope, and where it has that height."""
    left, right = header.left - page.px(SETTINGS.left_mm), header.right + page.px(SETTINGS.right_mm)
    stations = horizontal_stations(page).part(left, right)
    middle = (left + right) / 2
    heights = np.arange(page.height_px, dtype=np.float64)[:, None]
    off_px = stations.centres_px - middle
    slopes = np.arange(-SETTINGS.max_slope, SETTINGS.max_slope + 1e-9, SETTINGS.slope_step).tolist()
    profiles = [
        above_beside(stations.along(heights + slope * off_px).mean(axis=1), page.px_per_mm)
        for slope in slopes
    ]
    below = slice(round(header.bottom), None)
    best = max(range(len(slopes)), key=lambda i: float((np.maximum(profiles[i][below], 0) ** 2).sum()))
    return profiles[best], slopes[best], middle


def _equal_rows(page: Page, header: Box, clear: FloatArray) -> FloatArray:
    """Return the edges of rows of one height below the header at which most of their rules is seen."""
    reach = SETTINGS.reach_px
    padded = np.pad(clear, reach)
    seen = np.max([padded[i : i + len(clear)] for i in range(2 * reach + 1)], axis=0)
    noise = DEVIATION * float(np.median(np.abs(clear - np.median(clear))))
    low, high = (header.bottom + page.px(mm) for mm in SETTINGS.first_mm)
    firsts = np.arange(max(0.0, low), min(high, len(clear) - 1.0))
    if not len(firsts):
        return np.empty(0)
    strongest = float(seen[round(firsts[0]) :].max(initial=0.0))
    least = max(SETTINGS.min_clear, SETTINGS.min_rule_share * strongest)
    best, most = np.empty(0), 0.0
    lowest, highest = (page.px(mm) for mm in SETTINGS.row_height_mm)
    for height in np.arange(lowest, highest, 0.5).tolist():
        for first in firsts.tolist():
            edges = np.arange(first, len(clear) - 1.0, height)
            shown = seen[np.rint(edges).astype(np.intp)]
            missing = np.flatnonzero(shown < least)
            count = int(missing[0]) if len(missing) else len(edges)
            total = float(shown[:count].sum())
            if count > SETTINGS.min_rows and total > max(most, SETTINGS.min_to_noise * noise * count):
                best, most = edges[:count], total
    return best
