"""PDF pages come out pixel by pixel as they were scanned, or with one sentence."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from digitize.errors import DigitizeError, EncryptedScan, MissingProgram, TooLargeScan, UnreadableScan
from digitize.load import count_pages, load_page
from digitize.load.pdf_images import Picture, read
from digitize.load.raster import PAGE_MAX_MEGAPIXELS
from tests.load.scans import (
    drawing,
    flate_image,
    g4_image,
    jpeg_image,
    page_pdf,
    pdf,
    points,
    stream,
    strokes,
    written,
)


@pytest.mark.parametrize("dpi", [100, 150, 200, 240, 299.957, 300])
def test_a_scan_that_is_the_page_comes_out_pixel_by_pixel(tmp_path: Path, dpi: float) -> None:
    grey = drawing()
    scan = load_page(written(tmp_path / "a.pdf", page_pdf([flate_image(grey)], points(grey, dpi))), 1)
    np.testing.assert_array_equal(scan.pixels, grey)
    assert scan.dpi == pytest.approx(dpi, abs=0.2)
    assert (scan.file, scan.page, scan.bitonal) == (str(tmp_path / "a.pdf"), 1, False)


def test_real_a4_sizes_are_exact(tmp_path: Path) -> None:
    """A4 at 300 dpi: the page is a rounded number of points, 842.04 where 841.92 would be exact."""
    grey = drawing(2481, 3508)
    scan = load_page(written(tmp_path / "a.pdf", page_pdf([flate_image(grey)], (595.44, 842.04))), 1)
    np.testing.assert_array_equal(scan.pixels, grey)


def test_colour_stays_colour_and_coloured_grey_becomes_grey(tmp_path: Path) -> None:
    rgb = np.dstack([drawing(seed=1), drawing(seed=2), drawing(seed=3)])
    scan = load_page(written(tmp_path / "a.pdf", page_pdf([flate_image(rgb)], points(rgb, 200))), 1)
    np.testing.assert_array_equal(scan.pixels, rgb[:, :, ::-1])
    nil = np.dstack([drawing()] * 3)
    scan = load_page(written(tmp_path / "b.pdf", page_pdf([flate_image(nil)], points(nil, 200))), 1)
    np.testing.assert_array_equal(scan.pixels, drawing())


def test_bitonal_fax_pages_are_exact_and_known_as_bitonal(tmp_path: Path) -> None:
    black = strokes()
    scan = load_page(written(tmp_path / "a.pdf", page_pdf([g4_image(black)], points(black, 300))), 1)
    np.testing.assert_array_equal(scan.pixels, black)
    assert scan.bitonal


@pytest.mark.parametrize(("dpi", "size"), [(600, (200, 283)), (400, (300, 424)), (1200, (100, 142))])
def test_finer_scans_are_averaged_down_to_300_dpi(tmp_path: Path, dpi: int, size: tuple[int, int]) -> None:
    black = strokes()
    scan = load_page(written(tmp_path / "a.pdf", page_pdf([g4_image(black)], points(black, dpi))), 1)
    assert scan.pixels.shape == size[::-1]
    assert scan.dpi == 300
    assert scan.bitonal, "it was scanned black and white, whatever averaging makes of it"
    assert len(np.unique(scan.pixels)) > 2
    assert scan.pixels.mean() == pytest.approx(black.mean(), abs=1.0), "no stroke is lost"


def test_fax_resolution_becomes_square(tmp_path: Path) -> None:
    """204 by 98 dots per inch: half as many rows as an upright letter needs."""
    black = strokes(1728, 1078)
    size = (1728 * 72 / 204, 1078 * 72 / 98)
    scan = load_page(written(tmp_path / "a.pdf", page_pdf([g4_image(black)], size)), 1)
    assert scan.pixels.shape == (2244, 1728)
    assert scan.dpi == pytest.approx(204, abs=0.1)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turned_pages_and_turned_pictures(tmp_path: Path, turn: int) -> None:
    black = strokes()
    data = page_pdf([g4_image(black)], points(black, 150), extra=b"/Rotate %d" % turn)
    scan = load_page(written(tmp_path / "a.pdf", data), 1)
    np.testing.assert_array_equal(scan.pixels, np.rot90(black, -turn // 90))
    width, height = points(black, 150)
    lying = b"q 0 %.3f %.3f 0 %.3f 0 cm /Im Do Q" % (width, -height, height)
    data = page_pdf([g4_image(black)], (height, width), content=lying, extra=b"/Rotate %d" % turn)
    scan = load_page(written(tmp_path / "b.pdf", data), 1)
    np.testing.assert_array_equal(scan.pixels, np.rot90(black, 1 - turn // 90))


def test_a_photo_keeps_its_own_pixels(tmp_path: Path) -> None:
    """4:3 on A4 with white borders: the page's resolution means nothing, the borders are not the photo."""
    photo = np.dstack([np.tile(np.linspace(0, 255, 800, dtype=np.uint8), (600, 1))] * 3)
    photo[100:200, 300:400] = (250, 0, 0)
    content = b"q 800 0 0 600 21 -3 cm /Im Do Q"
    scan = load_page(
        written(tmp_path / "a.pdf", page_pdf([flate_image(photo)], (842, 595), content=content)), 1
    )
    assert scan.dpi is None
    assert scan.pixels.shape == photo.shape
    assert np.abs(scan.pixels[..., ::-1].astype(int) - photo).mean() < 2


