"""The picture of a PDF page as it is stored, for pages that are one picture and nothing else.

Poppler copies such a picture pixel by pixel; decoding it here gives the same pixels without a process and
without the page going through a pipe.  Whatever poppler would change or add to is left to poppler.
"""

import io
import math
import zlib
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitize.images import Pixels
from digitize.load.decoder_messages import captured_stderr
from digitize.load.pdf_streams import as_fax, fax_tiff, filters_of

# Operators of a page that is one picture: they save the state, place the picture and draw it.
PLACING = {b"q", b"Q", b"cm", b"Do"}
_CHANNELS = {"/DeviceGray": 1, "/DeviceRGB": 3}  # other colour spaces are converted by poppler
_FAX_PADDING = b"\0\r\n"
DEFAULT_SPACES = ("/DefaultGray", "/DefaultRGB")  # of a page, in place of the plain colour spaces
# Entries that change the colours of a picture or hide parts of it.
_ALTERED = ("/ImageMask", "/Mask", "/SMask", "/Decode", "/OC", "/Alternates")


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """An encoded picture; `size_px` is its width and height before it is turned.

    `turn` is the linear part of the map from the picture (y down) to the displayed page: 0, 1 or -1.
    """

    data: bytes
    filter: str
    size_px: tuple[int, int]
    channels: int
    black_is_1: bool
    turn: tuple[int, int, int, int]

    def decoded(self) -> Pixels | None:
        """Return the pixels as displayed, grey or blue-green-red, None if they cannot be decoded here."""
        decode = {"/DCTDecode": self._jpeg, "/CCITTFaxDecode": self._fax, "/FlateDecode": self._inflated}
        pixels = decode[self.filter]()
        width, height = self.size_px
        shape = (height, width) if self.channels == 1 else (height, width, 3)
        return None if pixels is None or pixels.shape != shape else _turned(pixels, self.turn)

    def _jpeg(self) -> Pixels | None:
        how = cv2.IMREAD_UNCHANGED if self.channels == 1 else cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
        with captured_stderr() as messages:
            try:
                pixels = cv2.imdecode(np.frombuffer(self.data, np.uint8), how)
            except cv2.error:
                return None
        return None if pixels is None or messages.damage else np.asarray(pixels, np.uint8)

    def _fax(self) -> Pixels | None:
        try:
            tiff = io.BytesIO(fax_tiff(self.data, *self.size_px))
            with captured_stderr(), Image.open(tiff) as image:
                black = np.asarray(image)
                again = as_fax(image)
        except (OSError, ValueError, KeyError, SyntaxError):
            return None
        # Libtiff passes over some damage that poppler reports.  Group 4 leaves its encoders no choice: where
        # nothing was passed over, the pixels give the same data again.
        if again.rstrip(_FAX_PADDING) != self.data.rstrip(_FAX_PADDING):
            return None
        return np.where(black == self.black_is_1, np.uint8(255), np.uint8(0))

    def _inflated(self) -> Pixels | None:
        width, height = self.size_px
        length = width * height * self.channels
        try:
            data = zlib.decompressobj().decompress(self.data, length)
        except zlib.error:
            return None
        if len(data) < length:
            return None
        pixels = np.frombuffer(data, np.uint8)
        if self.channels == 1:
            return pixels.reshape(height, width).copy()
        return np.asarray(cv2.cvtColor(pixels.reshape(height, width, 3), cv2.COLOR_RGB2BGR), np.uint8)


def stored_picture(xobject: Any, transform: NDArray[np.float64]) -> StoredPicture | None:
    """Return the picture that `transform` places on the displayed page, None if it is left to poppler."""
    size_px = int(xobject["/Width"]), int(xobject["/Height"])
    space = xobject.get("/ColorSpace")
    channels = _CHANNELS.get(str(space.get_object() if space is not None else None))
    turn = _turn_of(transform)
    if channels is None or turn is None or any(entry in xobject for entry in _ALTERED):
        return None
    filters, parameters = filters_of(xobject)
    options = parameters[0] if parameters and hasattr(parameters[0], "get") else {}
    if len(filters) != 1 or not _is_plain(str(filters[0]), options, xobject, size_px, channels):
        return None
    data = bytes(getattr(xobject, "_data", b""))
    return StoredPicture(data, str(filters[0]), size_px, channels, _is_true(options, "/BlackIs1"), turn)


def _is_plain(name: str, options: Any, xobject: Any, size_px: tuple[int, int], channels: int) -> bool:
    """Return whether the decoders here and poppler do the same with data of this kind."""
    bits = int(xobject.get("/BitsPerComponent", 8))
    if name == "/CCITTFaxDecode":
        columns, rows = options.get("/Columns", 1728), options.get("/Rows", size_px[1])
        return (
            (bits, channels) == (1, 1)
            and int(options.get("/K", 0)) < 0
            and (columns, rows) == size_px
            and not _is_true(options, "/EncodedByteAlign")
        )
    if name == "/DCTDecode":
        return bits == 8 and "/ColorTransform" not in options
    return name == "/FlateDecode" and bits == 8 and int(options.get("/Predictor", 1)) == 1


def _is_true(options: Any, name: str) -> bool:
    return bool(options.get(name, False) == True)  # noqa: E712  (pypdf's objects are all truthy)


def _turn_of(transform: NDArray[np.float64]) -> tuple[int, int, int, int] | None:
    """Return the quarter turn, with or without reflection, of a transform of the unit square (y up)."""
    linear = transform[:2, :2]
    if np.count_nonzero(linear) != 2 or math.isclose(float(np.linalg.det(linear)), 0.0):
        return None
    (a, b), (c, d) = np.sign(linear).astype(int).tolist()
    return a, b, -c, -d  # rows of a picture run downwards, those of the unit square upwards


def _turned(pixels: Pixels, turn: tuple[int, int, int, int]) -> Pixels:
    """Return the pixels with their axes as on the displayed page."""
    right, down = turn[:2], turn[2:]  # where its axes point on the displayed page
    if right[0] == 0:
        pixels = np.swapaxes(pixels, 0, 1)
        right, down = down, right
    pixels = pixels[:: 1 if down[1] > 0 else -1, :: 1 if right[0] > 0 else -1]
    return np.ascontiguousarray(pixels)
