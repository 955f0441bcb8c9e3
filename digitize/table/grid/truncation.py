"""Detect tables that are cut off by the border of the image.

The rules of a complete table end some mm before the border; those of a table
that is cut off extend right up to it.  Rows beyond the border cannot be counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Lattice, Point, crossing
from digitize.images import INK_SHARE, Page, Scan
from digitize.table.grid.column_contrast import is_dark_along


@dataclass(frozen=True, slots=True)
class TruncationSettings:
    """Limits for tables cut off by the image border."""

    border_mm: float = 1.2  # from the border of the image; on 130 complete pages no rule ends within 3.8 mm
    min_rules_share: float = 0.25  # of the row rules reach the border; folds and table tops extend fewer
    min_columns_share: float = 0.5  # of the column rules; streaks of the scanner reach it as well
    min_rules: int = 2
    min_coverage_share: float = 0.6  # of a column rule from the last row to the border
    end_mm: float = 4.0  # stretch before the border on which the column must be visible as well
    step_mm: float = 0.5  # distance of the positions at which a column is tested
    max_stroke_mm: float = 4.0  # longer dark runs along the border are its shadow, not cut writing
    min_strokes: int = 3  # cut by the border; fewer are dust
    # Paper between the ends of the rules and the border, however near: nothing of the table is cut off.
    paper_mm: float = 0.2
    inward_mm: float = 5.0  # from the end of a rule to where it is compared with the paper beside it
    beside_mm: float = 0.4  # across a rule: from its middle to the paper
    min_short_share: float = 0.8  # of the rules


SETTINGS = TruncationSettings()
SIDES = ("left", "right", "top", "bottom")


def cut_sides(scan: Scan, draft: Page, lattice: Lattice) -> tuple[str, ...]:
    """Return the sides ("left", "right", "top", "bottom" of the upright page) on which the table is cut off.

    Empty for a complete table.
    """
    (top_left, *_, top_right), (low_left, *_, low_right) = (lattice.points()[i] for i in (0, -1))
    corners = {
        "left": (top_left, low_left),
        "right": (top_right, low_right),
        "top": (top_left, top_right),
        "bottom": (low_left, low_right),
    }
    # With the middle of each side: its corners may both be near the borders beside it.
    points = {side: [a, b, ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)] for side, (a, b) in corners.items()}
    distance_mm = {side: _distance_to_border_mm(scan, draft, at) for side, at in points.items()}
    at_border = {
        "left": _rows_end_at_border(scan, draft, lattice, last=False),
        "right": _rows_end_at_border(scan, draft, lattice, last=True),
        "top": _columns_extend_to_border(scan, draft, lattice, upwards=True),
        "bottom": _columns_extend_to_border(scan, draft, lattice, upwards=False),
    }
    cut = [
        side
        for side in SIDES
        if _enough(at_border[side], _min_share(side)) or bool((distance_mm[side] <= SETTINGS.border_mm).all())
    ]
    shorter = [side for side in cut if _rules_stop_short(scan, draft, lattice, side)]
    cut = [side for side in cut if side not in shorter]
    if not lattice.ruled and "bottom" not in cut and _writing_is_cut(scan, draft, lattice):
        cut.append("bottom")
    # A skewed sheet may have lost a single corner.
    lost = [side for side in SIDES if bool((distance_mm[side] < 0).any())]
    return tuple(cut or [side for side in lost if side not in shorter])


def _min_share(side: str) -> float:
    return SETTINGS.min_rules_share if side in ("left", "right") else SETTINGS.min_columns_share


def _enough(reach: NDArray[np.bool_], min_share: float) -> bool:
    """Return whether enough rules reach the border."""
    return int(reach.sum()) >= max(SETTINGS.min_rules, min_share * len(reach))


def _distance_to_border_mm(scan: Scan, draft: Page, points: Sequence[Point]) -> NDArray[np.float64]:
    """Return the distance in mm of points of the working copy from the border of the scan.

    Negative outside the scan.
    """
    on_scan = np.array(draft.to_scan.to_scan(points), dtype=np.float64).reshape(-1, 2)
    height, width = scan.pixels.shape[:2]
    far = np.minimum(on_scan, np.array([width, height]) - on_scan).min(axis=1)
    return np.asarray(far / scan.px_per_mm, dtype=np.float64)


def _rows_end_at_border(scan: Scan, draft: Page, lattice: Lattice, last: bool) -> NDArray[np.bool_]:
    """Return which of the visible row rules end at the border of the scan."""
    seen = [rule for rule in lattice.rows if rule.coverage_share > 0]
    ends = [(rule.end_px if last else rule.start_px, rule) for rule in seen]
    return _distance_to_border_mm(scan, draft, [(x, rule.at(x)) for x, rule in ends]) <= SETTINGS.border_mm


def _rules_stop_short(scan: Scan, draft: Page, lattice: Lattice, side: str) -> bool:
    """Return whether paper lies between the ends of most visible rules on a side and the border of the scan.

    These are the row rules on the left and right, and the column rules at the top and bottom.
    """
    inward_px = draft.px(SETTINGS.inward_mm) * (-1 if side in ("right", "bottom") else 1)
    ends: list[tuple[Point, Point]] = []
    if side in ("left", "right"):
        for rule in (rule for rule in lattice.rows if rule.coverage_share > 0):
            x = rule.end_px if side == "right" else rule.start_px
            ends.append(((x, rule.at(x)), (x + inward_px, rule.at(x + inward_px))))
    else:
        row = lattice.rows[0 if side == "top" else -1]
        for rule in (rule for rule in lattice.columns if rule.coverage_share > 0):
            y = crossing(row, rule)[1]
            ends.append(((rule.at(y), y), (rule.at(y + inward_px), y + inward_px)))
    short = [_has_paper_beyond(scan, *draft.to_scan.to_scan(points)) for points in ends]
    return bool(short) and sum(short) >= SETTINGS.min_short_share * len(short)


def _has_paper_beyond(scan: Scan, end: Point, inner: Point) -> bool:
    """Return whether a rule that ends near the border of the scan is followed by paper; points in its px."""
    towards = np.subtract(end, inner)
    towards = towards / np.hypot(*towards)
    across = np.array([-towards[1], towards[0]])
    reach_px = round(SETTINGS.beside_mm * scan.px_per_mm)
    beyond = end + np.arange(round(2 * SETTINGS.border_mm * scan.px_per_mm))[:, None] * towards
    height, width = scan.pixels.shape[:2]
    inside = ((beyond >= 0) & (beyond < (width, height))).all(axis=1)
    outermost = beyond[inside][-max(2, round(SETTINGS.paper_mm * scan.px_per_mm)) :]
    if inside.all() or len(outermost) < 2:
        return False
    beside = inner + np.arange(3, 9)[:, None] * reach_px * across
    rule, paper = (_darkest_across(scan, at, across, reach_px) for at in (np.array([inner]), beside))
    least = (float(rule[0]) + float(np.median(paper))) / 2
    return bool(_darkest_across(scan, outermost, across, reach_px).min() > least)


def _darkest_across(
    scan: Scan, points: NDArray[np.float64], across: NDArray[np.float64], reach_px: int
) -> NDArray[np.float64]:
    """Return the darkest grey level on a line across a rule at each point (n, 2), all in px of the scan."""
    height, width = scan.pixels.shape[:2]
    offsets = np.arange(-reach_px, reach_px + 1)[:, None] * across
    at = np.clip(np.rint(points[:, None] + offsets).astype(np.intp), 0, (width - 1, height - 1))
    levels = scan.pixels[at[..., 1], at[..., 0]].reshape(*at.shape[:2], -1)
    return np.asarray(levels.mean(axis=2).min(axis=1), dtype=np.float64)


def _columns_extend_to_border(scan: Scan, draft: Page, lattice: Lattice, upwards: bool) -> NDArray[np.bool_]:
    """Return which of the visible column rules continue from the outermost row to the border."""
    step = draft.px(SETTINGS.step_mm) * (-1 if upwards else 1)
    row = lattice.rows[0 if upwards else -1]
    found: list[bool] = []
    for column in lattice.columns:
        if column.coverage_share == 0:
            continue
        start = crossing(row, column)[1]
        heights = np.arange(start + 2 * step, 0 if upwards else draft.height_px, step)
        inside = _distance_to_border_mm(scan, draft, [(column.at(y), y) for y in heights.tolist()]) > 0
        dark = is_dark_along(draft, column, heights[inside])
        end = dark[-round(SETTINGS.end_mm / SETTINGS.step_mm) :]  # there may be another table in between
        found.append(len(dark) > 0 and min(dark.mean(), end.mean()) >= SETTINGS.min_coverage_share)
    return np.array(found, dtype=np.bool_)


def _writing_is_cut(scan: Scan, draft: Page, lattice: Lattice) -> bool:
    """Return whether the border cuts through writing less than a row below the last rule."""
    above, last = lattice.rows[-2:]
    xs = np.arange(last.start_px, last.end_px)
    middle = (last.start_px + last.end_px) / 2
    heights = np.arange(0, last.at(middle) - above.at(middle))
    points = [(float(x), last.at(float(x)) + float(y)) for x in xs[:: max(1, len(xs) - 1)] for y in heights]
    beyond = (_distance_to_border_mm(scan, draft, points) <= 0).reshape(-1, max(1, len(heights)))
    if not beyond.size or not beyond.any(axis=1).all():
        return False
    start, end = (float(heights[int(column.argmax())]) for column in beyond)
    border_px = np.array([last.at(x) for x in xs.tolist()]) + np.linspace(start, end, len(xs))
    offset_px = round(draft.px(0.5))
    ys = np.clip(border_px.round().astype(np.intp) - offset_px, 0, draft.height_px - 1)
    at = np.clip(xs.astype(np.intp), 0, draft.width_px - 1)
    steps = np.diff((draft.grey[ys, at] < 255 * INK_SHARE).astype(np.int8), prepend=0, append=0)
    lengths = np.flatnonzero(steps < 0) - np.flatnonzero(steps > 0)
    return int((lengths <= draft.px(SETTINGS.max_stroke_mm)).sum()) >= SETTINGS.min_strokes
