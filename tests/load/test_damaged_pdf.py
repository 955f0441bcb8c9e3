"""A PDF that is damaged, locked or incomplete costs its pages, with one sentence each, and no others."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from digitize.errors import DigitizeError, EncryptedScan, UnreadableScan, UnsupportedScan
from digitize.load import count_pages, load_page
from tests.load.scans import (
    flate_image,
    g4_image,
    jpeg_image,
    noise_image,
    pdf_file,
    pdf_stream,
    pdf_with_pages,
    size_in_points,
    write_file,
)


def test_encrypted_files(tmp_path: Path) -> None:
    grey = noise_image()
    plain = io.BytesIO(pdf_with_pages([flate_image(grey)], size_in_points(grey, 150)))
    for user, path in (("", tmp_path / "owner.pdf"), ("secret", tmp_path / "user.pdf")):
        writer = PdfWriter(clone_from=PdfReader(plain))
        writer.encrypt(user, "owner", algorithm="RC4-128")
        writer.write(path)
    np.testing.assert_array_equal(load_page(tmp_path / "owner.pdf", 1).pixels, grey)
    for call in (count_pages, lambda path: load_page(path, 1)):
        with pytest.raises(EncryptedScan, match=r"^user\.pdf.* asks for a password; save it without one"):
            call(tmp_path / "user.pdf")


def test_broken_page_does_not_affect_the_other_pages(tmp_path: Path) -> None:
    pages = [noise_image(seed=seed) for seed in range(3)]
    data = pdf_with_pages([flate_image(page) for page in pages], size_in_points(pages[0], 150))
    path = write_file(tmp_path / "a.pdf", data.replace(b"/XObject<</Im 8 0 R", b"/XObject<</No 8 0 R"))
    assert count_pages(path) == 3
    np.testing.assert_array_equal(load_page(path, 1).pixels, pages[0])
    np.testing.assert_array_equal(load_page(path, 3).pixels, pages[2])
    with pytest.raises(
        UnreadableScan, match=r"^a\.pdf page 2 is damaged or cut off; scan it or copy it again\."
    ):
        load_page(path, 2)


def _jpeg() -> bytes:
    file = io.BytesIO()
    Image.fromarray(noise_image()).save(file, "JPEG")
    return file.getvalue()


def test_truncated_image_that_poppler_would_leave_empty_is_reported(tmp_path: Path) -> None:
    size = size_in_points(noise_image(), 150)
    flate, g4, jpeg = flate_image(noise_image()), g4_image(noise_image()), jpeg_image(_jpeg())
    for image in (flate, g4, jpeg):
        assert load_page(write_file(tmp_path / "ok.pdf", pdf_with_pages([image], size)), 1).pixels.shape == (
            566,
            400,
        )
        start, end = image.index(b"stream\n") + 7, len(image) - len(b"\nendstream")
        for kept in (0, 20, (end - start) // 2, end - start - 400):
            broken = pdf_stream(image[2 : image.index(b"/Length")], image[start : start + kept])
            with pytest.raises(UnreadableScan, match="damaged or cut off"):
                load_page(write_file(tmp_path / "broken.pdf", pdf_with_pages([broken], size)), 1)


def test_font_errors_do_not_count_as_damage(tmp_path: Path) -> None:
    grey = noise_image()
    content = b"q %.3f 0 0 %.3f 0 0 cm /Im Do Q BT /F9 9 Tf (a) Tj ET" % size_in_points(grey, 150)
    path = write_file(
        tmp_path / "a.pdf", pdf_with_pages([flate_image(grey)], size_in_points(grey, 150), content=content)
    )
    np.testing.assert_array_equal(load_page(path, 1).pixels, grey)


def test_empty_document_and_missing_page_number(tmp_path: Path) -> None:
    empty = pdf_file([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"])
    with pytest.raises(UnreadableScan, match=r"^empty\.pdf holds no page; scan it again\."):
        count_pages(write_file(tmp_path / "empty.pdf", empty))
    path = write_file(tmp_path / "a.pdf", pdf_with_pages([flate_image(noise_image())], (144, 200)))
    for page in (0, 2):
        with pytest.raises(UnreadableScan, match=rf"^a\.pdf has no page {page}, only 1; add the whole file"):
            load_page(path, page)


@pytest.mark.parametrize("share", np.linspace(0.01, 0.995, 12))
def test_truncated_pdf_gives_a_scan_or_one_sentence(tmp_path: Path, share: float) -> None:
    pages = [flate_image(noise_image(60, 85)), jpeg_image(_jpeg())]
    data = pdf_with_pages(pages, (60, 85))
    path = write_file(tmp_path / "a.pdf", data[: int(len(data) * share)])
    try:
        assert load_page(path, 1).pixels.shape == (85, 60)
    except DigitizeError as error:
        assert re.fullmatch(r"a\.pdf .*\.", str(error))


def test_attached_scans_are_told_and_other_attachments_passed_over(tmp_path: Path) -> None:
    grey = noise_image()
    writer = PdfWriter(clone_from=io.BytesIO(pdf_with_pages([flate_image(grey)], size_in_points(grey, 150))))
    writer.add_attachment("sheet.pdf", pdf_with_pages([flate_image(grey)], (60, 85)))
    writer.add_attachment("invoice.xml", b"<invoice/>")
    writer.add_attachment("photo", _jpeg())
    writer.write(tmp_path / "a.pdf")
    path = tmp_path / "a.pdf"
    assert count_pages(path) == 3
    np.testing.assert_array_equal(load_page(path, 1).pixels, grey)
    for page in (2, 3):
        hint = r"(sheet\.pdf|photo); save it as a file of its own and add that\."
        with pytest.raises(UnsupportedScan, match=rf"^a\.pdf page {page} is an attached file, {hint}"):
            load_page(path, page)


def test_a_lost_page_object_costs_its_page(tmp_path: Path) -> None:
    pages = [noise_image(seed=seed) for seed in range(2)]
    data = pdf_with_pages([flate_image(page) for page in pages], size_in_points(pages[0], 150))
    path = write_file(tmp_path / "a.pdf", data.replace(b"Kids[3 0 R 6 0 R]", b"Kids[3 0 R 99 0 R]"))
    np.testing.assert_array_equal(load_page(path, 1).pixels, pages[0])
    with pytest.raises(UnreadableScan, match=r"^a\.pdf page 2 is damaged or cut off; scan it or copy it"):
        load_page(path, 2)
