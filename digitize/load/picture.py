"""Image files (TIFF, PNG, JPEG, WebP and BMP) through Pillow, converted in strips of rows."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from PIL import ExifTags, Image

from digitize.errors import DigitizeError, TooLargeScan, UnreadableScan, UnsupportedScan
from digitize.images import Pixels
from digitize.load.raster import (
    STRIP_ROWS,
    Dpi,
    Raster,
    check_size,
    drop_empty_chroma,
    is_bitonal,
    plausible_dpi,
)

GREY_MODES = {"1", "L"}
DEEP_MODES = {"I", "I;16", "I;16L", "I;16B", "I;16N"}  # 16 bits per pixel
COLOUR_MODES = {"P", "RGB", "RGBX", "CMYK", "YCbCr", "HSV"}
ALPHA_MODES = {"LA", "La", "PA", "RGBA", "RGBa"}
# Scanners write EXIF data too, but only cameras write an exposure.
CAMERA_TAGS = {ExifTags.Base.ExposureTime, ExifTags.Base.FNumber, ExifTags.Base.FocalLength}

SIDEWAYS = (5, 6, 7, 8)  # EXIF orientations that swap width and height


def count(path: Path, kind: str) -> int:
    """Return the number of pages: the directories of a TIFF, one for any other type."""
    with _open_image(path, kind, path.name) as image:
        return int(getattr(image, "n_frames", 1)) if kind == "TIFF" else 1


def decode(path: Path, kind: str, page: int, where: str) -> Raster:
    """Decode one page.

    `kind` is Pillow's name of the format; `where` names the page in error
    messages.  Raises DigitizeError.
    """
    with _open_image(path, kind, where) as image:
        if kind == "TIFF":
            image.seek(page - 1)
        elif page != 1:
            raise EOFError
        check_size(*image.size, where)
        if image.mode not in GREY_MODES | DEEP_MODES | COLOUR_MODES | ALPHA_MODES:
            raise UnsupportedScan(f"{where} stores colour as {image.mode}; save it again as RGB or grey.")
        exif = image.getexif()
        turn = exif.get(ExifTags.Base.Orientation, 1)
        camera = CAMERA_TAGS & set(exif.get_ifd(ExifTags.IFD.Exif))
        dpi = None if camera else plausible_dpi(_claimed_dpi(image))
        image.load()
        pixels = drop_empty_chroma(_to_array(image))
    if dpi and turn in SIDEWAYS:
        dpi = dpi[1], dpi[0]
    if kind != "TIFF":  # Pillow has rotated TIFF already
        pixels = _apply_orientation(pixels, turn)
    return Raster(pixels, dpi, is_bitonal(pixels))


@contextmanager
def _open_image(path: Path, kind: str, where: str) -> Iterator[Image.Image]:
    """Open an image file and turn whatever its decoder raises into a DigitizeError."""
    try:
        with _silence_stderr(), warnings.catch_warnings(), path.open("rb") as file:
            warnings.simplefilter("ignore")  # about damaged tags and large sizes, which are checked here
            with Image.open(file, formats=(kind,)) as image:
                yield image
    except DigitizeError:
        raise
    except (Image.DecompressionBombError, MemoryError) as error:
        raise TooLargeScan(f"{where} is too large to decode; scan it again at 300 dpi.") from error
    except Exception as error:  # decoders raise all kinds of errors: OSError, KeyError, struct.error ...
        raise UnreadableScan(f"{where} is damaged or cut off; scan it or copy it again.") from error


@contextmanager
def _silence_stderr() -> Iterator[None]:
    """Redirect the process's stderr, to which libtiff writes directly."""
    try:
        stderr_copy = os.dup(2)
    except OSError:  # stderr is closed: nothing to redirect
        yield
        return
    try:
        with Path(os.devnull).open("wb") as null:
            os.dup2(null.fileno(), 2)
            yield
    finally:
        os.dup2(stderr_copy, 2)
        os.close(stderr_copy)


def _claimed_dpi(image: Image.Image) -> Dpi | None:
    """Return the resolution that the file claims, if any."""
    claim = image.info.get("dpi")
    return (float(claim[0]), float(claim[1])) if isinstance(claim, tuple) and len(claim) == 2 else None


def _to_array(image: Image.Image) -> Pixels:
    """Return uint8 grey (height, width) or BGR (height, width, 3); transparent pixels become white."""
    width, height = image.size
    grey = image.mode in GREY_MODES | DEEP_MODES and "transparency" not in image.info
    pixels = np.empty((height, width) if grey else (height, width, 3), dtype=np.uint8)
    for top in range(0, height, STRIP_ROWS):
        strip = image.crop((0, top, width, min(height, top + STRIP_ROWS)))
        strip.info = image.info
        pixels[top : top + STRIP_ROWS] = _grey_strip(strip) if grey else _colour_strip(strip)
    return pixels


def _grey_strip(strip: Image.Image) -> Pixels:
    if strip.mode in DEEP_MODES:
        return np.asarray(np.clip(np.asarray(strip), 0, 65535) >> 8, dtype=np.uint8)
    return np.asarray(strip.convert("L"), dtype=np.uint8)


def _colour_strip(strip: Image.Image) -> Pixels:
    if strip.mode in ALPHA_MODES or "transparency" in strip.info:
        if strip.mode in DEEP_MODES:
            strip = Image.fromarray(_grey_strip(strip))
        white = Image.new("RGBA", strip.size, "white")
        strip = Image.alpha_composite(white, strip.convert("RGBA"))
    return np.asarray(cv2.cvtColor(np.asarray(strip.convert("RGB")), cv2.COLOR_RGB2BGR), dtype=np.uint8)


def _apply_orientation(pixels: Pixels, orientation: int) -> Pixels:
    """Apply an EXIF orientation (1 to 8; any other value is treated as 1)."""
    if orientation in SIDEWAYS:
        pixels = np.asarray(cv2.transpose(pixels), dtype=np.uint8)
    flip = {2: 1, 3: -1, 4: 0, 6: 1, 7: -1, 8: 0}.get(orientation)
    return pixels if flip is None else np.asarray(cv2.flip(pixels, flip), dtype=np.uint8)
