"""Scan files for tests, assembled byte by byte where a library would tidy up."""

import io
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

from digitize.images import Pixels


def noise_image(width: int = 400, height: int = 566, seed: int = 0) -> Pixels:
    """Grey noise with single-pixel detail, in which any resampling shows."""
    return np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)


def stroke_image(width: int = 400, height: int = 566) -> Pixels:
    """Black one-pixel strokes on white that look different after any rotation or reflection."""
    page = np.full((height, width), 255, np.uint8)
    page[height // 10, : width // 2] = 0
    page[: height // 3, width // 5] = 0
    page[height // 2 :, (3 * width) // 4] = 0
    return page


def pdf_file(objects: list[bytes]) -> bytes:
    """Return a PDF of the given objects; the first is the catalog."""
    data, offsets = bytearray(b"%PDF-1.5\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    data += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(data)


def pdf_stream(entries: bytes, data: bytes) -> bytes:
    """Return a stream object."""
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(data), data)


def flate_image(pixels: Pixels) -> bytes:
    """Return a deflated image object with one grey or three colour channels."""
    height, width = pixels.shape[:2]
    space = b"/DeviceGray" if pixels.ndim == 2 else b"/DeviceRGB"
    entries = b"/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace%s/Filter/FlateDecode"
    return pdf_stream(entries % (width, height, space), zlib.compress(pixels.tobytes()))


def jpeg_image(data: bytes) -> bytes:
    """Return an image object that holds a JPEG file."""
    with Image.open(io.BytesIO(data)) as image:
        space = b"/DeviceGray" if image.mode == "L" else b"/DeviceRGB"
        entries = b"/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace%s/Filter/DCTDecode"
        return pdf_stream(entries % (*image.size, space), data)


def g4_image(pixels: Pixels) -> bytes:
    """Return a bitonal image object with CCITT group 4 compression, as scanners write it."""
    height, width = pixels.shape
    file = io.BytesIO()
    Image.fromarray(pixels).convert("1").save(file, "TIFF", compression="group4", tiffinfo={278: height})
    with Image.open(file) as image:
        tags = image.tag_v2  # type: ignore[attr-defined]
        (offset,), (length,) = tags[273], tags[279]
    entries = (
        b"/Subtype/Image/Width %d/Height %d/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/CCITTFaxDecode"
        b"/DecodeParms<</K -1/BlackIs1 true/Columns %d/Rows %d>>"
    )
    return pdf_stream(entries % (width, height, width, height), file.getvalue()[offset : offset + length])


def pdf_with_pages(
    images: list[bytes], size_pt: tuple[float, float], content: bytes | None = None, extra: bytes = b""
) -> bytes:
    """Return a PDF with one page per image, which fills it unless `content` is given.

    `extra` is added to every page's dictionary.
    """
    kids = b" ".join(b"%d 0 R" % (3 + 3 * i) for i in range(len(images)))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(images))]
    box = b"%.3f %.3f" % size_pt
    content = content or b"q %.3f 0 0 %.3f 0 0 cm /Im Do Q" % size_pt
    for i, image in enumerate(images):
        n = 3 + 3 * i
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %s]/Contents %d 0 R%s"
            b"/Resources<</XObject<</Im %d 0 R>>>>>>" % (box, n + 1, extra, n + 2)
        )
        objects += [pdf_stream(b"", content), image]
    return pdf_file(objects)


def size_in_points(pixels: Pixels, dpi: float) -> tuple[float, float]:
    """Return the size of an image at `dpi` in points."""
    return pixels.shape[1] * 72 / dpi, pixels.shape[0] * 72 / dpi


def save_image(path: Path, pixels: Pixels, **options: object) -> Path:
    """Save an image file with Pillow."""
    Image.fromarray(pixels).save(path, **options)  # type: ignore[arg-type]
    return path


def write_file(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
