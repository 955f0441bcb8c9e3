"""Writing outside the detected rows is reported; text, notes and boxes are not."""

from dataclasses import replace

import pytest

from digitize.page.pipeline import Settings, digitize_page, load_tools
from digitize.records import FlagCode, Note, NoteCode, PageId
from digitize.table.missed_rows import writing_outside_rows
from samples.synthetic import ACAT, DESIGNS, Design
from tests.table.tables import LOW, find_table, scan_of, synthetic, with_boxes, with_strokes

ACAT_LETTER, ACAT_LIST = ACAT
FULL = 1.0  # all rows are filled


def _design_id(design: Design) -> str:
    return f"{design.form}-{design.kind.value}"


@pytest.mark.parametrize("design", [d for designs in DESIGNS.values() for d in designs], ids=_design_id)
def test_complete_table_raises_nothing(design: Design) -> None:
    found = find_table(synthetic(design, LOW, FULL))
    assert found.flat is not None and found.table is not None
    assert not writing_outside_rows(found.flat.page, found.table, (found.table,))


@pytest.mark.parametrize("lost", [3, 8])
def test_signed_rows_missing_at_the_end_are_reported(lost: int) -> None:
    found = find_table(synthetic(ACAT_LIST, LOW, FULL))
    assert found.flat is not None and found.table is not None
    table = replace(found.table, row_edges_px=found.table.row_edges_px[:-lost])
    assert writing_outside_rows(found.flat.page, table, (table,)) == Note(NoteCode.WRITING_BELOW)


def test_signed_rows_missing_at_the_beginning_are_reported() -> None:
    found = find_table(synthetic(ACAT_LIST, LOW, FULL))
    assert found.flat is not None and found.table is not None
    table = replace(found.table, row_edges_px=found.table.row_edges_px[6:])
    assert writing_outside_rows(found.flat.page, table, (table,)) == Note(NoteCode.WRITING_ABOVE)


def test_rows_of_another_table_on_the_page_are_not_reported() -> None:
    found = find_table(synthetic(ACAT_LIST, LOW, FULL))
    assert found.flat is not None and found.table is not None
    edges = found.table.row_edges_px
    upper = replace(found.table, row_edges_px=edges[:12])
    lower = replace(found.table, row_edges_px=edges[12:], header_top_px=edges[11])
    for table in (upper, lower):
        assert not writing_outside_rows(found.flat.page, table, (upper, lower))


def test_note_below_the_table_raises_nothing() -> None:
    page = synthetic(ACAT_LETTER, LOW, FULL)
    (left, *_, right), low = page.layout.x_mm, page.layout.y_mm[-1]
    waves = [(left + 30 + i, low + 25 + 3 * (i % 2)) for i in range(int(right - left - 60))]
    found = find_table(page, with_strokes(page, tuple(waves)))
    assert found.flat is not None and found.table is not None
    assert not writing_outside_rows(found.flat.page, found.table, (found.table,))


def test_page_with_lost_rules_at_its_end_is_marked_for_review() -> None:
    page = synthetic(DESIGNS["it-plain"][0], LOW, FULL)
    (left, *_, right), ys = page.layout.x_mm, page.layout.y_mm
    rules = [(left - 1, y - 0.6, right + 1, y + 0.6) for y in ys[-9:]]
    uprights = [(x - 0.6, ys[-10] + 0.6, x + 0.6, ys[-1]) for x in page.layout.x_mm]
    scan = scan_of(page, with_boxes(page, *rules, *uprights))
    _, outcome = digitize_page(scan, PageId("synthetic", 1), load_tools(Settings()))
    *before, last = outcome.rows
    assert len(outcome.rows) == len(page.truth.rows), "the printed numbers tell where the rows are"
    assert Note(NoteCode.FAINT_RULES) in outcome.notes
    assert last.review and FlagCode.ROWS_LOST in {flag.code for flag in last.flags}
    assert not any(flag.code is FlagCode.ROWS_LOST for row in before for flag in row.flags)
