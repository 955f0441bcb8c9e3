"""Scans and pages as pixels, paper sizes, and encoding to and from image files.

Grey images are uint8 arrays (height, width) with 0 = black; colour images are
(height, width, 3) in OpenCV's blue-green-red order.  To support another paper
size, add it to `PAPER_SIZES` here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.geometry import MM_PER_INCH, Box, Mesh, px_per_mm
from digitize.paper import coarsen, even_paper, shrink

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class PaperSize:
    """A paper format: its proportions identify it, its long side gives the scale of a picture."""

    name: str
    short_mm: float
    long_mm: float

    @property
    def aspect(self) -> float:
        """Long side divided by short side."""
        return self.long_mm / self.short_mm


# The only place where paper sizes are known.  A sheet in a picture is measured by the format whose
# proportions are nearest to its own; the first entry is assumed where no sheet can be made out.
PAPER_SIZES = (PaperSize("A4", 210.0, 297.0),)

# Long side of what is signed, from A5 or the width of A4 to A3 with a margin of scanner bed.  A postcard is
# taken for A4: its writing then seems larger than it is, while that of an A4 page taken for a postcard
# would seem too small to count.
SHEET_LONG_MM = (190.0, 450.0)
USUAL_LONG_MM = (240.0, 360.0)  # of one sheet of A4 or Letter, with margins or cut
PHOTO_MARGIN_MM = 13.0  # table top visible around the sheet in a usual phone picture, both sides together
WORKING_PX_PER_MM = 150 / MM_PER_INCH  # a 0.2 mm rule is more than one px wide; half of the usual 300 dpi
INK_SHARE = 0.72  # pixels darker than this share of the normalised paper are ink, rules or print
MAX_ASPECT_ERROR_SHARE = 0.06  # scanners crop and add some mm; Letter is 8 % wider than A4


@dataclass(frozen=True, slots=True)
class SheetSettings:
    """How the sheet is told from the surface it was photographed on."""

    long_side_px: int = 300  # the picture is searched at this size
    kernel_px: int = 15  # at that size; wider than any writing, narrower than the sheet
    aspect_range: tuple[float, float] = (1.15, 1.8)  # A4 has 1.41; a sheet seen at an angle deviates
    min_fill_share: float = 0.75  # bright part of the sheet's bounding rectangle
    max_long_side_share: float = 0.75  # of the picture; `Scan.px_per_mm` already suits a larger sheet


SHEET = SheetSettings()
BAND_PX = 32  # rows resampled at a time, so that the coordinate maps stay in the CPU cache


@dataclass(frozen=True)
class Scan:
    """One decoded page as it came from the scanner, upright only as far as its metadata say.

    `dpi` is what the file claims, None if it claims nothing or nonsense.
    `bitonal` is true if the scan has only black and white pixels.
    """

    file: str
    page: int
    pixels: Pixels
    dpi: float | None
    bitonal: bool = False
    upright: bool = False  # a person said so: its orientation is not looked for

    @property
    def px_per_mm(self) -> float:
        """Resolution; a picture without one is assumed to show a sheet of the first paper size."""
        if self.dpi is not None:
            return px_per_mm(self.dpi)
        return float(max(self.pixels.shape[:2])) / (PAPER_SIZES[0].long_mm + PHOTO_MARGIN_MM)

    @cached_property
    def working_copy(self) -> tuple[Pixels, float]:
        """The grey scan at WORKING_PX_PER_MM, on which sheet and table are searched, and its scale."""
        scale = WORKING_PX_PER_MM / self.px_per_mm
        return shrink(to_grey(self.pixels), scale), scale


@dataclass(frozen=True)
class Page:
    """A straightened page: rules run along the axes and the text is upright.

    `to_scan` maps px of `pixels` to px of the scan.  `rotation_deg` (0, 90, 180
    or 270, clockwise) and `skew_deg` (a small clockwise angle) were measured on
    the scan and have been removed.
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
        """The page in grey: uint8 (height, width)."""
        return to_grey(self.pixels)

    @cached_property
    def even(self) -> Pixels:
        """The grey page with its background normalised: paper is 255, shading and shadows are gone."""
        return even_paper(self.grey, self.px_per_mm, self.coarse)

    @cached_property
    def coarse(self) -> tuple[Pixels, float]:
        """A copy of the grey page on which its paper can be estimated, and the scale of the copy."""
        return coarsen(self.grey, self.px_per_mm)

    @property
    def width_px(self) -> int:
        """Width of the page."""
        return int(self.pixels.shape[1])

    @property
    def height_px(self) -> int:
        """Height of the page."""
        return int(self.pixels.shape[0])

    def px(self, mm: float) -> float:
        """Convert millimetres to px of this page."""
        return mm * self.px_per_mm

    def crop(self, box: Box) -> Pixels:
        """Return the grey pixels inside `box`, clipped to the page."""
        rows, columns = box.clipped(self.width_px, self.height_px).slices()
        return self.grey[rows, columns]


