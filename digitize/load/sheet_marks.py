"""Find the corner marks of a sheet that digitize printed, and read its code.

Marks are looked for on a reduced picture; a page without them costs no more than that.  Where they are
tells where the code is: its modules are sampled there one by one, which also reads a faint or noisy code.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np

from digitize.form.sheet_code import (
    MARK_MM,
    MARKS,
    QR_MM,
    QR_MODULES,
    SheetCode,
    code_corners_mm,
    mark_corners_mm,
)
from digitize.geometry import FloatArray, Homography, from_centres
from digitize.images import Pixels, Scan, to_grey
from digitize.paper import shrink


@dataclass(frozen=True, slots=True)
class MarkSettings:
    """How marks and code are searched."""

    long_side_px: int = 1100  # of the reduced picture: a module of a mark has 4 px on A4, 3 in a wide photo
    margin_px: int = 12  # white, so that a mark at the edge of the picture is found
    module_px: int = 6  # of the code cut out
    around_mm: float = 4.0  # of it: where it lies is extrapolated from the marks
    drawn_px: int = 8  # a module of the code as it is drawn again for the decoder
    sample_share: float = 0.5  # middle of a module: its edges bleed
    shifts: tuple[float, ...] = (0.0, -0.5, 0.5)  # in modules, tried where marks do not place it exactly


SETTINGS = MarkSettings()
DICTIONARY = cv2.aruco.DICT_5X5_50
CORNERS_FOR_PERSPECTIVE = 3  # marks; two leave the tilt of the page open


@dataclass(frozen=True, slots=True)
class SheetMarks:
    """The code of a page, and where the page lies: `to_scan` maps mm on it to px of the scan."""

    code: SheetCode
    to_scan: Homography


def read_sheet_marks(scan: Scan) -> SheetMarks | None:
    """Return the code of a page that digitize printed and where the page lies, None on every other page."""
    small, scale = scan.working_copy
    further = SETTINGS.long_side_px / max(small.shape)
    corners, ids = _detect(shrink(small, further) if further < 1 else small)
    if not ids:
        return None
    scale *= min(1.0, further)
    grey = to_grey(scan.pixels)
    to_scan = _page_to_scan(ids, [(corner + 0.5) / scale for corner in corners])
    code = next((code for code in _codes(grey, to_scan) if code is not None), None)
    return None if code is None else SheetMarks(code, to_scan)


@cache
def _detector() -> Any:
    settings = cv2.aruco.DetectorParameters()
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    settings.cornerRefinementWinSize = 3
    # One window, somewhat wider than a mark, instead of three.
    settings.adaptiveThreshWinSizeMin = settings.adaptiveThreshWinSizeMax = 23
    settings.minMarkerPerimeterRate = 0.05  # of the long side; a mark on A4 has 0.11
    settings.maxMarkerPerimeterRate = 0.3
    settings.polygonalApproxAccuracyRate = 0.05
    return cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(DICTIONARY), settings)


def _detect(picture: Pixels) -> tuple[list[FloatArray], list[int]]:
    """Return the corners (4, 2) and the numbers of the marks found once."""
    margin = SETTINGS.margin_px
    framed = cv2.copyMakeBorder(picture, *(margin,) * 4, cv2.BORDER_CONSTANT, value=(255,))
    corners, ids, _ = _detector().detectMarkers(framed)
    numbers = [] if ids is None else [int(number) for number in np.ravel(ids)]
    found = [
        (np.asarray(corner, dtype=np.float64).reshape(4, 2) - margin, number)
        for corner, number in zip(corners, numbers, strict=True)
        if number < len(MARKS) and numbers.count(number) == 1
    ]
    return [corner for corner, _ in found], [number for _, number in found]


def _page_to_scan(ids: list[int], corners: list[FloatArray]) -> Homography:
    """Return the transform of the page's mm to px: with perspective where enough marks tell it."""
    square = np.array([(0, 0), (MARK_MM, 0), (MARK_MM, MARK_MM), (0, MARK_MM)])
    printed = np.concatenate([square + mark_corners_mm()[number] for number in ids]).astype(np.float32)
    seen = np.concatenate(corners).astype(np.float32)
    if len(ids) >= CORNERS_FOR_PERSPECTIVE:
        matrix, _ = cv2.findHomography(printed, seen, 0)
    else:
        matrix, _ = cv2.estimateAffinePartial2D(printed, seen, method=cv2.LMEDS)
    return Homography.of(np.asarray(matrix, dtype=np.float64))


def _codes(grey: Pixels, to_scan: Homography) -> Iterator[SheetCode | None]:
    """Yield what can be read in both places where the code is printed."""
    for left, top in code_corners_mm():
        per_mm = SETTINGS.module_px * QR_MODULES / QR_MM
        side = round((QR_MM + 2 * SETTINGS.around_mm) * per_mm)
        start = np.array([(left - SETTINGS.around_mm), (top - SETTINGS.around_mm)])
        to_mm = np.array([[1 / per_mm, 0, start[0]], [0, 1 / per_mm, start[1]], [0, 0, 1.0]])
        matrix = from_centres(to_scan.after(Homography.of(to_mm)))
        cut = cv2.warpPerspective(
            grey,
            matrix,
            (side, side),
            flags=cv2.INTER_AREA | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(255,),
        )
        yield from _readings(np.asarray(cut, dtype=np.uint8))


def _readings(cut: Pixels) -> Iterator[SheetCode | None]:
    """Yield what is read in a picture of the code, the quickest way first."""
    decoder = cv2.QRCodeDetector()
    margin = (cut.shape[0] - SETTINGS.module_px * QR_MODULES) / 2
    for down in SETTINGS.shifts:
        for right in SETTINGS.shifts:
            offset = margin + np.array([right, down]) * SETTINGS.module_px
            yield _decoded(decoder, _redrawn(cut, offset))
    yield _decoded(decoder, cut)


def _redrawn(cut: Pixels, offset: FloatArray) -> Pixels:
    """Return the code drawn again from the middle of each module, with a white margin."""
    px = SETTINGS.module_px
    blurred = cv2.blur(cut, (round(px * SETTINGS.sample_share),) * 2)
    at = (np.arange(QR_MODULES) + 0.5) * px
    x, y = np.meshgrid(at + offset[0], at + offset[1])
    sampled = cv2.remap(blurred, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR)
    _, modules = cv2.threshold(np.asarray(sampled, dtype=np.uint8), 0, 255, cv2.THRESH_OTSU)
    framed = np.pad(np.asarray(modules, dtype=np.uint8), 4, constant_values=255)
    return np.kron(framed, np.ones((SETTINGS.drawn_px,) * 2, np.uint8))


def _decoded(decoder: Any, picture: Pixels) -> SheetCode | None:
    text, _, _ = decoder.detectAndDecode(picture)
    return SheetCode.of_text(text) if text else None
