"""PDF pages drawn by poppler, at the resolution of the scan they hold."""

import logging
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import hypot
from pathlib import Path
from typing import Any

import numpy as np
import pdf2image
from numpy.typing import NDArray
from pdf2image import exceptions as failures
from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

from digitize.errors import EncryptedScan, MissingProgram, TooLargeScan, UnreadableScan
from digitize.stages.load.picture import decode
from digitize.stages.load.raster import KEPT_DPI, Dpi, Raster, check_size, plausible

POINTS_PER_INCH = 72.0
MIXED_DPI_MIN = 200.0  # for pages of print and pictures: below it print loses its thin strokes
CONTENT_MAX_BYTES = 500_000  # longer page descriptions are drawings; walking one takes seconds
DEPTH_MAX = 6  # forms within forms; deeper nesting is a loop
PICTURE_MIN_SHARE = 0.02  # of the page; smaller pictures (logos, stamps) do not decide the resolution
EDGE_PX = 1.0  # a picture whose size differs by less from the page's is the page
RENDER_MAX_S = 60  # a scan takes 0.2 s; a page that takes a minute was made to hang
# Poppler widens a picture that ends exactly on the page's edge by one pixel and resamples all of it.
# Drawn smaller by a millionth it comes out pixel by pixel, equal to what pdfimages extracts.
HAIR = 1e-6

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Picture:
    """An embedded picture as it lies on the shown page: pixels and points along the page's axes."""

    width_px: int
    height_px: int
    width_pt: float
    height_pt: float
    grey: bool
    bitonal: bool

    @property
    def dpi(self) -> Dpi:
        return (
            POINTS_PER_INCH * self.width_px / self.width_pt,
            POINTS_PER_INCH * self.height_px / self.height_pt,
        )

    def fills(self, width_pt: float, height_pt: float) -> bool:
        """Whether it is the whole page."""
        x_dpi, y_dpi = self.dpi
        return (
            abs(self.width_pt - width_pt) < EDGE_PX * POINTS_PER_INCH / x_dpi
            and abs(self.height_pt - height_pt) < EDGE_PX * POINTS_PER_INCH / y_dpi
        )


@dataclass(frozen=True, slots=True)
class _Plan:
    """How to draw a page; `dpi` is None where the page's size says nothing about the scan's."""

    draw_dpi: float
    dpi: float | None
    grey: bool = False
    bitonal: bool = False


def count(path: Path) -> int:
    """Number of pages, by poppler's own reckoning."""
    try:
        return int(pdf2image.pdfinfo_from_path(str(path.absolute()), timeout=RENDER_MAX_S)["Pages"])
    except Exception as error:
        raise _failure(error, path.name) from error


def draw(path: Path, page: int) -> Raster:
    """Draw one page as the scan it holds; pages without a scan at KEPT_DPI."""
    where = f"{path.name} page {page}"
    plan = _plan(path, page, where)
    with tempfile.TemporaryDirectory(prefix="digitize-") as folder:
        try:
            files = pdf2image.convert_from_path(
                path.absolute(),
                dpi=plan.draw_dpi,  # type: ignore[arg-type]  # passed on to poppler, which reads fractions
                first_page=page,
                last_page=page,
                use_cropbox=True,
                grayscale=plan.grey,
                timeout=RENDER_MAX_S,
                output_folder=folder,
                paths_only=True,
            )
        except Exception as error:
            raise _failure(error, where) from error
        if not files:
            raise UnreadableScan(f"{where} is damaged and cannot be drawn; scan it or export it again.")
        raster = decode(Path(str(files[0])), "PPM", 1, where)
    dpi = None if plan.dpi is None else (plan.dpi, plan.dpi)
    return replace(raster, dpi=dpi, bitonal=raster.bitonal or plan.bitonal)


def _failure(error: Exception, where: str) -> Exception:
    if isinstance(error, (failures.PDFInfoNotInstalledError, FileNotFoundError)):
        return MissingProgram(
            "PDF scans need poppler's programs pdfinfo and pdftoppm; "
            "install them (Debian: apt install poppler-utils)."
        )
    if isinstance(error, failures.PDFPopplerTimeoutError):
        return TooLargeScan(
            f"{where} takes more than {RENDER_MAX_S} seconds to draw; print it as pictures at 300 dpi."
        )
    if "password" in str(error).lower():
        return EncryptedScan(f"{where} asks for a password; save it without one and add it again.")
    return UnreadableScan(f"{where} is damaged or cut off; scan it or copy it again.")


