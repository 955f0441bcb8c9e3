"""Words that are printed in every row are the form's; what people write at the same place is not."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digitize.images import Pixels
from digitize.ink.repeated_print import without_repeated_print
from digitize.records import Role, Status
from samples.synthetic import Mode, Paper, SyntheticPage
from samples.synthetic.typefaces import font
from tests.ink.inks import COLUMN_EDGES_MM, exact_table, flat_page, measured, row_y, signers, synthetic

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
    page = synthetic((*full[:3], replace(full[3], signature=None), *full[4:]), GREY, seed=2)
    before = measured(page).statuses()
    assert before[3] is Status.INCOMPLETE
    assert measured(page, printed(page, LABELS)).statuses() == before


@pytest.mark.parametrize(("size_mm", "y_mm"), [(3.2, -2.0), (2.6, 0.5)])
def test_an_address_typed_in_all_rows_is_no_print_of_the_form(size_mm: float, y_mm: float) -> None:
    page = synthetic(tuple(replace(row, address=None) for row in signers(2)), GREY, seed=2)
    pixels = printed(page, {Role.ADDRESS: "8000 Zuerich"}, size_mm, y_mm)
    assert measured(page, pixels).statuses() == [Status.SIGNED] * 8


def test_neither_is_what_stands_in_half_of_the_rows() -> None:
    page = synthetic(HALF, GREY, seed=2)
    flat = flat_page(page, printed(page, LABELS, rows=4))
    assert without_repeated_print(flat, exact_table(page)) is flat


def test_ditto_marks_one_below_the_other_are_writing() -> None:
    page = synthetic(tuple(replace(row, address=None) for row in signers(2)), GREY, seed=2)
    flat = flat_page(page, printed(page, {Role.ADDRESS: '"'}, 4.0, -2.5))
    assert without_repeated_print(flat, exact_table(page)) is flat
