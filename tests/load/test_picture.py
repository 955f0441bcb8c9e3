"""Pictures of every kind show what was saved, upright, square and no finer than is kept."""

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from digitize.errors import TooLargeScan, UnreadableScan, UnsupportedScan
from digitize.load import count_pages, load_page
from digitize.load.raster import KEPT_DPI, PHOTO_MAX_MEGAPIXELS, plausible
from tests.load.scans import drawing, saved, strokes, written

RGB = np.dstack([drawing(seed=1), drawing(seed=2), drawing(seed=3)])
BGR = RGB[:, :, ::-1]


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.bmp", "a.webp"])
def test_lossless_kinds_are_exact(tmp_path: Path, name: str) -> None:
    options = {"lossless": True} if name == "a.webp" else {}
    np.testing.assert_array_equal(load_page(saved(tmp_path / name, RGB, **options), 1).pixels, BGR)
    grey = load_page(saved(tmp_path / name, drawing(), **options), 1)
    np.testing.assert_array_equal(grey.pixels, drawing())
    assert (grey.dpi, grey.bitonal) == (None, False)


@pytest.mark.parametrize(
    "compression", ["group4", "group3", "tiff_lzw", "tiff_adobe_deflate", "packbits", None]
)
def test_every_page_of_a_tiff(tmp_path: Path, compression: str | None) -> None:
    first, second = Image.fromarray(strokes()).convert("1"), Image.fromarray(255 - strokes()).convert("1")
    path = tmp_path / "a.tif"
    first.save(path, compression=compression, dpi=(300, 300), save_all=True, append_images=[second])
    assert count_pages(path) == 2
    for page, expected in ((1, strokes()), (2, 255 - strokes())):
        scan = load_page(path, page)
        np.testing.assert_array_equal(scan.pixels, expected)
        assert (scan.dpi, scan.bitonal, scan.page) == (300, True, page)
    with pytest.raises(UnreadableScan, match=r"^a\.tif has no page 3, only 2; add the whole file again\."):
        load_page(path, 3)


def test_jpeg_in_tiff_and_jpeg(tmp_path: Path) -> None:
    smooth = np.asarray(cv2.GaussianBlur(RGB, (0, 0), 9), dtype=np.uint8)
    tinted = np.clip(smooth * [1.0, 0.9, 0.7], 0, 255).astype(np.uint8)
    for name, options in (("a.tif", {"compression": "jpeg"}), ("a.jpg", {})):
        scan = load_page(saved(tmp_path / name, tinted, quality=95, dpi=(200, 200), **options), 1)
        assert np.abs(scan.pixels[..., ::-1].astype(int) - tinted).mean() < 2
        assert scan.dpi == 200


def test_sixteen_bits_palette_and_transparency(tmp_path: Path) -> None:
    deep = (drawing().astype(np.uint16) << 8) + 77
    for name in ("deep.png", "deep.tif"):
        np.testing.assert_array_equal(load_page(saved(tmp_path / name, deep), 1).pixels, drawing())
    Image.fromarray(RGB).quantize(16).save(tmp_path / "palette.png")
    shown = np.asarray(Image.open(tmp_path / "palette.png").convert("RGB"))
    np.testing.assert_array_equal(load_page(tmp_path / "palette.png", 1).pixels, shown[:, :, ::-1])
    clear = np.dstack([RGB, np.zeros_like(drawing())])
    clear[100:200, :, 3] = 255
    scan = load_page(saved(tmp_path / "clear.png", clear), 1)
    np.testing.assert_array_equal(scan.pixels[100:200], BGR[100:200])
    assert (scan.pixels[200:] == 255).all()
    saved(tmp_path / "key.png", strokes(), transparency=255)
    assert (load_page(tmp_path / "key.png", 1).pixels == strokes()).all(), "white where it is clear"


def test_cmyk_jpeg_is_not_inverted(tmp_path: Path) -> None:
    page = np.full((200, 150, 3), 255, np.uint8)
    page[50:100] = (200, 30, 30)
    Image.fromarray(page).convert("CMYK").save(tmp_path / "a.jpg", quality=95)
    pixels = load_page(tmp_path / "a.jpg", 1).pixels
    assert (pixels[20, 20] > 240).all()
    assert tuple(pixels[75, 75] > 110) == (False, False, True)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.tif"])
def test_all_exif_orientations_are_undone(tmp_path: Path, name: str, orientation: int) -> None:
    upright = np.kron(strokes(25, 36), np.ones((8, 8), np.uint8))
    # What a camera stores so that the viewer's turn makes it upright again.
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: np.rot90(upright),
        7: upright[::-1, ::-1].T,
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    saved(tmp_path / name, np.ascontiguousarray(stored), exif=exif)
    scan = load_page(tmp_path / name, 1)
    assert scan.pixels.shape == upright.shape
    assert np.abs(scan.pixels.astype(int) - upright).mean() < 6


