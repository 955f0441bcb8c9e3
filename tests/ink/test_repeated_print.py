"""Words that are printed in every row are the form's; what people write at the same place is not."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digitize.images import Pixels
from digitize.ink.repeated_print import without_repeated_print
from digitize.records import Role, Status
from samples.synthetic import Entry, Mode, Paper, Signing, SyntheticPage
from samples.synthetic.typefaces import font
from tests.ink.inks import (
    COLUMN_EDGES_MM,
    draw_lines,
    exact_table,
    flat_page,
    measured,
    row_y,
    signers,
    synthetic,
)

LABELS = {Role.NAME: "Name, Vorname", Role.ADDRESS: "Adresse", Role.SIGNATURE: "Unterschrift"}
ROLES = (Role.NUMBER, Role.NAME, Role.ADDRESS, Role.SIGNATURE)
HALF = tuple(row if r % 2 else None for r, row in enumerate(signers(2)))
GREY = Paper(dpi=300.0)


def printed(
    page: SyntheticPage, words: dict[Role, str], size_mm: float = 1.7, y_mm: float = -3.6, rows: int = 8
) -> Pixels:
    """Return the page with words in the cells of rows, `y_mm` from the middle of each to their upper edge."""
    scale, image = page.mapping.scale, Image.fromarray(page.pixels)
    ink = ImageDraw.Draw(image)
    for r in range(rows):
        for role, text in words.items():
            x = COLUMN_EDGES_MM[ROLES.index(role)] + 0.9
            ink.text((x * scale, (row_y(r) + y_mm) * scale), text, 60, font("arimo-regular", size_mm * scale))
    return np.asarray(image)


@pytest.mark.parametrize("paper", [GREY, Paper(dpi=300.0, mode=Mode.BITONAL)])
def test_rows_with_nothing_but_printed_words_are_blank(paper: Paper) -> None:
    page = synthetic(HALF, paper, seed=2)
    before = measured(page).statuses()
    assert set(before) == {Status.BLANK, Status.SIGNED}
    assert measured(page, printed(page, LABELS)).statuses() == before


def test_a_signature_is_missed_where_its_word_stands_alone_on_a_full_sheet() -> None:
    full = signers(2)
    page = synthetic((*full[:3], replace(full[3], signature=Signing.BLANK), *full[4:]), GREY, seed=2)
    before = measured(page).statuses()
    assert before[3] is Status.INCOMPLETE
    assert measured(page, printed(page, LABELS)).statuses() == before


@pytest.mark.parametrize(("size_mm", "y_mm"), [(3.2, -2.0), (2.6, 0.5)])
def test_an_address_typed_in_all_rows_is_no_print_of_the_form(size_mm: float, y_mm: float) -> None:
    page = synthetic(tuple(replace(row, address=Entry.BLANK) for row in signers(2)), GREY, seed=2)
    pixels = printed(page, {Role.ADDRESS: "8000 Zuerich"}, size_mm, y_mm)
    assert measured(page, pixels).statuses() == [Status.SIGNED] * 8


def test_neither_is_what_stands_in_half_of_the_rows() -> None:
    page = synthetic(HALF, GREY, seed=2)
    flat = flat_page(page, printed(page, LABELS, rows=4))
    assert without_repeated_print(flat, exact_table(page)) is flat


def test_ditto_marks_one_below_the_other_are_writing() -> None:
    page = synthetic(tuple(replace(row, address=Entry.BLANK) for row in signers(2)), GREY, seed=2)
    flat = flat_page(page, printed(page, {Role.ADDRESS: '"'}, 4.0, -2.5))
    assert without_repeated_print(flat, exact_table(page)) is flat


def drawn(page: SyntheticPage, *lines_mm: tuple[float, float, float, float]) -> Pixels:
    """Return the page with lines in each row, from and to points right of x = 0 and below its middle."""
    scale, image = page.mapping.scale, Image.fromarray(page.pixels)
    ink = ImageDraw.Draw(image)
    for r in range(8):
        for x0, y0, x1, y1 in lines_mm:
            ends = [x0 * scale, (row_y(r) + y0) * scale, x1 * scale, (row_y(r) + y1) * scale]
            ink.line(ends, 60, width=round(0.25 * scale))
    return np.asarray(image)


def comb(page: SyntheticPage) -> Pixels:
    left = COLUMN_EDGES_MM[2]
    return drawn(page, *((left + x, 1.8, left + x, 4.2) for x in (10.0, 14.0, 18.0)))


def lines_to_write_on(page: SyntheticPage) -> Pixels:
    return drawn(page, *((a + 1.5, 2.6, b - 1.5, 2.6) for a, b in pairwise(COLUMN_EDGES_MM[1:])))


@pytest.mark.parametrize("lines", [comb, lines_to_write_on])
@pytest.mark.parametrize("full", [True, False])
def test_neither_combs_nor_lines_to_write_on_are_writing(
    lines: Callable[[SyntheticPage], Pixels], full: bool
) -> None:
    people = [replace(row, address=Entry.BLANK) if r == 3 else row for r, row in enumerate(signers(2))]
    page = synthetic(tuple(row if full or r % 2 else None for r, row in enumerate(people)), GREY, seed=2)
    before = measured(page).statuses()
    assert before[3] is Status.INCOMPLETE
    assert measured(page, lines(page)).statuses() == before


def test_a_line_down_a_few_rows_is_no_print() -> None:
    page = synthetic(HALF, GREY, seed=2)
    x = COLUMN_EDGES_MM[2] + 20.0
    pixels = draw_lines(page, np.array([(x, row_y(0)), (x, row_y(4))]))
    flat = flat_page(page, pixels)
    assert without_repeated_print(flat, exact_table(page)) is flat


def test_pieces_of_a_streak_are_no_print() -> None:
    """Streaks are removed as a whole, which needs all of their pieces."""
    page = synthetic(HALF, GREY, seed=2)
    x = COLUMN_EDGES_MM[3] + 30.0
    flat = flat_page(page, drawn(page, (x, -2.0, x, 1.5)))
    assert without_repeated_print(flat, exact_table(page)) is flat
