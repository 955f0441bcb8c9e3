"""PDF pages are rendered pixel by pixel as they were scanned."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pypdf import PdfReader

from digitize.load import count_pages, load_page
from digitize.load.pdf_images import read_page
from tests.load.scans import (
    flate_image,
    g4_image,
    noise_image,
    pdf_file,
    pdf_stream,
    pdf_with_pages,
    size_in_points,
    stroke_image,
    write_file,
)


@pytest.mark.parametrize("dpi", [100, 150, 200, 240, 299.957, 300])
def test_scan_that_fills_the_page_is_returned_pixel_by_pixel(tmp_path: Path, dpi: float) -> None:
    grey = noise_image()
    scan = load_page(
        write_file(tmp_path / "a.pdf", pdf_with_pages([flate_image(grey)], size_in_points(grey, dpi))), 1
    )
    np.testing.assert_array_equal(scan.pixels, grey)
    assert scan.dpi == pytest.approx(dpi, abs=0.2)
    assert (scan.file, scan.page, scan.bitonal) == (str(tmp_path / "a.pdf"), 1, False)


def test_a4_page_with_rounded_size_is_exact(tmp_path: Path) -> None:
    """A4 at 300 dpi: the page is 842.04 points high, where 841.92 would be exact."""
    grey = noise_image(2481, 3508)
    scan = load_page(write_file(tmp_path / "a.pdf", pdf_with_pages([flate_image(grey)], (595.44, 842.04))), 1)
    np.testing.assert_array_equal(scan.pixels, grey)


def test_colour_is_kept_and_colourless_rgb_becomes_grey(tmp_path: Path) -> None:
    rgb = np.dstack([noise_image(seed=1), noise_image(seed=2), noise_image(seed=3)])
    scan = load_page(
        write_file(tmp_path / "a.pdf", pdf_with_pages([flate_image(rgb)], size_in_points(rgb, 200))), 1
    )
    np.testing.assert_array_equal(scan.pixels, rgb[:, :, ::-1])
    nil = np.dstack([noise_image()] * 3)
    scan = load_page(
        write_file(tmp_path / "b.pdf", pdf_with_pages([flate_image(nil)], size_in_points(nil, 200))), 1
    )
    np.testing.assert_array_equal(scan.pixels, noise_image())


def test_group_4_pages_are_exact_and_bitonal(tmp_path: Path) -> None:
    black = stroke_image()
    scan = load_page(
        write_file(tmp_path / "a.pdf", pdf_with_pages([g4_image(black)], size_in_points(black, 300))), 1
    )
    np.testing.assert_array_equal(scan.pixels, black)
    assert scan.bitonal


@pytest.mark.parametrize(("dpi", "size"), [(600, (1600, 2264)), (400, (2400, 3396))])
def test_finer_scans_are_averaged_down_to_300_dpi(tmp_path: Path, dpi: int, size: tuple[int, int]) -> None:
    black = stroke_image(3200, 4528)
    scan = load_page(
        write_file(tmp_path / "a.pdf", pdf_with_pages([g4_image(black)], size_in_points(black, dpi))), 1
    )
    assert scan.pixels.shape == size[::-1]
    assert scan.dpi == 300
    assert scan.bitonal, "it was scanned in black and white, although averaging has made it grey"
    assert len(np.unique(scan.pixels)) > 2
    assert scan.pixels.mean() == pytest.approx(black.mean(), abs=1.0), "no stroke is lost"


@pytest.mark.parametrize("dpi", [600, 1200])
def test_a_fine_scan_that_would_show_too_little_paper_keeps_its_pixels(tmp_path: Path, dpi: int) -> None:
    """A scan at 150 dpi in a page of the wrong size, by which it would be as small as a stamp."""
    grey = noise_image(1240, 1754)
    data = pdf_with_pages([flate_image(grey)], size_in_points(grey, dpi))
    scan = load_page(write_file(tmp_path / "a.pdf", data), 1)
    assert scan.dpi is None
    np.testing.assert_array_equal(scan.pixels, grey)


@pytest.mark.parametrize("times", [0.1, 3.6, 10])
def test_a_page_of_a_size_that_no_sheet_has_is_drawn_as_a4(tmp_path: Path, times: float) -> None:
    """The picture is composed with something else, so that the page and not the picture gives the size."""
    grey = noise_image(1000, 1414)
    width, height = 595 * times, 842 * times
    logo = b"q %.2f 0 0 %.2f 0 0 cm /Im Do Q " % (width * 0.1, height * 0.1)
    whole = b"q %.2f 0 0 %.2f %.2f %.2f cm /Im Do Q " % (
        width * 0.9,
        height * 0.9,
        width * 0.05,
        height * 0.05,
    )
    for content, dpi in ((whole, 200), (logo, 300)):
        data = pdf_with_pages([flate_image(grey)], (width, height), content=content)
        scan = load_page(write_file(tmp_path / "a.pdf", data), 1)
        assert scan.dpi == pytest.approx(dpi, abs=0.1)
        assert scan.pixels.shape[0] == pytest.approx(297 / 25.4 * dpi, rel=0.005)


def test_fax_resolution_is_converted_to_square_pixels(tmp_path: Path) -> None:
    """204 by 98 dots per inch: half as many rows as columns."""
    black = stroke_image(1728, 1078)
    size = (1728 * 72 / 204, 1078 * 72 / 98)
    scan = load_page(write_file(tmp_path / "a.pdf", pdf_with_pages([g4_image(black)], size)), 1)
    assert scan.pixels.shape == (2244, 1728)
    assert scan.dpi == pytest.approx(204, abs=0.1)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_rotated_pages_and_rotated_images(tmp_path: Path, turn: int) -> None:
    black = stroke_image()
    data = pdf_with_pages([g4_image(black)], size_in_points(black, 150), extra=b"/Rotate %d" % turn)
    scan = load_page(write_file(tmp_path / "a.pdf", data), 1)
    np.testing.assert_array_equal(scan.pixels, np.rot90(black, -turn // 90))
    width, height = size_in_points(black, 150)
    lying = b"q 0 %.3f %.3f 0 %.3f 0 cm /Im Do Q" % (width, -height, height)
    data = pdf_with_pages([g4_image(black)], (height, width), content=lying, extra=b"/Rotate %d" % turn)
    scan = load_page(write_file(tmp_path / "b.pdf", data), 1)
    np.testing.assert_array_equal(scan.pixels, np.rot90(black, 1 - turn // 90))


def test_photo_keeps_its_own_pixels(tmp_path: Path) -> None:
    """4:3 on A4 with white borders, which are not part of the photo."""
    photo = np.dstack([np.tile(np.linspace(0, 255, 800, dtype=np.uint8), (600, 1))] * 3)
    photo[100:200, 300:400] = (250, 0, 0)
    content = b"q 800 0 0 600 21 -3 cm /Im Do Q"
    scan = load_page(
        write_file(tmp_path / "a.pdf", pdf_with_pages([flate_image(photo)], (842, 595), content=content)), 1
    )
    assert scan.dpi is None
    assert scan.pixels.shape == photo.shape
    assert np.abs(scan.pixels[..., ::-1].astype(int) - photo).mean() < 2


def test_resolution_of_drawings_and_mixed_pages(tmp_path: Path) -> None:
    """Drawings are rendered at 300 dpi, pages half covered by images at theirs, but at least 200."""
    logo = flate_image(noise_image(40, 40))
    box = b"q 80 0 0 80 40 40 cm /Im Do Q 200 200 240 240 re f"
    scan = load_page(write_file(tmp_path / "a.pdf", pdf_with_pages([logo], (576, 864), content=box)), 1)
    assert (scan.pixels.shape, scan.dpi) == ((3600, 2400), 300)
    assert scan.pixels[2000, 1200] == 0
    assert scan.pixels[400, 400] == 255
    for pixels, dpi in (
        (noise_image(480, 680), 200),
        (noise_image(1600, 2200), 250),
        (noise_image(3600, 5200), 300),
    ):
        content = b"q 460.8 0 0 640 40 40 cm /Im Do Q 40 40 80 80 re f"
        data = pdf_with_pages([flate_image(pixels)], (576, 864), content=content)
        scan = load_page(write_file(tmp_path / "b.pdf", data), 1)
        assert scan.dpi == pytest.approx(dpi)


def test_images_in_nested_forms_are_found_and_loops_end(tmp_path: Path) -> None:
    grey = noise_image()
    width, height = size_in_points(grey, 150)
    fill = b"q %.3f 0 0 %.3f 0 0 cm /Im Do Q" % (width / 2, height / 2)
    form = pdf_stream(
        b"/Subtype/Form/BBox[0 0 1000 1000]/Matrix[2 0 0 2 0 0]/Resources<</XObject<</Im 6 0 R/Me 5 0 R>>>>",
        fill + b" /Me Do",
    )
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.3f %.3f]/Contents 4 0 R"
        b"/Resources<</XObject<</Fm 5 0 R>>>>>>" % (width, height),
        pdf_stream(b"", b"/Fm Do"),
        form,
        flate_image(grey),
    ]
    path = write_file(tmp_path / "a.pdf", pdf_file(objects))
    found = read_page(path, 1).images
    assert 1 < len(found) < 10
    assert found[0].fills(width, height)
    objects[4] = form.replace(b"/Me Do", b"      ")
    np.testing.assert_array_equal(load_page(write_file(path, pdf_file(objects)), 1).pixels, grey)


def test_a_page_in_large_units_is_as_large_as_it_says(tmp_path: Path) -> None:
    grey = noise_image()
    width, height = size_in_points(grey, 150)
    data = pdf_with_pages([flate_image(grey)], (width / 10, height / 10), extra=b"/UserUnit 10")
    scan = load_page(write_file(tmp_path / "a.pdf", data), 1)
    assert scan.dpi == pytest.approx(150, abs=0.5)
    assert abs(scan.pixels.shape[0] - grey.shape[0]) <= 2


def test_the_pages_of_a_file_are_listed_once_for_all_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = size_in_points(noise_image(), 150)
    images = [flate_image(noise_image(seed=seed)) for seed in range(4)]
    path = write_file(tmp_path / "a.pdf", pdf_with_pages(images, size))
    readers: list[PdfReader] = []

    class Counted(PdfReader):
        def __init__(self, *args: Any, **options: Any) -> None:
            readers.append(self)
            super().__init__(*args, **options)

    monkeypatch.setattr("digitize.load.pdf_reader.PdfReader", Counted)
    assert count_pages(path) == 4
    for page in range(1, 5):
        np.testing.assert_array_equal(load_page(path, page).pixels, noise_image(seed=page - 1))
    assert len(readers) == 1
    write_file(path, pdf_with_pages(images[:1], size))
    assert count_pages(path) == 1, "another file of the same name is read anew"
