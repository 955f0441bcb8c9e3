"""Marks and code are found on worn sheets, and nowhere else; a page without them costs little."""

import time
from dataclasses import replace

import numpy as np
import pytest

from digitize.form.sheet_code import MARK_MM, SheetCode, mark_corners_mm
from digitize.images import Scan
from digitize.load.sheet_marks import read_sheet_marks
from samples.synthetic import ACAT, Mode, Paper, Photo, make_page, random_fill
from tests.bench.own_sheets import design_of
from tests.sheet.printed import CODE, SHORT, filled, scan_of, without_marks

LOW = Paper(dpi=150.0)
WORN = {
    "upside down": replace(LOW, rotation_deg=180),
    "on its side": replace(LOW, rotation_deg=90, skew_deg=2.5),
    "faint": replace(LOW, toner=0.12, noise=4.0),
    "black and white": replace(LOW, mode=Mode.BITONAL, noise=8.0, toner=0.6),
    "torn and dusty": replace(LOW, torn=True, dust=100, folds=2, streak=True),
    "on a dark bed": replace(LOW, bed=0.12, skew_deg=-4.0),
    "cut by its skew": replace(LOW, skew_deg=5.0),
    "photographed": replace(LOW, dpi=200.0, photo=Photo(0.08, 3.0, 0.4), mode=Mode.COLOUR),
}


@pytest.mark.parametrize("name", WORN)
def test_the_code_of_a_worn_sheet_is_read_and_the_page_found(name: str) -> None:
    page = filled(CODE, WORN[name])
    found = read_sheet_marks(scan_of(page))
    assert found is not None and found.code == CODE
    limit_mm = 4.5 if name == "photographed" else 0.7  # paper bends in a photo
    points = [(40.0, 60.0), (170.0, 60.0), (170.0, 250.0), (40.0, 250.0)]
    off = np.array(found.to_scan.apply(points)) - np.array(page.mapping.to_scan(points))
    assert np.linalg.norm(off, axis=1).max() <= limit_mm * page.truth.dpi / 25.4


@pytest.mark.parametrize("lost", [(0,), (1, 2), (0, 3)])
def test_two_marks_are_enough(lost: tuple[int, ...]) -> None:
    design = replace(design_of(CODE, True), blocks_mm=without_marks(CODE, lost))
    page = make_page(design, random_fill(design, 3), replace(LOW, skew_deg=1.0), 3)
    found = read_sheet_marks(scan_of(page))
    assert found is not None and found.code == CODE


def test_one_of_the_two_codes_is_enough() -> None:
    page = filled(CODE, LOW)
    pixels = page.pixels.copy()
    pixels[: round(32 * 150 / 25.4), : round(60 * 150 / 25.4)] = 90  # a thumb, or a label
    found = read_sheet_marks(Scan("a.png", 1, pixels, 150.0))
    assert found is not None and found.code == CODE


def test_marks_without_a_code_that_can_be_read_are_nothing() -> None:
    page = filled(CODE, LOW)
    pixels = page.pixels.copy()
    left, right = (round(x * 150 / 25.4) for x in (19, 191))
    pixels[: round(33 * 150 / 25.4), left:right] = 255
    assert read_sheet_marks(Scan("a.png", 1, pixels, 150.0)) is None


def test_other_sheets_have_no_marks() -> None:
    for design in ACAT:
        for seed in range(3):
            page = make_page(design, random_fill(design, seed), replace(LOW, dust=50), seed)
            assert read_sheet_marks(scan_of(page)) is None


def test_a_code_of_anything_else_is_no_sheet() -> None:
    other = SheetCode("X", 9, 1, 0, 1, 3, 200, 9, 110, CODE.columns)  # no table that can be printed
    assert read_sheet_marks(scan_of(filled(replace(SHORT), LOW))) is not None
    design = replace(design_of(SHORT, True), blocks_mm=design_of(other, True).blocks_mm)
    assert read_sheet_marks(scan_of(make_page(design, (), LOW))) is None


def test_a_page_without_marks_takes_little_time() -> None:
    page = make_page(ACAT[1], random_fill(ACAT[1], 3), Paper(dpi=300.0), 3)
    scan = scan_of(page)
    read_sheet_marks(scan)
    start = time.process_time()
    for _ in range(3):
        read_sheet_marks(scan)
    assert (time.process_time() - start) / 3 < 0.2  # about 0.03 s on a quiet machine; a page takes seconds


def test_the_marks_lie_on_the_paper_apart_from_table_and_codes() -> None:
    for left, top in mark_corners_mm():
        assert 5 <= left <= 210 - 5 - MARK_MM and 5 <= top <= 297 - 5 - MARK_MM
