"""Save synthetic pages as scanner and phone files."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from digitize.images import Pixels
from samples.synthetic.synthetic_page import SyntheticPage

_ORIENTATION = 0x0112  # EXIF tag
_QUARTER_TURN = 6  # its value for a picture that has to be turned clockwise by 90 degrees to be upright


def picture(pixels: Pixels, bitonal: bool = False) -> Image.Image:
    """Return the pixels as a Pillow image, black and white if `bitonal`."""
    if pixels.ndim == 3:
        return Image.fromarray(np.ascontiguousarray(pixels[..., ::-1]))
    image = Image.fromarray(pixels)
    return image.convert("1", dither=Image.Dither.NONE) if bitonal else image


def save_pdf(path: Path, pages: Sequence[SyntheticPage], quality: int = 62, bitonal: bool = False) -> None:
    """Save a PDF with one image per page: JPEG, or CCITT G4 if `bitonal`."""
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
    """Save a multi-page TIFF in black and white, CCITT G4."""
    images = [picture(page.pixels, bitonal=True) for page in pages]
    dpi = pages[0].truth.dpi
    images[0].save(
        path, "TIFF", save_all=True, append_images=images[1:], compression="group4", dpi=(dpi, dpi)
    )


def save_png(path: Path, page: SyntheticPage) -> None:
    """Save a PNG with its resolution."""
    picture(page.pixels).save(path, "PNG", dpi=(page.truth.dpi, page.truth.dpi), optimize=True)


def save_photo(path: Path, page: SyntheticPage, quality: int = 72) -> None:
    """Save a JPEG as phones write it: stored in landscape, with an EXIF orientation."""
    lying = picture(np.ascontiguousarray(np.rot90(page.pixels)))
    exif = Image.Exif()
    exif[_ORIENTATION] = _QUARTER_TURN
    lying.save(path, "JPEG", quality=quality, exif=exif.tobytes())
