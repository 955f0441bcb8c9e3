"""Of a damaged file, no part of a page is lost without a word."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile

from digitize.errors import UnreadableScan
from digitize.images import Pixels
from digitize.load import load_page
from digitize.load.integrity import has_flat_band
from samples.synthetic import SyntheticPage
from tests.load.damaged import FORMATS, cases, cut_off, flipped_bit, is_lost, saved, short_pdfs, zeros
from tests.load.scans import write_file

MESSAGE = r"page 1 is damaged or cut off; scan it or copy it again\.$"
# The format has no checksum, and its decoder reports nothing: one changed bit cannot be told.
UNTOLD = ("flipped bit in lossless.webp", "flipped bit in lossy.webp")
# A changed bit may shift the brightness of what follows, or edges by a few pixels, and leave it legible.
SHIFTED = ("optimised.jpg", "restarts.jpg", "grey.jpg", "jpeg.tif", "group4.tif", "g4.pdf")


@pytest.mark.parametrize(
    "name",
    [
        *("grey.jpg", "optimised.jpg", "progressive.jpg", "group4.tif", "lzw.tif", "packbits.tif"),
        *(
            "deflate.tif",
            "jpeg.tif",
            "grey.png",
            "lossy.webp",
            "lossless.webp",
            "jpeg.pdf",
            "g4.pdf",
        ),
    ],
)
def test_a_hole_in_a_file_is_reported(tmp_path: Path, list_page: SyntheticPage, name: str) -> None:
    data = saved(list_page.pixels, name)
    load_page(write_file(tmp_path / name, data), 1)
    damaged = zeros(400)(data, np.random.default_rng(1))
    with pytest.raises(UnreadableScan, match=MESSAGE):
        load_page(write_file(tmp_path / name, damaged), 1)


@pytest.mark.parametrize("name", ["grey.bmp", "raw.tif"])
def test_a_hole_in_uncompressed_pixels_is_reported(
    tmp_path: Path, list_page: SyntheticPage, name: str
) -> None:
    data = saved(list_page.pixels, name)
    with pytest.raises(UnreadableScan, match=MESSAGE):
        load_page(write_file(tmp_path / name, zeros(65536)(data, np.random.default_rng(1))), 1)


@pytest.mark.parametrize("seed", range(3))
def test_a_changed_bit_in_fax_data_is_reported(tmp_path: Path, list_page: SyntheticPage, seed: int) -> None:
    data = saved(list_page.pixels, "group4.tif")
    with pytest.raises(UnreadableScan, match=MESSAGE):
        load_page(write_file(tmp_path / "a.tif", flipped_bit(data, np.random.default_rng(seed))), 1)


def test_pdf_pictures_with_fewer_rows_than_they_state_are_reported(
    tmp_path: Path, list_page: SyntheticPage
) -> None:
    told = {c.name: is_lost(c, tmp_path / "a.pdf") is None for c in short_pdfs(list_page.pixels, tmp_path)}
    assert set(told.values()) == {True}, told


def test_a_band_without_data_is_told_from_clean_paper_and_the_bed_of_the_scanner() -> None:
    def page(top: int, bottom: int, value: int) -> Pixels:
        pixels = np.random.default_rng(3).integers(180, 255, (300, 200), dtype=np.uint8)
        pixels[top:bottom] = value
        return pixels

    assert has_flat_band(page(100, 120, 0))
    assert has_flat_band(page(100, 120, 128))
    assert has_flat_band(page(280, 300, 128))
    assert not has_flat_band(page(280, 300, 0))
    assert not has_flat_band(page(100, 120, 255))
    assert not has_flat_band(page(100, 104, 0))
    assert has_flat_band(np.dstack([page(100, 120, value) for value in (0, 135, 0)]))


def test_what_writers_add_to_the_data_of_a_jpeg_is_no_damage(
    tmp_path: Path, list_page: SyntheticPage
) -> None:
    data = saved(list_page.pixels, "grey.jpg")
    for padded in (data[:-2] + bytes(200) + data[-2:], data + bytes(5000), data[:-2] + b"\xff" + data[-2:]):
        assert load_page(write_file(tmp_path / "a.jpg", padded), 1).pixels.shape == list_page.pixels.shape
    exif = Image.Exif()
    exif[0x9286] = bytes(3000)  # a comment of zeros, as cameras reserve them
    Image.fromarray(list_page.pixels).save(tmp_path / "b.jpg", exif=exif)
    load_page(tmp_path / "b.jpg", 1)


def test_an_empty_page_is_no_damage(tmp_path: Path) -> None:
    for name in FORMATS:
        load_page(write_file(tmp_path / name, saved(np.full((1754, 1240), 255, np.uint8), name)), 1)


@pytest.mark.campaign
def test_campaign_of_damaged_files(tmp_path: Path, list_page: SyntheticPage) -> None:
    """Files of 18 formats with five kinds of damage: what is lost in silence is named here."""
    verdicts: dict[str, Counter[bool | None]] = {}
    for case in cases(list_page.pixels, 4, tmp_path):
        verdicts.setdefault(case.name, Counter())[is_lost(case, tmp_path / "damaged.bin")] += 1
    lost = {name: found[True] for name, found in verdicts.items() if found[True]}
    shifted = tuple(f"flipped bit in {name}" for name in SHIFTED)
    assert {name: n for name, n in lost.items() if name not in (*UNTOLD, *shifted)} == {}
    assert sum(n for name, n in lost.items() if name in shifted) <= 3


def test_a_file_that_ends_early_is_reported(
    tmp_path: Path, list_page: SyntheticPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as another library leaves it
    for name in FORMATS:
        data = saved(list_page.pixels[:400], name)
        with pytest.raises(UnreadableScan):
            load_page(write_file(tmp_path / name, cut_off(data, np.random.default_rng(4))), 1)
