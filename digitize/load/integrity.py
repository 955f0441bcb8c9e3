"""Whether encoded picture data are whole, as far as their format allows to tell.

Decoders go on after damage: with grey, with shifted rows, or with what the
damage happens to mean.  So the data are examined before the pixels are believed.
"""

import io
import os
import re
import zlib
from typing import BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitize.images import Pixels
from digitize.load.decoder_messages import captured_stderr
from digitize.load.tiff import Directory

# Lost blocks of a disk or a transfer are read as zeros.  Compressed data hold no such runs: every code has
# ones in it.  Fax data may be padded with up to 50 zero bytes a row.
JPEG_ZEROS_MAX_BYTES = 31
OTHER_ZEROS_MAX_BYTES = 63
CHUNK_BYTES = 1 << 20  # decompressed at a time, only to see whether it works
OVERLAP_MAX = 4  # times the size of the file that all strips together may have: some are stored once
BAND_MIN_ROWS = 8  # of one value from edge to edge; less is a scratch in which no row of a table vanishes
PAPER_MIN = 230  # lighter flat areas are clean paper
ALIKE = 3  # values that differ by less are one: lossy formats ripple

FLAT_ROWS_SHARE = 0.02  # of the height of a page, at its lower edge, that is worth a closer look
# The numbers of codes by length in the usual Huffman table: with it, every block has ones in its code.
_USUAL_TABLE = bytes.fromhex("0002010303020403050504040000017d")
_EXTRANEOUS = re.compile(r"(\d+) extraneous bytes before marker 0xd9")
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, b"\xff\xd9"
_JPEG, _DEFLATE = 7, (8, 32946)  # compression of a TIFF
_TAIL_BYTES = 64  # at the end of strips; writers pad them


def jpeg_is_damaged(data: bytes) -> bool:
    """Return whether libjpeg reports damage, or a JPEG has a hole or no end."""
    if _END_OF_IMAGE not in data:
        return True
    head, scan = _parts_of_jpeg(data)
    with captured_stderr() as messages:
        try:
            cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_REDUCED_GRAYSCALE_8)
        except cv2.error:  # what OpenCV cannot decode (12 bits, lossless) is left to the decoder proper
            return False
    if any(not _is_padding(line, scan) for line in messages.damage):
        return True
    return _USUAL_TABLE in head and has_hole(scan.rstrip(b"\0"), JPEG_ZEROS_MAX_BYTES)


def jpeg_rows(data: bytes) -> int:
    """Return the height that a JPEG states."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
            return image.height
    except (OSError, SyntaxError, ValueError):
        return 0


def _parts_of_jpeg(data: bytes) -> tuple[bytes, bytes]:
    """Return the segments before the first scan, and the data from there to the end of the picture."""
    start = 2
    while start + 4 <= len(data) and data[start] == 0xFF and data[start + 1] != _START_OF_SCAN:
        fill = data[start + 1] == 0xFF
        start += 1 if fill else 2 + int.from_bytes(data[start + 2 : start + 4], "big")
    end = data.find(_END_OF_IMAGE, start)
    return data[:start], data[start : end if end > 0 else len(data)]


def _is_padding(message: str, scan: bytes) -> bool:
    """Return whether the bytes too many of which libjpeg reports were added to fill up the data."""
    found = _EXTRANEOUS.search(message)
    return found is not None and len(set(scan[-int(found[1]) :])) == 1


def png_is_damaged(data: bytes) -> bool:
    """Return whether a checksum of a PNG is wrong or its end is missing."""
    start, end = 8, False
    while start + 12 <= len(data) and not end:
        length = int.from_bytes(data[start : start + 4], "big")
        body, check = data[start + 4 : start + 8 + length], data[start + 8 + length : start + 12 + length]
        critical = body[:1].isupper()
        if critical and int.from_bytes(check, "big") != zlib.crc32(body):
            return True
        end = body[:4] == b"IEND"
        start += 12 + length
    return not end


def webp_is_damaged(data: bytes, pixels: Pixels) -> bool:
    """Return whether a WebP has a hole; one of an empty page may hold many zeros."""
    return has_hole(data, OTHER_ZEROS_MAX_BYTES) and int(pixels.max()) - int(pixels.min()) > ALIKE


def tiff_is_damaged(file: BinaryIO, directory: Directory) -> bool:
    """Return whether a strip or tile of a TIFF page is cut off or damaged."""
    size_bytes = file.seek(0, os.SEEK_END)
    if sum(length for _, length in directory.pieces) > OVERLAP_MAX * size_bytes:
        return True
    for offset, length in directory.pieces:
        file.seek(offset)
        piece = file.read(length)
        if len(piece) < length:
            return True
        if directory.compression in _DEFLATE:
            if inflate(piece) is None:
                return True
        elif directory.compression == _JPEG:
            if jpeg_is_damaged(directory.jpeg_tables[:-2] + piece[2:] if directory.jpeg_tables else piece):
                return True
        elif not directory.is_raw and has_hole(piece[:-_TAIL_BYTES], OTHER_ZEROS_MAX_BYTES):
            return True
    return False


def inflate(data: bytes, keep: bool = False) -> bytes | int | None:
    """Return the number of bytes that deflated data hold, None if they are damaged or cut off.

    With `keep`, the bytes themselves.
    """
    inflater, rest, kept, length = zlib.decompressobj(), data, [], 0
    while rest and not inflater.eof:
        try:
            part = inflater.decompress(rest, CHUNK_BYTES)
        except zlib.error:
            return None
        length += len(part)
        if keep:
            kept.append(part)
        rest = inflater.unconsumed_tail
    if not inflater.eof:
        return None
    return b"".join(kept) if keep else length


def has_flat_band(pixels: Pixels) -> bool:
    """Return whether full rows of a grey or colour picture have one value that is not that of paper.

    So look the rows for which the data are missing.  Black at the upper or lower
    edge may be the bed of the scanner.
    """
    flat = _flat_rows(pixels)
    bounds = np.flatnonzero(np.diff(np.concatenate(([0], (flat >= 0).astype(np.int8), [0]))))
    for top, bottom in bounds.reshape(-1, 2):
        band = flat[top:bottom]
        at_edge = top == 0 or bottom == len(flat)
        black_edge = at_edge and band.max() <= ALIKE
        if len(band) >= BAND_MIN_ROWS and np.ptp(band) <= ALIKE and not black_edge:
            return True
    return False


def _flat_rows(pixels: Pixels) -> NDArray[np.int16]:
    """Return for each row its only value, -1 where it has several or that of paper."""
    low, high = pixels.min(axis=1).astype(np.int16), pixels.max(axis=1).astype(np.int16)
    if pixels.ndim == 2:
        return np.where((high - low < ALIKE) & (high < PAPER_MIN), high, np.int16(-1))
    flat = ((high - low).max(axis=1) < ALIKE) & (high.min(axis=1) < PAPER_MIN)
    return np.where(flat, high.max(axis=1), np.int16(-1))


def flat_rows_at_end(pixels: Pixels) -> int:
    """Return how many rows at the lower edge are all of the value that the last row begins with."""
    differs = (pixels != pixels[-1, :1]).reshape(len(pixels), -1).any(axis=1)
    rows = np.flatnonzero(differs)
    return len(pixels) - 1 - int(rows[-1]) if len(rows) else len(pixels)


def has_hole(data: bytes, most_bytes: int) -> bool:
    """Return whether there are more zeros in a row than `most_bytes`."""
    return bytes(most_bytes + 1) in data
