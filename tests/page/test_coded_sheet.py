"""Sheets of one's own: form, rows and grid come from the code; what speaks against them is heard."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import cv2
import numpy as np
import pytest

from digitize.errors import UnusablePage
from digitize.form.sheet_code import SheetCode
from digitize.images import Scan
from digitize.ocr.open_reader import PRINT, open_reader
from digitize.page.coded_sheet import CodedRows, find_coded_rows
from digitize.page.pipeline import Settings, digitize_page, load_tools
from digitize.records import NoteCode, PageId, PageKind, Role, Status
from samples.synthetic import Mode, Paper, Photo, SyntheticPage, make_page, random_fill
from tests.bench.own_sheets import design_of
from tests.sheet.printed import CODE, SHORT, filled, scan_of

READER = open_reader(PRINT)
LOW = Paper(dpi=150.0)


def coded(scan: Scan) -> CodedRows:
    found = find_coded_rows(scan, READER)
    assert found is not None
    return found


def farthest_mm(found: CodedRows, page: SyntheticPage) -> float:
    """How far the found row rules lie from where they are."""
    table = found.tables[0].table
    edges = (table.header_top_px, *table.row_edges_px)
    off = []
    for y, truth in zip(edges, page.truth.row_lines, strict=True):
        ends = found.page.to_scan.to_scan([(table.left_px, y), (table.right_px, y)])
        off += [np.hypot(a[0] - b[0], a[1] - b[1]) for a, b in zip(ends, truth, strict=True)]
    return float(max(off)) / (page.truth.dpi / 25.4)


@pytest.mark.parametrize(
    ("paper", "limit_mm"),
    [
        (LOW, 0.2),
        (replace(LOW, rotation_deg=270, skew_deg=-3.0), 0.2),
        (replace(LOW, toner=0.1, noise=4.0), 0.3),
        (replace(LOW, gaps=40, torn=True), 0.3),
        (Paper(dpi=200.0, mode=Mode.COLOUR, photo=Photo(0.06, 3.0, 0.3)), 1.0),
    ],
)
def test_the_rows_are_where_the_code_says(paper: Paper, limit_mm: float) -> None:
    page = filled(CODE, paper)
    found = coded(scan_of(page))
    (checked,) = found.tables
    assert checked.numbering.numbers == tuple(range(4, 31))
    assert [column.role for column in checked.table.columns] == [role for role, _ in CODE.columns]
    assert farthest_mm(found, page) <= limit_mm
    assert checked.doubts == ()


def test_the_result_names_form_kind_and_deadline() -> None:
    code = replace(SHORT, deadline=date(2026, 11, 30))
    page = filled(code, replace(LOW, rotation_deg=180))
    outcome = digitize_page(scan_of(page), PageId("a.png", 1), load_tools(Settings()))[1]
    assert (outcome.form, outcome.kind, outcome.deadline) == (
        "safe-roads",
        PageKind.LETTER,
        date(2026, 11, 30),
    )
    assert outcome.rotation_deg == 180
    assert [row.number for row in outcome.rows] == [1, 2, 3]
    assert [note.code for note in outcome.notes] == [NoteCode.SHEET_BATCH]
    assert dict(outcome.notes[0].values) == {"form": "safe-roads", "batch": 5}
    signed = {row.number: row.status is Status.SIGNED for row in outcome.rows}
    assert signed == {truth.number: truth.counts for truth in page.truth.rows}


def test_a_code_over_another_table_is_not_believed() -> None:
    design = replace(design_of(CODE, False), first_row=12, blocks_mm=design_of(CODE, True).blocks_mm)
    assert find_coded_rows(scan_of(make_page(design, random_fill(design, 3), LOW, 3)), READER) is None


def test_where_neither_rules_nor_numbers_are_seen_a_person_looks() -> None:
    design = design_of(CODE, True)
    blank = replace(design, columns=(), row_count=0, before=())
    found = coded(scan_of(make_page(blank, (), LOW, 3)))
    assert NoteCode.FAINT_RULES in [note.code for note in found.tables[0].doubts]


def covered(page: SyntheticPage, top_mm: float, bottom_mm: float) -> Scan:
    """A strip of the sheet that is gone: white as the lid of the scanner."""
    pixels = page.pixels.copy()
    pixels[round(top_mm * 150 / 25.4) : round(bottom_mm * 150 / 25.4)] = 255
    return Scan("a.png", 1, pixels, 150.0)


def test_rows_that_are_torn_off_are_not_blank_in_silence() -> None:
    page = filled(CODE, LOW)
    found = coded(covered(page, 218, 262))
    assert NoteCode.FAINT_RULES in [note.code for note in found.tables[0].doubts]


def cut(page: SyntheticPage) -> Scan:
    return Scan("a.png", 1, np.ascontiguousarray(page.pixels[:, : round(180 * 150 / 25.4)]), 150.0)


def blurred(page: SyntheticPage) -> Scan:
    pixels = page.pixels.copy()
    top, low = (round(mm * 150 / 25.4) for mm in (34, 277))  # the marks are in focus
    pixels[top:low] = cv2.GaussianBlur(pixels[top:low], (0, 0), 3.2)
    return Scan("a.png", 1, pixels, 150.0)


@pytest.mark.parametrize("harm", [cut, blurred])
def test_a_table_that_cannot_be_counted_is_refused(harm: Callable[[SyntheticPage], Scan]) -> None:
    page = filled(replace(CODE, columns=((Role.NAME, 100), (Role.SIGNATURE, 80))), LOW)
    with pytest.raises(UnusablePage):
        coded(harm(page))


def test_writing_below_the_rows_is_heard() -> None:
    short = SheetCode("PETITION", 1, 1, 0, 1, 12, 35, 9, 85, CODE.columns)
    longer = design_of(replace(short, last_row=20), False)
    design = replace(longer, blocks_mm=design_of(short, True).blocks_mm)
    found = coded(scan_of(make_page(design, random_fill(design, 3, 1.0), LOW, 3)))
    assert found.tables[0].doubts
