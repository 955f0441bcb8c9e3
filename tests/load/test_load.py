"""Every file gives a scan or one sentence that says which file, what is wrong and what to do next."""

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from digitize import load
from digitize.errors import DigitizeError, TooLargeScan, UnreadableScan, UnsupportedScan
from digitize.load import SUFFIXES, count_pages, load_page
from tests.load.scans import (
    flate_image,
    noise_image,
    pdf_with_pages,
    save_image,
    size_in_points,
    stroke_image,
    write_file,
)


def assert_both_fail(path: Path, error: type[DigitizeError], sentence: str) -> None:
    """Assert that counting and loading fail with the same error."""
    for call in (count_pages, lambda path: load_page(path, 1)):
        with pytest.raises(error) as raised:
            call(path)
        assert type(raised.value) is error
        assert str(raised.value) == sentence


def test_suffixes_include_those_of_scanners_and_cameras() -> None:
    assert {".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg"} <= SUFFIXES
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in SUFFIXES)


@pytest.mark.parametrize("content", ["a.pdf", "a.tif", "a.png", "a.bmp"])
@pytest.mark.parametrize("name", ["b.jpg", "b.pdf", "b.tiff", "b", "- b.scan"])
def test_file_type_is_told_from_the_content_not_the_name(tmp_path: Path, content: str, name: str) -> None:
    source = tmp_path / content
    if content == "a.pdf":
        write_file(source, pdf_with_pages([flate_image(noise_image())], size_in_points(noise_image(), 150)))
    else:
        save_image(source, noise_image())
    path = source.rename(tmp_path / name)
    assert count_pages(path) == 1
    np.testing.assert_array_equal(load_page(path, 1).pixels, noise_image())


def test_file_name_that_looks_like_an_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    data = pdf_with_pages([flate_image(noise_image())], size_in_points(noise_image(), 150))
    scan = load_page(write_file(Path("-upw.pdf"), data), 1)
    assert scan.file == "-upw.pdf"
    np.testing.assert_array_equal(scan.pixels, noise_image())


def test_files_that_are_not_scans_are_rejected(tmp_path: Path) -> None:
    readable = "PDF, TIFF, PNG, JPEG, WebP, HEIC or BMP"
    hint = f"is not a {readable} file; scan or export it as one of these."
    assert_both_fail(write_file(tmp_path / "a.docx", b"PK\3\4 word"), UnsupportedScan, f"a.docx {hint}")
    assert_both_fail(write_file(tmp_path / "a.jpg", b"PK\3\4 word"), UnreadableScan, f"a.jpg {hint}")
    assert_both_fail(
        write_file(tmp_path / "a.heic", b"\0\0\0\x18ftypavif" + bytes(50)), UnreadableScan, f"a.heic {hint}"
    )
    empty = "a.pdf is empty (0 bytes); scan it or copy it again."
    assert_both_fail(write_file(tmp_path / "a.pdf", b""), UnreadableScan, empty)
    (tmp_path / "folder.pdf").mkdir()
    assert_both_fail(
        tmp_path / "folder.pdf", UnsupportedScan, "folder.pdf is a folder; name the files in it."
    )
    os.mkfifo(tmp_path / "pipe.pdf")
    pipe = "pipe.pdf is a pipe or device; save the scan as a file."
    assert_both_fail(tmp_path / "pipe.pdf", UnsupportedScan, pipe)
    gone = "is not there or cannot be reached; copy it again."
    assert_both_fail(tmp_path / "gone.pdf", UnreadableScan, f"gone.pdf {gone}")
    (tmp_path / "loop.pdf").symlink_to("loop.pdf")
    assert_both_fail(tmp_path / "loop.pdf", UnreadableScan, f"loop.pdf {gone}")


def test_file_without_read_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save_image(tmp_path / "a.png", noise_image())
    path.chmod(0)
    if os.access(path, os.R_OK):  # root may read everything: let the system call say no

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "open", refuse)
    assert_both_fail(path, UnreadableScan, "a.png may not be read; give this account the right to.")


def test_file_with_too_many_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "FILE_MAX_PAGES", 2)
    path = tmp_path / "a.tif"
    page = Image.fromarray(noise_image(20, 20))
    page.save(path, save_all=True, append_images=[page, page])
    with pytest.raises(TooLargeScan, match=r"^a\.tif has more than 2 pages, the limit; split the file\."):
        count_pages(path)


def _image_file(kind: str, options: dict[str, object]) -> bytes:
    file = io.BytesIO()
    page = Image.fromarray(stroke_image(120, 170)).convert(
        "1" if options.get("compression") == "group4" else "L"
    )
    page.save(file, kind, **options)  # type: ignore[arg-type]
    return file.getvalue()


FILES = {
    "a.png": _image_file("PNG", {}),
    "a.jpg": _image_file("JPEG", {}),
    "a.bmp": _image_file("BMP", {}),
    "a.webp": _image_file("WEBP", {}),
    "g4.tif": _image_file("TIFF", {"compression": "group4"}),
    "lzw.tif": _image_file("TIFF", {"compression": "tiff_lzw"}),
    "jpeg.tif": _image_file("TIFF", {"compression": "jpeg"}),
    "raw.tif": _image_file("TIFF", {}),
}


@pytest.mark.parametrize("name", FILES)
def test_truncated_file_gives_a_scan_or_one_sentence(
    tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    data = FILES[name]
    path = tmp_path / name
    for length in {*range(1, 12), *np.linspace(12, len(data) - 1, 30).astype(int).tolist()}:
        write_file(path, data[:length])
        for call in (count_pages, lambda path: load_page(path, 1)):
            try:
                call(path)
            except DigitizeError as error:
                sentence = str(error)
                assert sentence.startswith(name)
                assert sentence.endswith(".")
                assert str(tmp_path) not in sentence
    half = write_file(path, data[: len(data) // 2])
    with pytest.raises(UnreadableScan, match=rf"^{name}( page 1)? is damaged or cut off; scan it or copy it"):
        load_page(half, 1)
    assert capfd.readouterr() == ("", ""), "no library writes to the terminal"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_corrupted_bytes_give_a_scan_or_one_sentence(tmp_path: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(FILES)))
    broken = bytearray(FILES[name])
    spots = data.draw(st.lists(st.tuples(st.integers(0, len(broken) - 1), st.integers(0, 255)), max_size=4))
    for place, value in spots:
        broken[place] = value
    path = write_file(tmp_path / name, bytes(broken))
    try:
        assert load_page(path, 1).pixels.dtype == np.uint8
    except DigitizeError as error:
        assert str(error).endswith(".")


PEAK = r"""
import re, sys
from pathlib import Path
from digitize.load import load_page
pixels = load_page(Path(sys.argv[1]), 1).pixels
peak_kib = re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[1]
print(*pixels.shape[:2], int(peak_kib) // 1024)
"""
PEAK_MAX_MIB = 400  # a worker may use 700 MB for everything


def test_memory_for_a_colour_page_at_600_dpi_is_bounded(tmp_path: Path) -> None:
    page = np.zeros((7016, 4960, 3), np.uint8)
    page[::7, :, 0] = 200
    path = save_image(tmp_path / "a.tif", page, dpi=(600, 600), compression="tiff_lzw")
    del page
    run = subprocess.run([sys.executable, "-c", PEAK, str(path)], capture_output=True, text=True, check=True)
    height, width, peak_mib = (int(word) for word in run.stdout.split())
    assert (height, width) == (3508, 2480)
    assert peak_mib < PEAK_MAX_MIB
