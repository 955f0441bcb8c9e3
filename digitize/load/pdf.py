"""PDF pages, rendered by poppler at the resolution of the scan that they hold."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pdf2image
from pdf2image import exceptions as failures

from digitize.errors import DigitizeError, EncryptedScan, MissingProgram, UnreadableScan, UnsupportedScan
from digitize.geometry import MM_PER_INCH, Box
from digitize.images import PAPER_SIZES, SHEET_LONG_MM, Pixels
from digitize.load import poppler
from digitize.load.pdf_attachments import attached_scans
from digitize.load.pdf_images import POINTS_PER_INCH, PdfImage, PdfPage, read_page
from digitize.load.pdf_images import SETTINGS as IMAGE_SETTINGS
from digitize.load.pdf_picture import StoredPicture
from digitize.load.pdf_reader import opened
from digitize.load.picture import DAMAGED
from digitize.load.poppler import NO_POPPLER, Deadline
from digitize.load.raster import (
    KEPT_DPI,
    Raster,
    check_size,
    drop_empty_chroma,
    is_bitonal,
    is_too_small,
    plausible_dpi,
    resize,
)

ABSURD_LONG_MM = 20_000.0  # a longer page is damaged or hostile
MIXED_DPI_MIN = 200.0  # of pages composed of several images; at less, print loses its thin strokes
COVERED_SHARE_MIN = 0.5  # part of a page covered by images; with less, the page is a drawing with logos
# Poppler widens an image that ends exactly at the page edge by one pixel and resamples all of it.
# Rendered smaller by one millionth, it comes out pixel by pixel, as pdfimages would extract it.
SHRINK_SHARE = 1e-6
# Poppler errors after which part of a scan is missing from the rendering.  Others, such as those about
# fonts and links, do not matter.
DAMAGE = re.compile(
    r"CCITT|JPE?G|JP2|JPX|JBIG2|flate|LZW|XObject|Bad image|Unknown filter|XRef entry|premature end|"
    r"bad huffman",
    re.IGNORECASE,
)

PPM_HEAD = re.compile(rb"(?P<kind>P[56])\s(?P<width>\d+) (?P<height>\d+)\s255\s")


@dataclass(frozen=True, slots=True)
class RenderPlan:
    """How to render a page.

    `dpi` is None if the page size says nothing about the resolution of the scan.
    Of a photo, only `photo_box` (points, from the top left) is kept, at its own
    size `photo_px` (width, height).  `poppler_unit` is the part of the page's UserUnit that poppler ignores.
    """

    draw_dpi: float
    dpi: float | None
    grey: bool = False
    bitonal: bool = False
    photo_box: Box | None = None
    photo_px: tuple[int, int] = (0, 0)
    poppler_unit: float = 1.0
    picture: StoredPicture | None = None  # that makes up the page, if it can be taken as it is stored


def count(path: Path) -> int:
    """Return the number of pages; each attached scan counts as one, which fails when it is rendered.

    So neither is passed over: attachments, nor pages that poppler does not see.
    """
    seen = int(_pdfinfo(path, Deadline(path.name))["Pages"])
    try:
        with opened(path) as reader:
            held = len(reader.pages)
        return max(seen, held) + len(attached_scans(path))
    except Exception:  # pypdf fails on PDFs that poppler can repair
        return seen


def _attachment(path: Path, page: int) -> str | None:
    """Return the name of the attached scan that counts as this page, None if it is an ordinary page."""
    try:
        with opened(path) as reader:
            behind = page - len(reader.pages)
        return attached_scans(path)[behind - 1] if behind > 0 else None
    except Exception:  # damaged, or there is no such page
        return None


def render(path: Path, page: int, where: str) -> Raster:
    """Render one page as the scan it holds, a page without a scan at KEPT_DPI.

    `where` names the page in error messages.  Raises DigitizeError.
    """
    if page < 1:
        raise UnreadableScan(DAMAGED.format(where))
    if (name := _attachment(path, page)) is not None:
        raise UnsupportedScan(
            f"{where} is an attached file, {name}; save it as a file of its own and add that."
        )
    deadline = Deadline(where)
    plan = _read_plan(path, page, deadline)
    pixels = plan.picture.decoded() if plan.picture is not None else None
    pixels = _render(path, page, plan, deadline) if pixels is None else drop_empty_chroma(pixels)
    if plan.photo_box is not None:
        rows, columns = _scale_box(plan.photo_box, plan.draw_dpi / POINTS_PER_INCH).slices()
        return Raster(resize(pixels[rows, columns], *plan.photo_px), None, is_bitonal(pixels))
    dpi = None if plan.dpi is None else (plan.dpi, plan.dpi)
    return Raster(pixels, dpi, plan.bitonal or is_bitonal(pixels))


def plan_page(images: Sequence[PdfImage], width_pt: float, height_pt: float) -> RenderPlan:
    """Return how to render a page of this size with these images."""
    covered_pt2 = sum(image.box.width * image.box.height for image in images)
    reduction = _reduction(max(width_pt, height_pt) / POINTS_PER_INCH * MM_PER_INCH)
    if covered_pt2 < COVERED_SHARE_MIN * width_pt * height_pt:
        return RenderPlan(KEPT_DPI / reduction * (1 - SHRINK_SHARE), KEPT_DPI)
    if len(images) == 1 and images[0].camera_shaped:
        photo = images[0]
        px = photo.width_px, photo.height_px
        return RenderPlan(
            max(photo.dpi) * (1 - SHRINK_SHARE), None, photo.grey, photo_box=photo.box, photo_px=px
        )
    if len(images) == 1 and images[0].fills(width_pt, height_pt):
        return _plan_scan(images[0])
    dpi = min(max(MIXED_DPI_MIN, *(max(image.dpi) * reduction for image in images)), KEPT_DPI)
    return RenderPlan(dpi / reduction * (1 - SHRINK_SHARE), dpi)


def _reduction(long_mm: float) -> float:
    """Return how many times too large a page of this length is for a sheet; 1 if a sheet may have it.

    Programs that take pixels for points, or UserUnit for a scale, write sizes that no sheet has.
    """
    is_sheet = SHEET_LONG_MM[0] <= long_mm <= SHEET_LONG_MM[1]
    return 1.0 if is_sheet or not 0 < long_mm <= ABSURD_LONG_MM else long_mm / PAPER_SIZES[0].long_mm


def _plan_scan(scan: PdfImage) -> RenderPlan:
    """Return how to render a page that is filled by one scan."""
    low, high = sorted(scan.dpi)
    square = max(scan.width_px, scan.height_px) * (1 - low / high) < IMAGE_SETTINGS.page_edge_px
    dpi = low if square else high
    known = plausible_dpi(scan.dpi) and not is_too_small(scan.width_px, scan.height_px, scan.dpi)
    # Poppler averages whole blocks of pixels well but fractions of pixels badly: let it divide by an
    # integer and leave the rest to `raster.scale_to_limits`.
    divisor = max(1, int(dpi / KEPT_DPI + 0.01)) if known else 1
    drawn_dpi = dpi / divisor
    return RenderPlan(
        drawn_dpi * (1 - SHRINK_SHARE), round(drawn_dpi, 2) if known else None, scan.grey, scan.bitonal
    )


def _read_plan(path: Path, page: int, deadline: Deadline) -> RenderPlan:
    """Read a page's images and plan its rendering; refuse damaged and oversized pages."""
    where = deadline.where
    try:
        found = read_page(path, page)
    except Exception:  # pypdf fails on PDFs that poppler can repair, and cannot decrypt AES by itself
        found = PdfPage(*_size_pt(_pdfinfo(path, deadline, page)), 1.0, ())
    if not (found.width_pt > 0 and found.height_pt > 0):  # the object of the page is lost
        raise UnreadableScan(DAMAGED.format(where))
    for image in found.images:
        check_size(image.width_px, image.height_px, where)
        if image.damaged:
            raise UnreadableScan(DAMAGED.format(where))
    plan = plan_page(found.images, found.width_pt, found.height_pt)
    scale = plan.draw_dpi / POINTS_PER_INCH
    check_size(found.width_pt * scale, found.height_pt * scale, where)
    if found.picture is not None and _is_copied(found, plan.draw_dpi / POINTS_PER_INCH):
        plan = replace(plan, picture=found.picture)
    if found.user_unit != 1:
        plan = replace(plan, poppler_unit=_poppler_unit(path, page, found, deadline))
    return plan


