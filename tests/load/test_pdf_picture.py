"""A page that is one picture is taken as it is stored, with the same pixels that poppler draws."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digitize.errors import UnreadableScan
from digitize.images import Pixels
from digitize.load import load_page, pdf, poppler
from digitize.load.pdf_images import read_page
from tests.load.scans import (
    flate_image,
    g4_image,
    jpeg_image,
    noise_image,
    pdf_with_pages,
    size_in_points,
    stroke_image,
    write_file,
)


def jpeg(pixels: Pixels) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=70)
    return jpeg_image(file.getvalue())


def colours() -> Pixels:
    return np.dstack([noise_image(seed=seed) // 2 + 60 * seed for seed in range(3)])


def with_entry(image: bytes, entry: bytes) -> bytes:
    return image.replace(b"/Subtype/Image", b"/Subtype/Image" + entry, 1)


def white_is_1(pixels: Pixels) -> bytes:
    return g4_image(pixels).replace(b"/BlackIs1 true", b"/BlackIs1 false")


KINDS: dict[str, Callable[[], bytes]] = {
    "grey jpeg": lambda: jpeg(noise_image()),
    "colour jpeg": lambda: jpeg(colours()),
    "fax": lambda: g4_image(stroke_image()),
    "fax, white is 1": lambda: white_is_1(stroke_image()),
    "deflated": lambda: flate_image(colours()),
}
SIZE_PT = size_in_points(noise_image(), 150)


def drawn_and_taken(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Pixels, Pixels]:
    """The page as poppler draws it, and as it is loaded without poppler."""
    with monkeypatch.context() as patch:
        patch.setattr(pdf, "read_page", lambda *at: replace(read_page(*at), picture=None))
        drawn = load_page(path, 1).pixels
    with monkeypatch.context() as patch:
        patch.setattr(poppler, "run", None)
        return drawn, load_page(path, 1).pixels


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("flipped", [False, True])
def test_the_pixels_are_those_that_poppler_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, turn: int, flipped: bool
) -> None:
    width, height = SIZE_PT
    content = b"q %.4f 0 0 %.4f %.4f 0 cm /Im Do Q" % (-width, height, width) if flipped else None
    data = pdf_with_pages([KINDS[kind]()], SIZE_PT, content, b"/Rotate %d" % turn)
    drawn, taken = drawn_and_taken(write_file(tmp_path / "a.pdf", data), monkeypatch)
    np.testing.assert_array_equal(taken, drawn)


WHOLE = b"q %.4f 0 0 %.4f 0 0 cm /Im Do Q " % SIZE_PT
LEFT_TO_POPPLER: dict[str, tuple[bytes, bytes | None, bytes]] = {
    "drawing": (flate_image(noise_image()), WHOLE + b"20 20 100 100 re f", b""),
    "clipped": (flate_image(noise_image()), b"0 0 100 100 re W n " + WHOLE, b""),
    "drawn twice": (flate_image(noise_image()), WHOLE + b"q 50 0 0 50 9 9 cm /Im Do Q", b""),
    "smaller than the page": (flate_image(noise_image()), b"q 150 0 0 260 9 9 cm /Im Do Q", b""),
    "annotated": (flate_image(noise_image()), None, b"/Annots[]"),
    "inverted": (with_entry(flate_image(noise_image()), b"/Decode[1 0]"), None, b""),
    "masked": (with_entry(flate_image(noise_image()), b"/Mask[0 9]"), None, b""),
    "calibrated": (flate_image(noise_image()).replace(b"/DeviceGray", b"[/CalGray<<>>]"), None, b""),
    "three rows short": (g4_image(stroke_image()).replace(b"/Rows 566", b"/Rows 563"), None, b""),
}


@pytest.mark.parametrize("case", LEFT_TO_POPPLER)
def test_what_is_not_just_one_plain_picture_is_drawn_by_poppler(tmp_path: Path, case: str) -> None:
    image, content, extra = LEFT_TO_POPPLER[case]
    path = write_file(tmp_path / "a.pdf", pdf_with_pages([image], SIZE_PT, content, extra))
    assert pdf._read_plan(path, 1, poppler.Deadline("")).picture is None


def test_a_page_with_a_meaning_of_its_own_for_grey_is_drawn_by_poppler(tmp_path: Path) -> None:
    data = pdf_with_pages([flate_image(noise_image())], SIZE_PT)
    path = write_file(
        tmp_path / "a.pdf",
        data.replace(b"/XObject<<", b"/ColorSpace<</DefaultGray[/CalGray<<>>]>>/XObject<<"),
    )
    assert pdf._read_plan(path, 1, poppler.Deadline("")).picture is None


def test_a_picture_that_cannot_be_decoded_is_drawn_by_poppler(tmp_path: Path) -> None:
    """Its data are those of a larger picture."""
    image = jpeg(noise_image(408, 570)).replace(b"/Width 408/Height 570", b"/Width 400/Height 566")
    path = write_file(tmp_path / "a.pdf", pdf_with_pages([image], SIZE_PT))
    picture = pdf._read_plan(path, 1, poppler.Deadline("")).picture
    assert picture is not None
    assert picture.decoded() is None
    assert load_page(path, 1).pixels.shape == (566, 400)


def test_of_a_picture_only_as_much_is_inflated_as_the_page_holds(tmp_path: Path) -> None:
    grey = noise_image()
    more = np.concatenate([grey, np.zeros((9000, grey.shape[1]), np.uint8)])
    data = flate_image(more).replace(b"/Height 9566", b"/Height 566")
    path = write_file(tmp_path / "a.pdf", pdf_with_pages([data], SIZE_PT))
    np.testing.assert_array_equal(load_page(path, 1).pixels, grey)


@pytest.mark.parametrize("at_share", [0.2, 0.5, 0.8])
def test_fax_data_that_libtiff_gives_up_without_a_word_are_left_to_poppler(
    tmp_path: Path, at_share: float
) -> None:
    """A hole ends the picture for libtiff, and what is below it stays white."""
    page = stroke_image()
    page[::3, ::7] = 0
    image = g4_image(page)
    start, end = image.index(b"stream\n") + 7, len(image) - len(b"\nendstream")
    hole = start + int((end - start) * at_share)
    broken = image[:hole] + bytes(4) + image[hole + 4 :]
    path = write_file(tmp_path / "a.pdf", pdf_with_pages([broken], SIZE_PT))
    picture = pdf._read_plan(path, 1, poppler.Deadline("")).picture
    assert picture is not None
    assert picture.decoded() is None
    with pytest.raises(UnreadableScan):
        load_page(path, 1)
