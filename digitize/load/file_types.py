"""The type of a file, told from its first bytes and not from its name."""

import stat
from pathlib import Path

from digitize.errors import UnreadableScan, UnsupportedScan

HEAD_BYTES = 1024  # the PDF signature may be preceded by that much
SUFFIXES = frozenset({".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg", ".webp", ".bmp", ".heic", ".heif"})
PDF, HEIF = "PDF", "HEIF"
READABLE = "PDF, TIFF, PNG, JPEG, WebP, HEIC or BMP"
SIGNATURES = (
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
)
CONTAINERS = (b"PK\3\4", b"Rar!", b"7z\xbc\xaf", b"\xd0\xcf\x11\xe0")  # their first file may be a PDF
HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
BMP_HEADERS = {12, 40, 52, 56, 64, 108, 124}  # lengths of the second header; two letters prove little


def file_type(path: Path) -> str | None:
    """Return the type of a file in Pillow's spelling, None if it is not a scan.

    Raises UnreadableScan for an empty file and for one that cannot be read,
    UnsupportedScan for what is not a file.
    """
    head = _first_bytes(path)
    if not head:
        raise UnreadableScan(f"{path.name} is empty (0 bytes); scan it or copy it again.")
    return type_of(head)


def type_of(head: bytes) -> str | None:
    """Return the type of a file that begins with these bytes, None if it is not a scan."""
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in BMP_HEADERS:
        return "BMP"
    if head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS:
        return HEIF
    return PDF if b"%PDF-" in head and not head.startswith(CONTAINERS) else None


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
    except (OSError, ValueError) as error:
        raise UnreadableScan(f"{path.name} is not there or cannot be reached; copy it again.") from error
