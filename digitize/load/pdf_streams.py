"""Whether the data of an image in a PDF are whole, as far as its filters allow to tell.

Poppler leaves what is missing empty, and reports it for some filters only.
"""

import io
import struct
from typing import Any

import numpy as np
from PIL import Image

from digitize.load import tiff
from digitize.load.decoder_messages import captured_stderr
from digitize.load.integrity import (
    FLAT_ROWS_SHARE,
    OTHER_ZEROS_MAX_BYTES,
    flat_rows_at_end,
    has_hole,
    inflate,
    jpeg_is_damaged,
    jpeg_rows,
)

MISSING_ROWS_MAX = 2  # some writers leave out the end of the last row
PNG_PREDICTORS = 10  # predictors from this number on add a byte to each row
FAX_SLACK_BYTES = 32  # padding and end marks of fax data
_HOLED = {"/LZWDecode", "/RunLengthDecode", "/JBIG2Decode"}  # they have no checksum, nor such runs of zeros


def is_damaged(xobject: Any, width_px: int, height_px: int) -> bool:
    """Return whether the data of an image are cut off, damaged or fewer than its size asks for."""
    data = bytes(getattr(xobject, "_data", b""))  # get_data() would decode and hide the damage
    filters, parameters = filters_of(xobject)
    while filters[:1] == ["/FlateDecode"] and filters[1:]:
        inflated = inflate(data, keep=True)
        if not isinstance(inflated, bytes):
            return True
        data, filters, parameters = inflated, filters[1:], parameters[1:]
    last = filters[0] if len(filters) == 1 else None
    options = parameters[0] if parameters and hasattr(parameters[0], "get") else {}
    if last == "/DCTDecode":
        return jpeg_is_damaged(data) or jpeg_rows(data) < height_px - MISSING_ROWS_MAX
    if last == "/CCITTFaxDecode":
        return options.get("/K", 0) < 0 and _fax_is_short(data, options, width_px, height_px)
    if last == "/FlateDecode" or (last is None and not filters):
        length = inflate(data) if last else len(data)
        least = _bytes_of_rows(xobject, options, width_px, height_px - MISSING_ROWS_MAX)
        return not isinstance(length, int) or length < least
    return last in _HOLED and has_hole(data, OTHER_ZEROS_MAX_BYTES)


def filters_of(xobject: Any) -> tuple[list[Any], list[Any]]:
    """Return the names of the filters of a stream, and their parameters."""
    return _as_list(xobject.get("/Filter")), _as_list(xobject.get("/DecodeParms"))


def _as_list(value: Any) -> list[Any]:
    value = value.get_object() if value is not None else []
    return [item.get_object() for item in value] if isinstance(value, list) else [value]


def _bytes_of_rows(xobject: Any, options: Any, width_px: int, rows: int) -> int:
    """Return how many bytes so many rows have, 0 where that cannot be told."""
    space = xobject.get("/ColorSpace")
    space = space.get_object() if space is not None else None
    name = space[0] if isinstance(space, list) and space else space
    channels = {"/DeviceGray": 1, "/CalGray": 1, "/Indexed": 1, "/DeviceRGB": 3, "/CalRGB": 3, "/Lab": 3}
    if name == "/ICCBased":
        number = int(space[1].get_object().get("/N", 0)) if isinstance(space, list) else 0
    else:
        number = 1 if xobject.get("/ImageMask") else channels.get(str(name), 4 * (name == "/DeviceCMYK"))
    bits = 1 if xobject.get("/ImageMask") else int(xobject.get("/BitsPerComponent", 8))
    if not number:
        return 0
    row_bytes = (width_px * number * bits + 7) // 8
    return max(0, rows) * (row_bytes + (int(options.get("/Predictor", 1)) >= PNG_PREDICTORS))


def _fax_is_short(data: bytes, options: Any, width_px: int, height_px: int) -> bool:
    """Return whether group 4 data hold fewer rows than the image has.

    Decoders fill up with white.  Each white row takes one bit, so the picture
    encoded again is longer than what it was decoded from.
    """
    if options.get("/EncodedByteAlign") or options.get("/Columns", 1728) != width_px:
        return False
    try:
        with (
            captured_stderr() as messages,
            Image.open(io.BytesIO(fax_tiff(data, width_px, height_px))) as image,
        ):
            pixels = np.asarray(image)
            if flat_rows_at_end(pixels) < FLAT_ROWS_SHARE * height_px:
                return False
            again = as_fax(image)
    except (OSError, ValueError, KeyError, SyntaxError):  # poppler reports what cannot be decoded
        return False
    longer = len(again) > len(data) + FAX_SLACK_BYTES
    return longer or bool(messages.damage)


def as_fax(image: Image.Image) -> bytes:
    """Return the group 4 data of a black and white image."""
    file = io.BytesIO()
    image.save(file, "TIFF", compression="group4", tiffinfo={278: image.height})
    (directory,) = tiff.directories(file)
    ((start, length),) = directory.pieces
    return file.getvalue()[start : start + length]


def fax_tiff(data: bytes, width_px: int, height_px: int) -> bytes:
    """Return a TIFF of one strip that holds the data as they are, in the polarity in which Pillow saves."""
    tags = [
        (256, width_px),
        (257, height_px),
        (258, 1),
        (259, 4),
        (262, 1),
        (273, 0),
        (277, 1),
        (278, height_px),
    ]
    tags.append((279, len(data)))
    start = 8 + 2 + 12 * len(tags) + 4
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, start if tag == 273 else value) for tag, value in tags)
    return struct.pack("<2sHIH", b"II", 42, 8, len(tags)) + entries + bytes(4) + data