def _plan(path: Path, page: int, where: str) -> _Plan:
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it reports every repair on stderr
    try:
        with path.open("rb") as file:
            shown = PdfReader(file).pages[page - 1]
            unit = float(shown.user_unit)
            width_pt, height_pt = float(shown.cropbox.width) * unit, float(shown.cropbox.height) * unit
            if shown.rotation % 180 != 0:
                width_pt, height_pt = height_pt, width_pt
            pictures = list(_pictures(shown, shown, np.diag([unit, unit, 1.0]), 0))
    except Exception:  # pypdf stumbles on PDFs that poppler mends, and cannot decrypt AES alone
        return _Plan(KEPT_DPI * (1 - HAIR), KEPT_DPI)
    plan = _plan_of(pictures, width_pt, height_pt)
    check_size(width_pt * plan.draw_dpi / POINTS_PER_INCH, height_pt * plan.draw_dpi / POINTS_PER_INCH, where)
    return plan


def _plan_of(pictures: list[_Picture], width_pt: float, height_pt: float) -> _Plan:
    page_area = width_pt * height_pt
    large = [p for p in pictures if p.width_pt * p.height_pt >= PICTURE_MIN_SHARE * page_area]
    if len(large) == 1 and large[0].fills(width_pt, height_pt):
        return _plan_of_scan(large[0])
    finest = max((max(p.dpi) for p in large), default=KEPT_DPI)
    dpi = min(max(finest, MIXED_DPI_MIN), KEPT_DPI)
    return _Plan(dpi * (1 - HAIR), dpi)


def _plan_of_scan(picture: _Picture) -> _Plan:
    low, high = sorted(picture.dpi)
    same = max(picture.width_px, picture.height_px) * (1 - low / high) < EDGE_PX
    dpi = low if same else high
    known = plausible(picture.dpi)
    # Poppler averages whole blocks of pixels well and fractions of pixels badly: let it divide by 2, 3, 4
    # and leave the rest to the scaling of all scans.
    divisor = max(1, int(dpi / KEPT_DPI + 0.01)) if known else 1
    return _Plan(
        draw_dpi=dpi / divisor * (1 - HAIR),
        dpi=dpi / divisor if known else None,
        grey=picture.grey,
        bitonal=picture.bitonal,
    )


def _pictures(page: PageObject, holder: Any, place: Matrix, depth: int) -> Iterator[_Picture]:
    """Every picture drawn by `holder` (the page or a form on it), forms within included."""
    stream = page.get_contents() if depth == 0 else holder
    if stream is None or depth > DEPTH_MAX or len(stream.get_data()) > CONTENT_MAX_BYTES:
        return
    objects = holder.get("/Resources", {}).get_object().get("/XObject", {}).get_object()
    stack: list[Matrix] = []
    for operands, operator in ContentStream(stream, page.pdf).operations:
        if operator == b"q":
            stack.append(place)
        elif operator == b"Q" and stack:
            place = stack.pop()
        elif operator == b"cm":
            place = _matrix(operands) @ place
        elif operator == b"Do" and operands[0] in objects:
            drawn = objects[operands[0]].get_object()
            if drawn.get("/Subtype") == "/Image":
                yield _picture(drawn, place, page.rotation)
            elif drawn.get("/Subtype") == "/Form":
                inner = _matrix(drawn.get("/Matrix", [1, 0, 0, 1, 0, 0])) @ place
                yield from _pictures(page, drawn, inner, depth + 1)


def _matrix(values: list[Any]) -> Matrix:
    """PDF's six numbers as the 3x3 matrix that acts on row vectors."""
    a, b, c, d, e, f = (float(v) for v in values)
    return np.array([[a, b, 0], [c, d, 0], [e, f, 1]], dtype=np.float64)


def _picture(drawn: Any, place: Matrix, rotation_deg: int) -> _Picture:
    width_px, height_px = int(drawn["/Width"]), int(drawn["/Height"])
    width_pt, height_pt = hypot(*place[0, :2]), hypot(*place[1, :2])
    lying = abs(place[0, 1]) > abs(place[0, 0])
    if lying != (rotation_deg % 180 != 0):
        width_px, height_px, width_pt, height_pt = height_px, width_px, height_pt, width_pt
    bits = 1 if drawn.get("/ImageMask") else drawn.get("/BitsPerComponent", 8)
    grey = _is_grey(drawn.get("/ColorSpace"))
    return _Picture(width_px, height_px, width_pt, height_pt, grey, grey and bits == 1)


def _is_grey(space: Any) -> bool:
    """Whether a colour space has one channel of lightness."""
    space = space.get_object() if space is not None else None
    if isinstance(space, list) and space and space[0] == "/ICCBased":
        return bool(space[1].get_object().get("/N") == 1)
    return (space[0] if isinstance(space, list) and space else space) in ("/DeviceGray", "/CalGray", "/G")
