"""Synthetic pages as the files an office gets."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from digitize.images import Pixels
from samples.synthetic.synthetic_page import SyntheticPage

_TURN_LEFT_TAG = 6  # EXIF orientation: the viewer has to turn the picture clockwise by a quarter
_ORIENTATION = 0x0112


def picture(pixels: Pixels, bitonal: bool = False) -> Image.Image:
    """The pixels as a Pillow image; `bitonal` makes it black and white."""
    if pixels.ndim == 3:
        return Image.fromarray(np.ascontiguousarray(pixels[..., ::-1]))
    image = Image.fromarray(pixels)
    return image.convert("1", dither=Image.Dither.NONE) if bitonal else image


def save_pdf(path: Path, pages: Sequence[SyntheticPage], quality: int = 62, bitonal: bool = False) -> None:
    """A PDF with one picture per page: JPEG, or CCITT G4 if `bitonal`."""
    images = [picture(page.pixels, bitonal) for page in pages]
    images[0].save(
        path,
        "PDF",
        save_all=True,
        append_images=images[1:],
        resolution=pages[0].truth.dpi,
        quality=quality,
        creationDate=None,  # the same pages give the same file
        modDate=None,
    )


def save_tiff(path: Path, pages: Sequence[SyntheticPage]) -> None:
    """A multi-page TIFF, black and white, CCITT G4."""
    images = [picture(page.pixels, bitonal=True) for page in pages]
    dpi = pages[0].truth.dpi
    images[0].save(
        path, "TIFF", save_all=True, append_images=images[1:], compression="group4", dpi=(dpi, dpi)
    )


def save_png(path: Path, page: SyntheticPage) -> None:
    picture(page.pixels).save(path, "PNG", dpi=(page.truth.dpi, page.truth.dpi), optimize=True)


def save_photo(path: Path, page: SyntheticPage, quality: int = 72) -> None:
    """A JPEG as phones write it: stored lying, with the EXIF tag that sets it upright."""
    lying = picture(np.ascontiguousarray(np.rot90(page.pixels)))
    exif = Image.Exif()
    exif[_ORIENTATION] = _TURN_LEFT_TAG
    lying.save(path, "JPEG", quality=quality, exif=exif.tobytes())
