"""A list without printed numbers goes on where the page before it ends."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from digitize.form.definition import AUTO
from digitize.images import Pixels
from digitize.page.pipeline import Settings, digitize_file
from digitize.records import SheetPage
from samples.synthetic import DESIGNS, SyntheticPage
from tests.table.tables import LOW, synthetic

WITHOUT_NUMBERS, NUMBERED = DESIGNS["de-lines"][0], DESIGNS["de-wide"][0]
HIGHER_PX = round(30 / 25.4 * LOW.dpi)  # the text of the petition takes up so much


def moved_up(pixels: Pixels) -> Pixels:
    """Return a page whose table begins higher."""
    return np.vstack([pixels[HIGHER_PX:], np.full_like(pixels[:HIGHER_PX], pixels.max())])


def numbered_from(page: SyntheticPage, first: int) -> Pixels:
    """Return a page with numbers printed left of its table, which has no column for them."""
    pixels = page.pixels.copy()
    x_mm, rows_mm = page.layout.x_mm[0] - 9, page.layout.y_mm[1:-1]
    for number, y_mm in enumerate(rows_mm, first):
        x, y = round(x_mm * page.mapping.scale), round((y_mm + 6) * page.mapping.scale)
        cv2.putText(pixels, str(number), (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (0, 0, 0), 2, cv2.LINE_AA)
    return pixels


def numbers_of(folder: Path, *pages: Pixels, form: str = AUTO) -> list[tuple[int, ...]]:
    """Return the row numbers of each page of a scan."""
    settings = Settings(form)
    path = folder / "sheet.tif"
    first, *others = map(Image.fromarray, pages)
    first.save(path, save_all=True, append_images=others, dpi=(LOW.dpi, LOW.dpi))
    found = [digitize_file(str(path), number, settings).outcome for number in range(1, len(pages) + 1)]
    assert all(isinstance(outcome, SheetPage) for outcome in found)
    return [tuple(row.number for row in outcome.rows) for outcome in found if isinstance(outcome, SheetPage)]


@pytest.fixture(scope="module")
def page() -> Pixels:
    return synthetic(WITHOUT_NUMBERS, LOW, 0.3).pixels


def test_the_back_of_a_sheet_goes_on(tmp_path: Path, page: Pixels) -> None:
    count = WITHOUT_NUMBERS.row_count
    front, back = tuple(range(1, count + 1)), tuple(range(count + 1, 2 * count + 1))
    assert numbers_of(tmp_path, page, moved_up(page)) == [front, back]
    assert numbers_of(tmp_path, page, moved_up(page), page) == [front, back, front], "the next sheet"


def test_copies_of_one_page_each_begin_with_one(tmp_path: Path, page: Pixels) -> None:
    other = synthetic(WITHOUT_NUMBERS, replace(LOW, skew_deg=0.8), 0.3).pixels
    assert len(set(numbers_of(tmp_path, page, other))) == 1


def test_printed_numbers_count_as_they_are(tmp_path: Path) -> None:
    numbered = synthetic(NUMBERED, LOW, 0.3).pixels
    assert len(set(numbers_of(tmp_path, numbered, moved_up(numbered)))) == 1


def test_numbers_printed_beside_the_back_count_as_they_are(tmp_path: Path, page: Pixels) -> None:
    back = moved_up(numbered_from(synthetic(WITHOUT_NUMBERS, LOW, 0.3), 41))
    count = WITHOUT_NUMBERS.row_count
    assert numbers_of(tmp_path, page, back) == [tuple(range(1, count + 1)), tuple(range(41, 41 + count))]


@pytest.mark.parametrize(("given", "first"), [(41, 41), (1, WITHOUT_NUMBERS.row_count + 1)])
def test_numbers_of_the_form_count_unless_every_page_begins_with_one(
    tmp_path: Path, page: Pixels, given: int, first: int
) -> None:
    form, count = tmp_path / "form.toml", WITHOUT_NUMBERS.row_count
    form.write_text(f'name = "sheet"\n[rows]\nlist = [{given}, {given + count - 1}]\n', encoding="utf-8")
    _, back = numbers_of(tmp_path, page, moved_up(page), form=str(form))
    assert back == tuple(range(first, first + count))
