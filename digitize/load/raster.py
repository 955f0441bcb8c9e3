"""What PDF pages and image files have in common: size limits, resolution and colour."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from digitize.errors import TooLargeScan
from digitize.geometry import MM_PER_INCH
from digitize.images import SHEET_LONG_MM, Pixels

KEPT_DPI = 300.0  # highest resolution kept: pen strokes are 5 px wide, and more only costs time


@dataclass(frozen=True, slots=True)
class RasterSettings:
    """Limits for resolutions and for telling colour from grey."""

    dpi_tolerance: float = (
        1.01  # as a factor; 300 stored as a fraction or per metre is read as 299.99 or 300.3
    )
    dpi_range: tuple[float, float] = (
        100.0,
        1300.0,
    )  # scanners lie within it; cameras and editors write 1, 72 or 96
    max_dpi_ratio: float = 2.5  # fax has 204 x 98; a larger ratio is an error
    grey_chroma: int = 12  # channel difference (of 255) that JPEG and lamp drift cause on grey paper
    max_coloured_share: float = 2e-6  # of the pixels of a grey page: 17 px of A4 at 300 dpi, less than a dot


SETTINGS = RasterSettings()
PAGE_MAX_MEGAPIXELS = 150.0  # A4 at 1200 dpi has 139; decoding a larger page fills a worker's memory
TOLD_MAX_MEGAPIXELS = 1e6  # no more digits in a message
PHOTO_MAX_MEGAPIXELS = 16.0  # the usual 12 of phones are kept; A4 at 300 dpi has 9
SAMPLE_STEP = 16  # px in both directions
STRIP_ROWS = 256  # rows converted at a time, so that a page is in memory at most twice

Dpi = tuple[float, float]  # along x and along y


@dataclass(frozen=True)
class Raster:
    """A decoded page before scaling; `dpi` is None if the file claims nothing plausible."""

    pixels: Pixels
    dpi: Dpi | None
    bitonal: bool


def plausible_dpi(dpi: Dpi | None) -> Dpi | None:
    """Return `dpi` if a scanner may have written it, else None."""
    if dpi is None or not all(math.isfinite(v) and v > 0 for v in dpi):
        return None
    low, high = min(dpi), max(dpi)
    return (
        dpi
        if SETTINGS.dpi_range[0] <= high <= SETTINGS.dpi_range[1] and high <= low * SETTINGS.max_dpi_ratio
        else None
    )


def is_too_small(width_px: float, height_px: float, dpi: Dpi) -> bool:
    """Return whether a scan finer than is kept would show so little paper that its resolution must be wrong.

    Averaging it down would leave too few pixels to read.
    """
    long_mm = max(width_px / dpi[0], height_px / dpi[1]) * MM_PER_INCH
    return max(dpi) > KEPT_DPI * SETTINGS.dpi_tolerance and long_mm < SHEET_LONG_MM[0]


def check_size(width_px: float, height_px: float, where: str) -> None:
    """Raise TooLargeScan if a page has more pixels than PAGE_MAX_MEGAPIXELS."""
    megapixels = width_px * height_px / 1e6
    if not megapixels <= PAGE_MAX_MEGAPIXELS:  # so that it holds for what is no number, too
        size = f"{megapixels:.0f}" if megapixels < TOLD_MAX_MEGAPIXELS else "millions of"
        raise TooLargeScan(
            f"{where} has {size} megapixels, the limit is {PAGE_MAX_MEGAPIXELS:.0f}; "
            f"scan it again at 300 dpi."
        )


def is_bitonal(pixels: Pixels) -> bool:
    """Return whether an image is grey with no values but 0 and 255."""
    if pixels.ndim != 2:
        return False
    sample = pixels[::SAMPLE_STEP, ::SAMPLE_STEP]
    if ((sample > 0) & (sample < 255)).any():  # nearly every grey page: it need not be looked at in full
        return False
    counts = cv2.calcHist([pixels], [0], None, [256], [0, 256])
    return bool(counts[1:255].sum() == 0)


def drop_empty_chroma(pixels: Pixels) -> Pixels:
    """Return a colour image that holds no colour as grey, any other image unchanged."""
    if pixels.ndim == 2:
        return pixels
    allowed_px = SETTINGS.max_coloured_share * pixels.shape[0] * pixels.shape[1]
    coloured_px = 0
    for top in range(0, len(pixels), STRIP_ROWS):
        blue, green, red = cv2.split(pixels[top : top + STRIP_ROWS])
        spread = cv2.max(cv2.absdiff(blue, green), cv2.absdiff(green, red))
        coloured_px += int(np.count_nonzero(spread > SETTINGS.grey_chroma))
        if coloured_px > allowed_px:
            return pixels
    return np.ascontiguousarray(pixels[:, :, 1])


def scale_to_limits(raster: Raster) -> tuple[Pixels, float | None]:
    """Return the image with square pixels at no more than the kept resolution, and its dpi.

    The dpi is None if unknown or too high for a sheet; such an image is only limited in its number of
    pixels.
    """
    height, width = raster.pixels.shape[:2]
    if raster.dpi is None or is_too_small(width, height, raster.dpi):
        share = math.sqrt(min(1.0, PHOTO_MAX_MEGAPIXELS * 1e6 / (width * height)))
        return resize(raster.pixels, width * share, height * share), None
    finest = max(raster.dpi)
    kept = KEPT_DPI if finest > KEPT_DPI * SETTINGS.dpi_tolerance else finest
    if kept == finest and finest <= min(raster.dpi) * SETTINGS.dpi_tolerance:
        return raster.pixels, round(finest, 2)
    return resize(raster.pixels, width * kept / raster.dpi[0], height * kept / raster.dpi[1]), kept


def resize(pixels: Pixels, width_px: float, height_px: float) -> Pixels:
    """Resize an image: reduce by averaging, so that no stroke is lost, enlarge linearly."""
    new = max(1, round(width_px)), max(1, round(height_px))
    height, width = pixels.shape[:2]
    shrunk = min(width, new[0]), min(height, new[1])
    if shrunk != (width, height):
        pixels = np.asarray(cv2.resize(pixels, shrunk, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    if shrunk != new:
        pixels = np.asarray(cv2.resize(pixels, new, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
    return pixels
