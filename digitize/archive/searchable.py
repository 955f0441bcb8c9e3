"""Make searchable copies of scans for keeping: PDF/A-2b with the text invisibly over the picture.

As in OCRmyPDF, each page is the picture of the scan, upright, under a layer of text that is selected and
searched but not shown: the print as tesseract reads it, and the handwriting as digitize
read it or people corrected it.  PDF/A-2b is ISO 19005-2: everything embedded, colours defined
by a profile, metadata as XMP.
"""

import io
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import repeat
from pathlib import Path
from typing import Final

import numpy as np
import pytesseract
from PIL import Image, ImageCms
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from digitize import __version__, images
from digitize.archive.xmp import xmp_metadata
from digitize.errors import DigitizeError, MissingProgram
from digitize.geometry import MM_PER_INCH, Box, undo_turn
from digitize.images import Pixels, Scan
from digitize.load import load_page
from digitize.ocr.tesseract import LANGUAGES

QUALITY: Final = 75  # JPEG: writing stays crisp, and the scan itself is in the archive as well
POINTS_PER_INCH: Final = 72
PAGE_MAX_S: Final = 120  # tesseract needs some seconds for a page
GLYPH_WIDTH: Final = 0.5  # em: every glyph of the invisible typeface of tesseract
BITS_PER_BYTE: Final = 8
MAX_STRETCH: Final = 150.0  # percent; wider spaces end a line for those who search