def test_fax_tiff_is_made_square_even_lying(tmp_path: Path) -> None:
    page = Image.fromarray(strokes(1728, 1078)).convert("1")
    page.save(tmp_path / "a.tif", compression="group3", dpi=(204, 98))
    scan = load_page(tmp_path / "a.tif", 1)
    assert (scan.pixels.shape, scan.dpi, scan.bitonal) == ((2244, 1728), 204, True)
    page.save(tmp_path / "b.tif", compression="group3", dpi=(204, 98), tiffinfo={274: 6})
    scan = load_page(tmp_path / "b.tif", 1)
    assert (scan.pixels.shape, scan.dpi) == ((1728, 2244), 204)


@pytest.mark.parametrize(("claimed", "kept", "size"), [(600, 300, (283, 200)), (301, 301, (566, 400))])
def test_finer_than_300_dpi_is_averaged(
    tmp_path: Path, claimed: int, kept: float, size: tuple[int, int]
) -> None:
    scan = load_page(saved(tmp_path / "a.png", strokes(), dpi=(claimed, claimed)), 1)
    assert (scan.pixels.shape, scan.bitonal) == (size, True)
    assert scan.dpi == pytest.approx(kept, abs=0.02)
    assert scan.pixels.mean() == pytest.approx(strokes().mean(), abs=0.5)
    assert KEPT_DPI == 300


@pytest.mark.parametrize("dpi", [(72, 72), (96, 96), (1, 1), (2400, 2400), (300, 72), (0, 300)])
def test_nonsense_resolutions_count_as_unknown(tmp_path: Path, dpi: tuple[int, int]) -> None:
    assert plausible((float(dpi[0]), float(dpi[1]))) is None
    scan = load_page(saved(tmp_path / "a.jpg", drawing(), dpi=dpi), 1)
    assert (scan.dpi, scan.pixels.shape) == (None, (566, 400))


def test_photos_keep_their_size_up_to_a_limit(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x829A] = 0.01  # exposure time: only cameras have one
    scan = load_page(saved(tmp_path / "a.jpg", drawing(), dpi=(300, 300), exif=exif), 1)
    assert scan.dpi is None
    large = np.zeros((6000, 4500), np.uint8)
    scan = load_page(saved(tmp_path / "b.png", large), 1)
    assert scan.pixels.size == pytest.approx(PHOTO_MAX_MEGAPIXELS * 1e6, rel=0.001)
    assert scan.pixels.shape[0] / scan.pixels.shape[1] == pytest.approx(6000 / 4500, rel=0.001)


def test_grey_saved_as_colour_becomes_grey_but_a_blue_pen_does_not(tmp_path: Path) -> None:
    grey = np.dstack([np.asarray(cv2.GaussianBlur(drawing(), (0, 0), 2), dtype=np.uint8)] * 3)
    assert load_page(saved(tmp_path / "a.jpg", grey), 1).pixels.ndim == 2
    grey[100:104, 100:140] = (40, 40, 160)
    assert load_page(saved(tmp_path / "a.jpg", grey), 1).pixels.ndim == 3


def test_tiles_of_a_tiff(tmp_path: Path) -> None:
    """A tiled TIFF, written by hand: Pillow writes strips only."""
    page = drawing(48, 32)
    tiles = [page[y : y + 16, x : x + 16].tobytes() for y in (0, 16) for x in (0, 16, 32)]
    tags = [(256, 48), (257, 32), (258, 8), (259, 1), (262, 1), (277, 1), (322, 16), (323, 16)]
    start = 8 + 2 + 12 * 10 + 4
    lists = start + 256 * 6
    entries = [tag.to_bytes(2, "little") + b"\x04\0\1\0\0\0" + v.to_bytes(4, "little") for tag, v in tags]
    entries.append((324).to_bytes(2, "little") + b"\x04\0\6\0\0\0" + lists.to_bytes(4, "little"))
    entries.append((325).to_bytes(2, "little") + b"\x04\0\6\0\0\0" + (lists + 24).to_bytes(4, "little"))
    offsets = b"".join((start + 256 * i).to_bytes(4, "little") for i in range(6))
    data = b"II*\0\x08\0\0\0" + b"\x0a\0" + b"".join(entries) + bytes(4) + b"".join(tiles) + offsets
    data += (256).to_bytes(4, "little") * 6
    np.testing.assert_array_equal(load_page(written(tmp_path / "a.tif", data), 1).pixels, page)


def test_colour_that_cannot_be_shown_is_named(tmp_path: Path) -> None:
    Image.fromarray(np.ones((20, 20), np.float32)).save(tmp_path / "a.tif")
    with pytest.raises(UnsupportedScan, match=r"^a\.tif page 1 stores colour as F; save it again as RGB"):
        load_page(tmp_path / "a.tif", 1)


def test_bombs_are_refused_before_they_are_decoded(tmp_path: Path) -> None:
    file = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")  # 400 megapixels in 50 KB
    path = written(tmp_path / "a.png", file.getvalue())
    with pytest.raises(TooLargeScan, match=r"^a\.png is too large to decode; scan it again at 300 dpi\."):
        count_pages(path)
    with pytest.raises(TooLargeScan, match=r"^a\.png page 1 is too large to decode; scan it again at 300"):
        load_page(path, 1)
    Image.new("1", (13_000, 13_000)).save(path)
    with pytest.raises(TooLargeScan, match=r"^a\.png page 1 has 169 megapixels, the limit is 150; scan it"):
        load_page(path, 1)
