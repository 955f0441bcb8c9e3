"""Rows are found below a line of header words where neither rules nor numbers can be made out."""

import numpy as np
import pytest

from digitize.form.definition import AUTO, Form
from digitize.images import Pixels
from digitize.page import looks
from digitize.page.find_rows import find_rows
from digitize.records import NoteCode, Role
from digitize.table.grid.rows_below import lattice_below
from digitize.table.header.header_line import find_header_line
from digitize.table.straighten import straighten
from samples.synthetic import ACAT, SyntheticPage, blank_back
from tests.page.broken_rules import with_holes
from tests.page.test_find_rows import codes_of, rows_of
from tests.table.tables import LOW, print_reader, scan_of, synthetic

LETTER, LIST = ACAT
GRAIN = 12.0  # standard deviation, in grey levels
FAINT = 18.0  # grey levels by which the rules are darker than the paper


def with_faint_rules(page: SyntheticPage, faint: float = FAINT) -> Pixels:
    """Return the scan with rules lost in grain, and without row numbers."""
    pixels = with_holes(page, 1.0, only_rules=True).astype(np.float64)
    (left, after, *_, right), ys = page.layout.x_mm, page.layout.y_mm
    for y in ys:
        for x in np.arange(left, right, 0.02):
            (column, row), *_ = page.mapping.to_scan([(float(x), y)])
            pixels[int(row), int(column)] = np.minimum(pixels[int(row), int(column)], 255.0 - faint)
    (x0, y0), (x1, y1) = page.mapping.to_scan([(left - 1, ys[1]), (after - 1, ys[-1])])
    pixels[int(y0) : int(y1), int(x0) : int(x1)] = np.maximum(
        pixels[int(y0) : int(y1), int(x0) : int(x1)], 220.0
    )
    noise = np.random.default_rng(5).normal(0, GRAIN, pixels.shape)
    return np.clip(pixels - 20 + noise, 0, 255).astype(np.uint8)


def test_rows_below_a_header_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    page = synthetic(LETTER, LOW, 0.0)
    scan = scan_of(page, with_faint_rules(page))
    found = find_rows(scan, Form(AUTO), print_reader())
    assert [len(numbers) for numbers in rows_of(found)] == [3]
    roles = [column.role for column in found.tables[0].table.columns]
    assert [role for role in roles if role is not Role.NUMBER] == [Role.NAME, Role.ADDRESS, Role.SIGNATURE]
    assert NoteCode.FAINT_RULES in codes_of(found)
    monkeypatch.setattr(looks, "find_header_line", lambda *_: None)
    assert not rows_of(find_rows(scan, Form(AUTO), print_reader()))


def test_without_any_rules_nothing_tells_the_rows() -> None:
    page = synthetic(LETTER, LOW, 0.0)
    draft = straighten(scan_of(page, with_faint_rules(page, 0.0)), print_reader())
    header = find_header_line(draft, Form(AUTO), print_reader())
    assert header is not None
    assert lattice_below(draft, header) is None


def test_a_page_without_a_table_has_no_header_line() -> None:
    draft = straighten(scan_of(blank_back(LOW, 3)), print_reader())
    assert find_header_line(draft, Form(AUTO), print_reader()) is None
