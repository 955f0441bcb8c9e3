"""Image files of every type give the saved pixels, upright and square."""

import io
from pathlib import Path

import cv2
import numpy as np
import pillow_heif
import pytest
from PIL import Image, TiffImagePlugin

from digitize.errors import DigitizeError, TooLargeScan, UnreadableScan, UnsupportedScan
from digitize.images import PAPER_SIZES, Pixels
from digitize.load import count_pages, load_page, tiff
from digitize.load.pdf_images import SETTINGS
from digitize.load.raster import KEPT_DPI, PHOTO_MAX_MEGAPIXELS, plausible_dpi
from tests.load.scans import noise_image, save_image, stroke_image, write_file

RGB = np.dstack([noise_image(seed=1), noise_image(seed=2), noise_image(seed=3)])
BGR = RGB[:, :, ::-1]


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.bmp", "a.webp"])
def test_lossless_formats_are_exact(tmp_path: Path, name: str) -> None:
    options = {"lossless": True} if name == "a.webp" else {}
    np.testing.assert_array_equal(load_page(save_image(tmp_path / name, RGB, **options), 1).pixels, BGR)
    grey = load_page(save_image(tmp_path / name, noise_image(), **options), 1)
    np.testing.assert_array_equal(grey.pixels, noise_image())
    assert (grey.dpi, grey.bitonal) == (None, False)


@pytest.mark.parametrize(
    "compression", ["group4", "group3", "tiff_lzw", "tiff_adobe_deflate", "packbits", None]
)
def test_every_page_of_a_tiff_is_read(tmp_path: Path, compression: str | None) -> None:
    first, second = (
        Image.fromarray(stroke_image()).convert("1"),
        Image.fromarray(255 - stroke_image()).convert("1"),
    )
    path = tmp_path / "a.tif"
    first.save(path, compression=compression, dpi=(300, 300), save_all=True, append_images=[second])
    assert count_pages(path) == 2
    for page, expected in ((1, stroke_image()), (2, 255 - stroke_image())):
        scan = load_page(path, page)
        np.testing.assert_array_equal(scan.pixels, expected)
        assert (scan.dpi, scan.bitonal, scan.page) == (300, True, page)
    with pytest.raises(UnreadableScan, match=r"^a\.tif has no page 3, only 2; add the whole file again\."):
        load_page(path, 3)


def test_jpeg_alone_and_inside_tiff(tmp_path: Path) -> None:
    smooth = np.asarray(cv2.GaussianBlur(RGB, (0, 0), 9), dtype=np.uint8)
    tinted = np.clip(smooth * [1.0, 0.9, 0.7], 0, 255).astype(np.uint8)
    for name, options in (("a.tif", {"compression": "jpeg"}), ("a.jpg", {})):
        scan = load_page(save_image(tmp_path / name, tinted, quality=95, dpi=(200, 200), **options), 1)
        assert np.abs(scan.pixels[..., ::-1].astype(int) - tinted).mean() < 2
        assert scan.dpi == 200


def test_16_bit_palette_and_transparent_images(tmp_path: Path) -> None:
    deep = (noise_image().astype(np.uint16) << 8) + 77
    for name in ("deep.png", "deep.tif"):
        np.testing.assert_array_equal(load_page(save_image(tmp_path / name, deep), 1).pixels, noise_image())
    Image.fromarray(RGB).quantize(16).save(tmp_path / "palette.png")
    shown = np.asarray(Image.open(tmp_path / "palette.png").convert("RGB"))
    np.testing.assert_array_equal(load_page(tmp_path / "palette.png", 1).pixels, shown[:, :, ::-1])
    clear = np.dstack([RGB, np.zeros_like(noise_image())])
    clear[100:200, :, 3] = 255
    scan = load_page(save_image(tmp_path / "clear.png", clear), 1)
    np.testing.assert_array_equal(scan.pixels[100:200], BGR[100:200])
    assert (scan.pixels[200:] == 255).all()
    save_image(tmp_path / "key.png", stroke_image(), transparency=255)
    assert (load_page(tmp_path / "key.png", 1).pixels == stroke_image()).all(), "transparent pixels are white"


def test_cmyk_jpeg_is_not_inverted(tmp_path: Path) -> None:
    page = np.full((200, 150, 3), 255, np.uint8)
    page[50:100] = (200, 30, 30)
    Image.fromarray(page).convert("CMYK").save(tmp_path / "a.jpg", quality=95)
    pixels = load_page(tmp_path / "a.jpg", 1).pixels
    assert (pixels[20, 20] > 240).all()
    assert tuple(pixels[75, 75] > 110) == (False, False, True)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.tif"])
