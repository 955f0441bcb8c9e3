"""Load one page of a file as pixels, whatever the file type.

    load_page(path, page) -> images.Scan

The type of a file is told from its first bytes, not from its name.  Whatever
is wrong with a file is reported as one `DigitizeError`, whose sentence names
the file and page and says what to do next.
"""

from pathlib import Path, PurePath

from digitize.errors import DigitizeError, TooLargeScan, UnreadableScan, UnsupportedScan
from digitize.images import Scan
from digitize.load import pdf, picture
from digitize.load.file_types import PDF, READABLE, SUFFIXES, file_type, type_of
from digitize.load.picture import FILE_MAX_PAGES
from digitize.load.raster import scale_to_limits


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


def is_scan(path: Path) -> bool:
    """Return whether a file is to be read as a scan: by its content, or else by what its name says."""
    try:
        return file_type(path) is not None or path.suffix.lower() in SUFFIXES
    except DigitizeError:
        return True  # what cannot be read, or is empty, must not be passed over


def looks_like_scan(head: bytes, name: str) -> bool:
    """Return whether a file that begins with `head` is to be read as a scan, as `is_scan` does."""
    return type_of(head) is not None or PurePath(name).suffix.lower() in SUFFIXES


def _file_type(path: Path) -> str:
    kind = file_type(path)
    if kind is None:
        error: type[DigitizeError] = UnreadableScan if path.suffix.lower() in SUFFIXES else UnsupportedScan
        raise error(f"{path.name} is not a {READABLE} file; scan or export it as one of these.")
    return kind
