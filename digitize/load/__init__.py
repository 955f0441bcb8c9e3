"""Load: one page of a file as pixels, whatever the file.

    load_page(path, page) -> images.Scan

What a file is, its first bytes say, not its name.  Everything that can be
wrong with a file ends in one `DigitizeError` whose sentence names file and
page and says what to do next.
"""

import stat
from pathlib import Path

from digitize.errors import DigitizeError, TooLargeScan, UnreadableScan, UnsupportedScan
from digitize.images import Scan
from digitize.load import pdf, picture
from digitize.load.raster import scaled

SUFFIXES = frozenset({".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg", ".webp", ".bmp"})
FILE_MAX_PAGES = 10_000  # a feeder's whole day; more is a damaged or hostile file
HEAD_BYTES = 1024  # PDF allows that much before its mark

PDF = "PDF"
MARKS = (
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"BM", "BMP"),
)
READABLE = "PDF, TIFF, PNG, JPEG, WebP or BMP"


def count_pages(path: Path) -> int:
    """Number of pages (sides) in a file, read from its headers.

    Raises DigitizeError where the file cannot be used at all.
    """
    kind = _kind(path)
    pages = pdf.count(path) if kind == PDF else picture.count(path, kind)
    if pages < 1:
        raise UnreadableScan(f"{path.name} holds no page; scan it again.")
    if pages > FILE_MAX_PAGES:
        raise TooLargeScan(f"{path.name} has {pages} pages, the limit is {FILE_MAX_PAGES}; split the file.")
    return pages


def load_page(path: Path, page: int) -> Scan:
    """Decode one page, counted from 1; only this page is ever in memory.

    The scan is turned as its metadata say, has square pixels and at most
    KEPT_DPI (photos: PHOTO_MAX_MEGAPIXELS); it is colour only where there is
    colour.  Raises DigitizeError with one sentence.
    """
    kind = _kind(path)
    where = f"{path.name} page {page}"
    try:
        raster = pdf.draw(path, page, where) if kind == PDF else picture.decode(path, kind, page, where)
    except UnreadableScan:
        pages = count_pages(path)
        if 1 <= page <= pages:
            raise
        has = f"{path.name} has no page {page}, only {pages}"
        raise UnreadableScan(f"{has}; add the whole file again.") from None
    pixels, dpi = scaled(raster)
    return Scan(str(path), page, pixels, dpi, raster.bitonal)


def _kind(path: Path) -> str:
    head = _head(path)
    if not head:
        raise UnreadableScan(f"{path.name} is empty (0 bytes); scan it or copy it again.")
    for mark, kind in MARKS:
        if head.startswith(mark):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    if b"%PDF-" in head:
        return PDF
    error: type[DigitizeError] = UnreadableScan if path.suffix.lower() in SUFFIXES else UnsupportedScan
    raise error(f"{path.name} is not a {READABLE} file; scan or export it as one of these.")


def _head(path: Path) -> bytes:
    """The first bytes; never opens what is no file, because a pipe would wait for ever."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise UnsupportedScan(f"{path.name} is a folder; name the files in it.")
        if not stat.S_ISREG(mode):
            raise UnsupportedScan(f"{path.name} is a pipe or device; save the scan as a file.")
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except PermissionError as error:
        raise UnreadableScan(f"{path.name} may not be read; give this account the right to.") from error
    except OSError as error:
        raise UnreadableScan(f"{path.name} is not there or cannot be reached; copy it again.") from error
