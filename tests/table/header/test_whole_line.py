"""Header words that are too pale to be found by their ink are read in one line."""

from dataclasses import replace

import numpy as np
import pytest

from digitize.form.definition import AUTO, Form
from digitize.geometry import Box
from digitize.images import Pixels
from digitize.ocr.engines import Line
from digitize.records import Role
from digitize.table.header import read_header, single_line
from digitize.table.header.header_words import read_phrases, vocabulary
from digitize.table.header.whole_line import SETTINGS, read_whole_line
from samples.synthetic import ACAT, DESIGNS, Design, SyntheticPage
from tests.table.tables import LOW, exact_edges_px, exact_page, print_reader, roles_of, synthetic

WORDS = vocabulary(Form(AUTO))
PALE = 0.22  # of the contrast of good print
GRAIN = 8.0  # standard deviation, in grey levels
OFF_MM = 2.5  # by which the middle of a letter may be misplaced


def pale_header(page: SyntheticPage) -> Pixels:
    """Return the scan with pale print and grain from above the table to its first row."""
    top, low = (round(y * page.mapping.scale) for y in (page.layout.y_mm[0] - 12, page.layout.y_mm[1] - 0.5))
    pixels = page.pixels.astype(float)
    noise = np.random.default_rng(2).normal(0, GRAIN, pixels[top:low].shape)
    pixels[top:low] = 235 - (255 - pixels[top:low]) * PALE + noise
    return np.clip(pixels, 0, 255).astype(np.uint8)


def header_cell(page: SyntheticPage) -> Box:
    xs, ys = exact_edges_px(page)
    return Box(round(xs[0]), round(ys[0]), round(xs[-1]), round(ys[1]))


@pytest.mark.parametrize("design", [DESIGNS["it-dotted"][0], *ACAT], ids=lambda d: d.form)
def test_pale_header_words_are_read_and_placed(design: Design) -> None:
    page = synthetic(design, LOW, 0.0)
    flat, cell = exact_page(page, pale_header(page)), header_cell(page)
    clear = read_phrases(exact_page(page), cell, WORDS, print_reader())
    found = read_whole_line(flat, cell, WORDS, print_reader())
    expected = {column.role for column in design.columns if column.header} - {Role.NUMBER, Role.OTHER}
    assert {phrase.role for phrase in found} - {Role.NUMBER, Role.OTHER} == expected
    for phrase in found:
        if phrase.role in expected:
            near = min(abs(phrase.box.centre[0] - other.box.centre[0]) for other in clear)
            assert near < flat.px(OFF_MM)


def test_a_table_without_column_rules_and_with_a_pale_header_is_understood(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = synthetic(DESIGNS["it-dotted"][0], LOW, 0.0)
    flat = exact_page(page, pale_header(page))
    xs, ys = exact_edges_px(page)
    table = read_header(flat, (xs[0], xs[-1]), ys, Form(AUTO), print_reader())
    assert roles_of(table) == page.truth.roles
    monkeypatch.setattr(single_line, "read_whole_line", lambda *_: [])
    assert roles_of(read_header(flat, (xs[0], xs[-1]), ys, Form(AUTO), print_reader())) != page.truth.roles


def test_the_last_line_of_a_paragraph_does_not_hide_the_header() -> None:
    page = synthetic(ACAT[0], LOW, 0.0)
    flat, cell = exact_page(page), header_cell(page)
    above = Box(cell.left, round(cell.top - flat.px(9)), cell.right, cell.bottom)
    roles = {phrase.role for phrase in read_whole_line(flat, above, WORDS, print_reader())}
    assert {Role.NAME, Role.ADDRESS, Role.SIGNATURE} <= roles


def test_an_engine_that_does_not_place_letters_finds_nothing() -> None:
    class TextOnly:
        name = "text"

        def read_line(self, _crop: Pixels) -> Line:
            return Line("Name Adresse Unterschrift", 1.0)

    page = synthetic(ACAT[1], LOW, 0.0)
    assert read_whole_line(exact_page(page), header_cell(page), WORDS, TextOnly()) == []


class NeverAsked:
    name = "none"

    def read_line(self, _crop: Pixels) -> Line:
        pytest.fail("there is no line to read")


def test_a_pale_rule_is_no_line_of_print() -> None:
    page = exact_page(synthetic(ACAT[1], LOW, 0.0))
    pixels = np.full_like(page.pixels, 250)
    pixels[200 : 200 + round(page.px(SETTINGS.min_line_mm / 2)), 150:850] = 190
    cell = Box(100, 180, 900, 230)
    assert read_whole_line(replace(page, pixels=pixels), cell, WORDS, NeverAsked()) == []


def test_a_cell_that_is_all_rule_has_no_words() -> None:
    page = exact_page(synthetic(ACAT[1], LOW, 0.0))
    assert read_whole_line(page, Box(100, 180, 900, 181), WORDS, NeverAsked()) == []


def test_an_empty_header_has_no_words() -> None:
    page = synthetic(ACAT[1], LOW, 0.0)
    empty = np.full_like(page.pixels, 240)
    assert read_whole_line(exact_page(page, empty), header_cell(page), WORDS, print_reader()) == []