def _is_copied(found: PdfPage, scale: float) -> bool:
    """Return whether poppler, drawing at `scale` px per point, would copy the only image pixel by pixel.

    It draws an image from the px in which it begins to the one in which it ends, and a page of all px that it
    touches (Splash::drawImage and pdftoppm.cc).
    """
    (image,) = found.images
    size_px = image.width_px, image.height_px
    page_px = math.ceil(found.width_pt * scale), math.ceil(found.height_pt * scale)
    starts = math.floor(image.box.left * scale), math.floor(image.box.top * scale)
    ends = math.floor(image.box.right * scale) + 1, math.floor(image.box.bottom * scale) + 1
    return starts == (0, 0) and ends == size_px == page_px


def _poppler_unit(path: Path, page: int, found: PdfPage, deadline: Deadline) -> float:
    """Return the size of the page relative to what poppler takes it for: old versions ignore UserUnit."""
    width_pt, height_pt = _size_pt(_pdfinfo(path, deadline, page))
    area_pt2 = width_pt * height_pt
    return math.sqrt(found.width_pt * found.height_pt / area_pt2) if area_pt2 > 0 else 1.0


def _render(path: Path, page: int, plan: RenderPlan, deadline: Deadline) -> Pixels:
    """Let poppler draw the page, through a pipe: pictures of pages never lie in a temporary folder."""
    how = ["-cropbox", "-singlefile", *(["-gray"] if plan.grey else [])]
    numbers = ["-r", f"{plan.draw_dpi * plan.poppler_unit:.9f}", "-f", str(page), "-l", str(page)]
    # PPM: PNG is 10 times slower, pdftocairo 5 to 50 times.
    result = poppler.run("pdftoppm", *numbers, *how, str(path.absolute()), deadline=deadline)
    pixels = _parse_ppm(result.output)
    if pixels is None or DAMAGE.search(result.messages):
        raise _failure(result.messages, deadline.where)
    return drop_empty_chroma(pixels)


