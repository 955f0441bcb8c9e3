"""Turn a scan upright: quarter turns, upside down, skew.

The result is a low-resolution working copy on which the grid is searched;
the full-resolution page is rendered once, later, by `flatten`.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Homography, Mesh, undo_turn
from digitize.images import INK_SHARE, WORKING_PX_PER_MM, Page, Pixels, Scan
from digitize.ocr.engines import Reader
from digitize.paper import even_paper
from digitize.table.straighten.scanner_bed import find_bed
from digitize.table.straighten.upright import upright_turn_deg

MAX_SKEW_DEG = 12.0  # larger skew is not searched for
BORDER_SHARE = 0.09  # of each side of a scan; the margins of print are about as wide
SKEW_SAMPLE = 40_000  # ink pixels are enough for a projection profile; more only cost time


def straighten(scan: Scan, reader: Reader) -> Page:
    """Return an upright, deskewed grey working copy of the scan (WORKING_PX_PER_MM).

    Of the four orientations the one that `reader` reads with the highest
    confidence is upright.
    """
    small, scale = scan.working_copy
    even = even_paper(small, WORKING_PX_PER_MM)
    bed = find_bed(small, WORKING_PX_PER_MM)
    if bed is not None:
        even[bed] = 255
    ink = even < 255 * INK_SHARE
    # The sheet ends somewhere within a photo; in a scan, only streaks and the bed lie at the border.
    skew_deg = _estimate_skew_deg(ink if scan.dpi is None else _without_border(ink))
    deskewed, to_deskewed = _rotate(even, -skew_deg)
    turn_deg = 0 if scan.upright else upright_turn_deg(deskewed, reader)
    upright = np.ascontiguousarray(np.rot90(deskewed, -turn_deg // 90))
    from_upright = undo_turn(turn_deg, upright.shape[1], upright.shape[0])
    to_small = to_deskewed.inverse().after(from_upright)
    to_scan = Homography.of(np.diag([1 / scale, 1 / scale, 1.0])).after(to_small)
    height, width = upright.shape
    return Page(
        file=scan.file,
        page=scan.page,
        pixels=upright,
        px_per_mm=WORKING_PX_PER_MM,
        to_scan=Mesh.of_homography(to_scan, width, height),
        rotation_deg=-turn_deg % 360,  # the rotation that the scan had
        skew_deg=skew_deg,
        bitonal=scan.bitonal,
    )


def _without_border(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the ink without that near the border: its edges are not parallel to the print."""
    top, left = (round(BORDER_SHARE * side) for side in ink.shape)
    return ink[top : ink.shape[0] - top, left : ink.shape[1] - left]


def _estimate_skew_deg(ink: NDArray[np.bool_]) -> float:
    """Estimate the clockwise rotation of the page, within +-MAX_SKEW_DEG.

    Ink pixels are projected on both axes; the sum of squares of the projection
    profiles is largest when rules and text lines are parallel to the axes
    (W. Postl, Detection of linear oblique structures and skew scan in digitized
    documents, ICPR 1986).
    """
    ys, xs = np.nonzero(ink)
    if len(xs) == 0:
        return 0.0
    step = max(1, len(xs) // SKEW_SAMPLE)
    # At exactly 0 degrees whole pixels would fall into the same bins: spread each over its own area.
    spread = np.random.default_rng(0).uniform(-0.5, 0.5, (2, len(xs[::step])))
    x = xs[::step] + spread[0] - ink.shape[1] / 2
    y = ys[::step] + spread[1] - ink.shape[0] / 2

    def squares(along: NDArray[np.float64], rest: NDArray[np.float64], bin_px: float) -> float:
        along += rest  # in place: this is done 150 times for every page
        along -= along.min()
        along /= bin_px
        counts = np.bincount(along.astype(np.intp)).astype(np.float64)
        return float(counts @ counts)

    def sharpness(angle_deg: float, bin_mm: float) -> float:
        sin, cos = np.sin(-np.deg2rad(angle_deg)), np.cos(-np.deg2rad(angle_deg))
        bin_px = bin_mm * WORKING_PX_PER_MM
        return squares(x * sin, y * cos, bin_px) + squares(x * cos, y * -sin, bin_px)

    best = 0.0
    for span, step_deg, bin_mm in ((MAX_SKEW_DEG, 0.5, 1.0), (0.6, 0.1, 0.4), (0.1, 0.02, 0.25)):
        angles = best + np.arange(-span, span + step_deg / 2, step_deg)
        best = float(max(angles, key=lambda angle: sharpness(float(angle), bin_mm)))
    return best


def _rotate(image: Pixels, angle_deg: float) -> tuple[Pixels, Homography]:
    """Rotate an image clockwise on a canvas that holds all of it; also return the transform."""
    height, width = image.shape
    matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), -angle_deg, 1.0), np.float64)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    new_width, new_height = round(width * cos + height * sin), round(width * sin + height * cos)
    matrix[:, 2] += ((new_width - width) / 2, (new_height - height) / 2)
    turned = cv2.warpAffine(
        image, matrix, (new_width, new_height), flags=cv2.INTER_LINEAR, borderValue=(255,)
    )
    return np.asarray(turned, dtype=np.uint8), Homography.of(matrix)