@dataclass(frozen=True, slots=True)
class Word:
    """A text in the handwriting layer; `box` is in px of the scan as it came."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class PageText:
    """What is known of a page: the clockwise turn that its scan has, and its handwriting."""

    rotation_deg: int = 0
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchableCopy:
    """A PDF/A file; `lost` are the pages (from 1) that could not be decoded and are missing from it."""

    data: bytes
    lost: tuple[int, ...]


def searchable_copy(
    path: Path, pages: int, known: Mapping[int, PageText], title: str, at: datetime | None = None
) -> SearchableCopy:
    """Return a scan as PDF/A-2b; raises MissingProgram if tesseract is not installed.

    `known` has what is known of pages, by number.
    """
    writer = PdfWriter()
    lost = []
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:  # tesseract runs in processes of its own
        made = pool.map(_page, repeat(path), range(1, pages + 1), (known.get(n) for n in range(1, pages + 1)))
        for number, page in enumerate(made, 1):
            if page is None:
                lost.append(number)
            else:
                writer.append(PdfReader(io.BytesIO(page)))
    moment = (at or datetime.now(UTC)).replace(microsecond=0)
    _make_archivable(writer, title, moment)
    buffer = io.BytesIO()
    writer.write(buffer)
    return SearchableCopy(buffer.getvalue() if len(writer.pages) else b"", tuple(lost))


def _page(path: Path, number: int, known: PageText | None) -> bytes | None:
    """Return one page as a PDF, None if the scan cannot be decoded."""
    try:
        scan = load_page(path, number)
    except DigitizeError:
        return None
    known = known or PageText()
    upright = np.ascontiguousarray(np.rot90(scan.pixels, known.rotation_deg // 90))
    dpi = scan.px_per_mm * MM_PER_INCH
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(_print_layer(upright, dpi))))
    page = writer.pages[0]
    resources = page["/Resources"]
    assert isinstance(resources, DictionaryObject)
    picture = writer._add_object(_picture(upright, scan.bitonal))
    resources[NameObject("/XObject")] = DictionaryObject({NameObject("/Im0"): picture})
    width, height = (float(side) for side in page.mediabox[2:])
    shown = f"q {width:.3f} 0 0 {height:.3f} 0 0 cm /Im0 Do Q\n".encode("ascii")
    contents = page.get_contents()
    text = contents.get_data() if contents is not None else b""
    written = _handwriting_layer(scan, known, POINTS_PER_INCH / dpi, height)
    stream = StreamObject()
    stream.set_data(shown + b"q " + text + b" Q\n" + written)
    page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _print_layer(pixels: Pixels, dpi: float) -> bytes:
    """Return a PDF page of the size of a picture with its print as invisible text."""
    rgb = pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels[:, :, ::-1])
    try:
        made = pytesseract.image_to_pdf_or_hocr(
            Image.fromarray(rgb),
            lang="+".join(LANGUAGES),
            config=f"-c textonly_pdf=1 --psm 3 --dpi {round(dpi)}",
            timeout=PAGE_MAX_S,
            extension="pdf",
        )
    except pytesseract.TesseractNotFoundError as error:
        raise MissingProgram("tesseract is not installed; digitize doctor says how.") from error
    except (RuntimeError, pytesseract.TesseractError):  # too slow, or a picture that it does not take
        made = pytesseract.image_to_pdf_or_hocr(
            Image.new("L", (pixels.shape[1], pixels.shape[0]), 255),
            config=f"-c textonly_pdf=1 --psm 3 --dpi {round(dpi)}",
            extension="pdf",
        )
    assert isinstance(made, bytes)
    return made


def _picture(pixels: Pixels, bitonal: bool) -> StreamObject:
    """Return a picture as an image of a PDF: black and white without loss, otherwise as JPEG."""
    stream = StreamObject()
    height, width = pixels.shape[:2]
    if bitonal and pixels.ndim == 2:
        stream.set_data(np.packbits(pixels > 127, axis=1).tobytes())
        stream = stream.flate_encode()
        bits, space = 1, "/DeviceGray"
    else:
        stream.set_data(images.encode(pixels, ".jpg", QUALITY))
        stream[NameObject("/Filter")] = NameObject("/DCTDecode")
        bits, space = BITS_PER_BYTE, "/DeviceGray" if pixels.ndim == 2 else "/DeviceRGB"
    stream.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(width),
            NameObject("/Height"): NumberObject(height),
            NameObject("/BitsPerComponent"): NumberObject(bits),
            NameObject("/ColorSpace"): NameObject(space),
        }
    )
    return stream


def _handwriting_layer(scan: Scan, known: PageText, points_per_px: float, height: float) -> bytes:
    """Return the operators that put the readings, invisibly, where they were written."""
    turned = known.rotation_deg % 180 == 90
    high, wide = scan.pixels.shape[:2]
    size = (high, wide) if turned else (wide, high)
    to_upright = undo_turn(-known.rotation_deg % 360, *size).inverse()
    lines = []
    for word in known.words:
        corners = np.array(to_upright.apply(word.box.corners)) * points_per_px
        left, top = corners.min(axis=0)
        right, low = corners.max(axis=0)
        parts = [part for part in word.text.split("\n") if part.strip()]
        for at, part in enumerate(parts):
            room = (low - top) / len(parts)
            type_pt = max(1.0, 0.7 * room)
            coded = part.encode("utf-16-be", "replace")
            stretch = 100 * (right - left) / max(1e-3, GLYPH_WIDTH * type_pt * len(coded) / 2)
            base = height - (top + (at + 0.8) * room)
            lines.append(
                f"BT 3 Tr /f-0-0 {type_pt:.2f} Tf {min(MAX_STRETCH, stretch):.1f} Tz "
                f"1 0 0 1 {left:.2f} {base:.2f} Tm <{coded.hex().upper()}> Tj ET\n"
            )
    return "".join(lines).encode("ascii")


def _make_archivable(writer: PdfWriter, title: str, at: datetime) -> None:
    """Add what PDF/A asks for: XMP metadata that agree with the others, and the meaning of colours."""
    profile = StreamObject()
    profile.set_data(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile = profile.flate_encode()
    profile[NameObject("/N")] = NumberObject(3)
    intent = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/OutputIntent"),
            NameObject("/S"): NameObject("/GTS_PDFA1"),
            NameObject("/OutputConditionIdentifier"): TextStringObject("sRGB"),
            NameObject("/Info"): TextStringObject("sRGB IEC61966-2.1"),
            NameObject("/DestOutputProfile"): writer._add_object(profile),
        }
    )
    metadata = StreamObject()
    metadata.set_data(xmp_metadata(title, f"digitize {__version__}", at))
    metadata.update(
        {NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")}
    )
    root = writer._root_object
    root[NameObject("/OutputIntents")] = ArrayObject([intent])
    root[NameObject("/Metadata")] = writer._add_object(metadata)
    writer.metadata = {
        "/Title": title,
        "/Producer": f"digitize {__version__}",
        "/CreationDate": f"D:{at:%Y%m%d%H%M%S}+00'00'",
        "/ModDate": f"D:{at:%Y%m%d%H%M%S}+00'00'",
    }
    writer.pdf_header = "%PDF-1.7"
    writer.generate_file_identifiers()
