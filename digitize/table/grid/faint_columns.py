"""Find faint or broken column rules of a table whose rows are known: what all rows show together."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from digitize.geometry import FloatArray
from digitize.images import Page
from digitize.table.grid.faint_lines import SETTINGS as LINES
from digitize.table.grid.faint_lines import Stations, above_beside, vertical_stations


@dataclass(frozen=True, slots=True)
class FaintColumnSettings:
    """How column rules are told from writing, folds and streaks."""

    lean_reach: float = 0.012  # on either side of the lean that is expected
    lean_step: float = 0.001
    min_share: float = 0.2  # of the contrast that a whole rule would have ...
    min_row_share: float = 0.5  # ... and of that, in a row in which the rule is seen
    min_rows_share: float = 0.35  # of the rows, in which it must be seen; strokes are only in some ...
    min_rows: int = 3  # ... but perhaps in two
    min_column_mm: float = 6.0
    streak_share: float = 0.6  # of its visibility in the table that a streak has above as well as below
    beyond_mm: tuple[float, float] = (8.0, 25.0)  # above and below the rows, where streaks are looked for
    reach_px: int = 2  # by which a line may be seen to the side of where it is strongest


SETTINGS = FaintColumnSettings()


@dataclass(frozen=True, slots=True)
class FaintColumns:
    """Column rules: all lean alike (px to the right per px down); `at_px` is where they cross `middle_px`."""

    lean: float
    middle_px: float
    at_px: tuple[float, ...]


def find_faint_columns(page: Page, rows_px: Sequence[float], lean: float) -> FaintColumns:
    """Return the column rules that are seen in enough of the rows, from left to right.

    `rows_px` are the edges of the rows, `lean` is roughly that of the columns.
    """
    stations = vertical_stations(page)
    middle = float(np.mean(rows_px))
    inside = stations.part(rows_px[0], rows_px[-1])
    leans = np.arange(lean - SETTINGS.lean_reach, lean + SETTINGS.lean_reach, SETTINGS.lean_step).tolist()
    profiles = [_profile(page, inside, way, middle) for way in leans]
    # Columns that all lean as they should stand out most.
    best = max(range(len(leans)), key=lambda i: float((np.maximum(profiles[i], 0) ** 2).sum()))
    lean, profile = leans[best], profiles[best]
    near, far = (page.px(mm) for mm in SETTINGS.beyond_mm)
    outside = ((rows_px[0] - far, rows_px[0] - near), (rows_px[-1] + near, rows_px[-1] + far))
    beyond = np.min([_profile(page, stations.part(*span), lean, middle) for span in outside], axis=0)
    least = SETTINGS.min_share * LINES.max_contrast
    in_rows = [_profile(page, stations.part(*row), lean, middle, blurred=True) for row in pairwise(rows_px)]
    seen = (np.array(in_rows) >= SETTINGS.min_row_share * least).sum(axis=0)
    rows = len(rows_px) - 1
    least_rows = max(min(SETTINGS.min_rows, rows), SETTINGS.min_rows_share * rows)
    found: list[float] = []
    for x in np.argsort(-profile).tolist():
        if profile[x] < least:
            break
        around = slice(max(0, x - SETTINGS.reach_px), x + SETTINGS.reach_px + 1)
        is_rule = np.max(seen[around]) >= least_rows
        is_streak = beyond[around].max() >= SETTINGS.streak_share * profile[x]
        apart = all(abs(x - other) >= page.px(SETTINGS.min_column_mm) for other in found)
        if is_rule and not is_streak and apart:
            found.append(float(x))
    return FaintColumns(float(lean), middle, tuple(sorted(found)))


def _profile(
    page: Page, stations: Stations, lean: float, middle: float, *, blurred: bool = False
) -> FloatArray:
    """Return for each x at the middle height how a line with this lean stands out; `blurred` by a px."""
    if not len(stations.centres_px):
        return np.zeros(page.width_px)
    off = lean * (stations.centres_px - middle)
    mean = stations.along(np.arange(page.width_px)[:, None] + off[None, :]).mean(axis=1)
    if blurred:
        mean = np.asarray(cv2.dilate(mean[:, None], np.ones((3, 1), np.uint8)))[:, 0]
    return above_beside(mean, page.px_per_mm)
