"""Encoding and decoding, pages and their crops, and the scale of pictures without a resolution."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitize.geometry import Box, Homography, Mesh
from digitize.images import (
    PAPER_SIZES,
    Page,
    PaperSize,
    Pixels,
    Scan,
    as_one_sheet,
    decode,
    encode,
    resample,
    to_grey,
    with_sheet_scale,
    without_wrong_resolution,
)
from samples.synthetic import ACAT, Mode, Paper, Photo, make_page

GREY: Pixels = np.random.default_rng(1).integers(0, 256, (30, 20), dtype=np.uint8)
COLOUR: Pixels = np.random.default_rng(2).integers(0, 256, (30, 20, 3), dtype=np.uint8)


def page(pixels: Pixels) -> Page:
    return Page("a.pdf", 1, pixels, 10.0, Mesh.of_homography(Homography.identity(), 20, 30))


@pytest.mark.parametrize("pixels", [GREY, COLOUR])
def test_png_is_lossless_and_keeps_grey_grey(pixels: Pixels) -> None:
    again = decode(encode(pixels, ".png"))
    np.testing.assert_array_equal(again, pixels)
    assert again.dtype == np.uint8


@pytest.mark.parametrize("extension", [".jpg", ".webp"])
def test_higher_quality_gives_larger_and_more_faithful_files(extension: str) -> None:
    smooth = np.tile(np.linspace(0, 255, 200, dtype=np.uint8), (100, 1))
    smooth[40:60, 50:90] = 0
    coarse, fine = encode(smooth, extension, 20), encode(smooth, extension, 95)
    assert len(coarse) < len(fine)
    assert np.abs(to_grey(decode(fine)).astype(int) - smooth).mean() < 2


def test_default_format_is_jpeg() -> None:
    assert encode(COLOUR).startswith(b"\xff\xd8\xff")
    assert decode(encode(COLOUR)).shape == COLOUR.shape


@pytest.mark.parametrize("data", [b"", b"no picture", b"\xff\xd8\xff\xe0", encode(GREY, ".png")[:40]])
def test_decoding_rejects_data_that_is_not_an_image(data: bytes) -> None:
    with pytest.raises(ValueError, match="not an image that OpenCV can decode"):
        decode(data)


def test_grey_uses_the_standard_luminance_weights() -> None:
    bgr = np.zeros((1, 4, 3), np.uint8)
    bgr[0, 0, 0] = bgr[0, 1, 1] = bgr[0, 2, 2] = 255
    bgr[0, 3] = 255
    assert to_grey(bgr).tolist() == [[29, 150, 76, 255]]
    assert to_grey(GREY) is GREY


def test_page_size_and_conversion_from_millimetres() -> None:
    for pixels in (GREY, COLOUR):
        side = page(pixels)
        assert (side.width_px, side.height_px) == (20, 30)
        assert side.grey.shape == (30, 20)
        assert side.px(1.5) == 15


def test_crops_are_grey_and_clipped_to_the_page() -> None:
    side = page(COLOUR)
    np.testing.assert_array_equal(side.crop(Box(2, 3, 7, 11)), side.grey[3:11, 2:7])
    np.testing.assert_array_equal(side.crop(Box(-5, 25, 100, 100)), side.grey[25:, :])
    assert side.crop(Box(50, 50, 60, 60)).size == 0


@pytest.mark.parametrize("margin", [0.35, 0.6])
def test_scale_is_measured_on_the_sheet_if_the_picture_shows_much_of_the_desk(margin: float) -> None:
    paper = Paper(dpi=100.0, mode=Mode.COLOUR, skew_deg=4.0, photo=Photo(0.03, 1.0, 0.2, margin))
    page = make_page(ACAT[1], (), paper, seed=3)
    scan = Scan("desk", 1, page.pixels, None)
    scaled = with_sheet_scale(scan)
    assert scaled is not None
    assert abs(scaled.px_per_mm / page.mapping.scale - 1) < 0.12
    assert abs(scan.px_per_mm / page.mapping.scale - 1) > 0.3, "the picture alone misleads"


def test_the_sheet_is_measured_by_the_paper_size_with_the_nearest_proportions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = np.full((1000, 1000), 60, np.uint8)
    desk[200:760, 300:696] = 250  # 560 by 396 px: the proportions of A4
    a4 = with_sheet_scale(Scan("desk", 1, desk, None))
    assert a4 is not None
    assert a4.px_per_mm == pytest.approx(560 / 297, rel=0.03)
    letter = PaperSize("Letter", 215.9, 279.4)
    monkeypatch.setattr("digitize.images.PAPER_SIZES", (*PAPER_SIZES, letter))
    assert with_sheet_scale(Scan("desk", 1, desk, None)) == a4
    desk[200:760, 300:696] = 60
    desk[200:760, 300:733] = 250  # 560 by 433 px: the proportions of Letter
    wide = with_sheet_scale(Scan("desk", 1, desk, None))
    assert wide is not None
    assert wide.px_per_mm == pytest.approx(560 / letter.long_mm, rel=0.03)


def test_no_scale_is_measured_if_the_sheet_fills_the_picture_or_the_file_has_a_resolution() -> None:
    paper = Paper(dpi=100.0, mode=Mode.COLOUR, photo=Photo(0.03, 1.0, 0.2, 0.06))
    scan = Scan("near", 1, make_page(ACAT[1], (), paper, seed=3).pixels, None)
    assert with_sheet_scale(scan) is None
    desk = make_page(ACAT[1], (), replace(paper, photo=Photo(0.03, 1.0, 0.2, 0.6)), seed=3)
    assert with_sheet_scale(Scan("scanner", 1, desk.pixels, 100.0)) is None, "the file knows better"


@pytest.mark.parametrize(
    ("dpi", "kept"), [(50.0, False), (100.0, True), (150.0, True), (300.0, False), (600.0, False)]
)
def test_a_resolution_is_only_kept_if_it_gives_a_sheet_that_someone_may_have_signed(
    dpi: float, kept: bool
) -> None:
    scan = Scan("a.png", 1, np.zeros((1754, 1240), np.uint8), dpi)
    assert without_wrong_resolution(scan).dpi == (dpi if kept else None)


def test_a_scan_of_unusual_size_may_be_one_sheet() -> None:
    a4 = np.zeros((1754, 1240), np.uint8)
    for dpi in (110.0, 210.0):
        sheet = as_one_sheet(Scan("a.png", 1, a4, dpi))
        assert sheet is not None and sheet.dpi == pytest.approx(150, abs=0.1)
    assert as_one_sheet(Scan("usual.png", 1, a4, 150.0)) is None
    assert as_one_sheet(Scan("strip.png", 1, a4[:1400], 200.0)) is None, "it has other proportions"
    assert as_one_sheet(Scan("photo.jpg", 1, a4, None)) is None


@pytest.mark.parametrize("shape", [(300, 200), (300, 200, 3)])
def test_a_resampled_picture_shows_at_every_px_what_the_mesh_says(shape: tuple[int, ...]) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, shape, dtype=np.uint8)
    xs, ys = (0.0, 90.0, 210.0), (0.0, 55.0, 120.0, 190.0, 301.0)
    nodes = tuple(
        tuple((0.95 * x + 2 * np.sin(y / 40) + 1, 0.9 * y + 3 * np.cos(x / 50) + 4) for x in xs) for y in ys
    )
    mesh = Mesh(xs, ys, nodes)
    at = [(x + 0.5, y + 0.5) for y in range(301) for x in range(210)]
    maps = np.array(mesh.to_scan(at), np.float64).reshape(301, 210, 2) - 0.5
    x, y = (np.ascontiguousarray(maps[..., i]).astype(np.float32) for i in (0, 1))
    expected = cv2.remap(pixels, x, y, cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    # Rounded to single floats, a position may differ in the last place, and so a grey level by one.
    assert np.abs(resample(pixels, mesh, 210, 301).astype(int) - expected).max() <= 8
    assert (resample(pixels, mesh, 210, 301) == expected).mean() > 0.999
