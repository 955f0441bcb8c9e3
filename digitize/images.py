"""The only dataclasses that hold pixels, and encoding to and from files.

Grey pages are uint8 (height, width), 0 = black; colour pages (height, width, 3)
in OpenCV's blue-green-red order.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.geometry import MM_PER_INCH, Box, Mesh, px_per_mm

Pixels = NDArray[np.uint8]

PHOTO_LONG_SIDE_MM = 310.0  # of a phone picture: an A4 sheet is 297 mm long
INK_SHARE = 0.72  # darker than this share of the evened paper is ink, rule or print
PAPER_WINDOW_MM = 5.0  # wider than any pen stroke or rule: its brightest px is paper
PAPER_PX_PER_MM = 3.0  # paper is smooth: its brightness is found on a coarse copy
SHEET_MM = 297.0  # long side of the A4 sheet that a phone picture shows
SHEET_FINE_PX = 300  # of the picture's long side are enough to tell the sheet from the desk
SHEET_ASPECT = (1.15, 1.8)  # of A4 seen aslant
SHEET_FILL_SHARE = 0.75  # of its rectangle is bright
SMALL_SHEET_SHARE = 0.75  # of the picture: a larger sheet is what `Scan.px_per_mm` supposes anyway
BAND_PX = 64  # rows resampled at a time: keeps the coordinate maps in the cache


@dataclass(frozen=True)
class Scan:
    """One decoded side as it came from the scanner, upright only by its own metadata.

    `dpi` is what the file claims, None where it says nothing or nonsense.
    `bitonal` is true when the scan knows only black and white.
    """

    file: str
    page: int
    pixels: Pixels
    dpi: float | None
    bitonal: bool = False

    @property
    def px_per_mm(self) -> float:
        """Resolution; of a picture without one, as if it showed an A4 sheet and a little around it."""
        if self.dpi is not None:
            return px_per_mm(self.dpi)
        return float(max(self.pixels.shape[:2])) / PHOTO_LONG_SIDE_MM


@dataclass(frozen=True)
class Page:
    """A straightened page: rules run along the axes, text upright.

    `to_scan` leads from px of `pixels` to px of the scan it came from;
    `rotation_deg` is the clockwise turn (0, 90, 180, 270) and `skew_deg` the
    small clockwise angle that were taken out of the scan.
    """

    file: str
    page: int
    pixels: Pixels
    px_per_mm: float
    to_scan: Mesh
    rotation_deg: int = 0
    skew_deg: float = 0.0
    bitonal: bool = False

    @cached_property
    def grey(self) -> Pixels:
        """uint8 (height, width)."""
        return to_grey(self.pixels)

    @cached_property
    def even(self) -> Pixels:
        """The grey page with its paper brought to 255 everywhere: shading and shadows taken out."""
        return even_paper(self.grey, self.px_per_mm)

    @property
    def width_px(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height_px(self) -> int:
        return int(self.pixels.shape[0])

    def px(self, mm: float) -> float:
        """`mm` millimetres in px of this page."""
        return mm * self.px_per_mm

    def crop(self, box: Box) -> Pixels:
        """The grey pixels inside `box`, clipped to the page."""
        rows, columns = box.clipped(self.width_px, self.height_px).slices()
        return self.grey[rows, columns]


def with_sheet_scale(scan: Scan) -> Scan | None:
    """A picture of unknown resolution with that of the bright sheet on the desk; None where that fills it."""
    if scan.dpi is not None:
        return None
    scale = SHEET_FINE_PX / max(scan.pixels.shape[:2])
    _, bright = cv2.threshold(shrink(to_grey(scan.pixels), scale), 0, 255, cv2.THRESH_OTSU)
    side = np.ones((15, 15), np.uint8)  # writing is narrower, the sheet wider
    bright = cv2.morphologyEx(cv2.morphologyEx(bright, cv2.MORPH_CLOSE, side), cv2.MORPH_OPEN, side)
    outlines, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    sheet = max(outlines, key=cv2.contourArea, default=None)
    if sheet is None:
        return None
    _, sides, _ = cv2.minAreaRect(sheet)
    short, long = max(1.0, min(sides)), max(1.0, *sides)
    whole = SHEET_ASPECT[0] <= long / short <= SHEET_ASPECT[1]
    whole &= cv2.contourArea(sheet) >= SHEET_FILL_SHARE * short * long
    if not whole or long > SMALL_SHEET_SHARE * SHEET_FINE_PX:
        return None
    return replace(scan, dpi=long / scale / SHEET_MM * MM_PER_INCH)


def to_grey(pixels: Pixels) -> Pixels:
    """uint8 (height, width) of a grey or colour image."""
    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def shrink(grey: Pixels, scale: float) -> Pixels:
    """The picture at `scale` times its size, averaged where it gets smaller."""
    size = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, size, interpolation=how), dtype=np.uint8)


def even_paper(grey: Pixels, px_per_mm: float) -> Pixels:
    """The grey image divided by the local brightness of its paper: paper 255 everywhere."""
    scale = min(1.0, PAPER_PX_PER_MM / px_per_mm)
    coarse = shrink(grey, scale)
    side = max(3, round(PAPER_WINDOW_MM * px_per_mm * scale))
    paper = cv2.dilate(coarse, np.ones((side, side), np.uint8))
    paper = cv2.blur(paper, (side, side))
    paper = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, paper, scale=255), dtype=np.uint8)


def resample(pixels: Pixels, mesh: Mesh, width_px: int, height_px: int) -> Pixels:
    """The picture of size (height, width) whose point (x, y) is `pixels` at mesh.to_scan((x, y)).

    What lies beyond `pixels` becomes white.
    """
    shape = (height_px, width_px) if pixels.ndim == 2 else (height_px, width_px, 3)
    result = np.empty(shape, np.uint8)
    nodes = np.moveaxis(np.array(mesh.scan_px, dtype=np.float64), 2, 0)
    # Node rows spread to every column once; then each output row lies between two of them.
    cell, share = _cells(np.array(mesh.x_px), np.arange(width_px, dtype=np.float64) + 0.5)
    spread = nodes[..., cell] * (1 - share) + nodes[..., cell + 1] * share
    cells, row_share = _cells(np.array(mesh.y_px), np.arange(height_px, dtype=np.float64) + 0.5)
    for band in _bands(cells):
        above, lower = cells[band.start], row_share[band, None]
        x, y = (
            (part[above] * (1 - lower) + part[above + 1] * lower - 0.5).astype(np.float32) for part in spread
        )
        result[band] = cv2.remap(pixels, x, y, cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    return result


def _bands(cells: NDArray[np.intp]) -> Iterator[slice]:
    """Output rows of one mesh cell, at most BAND_PX together."""
    starts = [0, *(np.flatnonzero(np.diff(cells)) + 1).tolist(), len(cells)]
    for first, after in pairwise(starts):
        for top in range(first, after, BAND_PX):
            yield slice(top, min(top + BAND_PX, after))


def _cells(
    nodes: NDArray[np.float64], at: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """For each position the mesh cell it lies in (or is nearest to) and how far along that cell."""
    cell = np.clip(np.searchsorted(nodes, at, side="right") - 1, 0, len(nodes) - 2)
    return cell, (at - nodes[cell]) / (nodes[cell + 1] - nodes[cell])


def encode(pixels: Pixels, extension: str = ".jpg", quality: int = 80) -> bytes:
    """The image as a file's bytes; `quality` applies to .jpg and .webp."""
    settings = {
        ".jpg": [cv2.IMWRITE_JPEG_QUALITY, quality],
        ".webp": [cv2.IMWRITE_WEBP_QUALITY, quality],
        ".png": [cv2.IMWRITE_PNG_COMPRESSION, 3],
    }[extension]
    done, data = cv2.imencode(extension, pixels, settings)
    if not done:
        raise ValueError(f"OpenCV cannot encode an image as {extension}")
    return data.tobytes()


def decode(data: bytes) -> Pixels:
    """The image of a file's bytes, grey or colour as stored; ValueError if it is none."""
    # OpenCV answers damage with None, but no bytes at all with an error of its own.
    image = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_ANYCOLOR) if data else None
    if image is None:
        raise ValueError("not an image that OpenCV can decode")
    return np.asarray(image, dtype=np.uint8)