def with_sheet_scale(scan: Scan) -> Scan | None:
    """Return the scan with the resolution measured on the sheet it shows.

    For pictures of unknown resolution: the bright sheet on a darker surface is
    compared with the known paper sizes.  Returns None if the scan has a
    resolution, no sheet is found, or the sheet fills the picture anyway.
    """
    if scan.dpi is not None:
        return None
    scale = SHEET.long_side_px / max(scan.pixels.shape[:2])
    _, bright = cv2.threshold(shrink(to_grey(scan.pixels), scale), 0, 255, cv2.THRESH_OTSU)
    kernel = np.ones((SHEET.kernel_px, SHEET.kernel_px), np.uint8)
    bright = cv2.morphologyEx(cv2.morphologyEx(bright, cv2.MORPH_CLOSE, kernel), cv2.MORPH_OPEN, kernel)
    outlines, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    sheet = max(outlines, key=cv2.contourArea, default=None)
    if sheet is None:
        return None
    _, sides, _ = cv2.minAreaRect(sheet)
    short, long = max(1.0, min(sides)), max(1.0, *sides)
    is_sheet = SHEET.aspect_range[0] <= long / short <= SHEET.aspect_range[1]
    is_sheet &= cv2.contourArea(sheet) >= SHEET.min_fill_share * short * long
    if not is_sheet or long > SHEET.max_long_side_share * SHEET.long_side_px:
        return None
    size = min(PAPER_SIZES, key=lambda size: abs(size.aspect - long / short))
    return replace(scan, dpi=long / scale / size.long_mm * MM_PER_INCH)


def without_wrong_resolution(scan: Scan) -> Scan:
    """Return the scan without its resolution if nothing that is signed is as large or small as it says."""
    low, high = SHEET_LONG_MM
    if scan.dpi is None or low <= max(scan.pixels.shape[:2]) / px_per_mm(scan.dpi) <= high:
        return scan
    return replace(scan, dpi=None)


def as_one_sheet(scan: Scan) -> Scan | None:
    """Return the scan with the resolution at which it shows one sheet of the first paper size.

    None if it has the usual size already, or other proportions than that sheet.
    """
    short, long = sorted(scan.pixels.shape[:2])
    size = PAPER_SIZES[0]
    if scan.dpi is None or USUAL_LONG_MM[0] <= long / px_per_mm(scan.dpi) <= USUAL_LONG_MM[1]:
        return None
    if abs(long / short / size.aspect - 1) > MAX_ASPECT_ERROR_SHARE:
        return None
    return replace(scan, dpi=long / size.long_mm * MM_PER_INCH)


def to_grey(pixels: Pixels) -> Pixels:
    """Return a grey or colour image as grey: uint8 (height, width)."""
    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def resample(pixels: Pixels, mesh: Mesh, width_px: int, height_px: int) -> Pixels:
    """Return the image whose pixel at (x, y) shows `pixels` at `mesh.to_scan((x, y))`.

    Bilinear interpolation; what lies outside `pixels` becomes white.
    """
    shape = (height_px, width_px) if pixels.ndim == 2 else (height_px, width_px, 3)
    result = np.empty(shape, np.uint8)
    nodes = np.moveaxis(np.array(mesh.scan_px, dtype=np.float64), 2, 0)
    # Interpolate the node rows to every column once; each output row then lies between two of them.
    cell, share = _locate(np.array(mesh.x_px), np.arange(width_px, dtype=np.float64) + 0.5)
    # To OpenCV, the origin is the middle of the first px.
    columns_px = nodes[..., cell] * (1 - share) + nodes[..., cell + 1] * share - 0.5
    cells, row_share = _locate(np.array(mesh.y_px), np.arange(height_px, dtype=np.float64) + 0.5)
    shares = np.stack([1 - row_share, row_share], axis=1)
    exact, maps = np.empty((BAND_PX, width_px)), np.empty((2, BAND_PX, width_px), np.float32)
    for band in _bands(cells):
        count, upper = band.stop - band.start, cells[band.start]
        for part, to in zip(columns_px, maps, strict=True):
            # As a product of matrices: half the time of adding up whole arrays.
            to[:count] = np.matmul(shares[band], part[upper : upper + 2], out=exact[:count])
        x, y = maps[:, :count]
        cv2.remap(pixels, x, y, cv2.INTER_LINEAR, result[band], borderValue=(255, 255, 255))
    return result


def _bands(cells: NDArray[np.intp]) -> Iterator[slice]:
    """Yield the output rows in bands of at most BAND_PX, each within one row of mesh cells."""
    starts = [0, *(np.flatnonzero(np.diff(cells)) + 1).tolist(), len(cells)]
    for first, after in pairwise(starts):
        for top in range(first, after, BAND_PX):
            yield slice(top, min(top + BAND_PX, after))


def _locate(
    node_px: NDArray[np.float64], position_px: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """For each position, return the index of the nearest mesh cell and the relative position in it."""
    cell = np.clip(np.searchsorted(node_px, position_px, side="right") - 1, 0, len(node_px) - 2)
    return cell, (position_px - node_px[cell]) / (node_px[cell + 1] - node_px[cell])


def encode(pixels: Pixels, extension: str = ".jpg", quality: int = 80) -> bytes:
    """Encode an image as the bytes of a file.

    `quality` (1 to 100) applies to .jpg and .webp.  Raises ValueError if OpenCV
    refuses the image and KeyError for any other extension than .jpg, .webp and .png.
    """
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
    """Decode an image file, grey or colour as stored.

    Raises ValueError if `data` is not an image that OpenCV knows.
    """
    # OpenCV returns None for damaged data but raises its own error for empty data.
    image = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_ANYCOLOR) if data else None
    if image is None:
        raise ValueError("not an image that OpenCV can decode")
    return np.asarray(image, dtype=np.uint8)