def test_all_exif_orientations_are_applied(tmp_path: Path, name: str, orientation: int) -> None:
    upright = np.kron(stroke_image(25, 36), np.ones((8, 8), np.uint8))
    # What a camera stores, so that applying the orientation makes the image upright.
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
    save_image(tmp_path / name, np.ascontiguousarray(stored), exif=exif)
    scan = load_page(tmp_path / name, 1)
    assert scan.pixels.shape == upright.shape
    assert np.abs(scan.pixels.astype(int) - upright).mean() < 6


def test_fax_tiff_gets_square_pixels_in_either_orientation(tmp_path: Path) -> None:
    page = Image.fromarray(stroke_image(1728, 1078)).convert("1")
    page.save(tmp_path / "a.tif", compression="group3", dpi=(204, 98))
    scan = load_page(tmp_path / "a.tif", 1)
    assert (scan.pixels.shape, scan.dpi, scan.bitonal) == ((2244, 1728), 204, True)
    page.save(tmp_path / "b.tif", compression="group3", dpi=(204, 98), tiffinfo={274: 6})
    scan = load_page(tmp_path / "b.tif", 1)
    assert (scan.pixels.shape, scan.dpi) == ((1728, 2244), 204)


@pytest.mark.parametrize(("claimed", "kept", "size"), [(600, 300, (2264, 1600)), (301, 301, (4528, 3200))])
def test_resolution_above_300_dpi_is_averaged_down(
    tmp_path: Path, claimed: int, kept: float, size: tuple[int, int]
) -> None:
    whole = stroke_image(3200, 4528)
    scan = load_page(save_image(tmp_path / "a.png", whole, dpi=(claimed, claimed)), 1)
    assert (scan.pixels.shape, scan.bitonal) == (size, True)
    assert scan.dpi == pytest.approx(kept, abs=0.02)
    assert scan.pixels.mean() == pytest.approx(whole.mean(), abs=0.5)
    assert KEPT_DPI == 300


@pytest.mark.parametrize("claimed", [600, 1200])
def test_a_fine_scan_that_would_show_too_little_paper_keeps_its_pixels(tmp_path: Path, claimed: int) -> None:
    whole = noise_image(2480, 3508)
    scan = load_page(save_image(tmp_path / "a.png", whole, dpi=(claimed, claimed)), 1)
    assert scan.dpi is None
    np.testing.assert_array_equal(scan.pixels, whole)


@pytest.mark.parametrize("dpi", [(72, 72), (96, 96), (1, 1), (2400, 2400), (300, 72), (0, 300)])
def test_implausible_resolutions_count_as_unknown(tmp_path: Path, dpi: tuple[int, int]) -> None:
    assert plausible_dpi((float(dpi[0]), float(dpi[1]))) is None
    scan = load_page(save_image(tmp_path / "a.jpg", noise_image(), dpi=dpi), 1)
    assert (scan.dpi, scan.pixels.shape) == (None, (566, 400))


def test_no_paper_size_has_the_proportions_of_a_photo() -> None:
    for size in PAPER_SIZES:
        for aspect in SETTINGS.camera_aspects:
            assert abs(size.aspect / aspect - 1) > 2 * SETTINGS.camera_aspect_tolerance, size.name


def test_photos_keep_their_size_up_to_a_limit(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x829A] = 0.01  # exposure time, which only cameras write
    scan = load_page(save_image(tmp_path / "a.jpg", noise_image(), dpi=(300, 300), exif=exif), 1)
    assert scan.dpi is None
    large = np.zeros((6000, 4500), np.uint8)
    scan = load_page(save_image(tmp_path / "b.png", large), 1)
    assert scan.pixels.size == pytest.approx(PHOTO_MAX_MEGAPIXELS * 1e6, rel=0.001)
    assert scan.pixels.shape[0] / scan.pixels.shape[1] == pytest.approx(6000 / 4500, rel=0.001)


def test_colour_is_dropped_from_grey_pages_but_not_with_a_blue_stroke(tmp_path: Path) -> None:
    grey = np.dstack([np.asarray(cv2.GaussianBlur(noise_image(), (0, 0), 2), dtype=np.uint8)] * 3)
    assert load_page(save_image(tmp_path / "a.jpg", grey), 1).pixels.ndim == 2
    grey[100:104, 100:140] = (40, 40, 160)
    assert load_page(save_image(tmp_path / "a.jpg", grey), 1).pixels.ndim == 3


def test_tiled_tiff(tmp_path: Path) -> None:
    """The file is assembled by hand because Pillow writes only strips."""
    page = noise_image(48, 32)
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
    np.testing.assert_array_equal(load_page(write_file(tmp_path / "a.tif", data), 1).pixels, page)