def test_drawings_and_mixed_pages(tmp_path: Path) -> None:
    """Print is drawn at 300 dpi, a page half covered by pictures at theirs, at least 200."""
    logo = flate_image(drawing(40, 40))
    box = b"q 20 0 0 20 10 10 cm /Im Do Q 50 50 60 60 re f"
    scan = load_page(written(tmp_path / "a.pdf", page_pdf([logo], (144, 216), content=box)), 1)
    assert (scan.pixels.shape, scan.dpi) == ((900, 600), 300)
    assert scan.pixels[500, 300] == 0
    assert scan.pixels[100, 100] == 255
    for pixels, dpi in ((drawing(120, 170), 200), (drawing(400, 550), 250), (drawing(900, 1300), 300)):
        content = b"q 115.2 0 0 160 10 10 cm /Im Do Q 10 10 20 20 re f"
        data = page_pdf([flate_image(pixels)], (144, 216), content=content)
        scan = load_page(written(tmp_path / "b.pdf", data), 1)
        assert scan.dpi == pytest.approx(dpi)


def test_pictures_inside_forms_are_found_and_loops_end(tmp_path: Path) -> None:
    grey = drawing()
    width, height = points(grey, 150)
    fill = b"q %.3f 0 0 %.3f 0 0 cm /Im Do Q" % (width / 2, height / 2)
    form = stream(
        b"/Subtype/Form/BBox[0 0 1000 1000]/Matrix[2 0 0 2 0 0]/Resources<</XObject<</Im 6 0 R/Me 5 0 R>>>>",
        fill + b" /Me Do",
    )
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.3f %.3f]/Contents 4 0 R"
        b"/Resources<</XObject<</Fm 5 0 R>>>>>>" % (width, height),
        stream(b"", b"/Fm Do"),
        form,
        flate_image(grey),
    ]
    path = written(tmp_path / "a.pdf", pdf(objects))
    found = read(path, 1)[2]
    assert 1 < len(found) < 10
    assert found[0].fills(width, height)
    assert isinstance(found[0], Picture)
    objects[4] = form.replace(b"/Me Do", b"      ")
    np.testing.assert_array_equal(load_page(written(path, pdf(objects)), 1).pixels, grey)


def test_passwords(tmp_path: Path) -> None:
    grey = drawing()
    plain = io.BytesIO(page_pdf([flate_image(grey)], points(grey, 150)))
    for user, path in (("", tmp_path / "owner.pdf"), ("secret", tmp_path / "user.pdf")):
        writer = PdfWriter(clone_from=PdfReader(plain))
        writer.encrypt(user, "owner", algorithm="RC4-128")
        writer.write(path)
    np.testing.assert_array_equal(load_page(tmp_path / "owner.pdf", 1).pixels, grey)
    for call in (count_pages, lambda path: load_page(path, 1)):
        with pytest.raises(EncryptedScan, match=r"^user\.pdf.* asks for a password; save it without one"):
            call(tmp_path / "user.pdf")


def test_a_broken_page_does_not_spoil_its_neighbours(tmp_path: Path) -> None:
    pages = [drawing(seed=seed) for seed in range(3)]
    data = page_pdf([flate_image(page) for page in pages], points(pages[0], 150))
    path = written(tmp_path / "a.pdf", data.replace(b"/XObject<</Im 8 0 R", b"/XObject<</No 8 0 R"))
    assert count_pages(path) == 3
    np.testing.assert_array_equal(load_page(path, 1).pixels, pages[0])
    np.testing.assert_array_equal(load_page(path, 3).pixels, pages[2])
    with pytest.raises(
        UnreadableScan, match=r"^a\.pdf page 2 is damaged or cut off; scan it or copy it again\."
    ):
        load_page(path, 2)


