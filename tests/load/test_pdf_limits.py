"""A PDF page that cannot be drawn, as it takes too much or poppler is missing, is told in one sentence."""

from pathlib import Path

import numpy as np
import pytest

from digitize.errors import DigitizeError, MissingProgram, TooLargeScan
from digitize.load import count_pages, load_page
from digitize.load.raster import PAGE_MAX_MEGAPIXELS
from tests.load.scans import (
    flate_image,
    noise_image,
    pdf_file,
    pdf_stream,
    pdf_with_pages,
    size_in_points,
    write_file,
)


def test_oversized_pages_are_refused_before_rendering(tmp_path: Path) -> None:
    image = flate_image(noise_image(10, 10))
    wide = image.replace(b"/Width 10/Height 10", b"/Width 60000/Height 60000")
    for data in (
        pdf_with_pages([image], (90_000, 90_000), content=b"0 0 9 9 re f"),
        pdf_with_pages([wide], (595, 842)),
    ):
        limit = f"megapixels, the limit is {PAGE_MAX_MEGAPIXELS:.0f}; scan it again at 300 dpi"
        with pytest.raises(TooLargeScan, match=rf"^a\.pdf page 1 has \d+ {limit}"):
            load_page(write_file(tmp_path / "a.pdf", data), 1)


def test_missing_poppler_is_reported_with_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_file(tmp_path / "a.pdf", pdf_with_pages([flate_image(noise_image())], (144, 200)))
    monkeypatch.setenv("PATH", str(tmp_path))
    for call in (count_pages, lambda path: load_page(path, 1)):
        with pytest.raises(MissingProgram, match=r"pdfinfo and pdftoppm.*apt install poppler-utils"):
            call(path)


def test_rendering_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_file(tmp_path / "a.pdf", pdf_with_pages([flate_image(noise_image())], (144, 200)))
    slow = tmp_path / "pdftoppm"
    slow.write_text('#!/bin/sh\n[ "$1" = -v ] || exec sleep 30\n')
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr("digitize.load.poppler.PAGE_MAX_S", 1)
    with pytest.raises(TooLargeScan, match=r"^a\.pdf page 1 takes more than 1 seconds to draw; print it as"):
        load_page(path, 1)


@pytest.mark.parametrize("size", ["1e30", "1" + "0" * 30, "99999999999", "nan"])
def test_a_page_of_absurd_size_is_refused_in_one_short_sentence(tmp_path: Path, size: str) -> None:
    data = pdf_with_pages([flate_image(noise_image())], (144, 200))
    start = data.index(b"/MediaBox[0 0 ") + len(b"/MediaBox[0 0 ")
    end = data.index(b"]", start)
    path = write_file(tmp_path / "a.pdf", data[:start] + f"{size} {size}".encode() + data[end:])
    try:
        load_page(path, 1)
    except DigitizeError as error:
        assert len(str(error)) < 120


def test_forms_nested_a_trillion_times_are_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digitize.load.poppler.PAGE_MAX_S", 2)
    depth = 12
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>",
        pdf_stream(b"", b"/F Do"),
    ]
    for level in range(depth):
        entries = b"/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F %d 0 R>>>>" % (6 + level)
        objects.append(pdf_stream(entries, b"/F Do " * 10))
    objects.append(pdf_stream(b"/Subtype/Form/BBox[0 0 9 9]", b"0 0 9 9 re f"))
    with pytest.raises(TooLargeScan, match=r"^a\.pdf page 1 takes more than 2 seconds to draw"):
        load_page(write_file(tmp_path / "a.pdf", pdf_file(objects)), 1)


def test_a_page_that_needs_too_much_memory_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digitize.load.poppler.MEMORY_MAX_GIB", 0.05)
    data = pdf_with_pages([flate_image(noise_image())], (1270, 1270), content=b"0 0 9 9 re f")
    with pytest.raises(
        TooLargeScan, match=r"^a\.pdf page 1 takes more than 0\.05 GB of memory to draw; print"
    ):
        load_page(write_file(tmp_path / "a.pdf", data), 1)


def test_pictures_of_pages_never_lie_in_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "there is none"))
    grey = noise_image()
    path = write_file(tmp_path / "a.pdf", pdf_with_pages([flate_image(grey)], size_in_points(grey, 150)))
    np.testing.assert_array_equal(load_page(path, 1).pixels, grey)
