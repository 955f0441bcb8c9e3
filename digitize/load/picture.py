"""Image files (TIFF, PNG, JPEG, WebP, HEIC and BMP) through Pillow, converted in strips of rows."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import ExifTags, Image, ImageFile

from digitize.errors import DigitizeError, TooLargeScan, UnreadableScan, UnsupportedScan
from digitize.images import Pixels
from digitize.load import integrity, tiff
from digitize.load.decoder_messages import captured_stderr
from digitize.load.file_types import HEIF
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

FILE_MAX_PAGES = 10_000  # a full day on a sheet feeder; a file with more is damaged or hostile
DAMAGED = "{} is damaged or cut off; scan it or copy it again."
SIDEWAYS = (5, 6, 7, 8)  # EXIF orientations that swap width and height


def count(path: Path, kind: str) -> int:
    """Return the number of pages: those of a TIFF, but no more than FILE_MAX_PAGES + 1, one otherwise."""
    with _open_image(path, kind, path.name):
        return len(_tiff_pages(path)) if kind == "TIFF" else 1


def decode(path: Path, kind: str, page: int, where: str) -> Raster:
    """Decode one page.

    `kind` is Pillow's name of the format; `where` names the page in error
    messages.  Raises DigitizeError.
    """
    with _open_image(path, kind, where) as image:
        directory = _directory(path, page) if kind == "TIFF" else None
        if directory is not None:
            _check_samples(directory, where)
            image.seek(directory.index)
        elif page != 1:
            raise EOFError
        check_size(*image.size, where)
        if image.mode not in GREY_MODES | DEEP_MODES | COLOUR_MODES | ALPHA_MODES:
            raise UnsupportedScan(f"{where} stores colour as {image.mode}; save it again as RGB or grey.")
        exif = image.getexif()
        turn = exif.get(ExifTags.Base.Orientation, 1)
        camera = CAMERA_TAGS & set(exif.get_ifd(ExifTags.IFD.Exif))
        dpi = None if camera else plausible_dpi(_claimed_dpi(image))
        if _is_damaged(path, kind, directory):
            raise UnreadableScan(DAMAGED.format(where))
        image.load()
        pixels = drop_empty_chroma(_to_array(image))
    if _has_gap(path, kind, directory, pixels):
        raise UnreadableScan(DAMAGED.format(where))
    if dpi and turn in SIDEWAYS:
        dpi = dpi[1], dpi[0]
    if kind not in ("TIFF", HEIF):  # these Pillow has rotated already
        pixels = _apply_orientation(pixels, turn)
    return Raster(pixels, dpi, is_bitonal(pixels))


@contextmanager
def _open_image(path: Path, kind: str, where: str) -> Iterator[Image.Image]:
    """Open an image file; whatever its decoder raises or reports on stderr becomes a DigitizeError."""
    try:
        with captured_stderr() as messages, warnings.catch_warnings(), path.open("rb") as file:
            warnings.simplefilter("ignore")  # about damaged tags and large sizes, which are checked here
            ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint sets it for the whole process when imported
            if kind == HEIF:
                _register_heif()
            with Image.open(file, formats=(kind,)) as image:
                yield image
    except DigitizeError:
        raise
    except (Image.DecompressionBombError, MemoryError) as error:
        raise TooLargeScan(f"{where} is too large to decode; scan it again at 300 dpi.") from error
    except Exception as error:  # decoders raise all kinds of errors: OSError, KeyError, struct.error ...
        raise UnreadableScan(DAMAGED.format(where)) from error
    if messages.damage:
        raise UnreadableScan(DAMAGED.format(where))


@cache
def _register_heif() -> None:
    """Let Pillow read HEIC; only then, as the library is large and most scans are not from phones.

    pi-heif holds decoders only; the wheels of pillow-heif also bundle x265, an encoder under the GPL.
    """
    import pi_heif  # noqa: PLC0415

    pi_heif.register_heif_opener()


def _directory(path: Path, page: int) -> tiff.Directory:
    """Return the directory of a page of a TIFF; raises EOFError where it has none."""
    found = _tiff_pages(path)
    if not 1 <= page <= len(found):
        raise EOFError
    return found[page - 1]


def _tiff_pages(path: Path) -> list[tiff.Directory]:
    status = path.stat()
    return _kept_tiff_pages(path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=1)  # the pages of a file are loaded one after the other
def _kept_tiff_pages(path: Path, _size_bytes: int, _modified_ns: int) -> list[tiff.Directory]:
    return tiff.pages(path, FILE_MAX_PAGES)


def _check_samples(directory: tiff.Directory, where: str) -> None:
    if directory.samples > tiff.SAMPLES_MAX:
        raise UnsupportedScan(
            f"{where} has {directory.samples} values for each pixel; save it again as RGB or grey."
        )


def _is_damaged(path: Path, kind: str, directory: tiff.Directory | None) -> bool:
    """Return whether the encoded data show damage that the decoder would pass over."""
    if directory is not None:
        with path.open("rb") as file:
            return integrity.tiff_is_damaged(file, directory)
    check = {"JPEG": integrity.jpeg_is_damaged, "PNG": integrity.png_is_damaged}.get(kind)
    return check is not None and check(path.read_bytes())


def _has_gap(path: Path, kind: str, directory: tiff.Directory | None, pixels: Pixels) -> bool:
    """Return whether part of the pixels are missing, in formats without a check of their own."""
    if kind == "WEBP" and integrity.webp_is_damaged(path.read_bytes(), pixels):
        return True
    unchecked = kind in ("BMP", "WEBP") or (directory is not None and directory.is_raw)
    return unchecked and not is_bitonal(pixels) and integrity.has_flat_band(pixels)


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