def _parse_ppm(data: bytes) -> Pixels | None:
    """Return the pixels of a grey or colour picture as pdftoppm writes it, None where it is not whole."""
    head = PPM_HEAD.match(data)
    if head is None:
        return None
    channels = 3 if head["kind"] == b"P6" else 1
    width, height, start = int(head["width"]), int(head["height"]), head.end()
    if len(data) - start < width * height * channels:
        return None
    pixels = np.frombuffer(data, np.uint8, width * height * channels, start)
    if channels == 1:
        return pixels.reshape(height, width).copy()
    return np.asarray(cv2.cvtColor(pixels.reshape(height, width, 3), cv2.COLOR_RGB2BGR), dtype=np.uint8)


def _pdfinfo(path: Path, deadline: Deadline, page: int = 1) -> dict[str, Any]:
    """Return what pdfinfo reports about the file and this page."""
    try:
        absolute, left_s = str(path.absolute()), max(1, int(deadline.left_s))
        return pdf2image.pdfinfo_from_path(absolute, first_page=page, last_page=page, timeout=left_s)
    except failures.PDFInfoNotInstalledError as error:
        raise MissingProgram(NO_POPPLER) from error
    except failures.PDFPopplerTimeoutError as error:
        raise deadline.exceeded() from error
    except Exception as error:
        raise _failure(str(error), deadline.where) from error


def _size_pt(info: dict[str, Any]) -> tuple[float, float]:
    """Parse width and height of a page from pdfinfo's "Page    1 size: 595 x 842 pts (A4)"."""
    text = next((str(value) for key, value in info.items() if re.fullmatch(r"Page +\d+ size", key)), "")
    numbers = re.findall(r"\d[\d.]*(?:e[+-]?\d+)?", text)
    return (float(numbers[0]), float(numbers[1])) if len(numbers) > 1 else (0.0, 0.0)


def _failure(messages: str, where: str) -> DigitizeError:
    """Translate what poppler reports into one sentence."""
    if "password" in messages.lower():
        return EncryptedScan(f"{where} asks for a password; save it without one and add it again.")
    if "last page (0)" in messages:  # pdfinfo's message for a file without pages
        return UnreadableScan(f"{where} holds no page; scan it again.")
    return UnreadableScan(DAMAGED.format(where))


def _scale_box(box: Box, scale: float) -> Box:
    return Box(box.left * scale, box.top * scale, box.right * scale, box.bottom * scale)
