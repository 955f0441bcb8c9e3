"""Load one page of a file as pixels, whatever the file type.

    load_page(path, page) -> images.Scan

The type of a file is told from its first bytes, not from its name.  Whatever
is wrong with a file is reported as one `DigitizeError`, whose sentence names
the file and page and says what to do next.
"""

import stat
from pathlib import Path

from digitize.errors import DigitizeError, TooLargeScan, UnreadableScan, UnsupportedScan
from digitize.images import Scan
from digitize.load import pdf, picture
from digitize.load.picture import FILE_MAX_PAGES
from digitize.load.raster import scale_to_limits

SUFFIXES = frozenset({".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg", ".webp", ".bmp"})
HEAD_BYTES = 1024  # the PDF signature may be preceded by that much

PDF = "PDF"
SIGNATURES = (
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
    """Return the number of pages (sides) in a file, read from its headers.

    Raises DigitizeError if the file cannot be used at all.
    """
    kind = _file_type(path)
    pages = pdf.count(path) if kind == PDF else picture.count(path, kind)
    if pages < 1:
        raise UnreadableScan(f"{path.name} holds no page; scan it again.")
    if pages > FILE_MAX_PAGES:
        raise TooLargeScan(f"{path.name} has more than {FILE_MAX_PAGES} pages, the limit; split the file.")
    return pages


def load_page(path: Path, page: int) -> Scan:
    """Decode one page, counted from 1, without loading the others.

    The scan is rotated as its metadata say, has square pixels and at most
    `raster.KEPT_DPI` (photos: `raster.PHOTO_MAX_MEGAPIXELS`), and is in colour
    only if the page has colour.  Raises DigitizeError.
    """
    kind = _file_type(path)
    where = f"{path.name} page {page}"
    try:
        raster = pdf.render(path, page, where) if kind == PDF else picture.decode(path, kind, page, where)
    except UnreadableScan:
        pages = count_pages(path)
        if 1 <= page <= pages:
            raise
        has = f"{path.name} has no page {page}, only {pages}"
        raise UnreadableScan(f"{has}; add the whole file again.") from None
    pixels, dpi = scale_to_limits(raster)
    return Scan(str(path), page, pixels, dpi, raster.bitonal)


def _file_type(path: Path) -> str:
    """Return the type of a file by its signature, in Pillow's spelling."""
    head = _first_bytes(path)
    if not head:
        raise UnreadableScan(f"{path.name} is empty (0 bytes); scan it or copy it again.")
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    if b"%PDF-" in head:
        return PDF
    error: type[DigitizeError] = UnreadableScan if path.suffix.lower() in SUFFIXES else UnsupportedScan
    raise error(f"{path.name} is not a {READABLE} file; scan or export it as one of these.")


def _first_bytes(path: Path) -> bytes:
    """Read the first bytes of a regular file; opening a pipe would block."""
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