def _jpeg() -> bytes:
    file = io.BytesIO()
    Image.fromarray(drawing()).save(file, "JPEG")
    return file.getvalue()


def test_what_poppler_would_draw_as_an_empty_area_is_reported(tmp_path: Path) -> None:
    size = points(drawing(), 150)
    flate, g4, jpeg = flate_image(drawing()), g4_image(drawing()), jpeg_image(_jpeg())
    for image in (flate, g4, jpeg):
        assert load_page(written(tmp_path / "ok.pdf", page_pdf([image], size)), 1).pixels.shape == (566, 400)
        start, end = image.index(b"stream\n") + 7, len(image) - len(b"\nendstream")
        for kept in (0, 20, (end - start) // 2, end - start - 400):
            broken = stream(image[2 : image.index(b"/Length")], image[start : start + kept])
            with pytest.raises(UnreadableScan, match="damaged or cut off"):
                load_page(written(tmp_path / "broken.pdf", page_pdf([broken], size)), 1)


def test_complaints_about_fonts_are_no_damage(tmp_path: Path) -> None:
    grey = drawing()
    content = b"q %.3f 0 0 %.3f 0 0 cm /Im Do Q BT /F9 9 Tf (a) Tj ET" % points(grey, 150)
    path = written(tmp_path / "a.pdf", page_pdf([flate_image(grey)], points(grey, 150), content=content))
    np.testing.assert_array_equal(load_page(path, 1).pixels, grey)


def test_absurd_pages_are_refused_before_they_are_drawn(tmp_path: Path) -> None:
    image = flate_image(drawing(10, 10))
    wide = image.replace(b"/Width 10/Height 10", b"/Width 60000/Height 60000")
    for data in (page_pdf([image], (90_000, 90_000), content=b"0 0 9 9 re f"), page_pdf([wide], (595, 842))):
        limit = f"megapixels, the limit is {PAGE_MAX_MEGAPIXELS:.0f}; scan it again at 300 dpi"
        with pytest.raises(TooLargeScan, match=rf"^a\.pdf page 1 has \d+ {limit}"):
            load_page(written(tmp_path / "a.pdf", data), 1)


def test_no_pages_and_pages_that_are_not_there(tmp_path: Path) -> None:
    empty = pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"])
    with pytest.raises(UnreadableScan, match=r"^empty\.pdf holds no page; scan it again\."):
        count_pages(written(tmp_path / "empty.pdf", empty))
    path = written(tmp_path / "a.pdf", page_pdf([flate_image(drawing())], (144, 200)))
    for page in (0, 2):
        with pytest.raises(UnreadableScan, match=rf"^a\.pdf has no page {page}, only 1; add the whole file"):
            load_page(path, page)


def test_without_poppler_the_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "a.pdf", page_pdf([flate_image(drawing())], (144, 200)))
    monkeypatch.setenv("PATH", str(tmp_path))
    for call in (count_pages, lambda path: load_page(path, 1)):
        with pytest.raises(MissingProgram, match=r"pdfinfo and pdftoppm.*apt install poppler-utils"):
            call(path)


def test_a_page_that_never_ends_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "a.pdf", page_pdf([flate_image(drawing())], (144, 200)))
    slow = tmp_path / "pdftoppm"
    slow.write_text('#!/bin/sh\n[ "$1" = -v ] || exec sleep 30\n')
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr("digitize.load.pdf.RENDER_MAX_S", 1)
    with pytest.raises(TooLargeScan, match=r"^a\.pdf page 1 takes more than 1 seconds to draw; print it as"):
        load_page(path, 1)


@pytest.mark.parametrize("share", np.linspace(0.01, 0.995, 12))
def test_cut_off_files_give_a_scan_or_a_sentence(tmp_path: Path, share: float) -> None:
    pages = [flate_image(drawing(60, 85)), jpeg_image(_jpeg())]
    data = page_pdf(pages, (60, 85))
    path = written(tmp_path / "a.pdf", data[: int(len(data) * share)])
    try:
        assert load_page(path, 1).pixels.shape == (85, 60)
    except DigitizeError as error:
        assert re.fullmatch(r"a\.pdf .*\.", str(error))