def test_unsupported_colour_mode_is_named(tmp_path: Path) -> None:
    Image.fromarray(np.ones((20, 20), np.float32)).save(tmp_path / "a.tif")
    with pytest.raises(UnsupportedScan, match=r"^a\.tif page 1 stores colour as F; save it again as RGB"):
        load_page(tmp_path / "a.tif", 1)


def test_decompression_bombs_are_refused_before_decoding(tmp_path: Path) -> None:
    file = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")  # 400 megapixels in 50 KB
    path = write_file(tmp_path / "a.png", file.getvalue())
    with pytest.raises(TooLargeScan, match=r"^a\.png is too large to decode; scan it again at 300 dpi\."):
        count_pages(path)
    with pytest.raises(TooLargeScan, match=r"^a\.png page 1 is too large to decode; scan it again at 300"):
        load_page(path, 1)
    Image.new("1", (13_000, 13_000)).save(path)
    with pytest.raises(TooLargeScan, match=r"^a\.png page 1 has 169 megapixels, the limit is 150; scan it"):
        load_page(path, 1)


def test_heic_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    page = np.kron(stroke_image(50, 72), np.ones((8, 8), np.uint8))
    path = tmp_path / "named-wrongly.jpg"
    pillow_heif.from_pillow(Image.fromarray(page)).save(path, quality=95)
    assert count_pages(path) == 1
    scan = load_page(path, 1)
    assert scan.pixels.shape == page.shape
    assert np.abs(scan.pixels.astype(int) - page).mean() < 6


def tiff_pages(path: Path, pages: list[tuple[Pixels, int]]) -> Path:
    """Save a TIFF of pictures, each with its NewSubfileType."""
    with TiffImagePlugin.AppendingTiffWriter(str(path), True) as file:
        for pixels, kind in pages:
            Image.fromarray(pixels).save(file, format="TIFF", tiffinfo={254: kind})
            file.newFrame()
    return path


def test_thumbnails_in_a_tiff_are_no_pages(tmp_path: Path) -> None:
    first, second, small = noise_image(800, 1131, 1), noise_image(800, 1131, 2), noise_image(100, 141)
    marked = tiff_pages(
        tmp_path / "a.tif", [(first, 0), (second[::2, ::2].copy(), 1), (second, 0), (small, 4)]
    )
    unmarked = tiff_pages(tmp_path / "b.tif", [(first, 0), (small, 0), (second, 0), (small, 0)])
    for path in (marked, unmarked):
        assert count_pages(path) == 2
        np.testing.assert_array_equal(load_page(path, 1).pixels, first)
        np.testing.assert_array_equal(load_page(path, 2).pixels, second)
    assert count_pages(tiff_pages(tmp_path / "c.tif", [(small, 1), (small, 1)])) == 2, "there is nothing else"


def test_a_tiff_whose_directories_are_cut_off_lacks_no_page_in_silence(tmp_path: Path) -> None:
    pages = [(noise_image(300, 424, seed), 0) for seed in range(3)]
    data = tiff_pages(tmp_path / "a.tif", pages).read_bytes()
    path = write_file(tmp_path / "b.tif", data[: 2 * len(data) // 3 + 50])
    assert count_pages(path) == 3
    np.testing.assert_array_equal(load_page(path, 1).pixels, pages[0][0])
    with pytest.raises(UnreadableScan, match=r"^b\.tif page 3 is damaged or cut off"):
        load_page(path, 3)


def test_a_tiff_that_claims_thousands_of_values_for_each_pixel_is_not_blank(tmp_path: Path) -> None:
    data = bytearray(tiff_pages(tmp_path / "a.tif", [(RGB, 0)]).read_bytes())
    at = data.index((277).to_bytes(2, "little") + b"\x03\0\1\0\0\0")
    data[at + 8 : at + 10] = (60_000).to_bytes(2, "little")
    with pytest.raises(DigitizeError, match=r"^b\.tif .*(has 60000 values for each pixel|is damaged)"):
        load_page(write_file(tmp_path / "b.tif", bytes(data)), 1)


def test_directories_are_counted_only_up_to_the_limit(tmp_path: Path) -> None:
    """200,000 directories that are all the same but for their place in the chain."""
    entry = (256).to_bytes(2, "little") + b"\4\0\1\0\0\0" + (100).to_bytes(4, "little")
    size, number = 2 + len(entry) + 4, 200_000
    chain = (8 + size * (i + 1) if i < number - 1 else 0 for i in range(number))
    data = b"II*\0\x08\0\0\0" + b"".join(b"\1\0" + entry + at.to_bytes(4, "little") for at in chain)
    assert len(tiff.pages(write_file(tmp_path / "a.tif", data), 50)) == 51
