"""What PDF pages and pictures have in common: limits, resolution, colour."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from digitize.errors import TooLargeScan
from digitize.images import Pixels

KEPT_DPI = 300.0  # the finest resolution that is kept: pen strokes are then 5 px wide, more only costs time
DPI_SLACK = 1.01  # 300.0 stored as a fraction or in dots per metre comes back as 299.99 or 300.3
DPI_RANGE = (
    100.0,
    1300.0,
)  # claims outside are no scanner's: 1, 72 and 96 are what cameras and editors write
DPI_RATIO_MAX = 2.5  # fax is 204 x 98; beyond that the claim is an error
PAGE_MAX_MEGAPIXELS = 150.0  # A4 at 1200 dpi has 139; beyond that decoding alone fills a worker's memory
PHOTO_MAX_MEGAPIXELS = 16.0  # phones' usual 12 are kept as they are; A4 at 300 dpi has 9
STRIP_ROWS = 256  # converted at a time, so that a page is in memory at most twice
CHROMA_LEVELS = 12  # largest difference of two channels, of 255, that JPEG and lamp drift make on grey paper
CHROMA_SHARE = 2e-6  # share of pixels that may differ more: 17 px of A4 at 300 dpi, less than a pen's dot

Dpi = tuple[float, float]  # along x and along y


@dataclass(frozen=True)
class Raster:
    """A decoded page before it is scaled; `dpi` None where the file says nothing or nonsense."""

    pixels: Pixels
    dpi: Dpi | None
    bitonal: bool


def plausible(dpi: Dpi | None) -> Dpi | None:
    """`dpi` if a scanner may have written it."""
    if dpi is None or not all(math.isfinite(v) and v > 0 for v in dpi):
        return None
    low, high = min(dpi), max(dpi)
    return dpi if DPI_RANGE[0] <= high <= DPI_RANGE[1] and high <= low * DPI_RATIO_MAX else None


def check_size(width_px: float, height_px: float, where: str) -> None:
    """Raise TooLargeScan if a page has more pixels than PAGE_MAX_MEGAPIXELS."""
    megapixels = width_px * height_px / 1e6
    if megapixels > PAGE_MAX_MEGAPIXELS:
        raise TooLargeScan(
            f"{where} has {megapixels:.0f} megapixels, the limit is {PAGE_MAX_MEGAPIXELS:.0f}; "
            f"scan it again at 300 dpi."
        )


def black_and_white(pixels: Pixels) -> bool:
    """Whether a grey picture knows only 0 and 255."""
    if pixels.ndim != 2:
        return False
    counts = cv2.calcHist([pixels], [0], None, [256], [0, 256])
    return bool(counts[1:255].sum() == 0)


def without_nil_chroma(pixels: Pixels) -> Pixels:
    """Grey pixels if a colour picture holds no colour, else the picture itself."""
    if pixels.ndim == 2:
        return pixels
    allowed_px = CHROMA_SHARE * pixels.shape[0] * pixels.shape[1]
    coloured_px = 0
    for top in range(0, len(pixels), STRIP_ROWS):
        blue, green, red = cv2.split(pixels[top : top + STRIP_ROWS])
        spread = cv2.max(cv2.absdiff(blue, green), cv2.absdiff(green, red))
        coloured_px += int(np.count_nonzero(spread > CHROMA_LEVELS))
        if coloured_px > allowed_px:
            return pixels
    return np.ascontiguousarray(pixels[:, :, 1])


def scaled(raster: Raster) -> tuple[Pixels, float | None]:
    """Pixels made square and no finer than is kept, and their dpi (None where unknown)."""
    height, width = raster.pixels.shape[:2]
    if raster.dpi is None:
        share = math.sqrt(min(1.0, PHOTO_MAX_MEGAPIXELS * 1e6 / (width * height)))
        return resized(raster.pixels, width * share, height * share), None
    finest = max(raster.dpi)
    kept = KEPT_DPI if finest > KEPT_DPI * DPI_SLACK else finest
    if kept == finest and finest <= min(raster.dpi) * DPI_SLACK:
        return raster.pixels, round(finest, 2)
    return resized(raster.pixels, width * kept / raster.dpi[0], height * kept / raster.dpi[1]), kept


def resized(pixels: Pixels, width_px: float, height_px: float) -> Pixels:
    """A picture of the given size: shrunk by area, so that no stroke is lost, stretched linearly."""
    new = max(1, round(width_px)), max(1, round(height_px))
    height, width = pixels.shape[:2]
    shrunk = min(width, new[0]), min(height, new[1])
    if shrunk != (width, height):
        pixels = np.asarray(cv2.resize(pixels, shrunk, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    if shrunk != new:
        pixels = np.asarray(cv2.resize(pixels, new, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
    return pixels
