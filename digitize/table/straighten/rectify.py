"""Undo the perspective of a scan or photo on which it is known where the sheet lies."""

from dataclasses import replace
from math import atan2, degrees

import cv2
import numpy as np

from digitize.geometry import MM_PER_INCH, Homography, Mesh, from_centres
from digitize.images import WORKING_PX_PER_MM, Page, Scan, to_grey
from digitize.paper import even_paper


def rectify(
    scan: Scan, to_scan: Homography, size_mm: tuple[float, float], margin_mm: float
) -> tuple[Page, Scan]:
    """Return a working copy of the sheet, and the scan with the resolution that it has in its middle.

    `to_scan` maps mm on the upright sheet to px of the scan.  The copy has WORKING_PX_PER_MM and shows a
    margin of the surface that the sheet lies on, so that rules at its edge can be traced.
    """
    px = WORKING_PX_PER_MM
    width, height = (round((side + 2 * margin_mm) * px) for side in size_mm)
    to_mm = Homography((1 / px, 0, -margin_mm, 0, 1 / px, -margin_mm, 0, 0, 1))
    matrix = to_scan.after(to_mm)
    grey = to_grey(scan.pixels)
    scale = _px_per_mm(to_scan, size_mm)
    if scale > 2 * px:  # so that thin rules are averaged, not skipped
        grey = np.asarray(cv2.blur(grey, (round(scale / px),) * 2), dtype=np.uint8)
    pixels = cv2.warpPerspective(
        grey,
        from_centres(matrix),
        (width, height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255,),
    )
    (x0, y0), (x1, y1) = to_scan.apply([(0, 0), (size_mm[0], 0)])
    turn_deg = degrees(atan2(y1 - y0, x1 - x0))
    quarters = round(turn_deg / 90)
    page = Page(
        file=scan.file,
        page=scan.page,
        pixels=even_paper(np.asarray(pixels, dtype=np.uint8), px),
        px_per_mm=px,
        to_scan=Mesh.of_homography(matrix, width, height),
        rotation_deg=quarters * 90 % 360,
        skew_deg=turn_deg - 90 * quarters,
        bitonal=scan.bitonal,
    )
    return page, replace(scan, dpi=scale * MM_PER_INCH)


def _px_per_mm(to_scan: Homography, size_mm: tuple[float, float]) -> float:
    """Return the resolution of the scan in the middle of the sheet."""
    x, y = size_mm[0] / 2, size_mm[1] / 2
    points = np.array(to_scan.apply([(x, y), (x + 10, y), (x, y + 10)]))
    return float(np.linalg.norm(points[1:] - points[0], axis=1).mean() / 10)
