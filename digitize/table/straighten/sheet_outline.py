"""Find the sheet on a photo by its outline: a bright quadrilateral on a darker surface.

A camera that looks at a sheet from the side turns its rules by more than the text as a whole, and by
another angle everywhere.  With the four corners of the sheet known, the perspective can be undone at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.geometry import FloatArray, Homography, undo_turn
from digitize.images import PAPER_SIZES, Page, Scan
from digitize.ocr.engines import Reader
from digitize.paper import shrink
from digitize.table.straighten.rectify import rectify
from digitize.table.straighten.upright import upright_turn_deg


@dataclass(frozen=True, slots=True)
class OutlineSettings:
    """What counts as the outline of a sheet.  Shares are of the area that it encloses unless noted."""

    long_side_px: int = 600  # of the reduced picture on which it is looked for
    kernel_share: float = 0.025  # of the long side; wider than writing and rules, narrower than a sheet
    simplified_share: float = 0.006  # of the hull's length, by which its sides may be off: curled paper
    max_sides: int = 14  # of the simplified hull; more are no sheet, and many to try
    min_area_share: float = 0.2  # of the picture
    max_area_share: float = 0.97
    min_hull_share: float = 0.9  # bright part of its convex hull
    max_outside_share: float = 0.12  # of the quadrilateral: torn corners, and the bulge of curled paper
    angle_range_deg: tuple[float, float] = (60.0, 120.0)  # at the corners
    aspect_range: tuple[float, float] = (1.1, 1.9)  # long by short side; A4 has 1.41, the view shortens it
    max_beyond_share: float = 0.05  # of the long side, by which a corner may lie outside the picture
    margin_mm: float = 4.0


SETTINGS = OutlineSettings()


def straighten_by_outline(scan: Scan, reader: Reader) -> tuple[Page, Scan] | None:
    """Return an upright working copy of the sheet without perspective, and the scan with its resolution.

    None if no outline of a sheet is seen.  Of the four orientations the one that `reader` reads best is
    upright.
    """
    corners = find_outline(scan)
    if corners is None:
        return None
    size = PAPER_SIZES[0]
    size_mm = size.short_mm, size.long_mm
    to_scan = _sheet_to_scan(corners, *size_mm)
    draft, scaled = rectify(scan, to_scan, size_mm, SETTINGS.margin_mm)
    turn_deg = 0 if scan.upright else upright_turn_deg(draft.grey, reader)
    if turn_deg:
        turned_mm = size_mm if turn_deg == 180 else size_mm[::-1]
        to_scan = to_scan.after(undo_turn(turn_deg, *turned_mm))
        draft, scaled = rectify(scan, to_scan, turned_mm, SETTINGS.margin_mm)
    return draft, replace(scaled, upright=True)


def find_outline(scan: Scan) -> FloatArray | None:
    """Return the corners (4, 2; px of the scan) of the sheet, clockwise from one of its short sides."""
    grey, to_small = scan.working_copy
    further = min(1.0, SETTINGS.long_side_px / max(grey.shape))
    small = shrink(grey, further)
    scale = to_small * further
    _, bright = cv2.threshold(cv2.medianBlur(small, 5), 0, 255, cv2.THRESH_OTSU)
    side = 2 * round(SETTINGS.kernel_share * SETTINGS.long_side_px / 2) + 1
    kernel = np.ones((side, side), np.uint8)
    # Beyond the picture it is dark: else a sheet that touches its edge would be joined to the surroundings.
    bright = cv2.copyMakeBorder(bright, side, side, side, side, cv2.BORDER_CONSTANT, value=(0,))
    bright = cv2.morphologyEx(cv2.morphologyEx(bright, cv2.MORPH_CLOSE, kernel), cv2.MORPH_OPEN, kernel)
    outlines, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE, offset=(-side, -side))
    sheet = max(outlines, key=cv2.contourArea, default=None)
    if sheet is None:
        return None
    hull = np.asarray(cv2.convexHull(sheet), np.float32)
    area, picture = cv2.contourArea(hull), float(small.size)
    if not SETTINGS.min_area_share * picture <= area <= SETTINGS.max_area_share * picture:
        return None
    if cv2.contourArea(sheet) < SETTINGS.min_hull_share * area:
        return None
    corners = _smallest_quadrilateral(hull)
    if corners is None or not _is_sheet(corners, area, small.shape):
        return None
    return np.asarray((corners + 0.5) / scale)


def _smallest_quadrilateral(hull: NDArray[np.float32]) -> FloatArray | None:
    """Return the corners of the smallest quadrilateral on four sides of a convex hull, clockwise.

    A torn corner is a side of the hull, too, but a longer way round without it is not.
    """
    simple = cv2.approxPolyDP(hull, SETTINGS.simplified_share * cv2.arcLength(hull, closed=True), closed=True)
    points = np.asarray(simple, dtype=np.float64).reshape(-1, 2)
    if not 4 <= len(points) <= SETTINGS.max_sides:
        return None
    if cv2.contourArea(points.astype(np.float32), oriented=True) < 0:
        points = points[::-1]
    found = list(_quadrilaterals(points))
    return min(found, key=_area, default=None)


def _quadrilaterals(points: FloatArray) -> Iterator[FloatArray]:
    """Yield the convex quadrilaterals that four sides of a polygon make where they are extended."""
    sides = np.stack([points, np.roll(points, -1, axis=0)], axis=1)
    for chosen in combinations(range(len(sides)), 4):
        corners = [_crossing(sides[chosen[i - 1]], sides[chosen[i]]) for i in range(4)]
        if any(corner is None for corner in corners):
            continue
        quadrilateral = np.array(corners)
        if cv2.isContourConvex(quadrilateral.astype(np.float32)):
            yield quadrilateral


def _crossing(one: FloatArray, other: FloatArray) -> FloatArray | None:
    """Return where two lines, each through two points, cross ahead of the first one; None if nowhere."""
    along, across = one[1] - one[0], other[1] - other[0]
    turn = along[0] * across[1] - along[1] * across[0]
    if turn <= 0:  # clockwise round the hull, each side turns to the right of the one before
        return None
    apart = other[0] - one[0]
    share = (apart[0] * across[1] - apart[1] * across[0]) / turn
    return np.asarray(one[0] + share * along)


def _area(corners: FloatArray) -> float:
    return float(cv2.contourArea(corners.astype(np.float32)))


def _is_sheet(corners: FloatArray, hull_area: float, shape: tuple[int, ...]) -> bool:
    """Return whether a quadrilateral around a hull has the shape of a sheet seen from anywhere above it."""
    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.linalg.norm(sides, axis=1)
    if lengths.min() == 0 or _area(corners) > (1 + SETTINGS.max_outside_share) * hull_area:
        return False
    before = -np.roll(sides, 1, axis=0) / np.roll(lengths, 1)[:, None]
    angles_deg = np.rad2deg(np.arccos(np.clip((before * sides / lengths[:, None]).sum(axis=1), -1, 1)))
    low, high = SETTINGS.angle_range_deg
    short, long = sorted(((lengths[0] + lengths[2]) / 2, (lengths[1] + lengths[3]) / 2))
    beyond = SETTINGS.max_beyond_share * max(shape)
    size = np.array(shape[1::-1], dtype=np.float64)
    inside = (corners >= -beyond) & (corners <= size + beyond)
    return bool(
        ((angles_deg >= low) & (angles_deg <= high)).all()
        and SETTINGS.aspect_range[0] <= long / short <= SETTINGS.aspect_range[1]
        and inside.all()
    )


def _sheet_to_scan(corners: FloatArray, short_mm: float, long_mm: float) -> Homography:
    """Return the transform of mm on a sheet in portrait format to px of the scan."""
    lengths = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    if lengths[0] + lengths[2] > lengths[1] + lengths[3]:  # the first side is a long one
        corners = np.roll(corners, -1, axis=0)
    sheet = np.array([(0, 0), (short_mm, 0), (short_mm, long_mm), (0, long_mm)], np.float32)
    matrix = cv2.getPerspectiveTransform(sheet, corners.astype(np.float32))
    return Homography.of(np.asarray(matrix, np.float64))
