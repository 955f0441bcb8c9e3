"""Tell a table that runs out of the picture: what lies beyond the edge cannot be counted.

Rules of a whole table end some mm before the edge of the sheet.  Where the
scan cuts through the table they run right up to the edge of the picture.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Lattice, Point, crossing
from digitize.images import INK_SHARE, Page, Scan
from digitize.table.grid.column_rules import dark_along

EDGE_MM = 1.2  # from the edge of the picture; of 130 whole pages no rule ends nearer than 3.8 mm
RULES_SHARE = 0.25  # of the rules reach the edge; fewer are prolonged by folds or a table top's grain
LEAST_RULES = 2
SEEN_SHARE = 0.6  # of the way from the last row to the edge shows a column's rule
END_MM = 4.0  # before the edge a column that runs out is seen as well
STEP_MM = 0.5  # between the places at which a column is looked at
STROKE_MM = 4.0  # what is longer along the edge is the edge's own shadow, no writing cut through
STROKES = 3  # cut through by the edge; fewer are dust
SIDES = ("left", "right", "top", "bottom")


def cut_sides(scan: Scan, draft: Page, lattice: Lattice) -> tuple[str, ...]:
    """The sides ("left", "right", "top", "bottom" of the upright page) on which the table is cut off.

    Empty for a table that lies whole on the scan.
    """
    (top_left, *_, top_right), (low_left, *_, low_right) = (lattice.points()[i] for i in (0, -1))
    corners = {
        "left": (top_left, low_left),
        "right": (top_right, low_right),
        "top": (top_left, top_right),
        "bottom": (low_left, low_right),
    }
    off_mm = {side: _to_edge_mm(scan, draft, points) for side, points in corners.items()}
    reach = {
        "left": _ends(scan, draft, lattice, last=False),
        "right": _ends(scan, draft, lattice, last=True),
        "top": _run_out(scan, draft, lattice, upwards=True),
        "bottom": _run_out(scan, draft, lattice, upwards=False),
    }
    cut = [side for side in SIDES if _most(reach[side]) or bool((off_mm[side] <= EDGE_MM).all())]
    if not lattice.ruled and "bottom" not in cut and _writing_cut(scan, draft, lattice):
        cut.append("bottom")
    # A sheet that lies askew may lose one corner only.
    lost = [side for side in SIDES if bool((off_mm[side] < 0).any())]
    return tuple(cut or lost)


def _most(reach: NDArray[np.bool_]) -> bool:
    return int(reach.sum()) >= max(LEAST_RULES, RULES_SHARE * len(reach))


def _to_edge_mm(scan: Scan, draft: Page, points: Sequence[Point]) -> NDArray[np.float64]:
    """How far points of the draft lie from the nearest edge of the scan, in mm; negative beyond it."""
    at = np.array(draft.to_scan.to_scan(points), dtype=np.float64).reshape(-1, 2)
    height, width = scan.pixels.shape[:2]
    far = np.minimum(at, np.array([width, height]) - at).min(axis=1)
    return np.asarray(far / scan.px_per_mm, dtype=np.float64)


def _ends(scan: Scan, draft: Page, lattice: Lattice, last: bool) -> NDArray[np.bool_]:
    """Which of the row rules that were seen end at the edge of the scan."""
    seen = [rule for rule in lattice.rows if rule.coverage_share > 0]
    ends = [(rule.end_px if last else rule.start_px, rule) for rule in seen]
    return _to_edge_mm(scan, draft, [(x, rule.at(x)) for x, rule in ends]) <= EDGE_MM


def _run_out(scan: Scan, draft: Page, lattice: Lattice, upwards: bool) -> NDArray[np.bool_]:
    """Which of the column rules that were seen run on from the outermost row to the edge of the scan."""
    step = draft.px(STEP_MM) * (-1 if upwards else 1)
    row = lattice.rows[0 if upwards else -1]
    found: list[bool] = []
    for column in lattice.columns:
        if column.coverage_share == 0:
            continue
        start = crossing(row, column)[1]
        heights = np.arange(start + 2 * step, 0 if upwards else draft.height_px, step)
        inside = _to_edge_mm(scan, draft, [(column.at(y), y) for y in heights.tolist()]) > 0
        dark = dark_along(draft, column, heights[inside])
        end = dark[-round(END_MM / STEP_MM) :]  # another table may stand on the way
        found.append(len(dark) > 0 and min(dark.mean(), end.mean()) >= SEEN_SHARE)
    return np.array(found, dtype=np.bool_)


def _writing_cut(scan: Scan, draft: Page, lattice: Lattice) -> bool:
    """Whether less than a row lies between the last rule and the edge, with writing cut through in it."""
    above, last = lattice.rows[-2:]
    xs = np.arange(last.start_px, last.end_px)
    middle = (last.start_px + last.end_px) / 2
    heights = np.arange(0, last.at(middle) - above.at(middle))
    points = [(float(x), last.at(float(x)) + float(y)) for x in xs[:: max(1, len(xs) - 1)] for y in heights]
    beyond = (_to_edge_mm(scan, draft, points) <= 0).reshape(-1, len(heights))
    if not beyond.any(axis=1).all():
        return False
    start, end = (float(heights[int(column.argmax())]) for column in beyond)
    course = np.array([last.at(x) for x in xs.tolist()]) + np.linspace(start, end, len(xs))
    line = round(draft.px(0.5))
    ys = np.clip(course.round().astype(np.intp) - line, 0, draft.height_px - 1)
    at = np.clip(xs.astype(np.intp), 0, draft.width_px - 1)
    steps = np.diff((draft.grey[ys, at] < 255 * INK_SHARE).astype(np.int8), prepend=0, append=0)
    lengths = np.flatnonzero(steps < 0) - np.flatnonzero(steps > 0)
    return int((lengths <= draft.px(STROKE_MM)).sum()) >= STROKES
