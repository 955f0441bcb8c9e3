"""The files in samples/: their formats, their truth, and that the script still writes them."""

import csv
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps, ImageSequence
from pypdf import PdfReader

from digitize.images import Pixels
from samples import make
from samples.synthetic import ACAT, LOOK_ALIKES, Paper, make_page, random_fill
from samples.synthetic.scan_files import save_photo
from samples.synthetic.truth_table import COLUMNS, truth_lines, write_truth

FOLDER = Path(make.__file__).parent
PAGES = {
    "acat-sheet.pdf": 2,
    "batch.pdf": 7,
    "list-bitonal.tif": 2,
    "photo.jpg": 1,
    "empty-form.png": 1,
    "no-table.png": 1,
    "other-de.pdf": 1,
    "other-fr.pdf": 1,
}


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def lines() -> list[dict[str, str]]:
    return table(FOLDER)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    make.main(folder)
    return folder


def decided(line: dict[str, str]) -> dict[str, str]:
    """Return a line of truth.csv without what is measured on the scan."""
    return {key: value for key, value in line.items() if key != "visibility"}


def grey(path: Path) -> NDArray[np.int64]:
    with Image.open(path) as image:
        return np.asarray(image.convert("L"), np.int64)


def test_the_folder_holds_what_the_script_makes(made: Path) -> None:
    assert {path.name for path in made.iterdir()} == {*PAGES, "truth.csv"}
    assert [decided(line) for line in table(made)] == [decided(line) for line in table(FOLDER)]
    for name in ("empty-form.png", "no-table.png", "list-bitonal.tif"):
        new, kept = (grey(folder / name) for folder in (made, FOLDER))
        # Another version of the font library may draw letters slightly differently.
        assert new.shape == kept.shape and (abs(new - kept) > 60).mean() < 0.002


def test_samples_stay_small() -> None:
    assert sum((FOLDER / name).stat().st_size for name in PAGES) < 8 * 2**20
    assert sum(path.stat().st_size for path in (FOLDER / "fonts").rglob("*.ttf")) < 2**20


def test_fonts_come_with_their_licence() -> None:
    for path in (FOLDER / "fonts").glob("*.ttf"):
        name = re.sub(r"-(regular|bold)$", "", path.stem)
        text = (FOLDER / "fonts" / "licences" / f"{name}.txt").read_text(encoding="utf-8")
        assert "SIL Open Font License" in text and "with Reserved Font Name" not in text.split("----")[0]


def test_pdfs_hold_one_jpeg_per_page_at_200_dpi() -> None:
    for name in ("acat-sheet.pdf", "batch.pdf", "other-de.pdf", "other-fr.pdf"):
        pages = PdfReader(FOLDER / name).pages
        assert len(pages) == PAGES[name]
        for page in pages:
            (image,) = page["/Resources"]["/XObject"].values()  # type: ignore[index]
            stream = image.get_object()
            assert stream["/Filter"] == "/DCTDecode"
            assert float(page.mediabox.width) == pytest.approx(stream["/Width"] * 72 / 200, abs=0.1)


def test_the_tiff_is_black_and_white_in_group_4() -> None:
    with Image.open(FOLDER / "list-bitonal.tif") as image:
        frames = sum(1 for _ in ImageSequence.Iterator(image))
        assert (frames, image.mode, image.info["compression"]) == (2, "1", "group4")
        assert image.info["dpi"] == (200, 200)


def test_a_photo_is_stored_in_landscape_and_shown_upright(tmp_path: Path) -> None:
    page = make_page(ACAT[0], (), Paper(dpi=72.0))
    save_photo(tmp_path / "photo.jpg", page, quality=95)
    with Image.open(tmp_path / "photo.jpg") as stored:
        upright = ImageOps.exif_transpose(stored)
        assert stored.size == (page.truth.height_px, page.truth.width_px)
        shown: Pixels = np.asarray(upright.convert("L"), dtype=np.uint8)
    assert np.abs(shown.astype(int) - page.pixels).mean() < 4
    with Image.open(FOLDER / "photo.jpg") as sample:
        assert sample.getexif()[0x0112] == 6


def test_the_truth_names_every_row_of_every_table(lines: list[dict[str, str]]) -> None:
    counted = Counter((line["file"], line["page"]) for line in lines)
    assert len({(line["file"], line["page"], line["row"]) for line in lines}) == len(lines)
    assert {file for file, _ in counted} == PAGES.keys() - {"no-table.png"}
    assert all(int(page) <= PAGES[file] for file, page in counted)
    assert counted["acat-sheet.pdf", "1"] == 3 and counted["acat-sheet.pdf", "2"] == 27
    assert {page for file, page in counted if file == "batch.pdf"} == {"1", "2", "3", "5", "6"}
    assert not any(line["counts"] == "1" for line in lines if line["file"] == "empty-form.png")


def test_the_samples_have_rows_of_every_kind(lines: list[dict[str, str]]) -> None:
    kinds = Counter(line["row_kind"] for line in lines)
    assert kinds["normal"] > 60 and kinds["blank"] > 30
    assert kinds.keys() >= {"struck", "no_address", "no_signature"}
    assert sum(line["ambiguous"] == "1" for line in lines) >= 2
    assert sum(line["ditto"] == "1" for line in lines) >= 5
    assert len({line["canton"] for line in lines}) >= 10


def test_file_names_do_not_reveal_results() -> None:
    assert not any(re.search(r"\d|signed|struck|blank", name) for name in PAGES)


def test_truth_lines_agree_with_the_page(tmp_path: Path) -> None:
    design = LOOK_ALIKES[1]
    truth = make_page(design, random_fill(design, 3, 0.8), Paper(dpi=72.0), 3).truth
    write_truth(tmp_path / "truth.csv", truth_lines("a.pdf", 2, truth, "clean"))
    written = table(tmp_path)
    assert tuple(written[0]) == COLUMNS
    for line, row in zip(written, truth.rows, strict=True):
        assert (line["file"], line["page"], line["row"]) == ("a.pdf", "2", str(row.number))
        assert line["counts"] == str(int(row.counts)) and line["signed"] == str(int(row.has_signature))
        assert line["inked_signature"] == str(int(row.cells[-1].inked))
        assert (line["visibility"] != "") == row.filled
        assert (line["name"], line["canton"]) == (row.name, row.canton)
        assert (line["inked_name"] == line["inked_address"] == "0") or row.filled
