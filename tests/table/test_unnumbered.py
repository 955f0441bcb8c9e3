"""An example above the first number and the sum below the last are no rows; a signer without a number is."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digitize.form.definition import AUTO, Form
from digitize.images import Pixels
from digitize.records import NoteCode, Role
from digitize.table.numbering import Numbering, number_rows
from samples.synthetic import ACAT, DESIGNS, SyntheticPage
from samples.synthetic.typefaces import font
from tests.ink.inks import exact_table
from tests.table.tables import LOW, exact_page, print_reader, synthetic, with_boxes

SIZE_MM = 3.5  # of the print
FROM_ZERO = replace(DESIGNS["fr-plain"][0], first_row=0)
FROM_ONE = replace(FROM_ZERO, first_row=1)

UNNUMBERED = replace(
    ACAT[1], first_row=1, columns=tuple(c for c in ACAT[1].columns if c.role is not Role.NUMBER), row_count=20
)


def with_row(page: SyntheticPage, index: int, *said: str) -> Pixels:
    """Return the page with these words printed in the cells of a row, instead of what is there."""
    xs, ys = page.layout.x_mm, page.layout.y_mm
    top, bottom = ys[index + 1] + 0.5, ys[index + 2] - 0.5
    pixels = with_boxes(page, *((a + 0.5, top, b - 0.5, bottom) for a, b in pairwise(xs)))
    image = Image.fromarray(pixels)
    for x, text in zip(xs, said, strict=False):
        at = (round((x + 1.5) * page.mapping.scale), round((bottom - 2.0) * page.mapping.scale))
        ImageDraw.Draw(image).text(at, text, 60, font("arimo-regular", SIZE_MM * page.mapping.scale), "ls")
    return np.asarray(image)


def numbered(page: SyntheticPage, pixels: Pixels) -> Numbering:
    return number_rows(exact_page(page, pixels), exact_table(page), Form(AUTO), print_reader())


@pytest.mark.parametrize("said", [("Bsp.", "Keller Anna"), ("", "Muster Hans"), ("p. ex.", "Dupont Jean")])
@pytest.mark.parametrize("share", [0.0, 0.7])
def test_an_example_above_the_first_number_is_no_row(said: tuple[str, ...], share: float) -> None:
    page = synthetic(FROM_ZERO, LOW, share)
    found = numbered(page, with_row(page, 0, *said, "Dorfstrasse 1, 8000 Zurich"))
    assert found.numbers == tuple(range(1, FROM_ZERO.row_count))
    assert (found.above, found.doubt, found.printed) == (1, None, True)


@pytest.mark.parametrize(
    ("said", "above"),
    [
        (("Muster Hans", "Musterstrasse 1, 8000 Zurich", "H. Muster"), 1),
        (("Exemple:", "Rue du Lac 1, 1000 Lausanne"), 1),
        (("Muster Hans", "Dorfstrasse 1, 8000 Zurich"), 0),
        (("Keller Anna", "Rue du Lac 1, 1000 Lausanne"), 0),
    ],
)
def test_without_numbers_an_example_must_say_so_or_be_made_up(said: tuple[str, ...], above: int) -> None:
    page = synthetic(UNNUMBERED, LOW, 0.5)
    found = numbered(page, with_row(page, 0, *said))
    assert found.above == above
    assert found.numbers == tuple(range(1, UNNUMBERED.row_count + 1 - above))


def test_a_signer_above_the_first_number_is_one() -> None:
    page = synthetic(FROM_ZERO, LOW, 0.5)
    found = numbered(page, with_row(page, 0, "", "Keller Anna", "Dorfstrasse 1, 8000 Zurich"))
    assert (found.above, len(found.numbers)) == (0, FROM_ZERO.row_count)
    assert found.doubt is not None
    assert found.doubt.code is NoteCode.NUMBERS_UNREAD


@pytest.mark.parametrize(
    "said", ["Total:", "Anzahl Unterschriften:", "Nombre de signatures", "Totale firme: 7"]
)
def test_the_sum_below_the_last_number_is_no_row(said: str) -> None:
    page = synthetic(FROM_ONE, LOW, 0.5)
    found = numbered(page, with_row(page, FROM_ONE.row_count - 1, "", said))
    assert found.numbers == tuple(range(1, FROM_ONE.row_count))


@pytest.mark.parametrize(("said", "rows"), [("Anzahl Unterschriften: 3", 1), ("Keller Anna", 0)])
def test_without_numbers_the_sum_must_say_so(said: str, rows: int) -> None:
    page = synthetic(UNNUMBERED, LOW, 0.5)
    found = numbered(page, with_row(page, UNNUMBERED.row_count - 1, said))
    assert found.numbers == tuple(range(1, UNNUMBERED.row_count + 1 - rows))


@pytest.mark.parametrize("name", ["Keller Anna", "Somme Jean", "Firmin Number"])
def test_a_signer_below_the_last_number_is_one(name: str) -> None:
    page = synthetic(FROM_ONE, LOW, 0.5)
    found = numbered(page, with_row(page, FROM_ONE.row_count - 1, "", name, "Rue du Lac 3, 1000 Lausanne"))
    assert found.numbers == tuple(range(1, FROM_ONE.row_count + 1))
