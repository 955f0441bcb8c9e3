"""Headers and storeys of worn, stained and covered tables."""

from itertools import pairwise

import pytest

from digitize.form.definition import AUTO, Form
from digitize.geometry import Box
from digitize.records import Role, Table
from digitize.table.header import read_header
from digitize.table.header.header_words import SURE_MATCH, read_phrases, vocabulary
from digitize.table.header.single_line import read_first_number
from samples.synthetic import ACAT, DESIGNS, Rules, SyntheticPage
from tests.table.tables import (
    LOW,
    exact_edges_px,
    exact_page,
    print_reader,
    roles_of,
    synthetic,
    with_boxes,
    without_rule,
)

SPECK_MM, MARGIN_MM = 0.4, 6.0


def header_of(
    page: SyntheticPage,
    *boxes: tuple[float, float, float, float],
    lost: int | None = None,
    grey: int = 251,
) -> Table:
    """Read the page with boxes (mm) painted over; the lattice lacks row rule `lost`."""
    columns, rows = exact_edges_px(page)
    seen = tuple(edge for i, edge in enumerate(rows) if i != lost)
    flat = exact_page(page, with_boxes(page, *boxes, grey=grey))
    table = read_header(flat, columns, seen, Form(AUTO), print_reader())
    assert table is not None, "the header was not read"
    return table


def test_stain_over_several_rows_creates_no_storeys() -> None:
    page = synthetic(DESIGNS["de-wide"][0], LOW, 0.6)
    xs, ys = page.layout.x_mm, page.layout.y_mm
    table = header_of(page, (xs[2] - 14, ys[1] + 2, xs[3] + 10, ys[6] - 3))
    assert roles_of(table) == page.truth.roles
    assert len(table.row_edges_px) - 1 == len(page.truth.rows)


def test_worn_rule_in_the_header_keeps_the_number_column() -> None:
    page = synthetic(ACAT[1], LOW, 0.6)
    x, ys = page.layout.x_mm[1], page.layout.y_mm
    table = header_of(page, (x - 0.6, ys[0] + 0.5, x + 0.6, ys[1] - 0.5))
    assert roles_of(table) == (Role.NUMBER, Role.NAME, Role.ADDRESS, Role.SIGNATURE)


@pytest.mark.parametrize("form", ["acat", "fr-inner", "en-letter"])
def test_rule_between_header_and_first_row_may_be_missing(form: str) -> None:
    page = synthetic(DESIGNS[form][-1], LOW, 1.0)
    assert page.truth.rows[0].filled and DESIGNS[form][-1].rules is not Rules.HORIZONTAL
    xs, ys = page.layout.x_mm, page.layout.y_mm
    table = header_of(page, *((a + 0.6, ys[1] - 0.6, b - 0.6, ys[1] + 0.6) for a, b in pairwise(xs)), lost=1)
    assert roles_of(table) == page.truth.roles
    assert len(table.row_edges_px) - 1 == len(page.truth.rows)


def test_lines_under_the_printed_numbers_create_no_storeys() -> None:
    page = synthetic(ACAT[1], LOW, 0.6)
    (left, right, *_), ys = page.layout.x_mm, page.layout.y_mm
    lines = [(left + 1, y + 4.9, right - 1, y + 5.2) for y in ys[1:-1]]
    table = header_of(page, *lines, grey=60)
    assert roles_of(table) == page.truth.roles


def test_words_over_columns_whose_rules_are_worn_in_the_header_are_counted_once() -> None:
    page = synthetic(ACAT[1], LOW, 0.6)
    xs, ys = page.layout.x_mm, page.layout.y_mm
    words = [(x - 0.6, ys[0] + 0.5, x + 0.6, ys[1] - 0.5) for x in xs[1:3]]
    # A smear joins two words, as dust on the glass does.
    dark = exact_page(page, with_boxes(page, *words)).pixels.copy()
    scale = page.mapping.scale
    middle, left, right = ((ys[0] + ys[1]) / 2 * scale, (xs[1] + 2) * scale, (xs[3] - 2) * scale)
    for x in range(round(left), round(right), round(2 * scale)):
        dark[round(middle) : round(middle) + 3, x : x + 3] = 30
    table = read_header(exact_page(page, dark), *exact_edges_px(page), Form(AUTO), print_reader())
    assert roles_of(table) == (Role.NUMBER, Role.NAME, Role.ADDRESS, Role.SIGNATURE)


def test_dust_between_two_words_does_not_join_them() -> None:
    page = synthetic(ACAT[1], LOW, 0.6)
    xs, ys = page.layout.x_mm, page.layout.y_mm
    scale = page.mapping.scale
    pixels = without_rule(page, column=2).copy()
    top, low = round((ys[0] + 1) * scale), round((ys[1] - 1) * scale)
    for x in range(round((xs[1] + 1) * scale), round((xs[3] - 1) * scale), round(1.5 * scale)):
        y = top + x % (low - top - 2)
        pixels[y : y + 2, x : x + 2] = 30
    header = Box(xs[1] * scale, ys[0] * scale, xs[3] * scale, ys[1] * scale)
    found = read_phrases(exact_page(page, pixels), header, vocabulary(Form(AUTO)), print_reader())
    assert [phrase.role for phrase in found if phrase.match >= SURE_MATCH] == [Role.NAME, Role.ADDRESS]


def test_a_speck_before_a_number_does_not_hide_it() -> None:
    page = synthetic(DESIGNS["it-dotted"][0], LOW, 0.0)
    x, (_, top, bottom, *_) = page.layout.x_mm[0] - MARGIN_MM, page.layout.y_mm
    flat = exact_page(page, with_boxes(page, (x + 2, top + 2, x + 2 + SPECK_MM, top + 2 + SPECK_MM), grey=0))
    strip = Box(*(round(flat.px(mm)) for mm in (x, top, page.layout.x_mm[1], bottom)))
    found = read_first_number(flat, strip, print_reader())
    assert found is not None and found[0] == 1
