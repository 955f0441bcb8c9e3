"""Read a page as a person says: turned by hand, and from the corners of its table.

The scan is replaced by one in which the table is upright and rectangular; every later step is the
usual one.  The result is mapped back, so that overlays still point at the scan as it came.
"""

from dataclasses import replace

import cv2
import numpy as np

from digitize.errors import UnusablePage
from digitize.geometry import MM_PER_INCH, FloatArray, Homography, Mesh, Point, undo_turn
from digitize.images import Page, Scan
from digitize.records import PageHints, SheetPage

MAX_GROWTH = 1.3  # of the scan's long side: strong perspective must not need much more memory than the scan

TOO_FLAT = "The marked corners enclose too little: mark the corners of the whole table."
MIN_SIDE_PX = 60


def apply_hints(scan: Scan, hints: PageHints) -> tuple[Scan, Homography]:
    """Return the scan as a person turned it or marked it, and the transform from it back to the scan.

    Raises UnusablePage if the marked corners enclose hardly anything.
    """
    height, width = scan.pixels.shape[:2]
    if hints.corners:
        return _unwarped(scan, [(x * width, y * height) for x, y in hints.corners])
    turn_deg = hints.turn_deg
    if turn_deg is None:
        return scan, Homography.identity()
    pixels = np.ascontiguousarray(np.rot90(scan.pixels, -turn_deg // 90))
    to_scan = undo_turn(turn_deg, pixels.shape[1], pixels.shape[0])
    return replace(scan, pixels=pixels, dpi=_dpi(scan), upright=True), to_scan


def map_back(page: Page, outcome: SheetPage, to_scan: Homography) -> tuple[Page, SheetPage]:
    """Return a page and its result with positions on the scan as it came."""
    mesh = _through(page.to_scan, to_scan)
    return replace(page, to_scan=mesh), replace(outcome, to_scan=_through(outcome.to_scan, to_scan))


def _through(mesh: Mesh, to_scan: Homography) -> Mesh:
    return Mesh(mesh.x_px, mesh.y_px, tuple(tuple(to_scan.apply(row)) for row in mesh.scan_px))


def _dpi(scan: Scan) -> float:
    """Return the resolution; of a picture without one, what is assumed before it is cut."""
    return scan.px_per_mm * MM_PER_INCH


def _unwarped(scan: Scan, corners: list[Point]) -> tuple[Scan, Homography]:
    """Return the scan with the marked quadrilateral as an upright rectangle, margins around it."""
    quad = np.array(corners, dtype=np.float64)
    sides = np.linalg.norm(np.roll(quad, -1, axis=0) - quad, axis=1)  # top, right, bottom, left
    width, height = float(max(sides[0], sides[2])), float(max(sides[1], sides[3]))
    if min(width, height) < MIN_SIDE_PX:
        raise UnusablePage(TOO_FLAT)
    scale = min(1.0, max(scan.pixels.shape[:2]) / max(width, height))
    width, height = width * scale, height * scale
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)])
    straight = _matrix(quad, target)
    # The rest of the sheet belongs to the page as well: its title, and what is written beside the table.
    limit = MAX_GROWTH * max(scan.pixels.shape[:2])
    left, right = _extent(scan, straight, 0, width, limit)
    top, bottom = _extent(scan, straight, 1, height, limit)
    target = target - (left, top)
    matrix = _matrix(quad, target)
    size = round(right - left), round(bottom - top)
    flat = cv2.warpPerspective(scan.pixels, matrix, size, flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    turned = replace(
        scan, pixels=np.asarray(flat, dtype=np.uint8), dpi=_dpi(scan) * scale, bitonal=False, upright=True
    )
    return turned, Homography.of(matrix).inverse()


def _matrix(quad: FloatArray, target: FloatArray) -> FloatArray:
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), target.astype(np.float32))
    return np.asarray(matrix, np.float64)


def _extent(scan: Scan, matrix: FloatArray, axis: int, side: float, limit: float) -> tuple[float, float]:
    """Return from where to where the scan reaches when its table lies from 0 to `side` along an axis.

    What is beyond `limit` in all is cut off at both ends, but never a part of the table.
    """
    height, width = scan.pixels.shape[:2]
    homogeneous = np.array([(0, 0, 1), (width, 0, 1), (width, height, 1), (0, height, 1)]) @ matrix.T
    room = max(0.0, limit - side) / 2
    if (homogeneous[:, 2] <= 0).any():  # a corner lies beyond the horizon
        return -room, side + room
    at = homogeneous[:, axis] / homogeneous[:, 2]
    before, after = max(0.0, -float(at.min())), max(0.0, float(at.max()) - side)
    before, after = min(before, max(room, 2 * room - after)), min(after, max(room, 2 * room - before))
    return -before, side + after
