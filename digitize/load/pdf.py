"""PDF pages drawn by poppler, at the resolution of the scan they hold."""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pdf2image
from pdf2image import exceptions as failures

from digitize.errors import DigitizeError, EncryptedScan, MissingProgram, TooLargeScan, UnreadableScan
from digitize.geometry import Box
from digitize.load.pdf_images import EDGE_PX, POINTS_PER_INCH, Picture, read
from digitize.load.picture import decode
from digitize.load.raster import KEPT_DPI, Raster, check_size, plausible, resized

MIXED_DPI_MIN = 200.0  # for pages put together from pictures: below it print loses its thin strokes
COVERED_SHARE_MIN = 0.5  # of the page by pictures; below it the page is a drawing with logos
RENDER_MAX_S = 60  # a scan takes 0.2 s; a page that takes a minute was made to hang
# Poppler widens a picture that ends exactly on the page's edge by one pixel and resamples all of it.
# Drawn smaller by a millionth it comes out pixel by pixel, equal to what pdfimages extracts.
HAIR = 1e-6
# Complaints of poppler after which part of a scan is missing from the drawing; it also complains about
# fonts, links and the like, which changes nothing.
DAMAGE = re.compile(
    r"CCITT|JPE?G|JP2|JPX|JBIG2|flate|LZW|XObject|Bad image|Unknown filter|XRef entry", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How to draw a page.

    `dpi` is None where the page's size says nothing about the scan's.  Of a
    photo only `photo_box` (points, from the top left) is kept, at `photo_px`
    (width, height), its own size.
    """

    draw_dpi: float
    dpi: float | None
    grey: bool = False
    bitonal: bool = False
    photo_box: Box | None = None
    photo_px: tuple[int, int] = (0, 0)


def count(path: Path) -> int:
    """Number of pages, by poppler's own reckoning."""
    return int(_info(path, path.name)["Pages"])


def draw(path: Path, page: int, where: str) -> Raster:
    """Draw one page as the scan it holds; pages without a scan at KEPT_DPI."""
    plan = _plan(path, page, where)
    with tempfile.TemporaryDirectory(prefix="digitize-") as folder:
        try:
            drawn = _poppler(path, page, plan, folder)
        except Exception as error:
            raise _failure(error, where) from error
        if drawn is None:
            raise UnreadableScan(f"{where} is damaged and cannot be drawn; scan it or export it again.")
        raster = decode(drawn, "PPM", 1, where)
    if plan.photo_box is not None:
        rows, columns = _scaled(plan.photo_box, plan.draw_dpi / POINTS_PER_INCH).slices()
        return Raster(resized(raster.pixels[rows, columns], *plan.photo_px), None, raster.bitonal)
    dpi = None if plan.dpi is None else (plan.dpi, plan.dpi)
    return Raster(raster.pixels, dpi, raster.bitonal or plan.bitonal)


def plan_of(pictures: list[Picture], width_pt: float, height_pt: float) -> Plan:
    """How to draw a page of this size with these pictures."""
    covered_pt2 = sum(picture.box.width * picture.box.height for picture in pictures)
    if covered_pt2 < COVERED_SHARE_MIN * width_pt * height_pt:
        return Plan(KEPT_DPI * (1 - HAIR), KEPT_DPI)
    if len(pictures) == 1 and pictures[0].camera_shaped:
        photo = pictures[0]
        px = photo.width_px, photo.height_px
        return Plan(max(photo.dpi) * (1 - HAIR), None, photo.grey, photo_box=photo.box, photo_px=px)
    if len(pictures) == 1 and pictures[0].fills(width_pt, height_pt):
        return _plan_of_scan(pictures[0])
    dpi = min(max(MIXED_DPI_MIN, *(max(picture.dpi) for picture in pictures)), KEPT_DPI)
    return Plan(dpi * (1 - HAIR), dpi)


def _plan_of_scan(scan: Picture) -> Plan:
    low, high = sorted(scan.dpi)
    square = max(scan.width_px, scan.height_px) * (1 - low / high) < EDGE_PX
    dpi = low if square else high
    known = plausible(scan.dpi)
    # Poppler averages whole blocks of pixels well and fractions of pixels badly: let it divide by 2, 3, 4
    # and leave the rest to the scaling of all scans.
    divisor = max(1, int(dpi / KEPT_DPI + 0.01)) if known else 1
    drawn_dpi = dpi / divisor
    return Plan(drawn_dpi * (1 - HAIR), round(drawn_dpi, 2) if known else None, scan.grey, scan.bitonal)


def _plan(path: Path, page: int, where: str) -> Plan:
    try:
        width_pt, height_pt, pictures = read(path, page)
    except Exception:  # pypdf stumbles on PDFs that poppler mends, and cannot decrypt AES alone
        pictures = []
        width_pt, height_pt = _size_pt(_info(path, where, page))
    if any(picture.cut_off for picture in pictures):
        raise UnreadableScan(f"{where} is damaged or cut off; scan it or copy it again.")
    for picture in pictures:
        check_size(picture.width_px, picture.height_px, where)
    plan = plan_of(pictures, width_pt, height_pt)
    scale = plan.draw_dpi / POINTS_PER_INCH
    check_size(width_pt * scale, height_pt * scale, where)
    return plan


def _poppler(path: Path, page: int, plan: Plan, folder: str, strict: bool = True) -> Path | None:
    """The file in `folder` that poppler drew, None if it drew none."""
    try:
        # A grey raw picture through a folder: PNG is 10 times slower, pdftocairo 5 to 50 times.
        files = pdf2image.convert_from_path(
            path.absolute(),
            dpi=plan.draw_dpi,  # type: ignore[arg-type]  # passed on to poppler, which reads fractions
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
        return _poppler(path, page, plan, folder, strict=False)
    return Path(str(files[0])) if files else None


def _info(path: Path, where: str, page: int = 1) -> dict[str, Any]:
    """What pdfinfo says about the file and this page."""
    try:
        absolute = str(path.absolute())
        return pdf2image.pdfinfo_from_path(absolute, first_page=page, last_page=page, timeout=RENDER_MAX_S)
    except Exception as error:
        raise _failure(error, where) from error


def _size_pt(info: dict[str, Any]) -> tuple[float, float]:
    """Width and height of a page from pdfinfo's "Page    1 size: 595 x 842 pts (A4)"."""
    text = next((str(value) for key, value in info.items() if re.fullmatch(r"Page +\d+ size", key)), "")
    numbers = re.findall(r"\d[\d.]*(?:e[+-]?\d+)?", text)
    return (float(numbers[0]), float(numbers[1])) if len(numbers) > 1 else (0.0, 0.0)


def _failure(error: Exception, where: str) -> DigitizeError:
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
    if "last page (0)" in str(error):  # pdfinfo's way to say that there is none
        return UnreadableScan(f"{where} holds no page; scan it again.")
    return UnreadableScan(f"{where} is damaged or cut off; scan it or copy it again.")


def _scaled(box: Box, scale: float) -> Box:
    return Box(box.left * scale, box.top * scale, box.right * scale, box.bottom * scale)
