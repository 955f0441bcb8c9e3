"""PDF pages, rendered by poppler at the resolution of the scan that they hold."""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pdf2image
from pdf2image import exceptions as failures

from digitize.errors import DigitizeError, EncryptedScan, MissingProgram, TooLargeScan, UnreadableScan
from digitize.geometry import Box
from digitize.load.pdf_images import POINTS_PER_INCH, PdfImage, read_images
from digitize.load.pdf_images import SETTINGS as IMAGE_SETTINGS
from digitize.load.picture import decode
from digitize.load.raster import KEPT_DPI, Raster, check_size, plausible_dpi, resize

MIXED_DPI_MIN = 200.0  # of pages composed of several images; at less, print loses its thin strokes
COVERED_SHARE_MIN = 0.5  # part of a page covered by images; with less, the page is a drawing with logos
RENDER_MAX_S = 60  # a scan takes 0.2 s; a page that takes a minute was built to hang the renderer
# Poppler widens an image that ends exactly at the page edge by one pixel and resamples all of it.
# Rendered smaller by one millionth, it comes out pixel by pixel, as pdfimages would extract it.
SHRINK_SHARE = 1e-6
# Poppler errors after which part of a scan is missing from the rendering.  Others, such as those about
# fonts and links, do not matter.
DAMAGE = re.compile(
    r"CCITT|JPE?G|JP2|JPX|JBIG2|flate|LZW|XObject|Bad image|Unknown filter|XRef entry", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class RenderPlan:
    """How to render a page.

    `dpi` is None if the page size says nothing about the resolution of the scan.
    Of a photo, only `photo_box` (points, from the top left) is kept, at its own
    size `photo_px` (width, height).
    """

    draw_dpi: float
    dpi: float | None
    grey: bool = False
    bitonal: bool = False
    photo_box: Box | None = None
    photo_px: tuple[int, int] = (0, 0)


def count(path: Path) -> int:
    """Return the number of pages according to poppler."""
    return int(_pdfinfo(path, path.name)["Pages"])


def render(path: Path, page: int, where: str) -> Raster:
    """Render one page as the scan it holds, a page without a scan at KEPT_DPI.

    `where` names the page in error messages.  Raises DigitizeError.
    """
    plan = _read_plan(path, page, where)
    with tempfile.TemporaryDirectory(prefix="digitize-") as folder:
        try:
            drawn = _render(path, page, plan, folder)
        except Exception as error:
            raise _to_digitize_error(error, where) from error
        if drawn is None:
            raise UnreadableScan(f"{where} is damaged and cannot be drawn; scan it or export it again.")
        raster = decode(drawn, "PPM", 1, where)
    if plan.photo_box is not None:
        rows, columns = _scale_box(plan.photo_box, plan.draw_dpi / POINTS_PER_INCH).slices()
        return Raster(resize(raster.pixels[rows, columns], *plan.photo_px), None, raster.bitonal)
    dpi = None if plan.dpi is None else (plan.dpi, plan.dpi)
    return Raster(raster.pixels, dpi, raster.bitonal or plan.bitonal)


def plan_page(images: list[PdfImage], width_pt: float, height_pt: float) -> RenderPlan:
    """Return how to render a page of this size with these images."""
    covered_pt2 = sum(image.box.width * image.box.height for image in images)
    if covered_pt2 < COVERED_SHARE_MIN * width_pt * height_pt:
        return RenderPlan(KEPT_DPI * (1 - SHRINK_SHARE), KEPT_DPI)
    if len(images) == 1 and images[0].camera_shaped:
        photo = images[0]
        px = photo.width_px, photo.height_px
        return RenderPlan(
            max(photo.dpi) * (1 - SHRINK_SHARE), None, photo.grey, photo_box=photo.box, photo_px=px
        )
    if len(images) == 1 and images[0].fills(width_pt, height_pt):
        return _plan_scan(images[0])
    dpi = min(max(MIXED_DPI_MIN, *(max(image.dpi) for image in images)), KEPT_DPI)
    return RenderPlan(dpi * (1 - SHRINK_SHARE), dpi)


def _plan_scan(scan: PdfImage) -> RenderPlan:
    """Return how to render a page that is filled by one scan."""
    low, high = sorted(scan.dpi)
    square = max(scan.width_px, scan.height_px) * (1 - low / high) < IMAGE_SETTINGS.page_edge_px
    dpi = low if square else high
    known = plausible_dpi(scan.dpi)
    # Poppler averages whole blocks of pixels well but fractions of pixels badly: let it divide by an
    # integer and leave the rest to `raster.scale_to_limits`.
    divisor = max(1, int(dpi / KEPT_DPI + 0.01)) if known else 1
    drawn_dpi = dpi / divisor
    return RenderPlan(
        drawn_dpi * (1 - SHRINK_SHARE), round(drawn_dpi, 2) if known else None, scan.grey, scan.bitonal
    )


def _read_plan(path: Path, page: int, where: str) -> RenderPlan:
    """Read a page's images and plan its rendering; refuse damaged and oversized pages."""
    try:
        width_pt, height_pt, images = read_images(path, page)
    except Exception:  # pypdf fails on PDFs that poppler can repair, and cannot decrypt AES by itself
        images = []
        width_pt, height_pt = _size_pt(_pdfinfo(path, where, page))
    if any(image.cut_off for image in images):
        raise UnreadableScan(f"{where} is damaged or cut off; scan it or copy it again.")
    for image in images:
        check_size(image.width_px, image.height_px, where)
    plan = plan_page(images, width_pt, height_pt)
    scale = plan.draw_dpi / POINTS_PER_INCH
    check_size(width_pt * scale, height_pt * scale, where)
    return plan


def _render(path: Path, page: int, plan: RenderPlan, folder: str, strict: bool = True) -> Path | None:
    """Run poppler and return the file it wrote to `folder`, None if it wrote none."""
    try:
        # Raw PPM files in a folder: PNG is 10 times slower, pdftocairo 5 to 50 times.
        files = pdf2image.convert_from_path(
            path.absolute(),
            dpi=plan.draw_dpi,  # type: ignore[arg-type]  # poppler accepts fractions
            first_page=page,
            last_page=page,
            use_cropbox=True,
            grayscale=plan.grey,
            strict=strict,
            timeout=RENDER_MAX_S,
            output_folder=folder,
            paths_only=True,
        )
    except failures.PDFSyntaxError as error:
        if DAMAGE.search(str(error)):
            raise
        return _render(path, page, plan, folder, strict=False)
    return Path(str(files[0])) if files else None


def _pdfinfo(path: Path, where: str, page: int = 1) -> dict[str, Any]:
    """Return what pdfinfo reports about the file and this page."""
    try:
        absolute = str(path.absolute())
        return pdf2image.pdfinfo_from_path(absolute, first_page=page, last_page=page, timeout=RENDER_MAX_S)
    except Exception as error:
        raise _to_digitize_error(error, where) from error


def _size_pt(info: dict[str, Any]) -> tuple[float, float]:
    """Parse width and height of a page from pdfinfo's "Page    1 size: 595 x 842 pts (A4)"."""
    text = next((str(value) for key, value in info.items() if re.fullmatch(r"Page +\d+ size", key)), "")
    numbers = re.findall(r"\d[\d.]*(?:e[+-]?\d+)?", text)
    return (float(numbers[0]), float(numbers[1])) if len(numbers) > 1 else (0.0, 0.0)


def _to_digitize_error(error: Exception, where: str) -> DigitizeError:
    """Translate an error of poppler or pdf2image into one sentence."""
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
    if "last page (0)" in str(error):  # pdfinfo's message for a file without pages
        return UnreadableScan(f"{where} holds no page; scan it again.")
    return UnreadableScan(f"{where} is damaged or cut off; scan it or copy it again.")


def _scale_box(box: Box, scale: float) -> Box:
    return Box(box.left * scale, box.top * scale, box.right * scale, box.bottom * scale)
