"""Scans of one page in many formats, damaged as disks and transfers damage them."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from digitize.errors import DigitizeError
from digitize.images import Pixels
from digitize.load import load_page
from tests.load.scans import flate_image, g4_image, jpeg_image, pdf_with_pages, write_file

DPI = 150
LOST_DIFFERENCE = 64  # of 255, between ink and paper
LOST_SHARE = 0.002  # of the pixels of a page: a row of 27 that is filled in has twice as many
HEAD_BYTES = 1000  # at the start of a file, where damage is always noticed

Damage = Callable[[bytes, np.random.Generator], bytes]


@dataclass(frozen=True)
class Case:
    """One damaged file, and the pixels that it should hold."""

    name: str
    data: bytes
    intact: Pixels


def zeros(count: int) -> Damage:
    def apply(data: bytes, dice: np.random.Generator) -> bytes:
        start = int(dice.integers(min(HEAD_BYTES, len(data) // 4), len(data) - 2))
        return data[:start] + bytes(len(data[start : start + count])) + data[start + count :]

    return apply


def flipped_bit(data: bytes, dice: np.random.Generator) -> bytes:
    at = int(dice.integers(min(HEAD_BYTES, len(data) // 4), len(data)))
    return data[:at] + bytes([data[at] ^ 1 << int(dice.integers(8))]) + data[at + 1 :]


def cut_off(data: bytes, dice: np.random.Generator) -> bytes:
    return data[: int(len(data) * dice.uniform(0.3, 0.95))]


DAMAGES: dict[str, Damage] = {
    "64 zeros": zeros(64),
    "4096 zeros": zeros(4096),
    "64 KiB of zeros": zeros(65536),
    "flipped bit": flipped_bit,
    "cut off": cut_off,
}


def _format(page: Pixels, name: str) -> bytes:
    """The page as a file of one kind."""
    grey = Image.fromarray(page)
    rgb = Image.fromarray(np.dstack([page, page, np.maximum(page, 40)]))
    kind, options = _SAVED[name]
    if name.startswith("group"):
        grey = Image.fromarray(np.where(page > 150, 255, 0).astype(np.uint8)).convert("1")
    return _saved(rgb if name.startswith(("colour", "progressive")) else grey, kind, **options)


_SAVED: dict[str, tuple[str, dict[str, object]]] = {
    "grey.jpg": ("JPEG", {}),
    "colour.jpg": ("JPEG", {}),
    "optimised.jpg": ("JPEG", {"optimize": True}),
    "progressive.jpg": ("JPEG", {"progressive": True}),
    "restarts.jpg": ("JPEG", {"restart_marker_rows": 4}),
    "group3.tif": ("TIFF", {"compression": "group3"}),
    "group4.tif": ("TIFF", {"compression": "group4"}),
    "lzw.tif": ("TIFF", {"compression": "tiff_lzw"}),
    "deflate.tif": ("TIFF", {"compression": "tiff_adobe_deflate"}),
    "packbits.tif": ("TIFF", {"compression": "packbits"}),
    "jpeg.tif": ("TIFF", {"compression": "jpeg"}),
    "raw.tif": ("TIFF", {}),
    "grey.png": ("PNG", {}),
    "lossy.webp": ("WEBP", {"quality": 80}),
    "lossless.webp": ("WEBP", {"lossless": True}),
    "grey.bmp": ("BMP", {}),
    "colour.bmp": ("BMP", {}),
}
PDF_IMAGES: dict[str, Callable[[Pixels], bytes]] = {
    "flate.pdf": flate_image,
    "jpeg.pdf": lambda page: jpeg_image(_format(page, "grey.jpg")),
    "g4.pdf": lambda page: g4_image(np.where(page > 150, 255, 0).astype(np.uint8)),
}
FORMATS = (*_SAVED, *PDF_IMAGES)


def saved(page: Pixels, name: str) -> bytes:
    """The page as a file of one of the FORMATS."""
    return _pdf(PDF_IMAGES[name](page), page) if name in PDF_IMAGES else _format(page, name)


def cases(page: Pixels, seeds: int, folder: Path) -> Iterator[Case]:
    """Every format with every damage, `seeds` times."""
    dice = np.random.default_rng(12)
    for name in FORMATS:
        data = saved(page, name)
        intact = load_page(write_file(folder / name, data), 1).pixels
        for what, damage in DAMAGES.items():
            for _ in range(seeds):
                yield Case(f"{what} in {name}", damage(data, dice), intact)


def short_pdfs(page: Pixels, folder: Path) -> Iterator[Case]:
    """PDF pictures whose data are whole but hold fewer rows than they state."""
    for name, image in PDF_IMAGES.items():
        intact = load_page(write_file(folder / name, saved(page, name)), 1).pixels
        for share in (0.2, 0.5, 0.8):
            rows = int(len(page) * share)
            short = image(page[:rows].copy())
            for key in (b"/Height %d", b"/Rows %d"):
                short = short.replace(key % rows, key % len(page))
            yield Case(f"{share} of the rows in {name}", _pdf(short, page), intact)


def is_lost(case: Case, path: Path) -> bool | None:
    """Whether part of the page is lost without a word; None where the damage is reported."""
    try:
        found = load_page(write_file(path, case.data), 1).pixels
    except DigitizeError:
        return None
    if found.shape[:2] != case.intact.shape[:2]:
        return True
    found, intact = (x if x.ndim == 2 else x.min(axis=2) for x in (found, case.intact))
    return bool((np.abs(found.astype(int) - intact) > LOST_DIFFERENCE).mean() > LOST_SHARE)


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, dpi=(DPI, DPI), **options)  # type: ignore[arg-type]
    return file.getvalue()


def _pdf(image: bytes, page: Pixels) -> bytes:
    return pdf_with_pages([image], (page.shape[1] * 72 / DPI, page.shape[0] * 72 / DPI))
