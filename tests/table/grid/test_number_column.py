"""Printed row numbers are found on pages without rules, and nothing else is taken for them."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitize.form.definition import load_form
from digitize.records import Role
from digitize.table.grid.number_column import NumberColumn, find_number_column
from digitize.table.header.header_line import find_header_line
from digitize.table.straighten import straighten
from samples.synthetic import ACAT, DESIGNS, SyntheticPage
from tests.page.broken_rules import with_holes
from tests.table.tables import LOW, print_reader, scan_of, synthetic

LETTER, LIST = ACAT
ALL = 1.0  # share of the rules that is lost
GAP_MM = 1.5  # between two words


def find(page: SyntheticPage) -> NumberColumn | None:
    scan = scan_of(page, with_holes(page, ALL, only_rules=True))
    return find_number_column(straighten(scan, print_reader()), print_reader())


def test_numbers_are_found_without_any_rule() -> None:
    found = [find(synthetic(design, LOW, 0.0)) for design in (LETTER, LIST)]
    assert [column.numbers for column in found if column] == [(1, 2, 3), tuple(range(4, 31))]


def test_numbers_that_were_lost_lie_between_the_others() -> None:
    page = synthetic(LIST, LOW, 0.0)
    whole = find(page)
    assert whole is not None
    pixels = with_holes(page, ALL, only_rules=True)
    scale, (left, right) = page.mapping.scale, page.layout.x_mm[:2]
    for row in (3, 9, 10):
        top, low = (round(y * scale) for y in page.layout.y_mm[row + 1 : row + 3])
        pixels[top + 4 : low - 4, round(left * scale) + 4 : round((left + right) / 2 * scale)] = 255
    found = find_number_column(straighten(scan_of(page, pixels), print_reader()), print_reader())
    assert found is not None
    assert found.numbers == whole.numbers
    assert np.abs(found.centres_px - whole.centres_px).max() < 4


def test_the_last_number_is_read_though_a_line_touches_it() -> None:
    page = synthetic(LIST, LOW, 0.0)
    pixels = with_holes(page, ALL, only_rules=True)
    scale, (left, right) = page.mapping.scale, page.layout.x_mm[:2]
    top, low = (round(y * scale) for y in page.layout.y_mm[-2:])
    inner = slice(round(left * scale) + 4, round((left + right) / 2 * scale))
    ink = pixels[top + 4 : low - 4, inner] < 128
    below = top + 4 + int(np.flatnonzero(ink.any(axis=1))[-1])
    pixels[below : below + 2, inner.start : round(right * scale)] = 40
    found = find_number_column(straighten(scan_of(page, pixels), print_reader()), print_reader())
    assert found is not None
    assert found.numbers == tuple(range(4, 31))


def test_a_page_without_printed_numbers_has_no_number_column() -> None:
    plain = DESIGNS["de-plain"][0]
    unnumbered = tuple(column for column in plain.columns if column.role is not Role.NUMBER)
    assert find(synthetic(replace(plain, columns=unnumbered), LOW, 0.0)) is None


def test_a_house_number_below_the_table_is_no_row_number() -> None:
    """Lines of the text below happen to stand where the next rows would be."""
    page = synthetic(LIST, LOW, 0.0)
    pixels = with_holes(page, ALL, only_rules=True)
    scale, left, ys = page.mapping.scale, page.layout.x_mm[0], page.layout.y_mm
    pixels[round((ys[-1] + 0.5) * scale) :] = 255
    pitch = ys[-1] - ys[-2]
    font, size = cv2.FONT_HERSHEY_SIMPLEX, 0.08 * scale
    for i, (number, word) in enumerate((("3003", "Bern oder"), ("32", "Postfach"), ("33", "Postfach"))):
        (width, _), _ = cv2.getTextSize(number, font, size, 1)
        x, y = round((left + 2) * scale), round((ys[-1] + (i + 0.65) * pitch) * scale)
        cv2.putText(pixels, number, (x, y), font, size, (40,) * 3, 1, cv2.LINE_AA)
        behind = x + width + round(GAP_MM * scale)
        cv2.putText(pixels, word, (behind, y), font, size, (40,) * 3, 1, cv2.LINE_AA)
    found = find_number_column(straighten(scan_of(page, pixels), print_reader()), print_reader())
    assert found is not None
    assert found.numbers == tuple(range(4, 31))


@pytest.mark.parametrize("lost_rows", [0, 1, 4])
def test_rows_between_the_header_and_the_first_number_have_numbers_too(lost_rows: int) -> None:
    page = synthetic(LIST, LOW, 0.0)
    whole = find(page)
    assert whole is not None
    pixels = with_holes(page, ALL, only_rules=True)
    scale, (left, right), ys = page.mapping.scale, page.layout.x_mm[:2], page.layout.y_mm
    top, low = round(ys[1] * scale) + 2, round(ys[1 + lost_rows] * scale) - 2
    pixels[top : max(top, low), round(left * scale) + 4 : round(right * scale) - 4] = 255
    draft = straighten(scan_of(page, pixels), print_reader())
    found = find_number_column(draft, print_reader())
    header = find_header_line(draft, load_form("auto"), print_reader())
    assert found is not None and found.first == whole.first + lost_rows
    assert header is not None
    complete = found.up_to(header)
    assert complete.numbers == whole.numbers
    assert np.abs(complete.centres_px - whole.centres_px).max() < 6


def test_numbers_far_above_those_that_were_read_are_expected_on_their_line() -> None:
    """Narrow and wide digits are not quite at the same height; a parabola would lead astray."""
    page = synthetic(LIST, LOW, 0.0)
    pixels = with_holes(page, ALL, only_rules=True)
    scale, (left, right), ys = page.mapping.scale, page.layout.x_mm[:2], page.layout.y_mm
    pixels[round((ys[1] + 0.5) * scale) : round(ys[17] * scale), : round(right * scale)] = 255
    for row in range(20, 26):
        cell = pixels[
            round(ys[row] * scale) : round(ys[row + 1] * scale), round(left * scale) : round(right * scale)
        ]
        cell[:] = np.roll(cell, 2, axis=0)
    draft = straighten(scan_of(page, pixels), print_reader())
    found = find_number_column(draft, print_reader())
    header = find_header_line(draft, load_form("auto"), print_reader())
    assert found is not None and header is not None
    assert found.first > 15
    assert found.up_to(header).numbers == tuple(range(4, 31))


def test_numbers_are_found_below_the_header_although_grain_at_the_edge_looks_like_more() -> None:
    page = synthetic(LETTER, LOW, 0.0)
    pixels = with_holes(page, ALL, only_rules=True)
    dice = np.random.default_rng(3)
    for y in range(10, len(pixels) - 30, 16):
        for x in (2, 44, 86):
            speck = pixels[y : y + 10, x : x + 7]
            speck[dice.random(speck.shape) < 0.8] = 40
    draft = straighten(scan_of(page, pixels), print_reader())
    header = find_header_line(draft, load_form("auto"), print_reader())
    anywhere = find_number_column(draft, print_reader())
    assert anywhere is None or anywhere.numbers != (1, 2, 3)
    found = find_number_column(draft, print_reader(), header)
    assert found is not None
    assert found.numbers == (1, 2, 3)


@pytest.mark.parametrize(("number", "is_row"), [(2, True), (12, False)])
def test_two_numbers_are_enough_for_rows_counted_from_1(number: int, is_row: bool) -> None:
    page = synthetic(LETTER, LOW, 0.0)
    pixels = with_holes(page, ALL, only_rules=True)
    scale, (left, right), ys = page.mapping.scale, page.layout.x_mm[:2], page.layout.y_mm
    pixels[round(ys[1] * scale) : round(ys[-1] * scale), round(left * scale) : round(right * scale)] = 255
    for row, digits in ((2, str(number)), (3, str(number + 1))):
        at = round((left + 2) * scale), round((ys[row] + 5) * scale)
        cv2.putText(
            pixels, f"{digits}.", at, cv2.FONT_HERSHEY_SIMPLEX, 0.08 * scale, (40,) * 3, 2, cv2.LINE_AA
        )
    draft = straighten(scan_of(page, pixels), print_reader())
    header = find_header_line(draft, load_form("auto"), print_reader())
    found = find_number_column(draft, print_reader(), header)
    assert (found is not None and found.numbers == (1, 2, 3)) is is_row


def test_more_numbers_count_than_two_that_happen_to_stand_below_a_header() -> None:
    """Of the header only the last words were found, far to the right of the numbers."""
    page = synthetic(LIST, LOW, 0.0)
    draft = straighten(scan_of(page, with_holes(page, ALL, only_rules=True)), print_reader())
    whole = find_header_line(draft, load_form("auto"), print_reader())
    assert whole is not None
    header = replace(whole, left=whole.left + draft.px(90))
    found = find_number_column(draft, print_reader(), header)
    assert found is not None
    assert found.numbers == tuple(range(4, 31))
