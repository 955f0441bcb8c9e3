"""Addresses that run on into the signature column are not signatures."""

from dataclasses import replace

import numpy as np
import pytest

from digitize.ink.address_overflow import is_overflow, overflow_letters
from digitize.ink.assign_strokes import Ownership
from digitize.records import Ink, Role, Status
from samples.synthetic import Signing
from tests.ink.inks import (
    draw_lines,
    empty_strip,
    exact_table,
    flat_page,
    measured,
    ownership_of,
    row_y,
    signers,
    synthetic,
)


def overflows_into_signature(ownership: Ownership) -> bool:
    return is_overflow(ownership, 1, 3, overflow_letters(ownership, 1, 3))


def line_of_letters(start_mm: float, end_mm: float, r: int = 1, gap_mm: float = 1.2) -> list[np.ndarray]:
    """Return letters like N, 2.4 mm high and so far apart, in row `r`."""
    base = row_y(r + 0.15)
    letter = np.array([(0.0, 0.0), (0.0, -2.4), (1.5, 0.0), (1.5, -2.4)])
    return [letter + np.array([x, base]) for x in np.arange(start_mm, end_mm - 1.5, 1.5 + gap_mm)]


def test_letters_continued_over_the_border_are_not_a_signature() -> None:
    page = empty_strip()
    lines = [*line_of_letters(30, 60), *line_of_letters(90, 146)]
    pixels = draw_lines(page, *lines, width_mm=0.3)
    assert overflows_into_signature(ownership_of(page, pixels))
    assert measured(page, pixels).statuses()[1] is not Status.SIGNED


def test_the_next_letter_stands_as_far_apart_as_those_before_it() -> None:
    page = empty_strip()
    spaced = [*line_of_letters(30, 60), *line_of_letters(100, 150, gap_mm=3.0)]
    assert overflows_into_signature(ownership_of(page, draw_lines(page, *spaced, width_mm=0.3)))
    close = [*line_of_letters(30, 60), *line_of_letters(90, 143), *line_of_letters(146, 150)]
    assert not overflows_into_signature(ownership_of(page, draw_lines(page, *close, width_mm=0.3)))


@pytest.mark.parametrize(("speck_mm", "overflows"), [(2.0, True), (9.0, False)])
def test_a_speck_beside_the_last_letter_of_an_address_is_no_signature(
    speck_mm: float, overflows: bool
) -> None:
    page = empty_strip()
    speck = np.array([(155.0, row_y(1)), (155.0 + speck_mm, row_y(1) + 0.6)])
    lines = [*line_of_letters(30, 60), *line_of_letters(90, 137), speck]
    ownership = ownership_of(page, draw_lines(page, *lines, width_mm=0.3))
    assert overflows_into_signature(ownership) is overflows


def test_a_signature_beside_an_overflowing_address_counts() -> None:
    page = empty_strip()
    x = np.linspace(152, 172, 60)
    signature = np.column_stack([x, row_y(1) + 3 * np.sin(3 * x)])
    lines = [*line_of_letters(30, 60), *line_of_letters(90, 146), signature]
    pixels = draw_lines(page, *lines, width_mm=0.3)
    assert not overflows_into_signature(ownership_of(page, pixels))
    assert measured(page, pixels).statuses()[1] is Status.SIGNED


@pytest.mark.parametrize(("end_mm", "state"), [(135.0, Ink.UNSURE), (110.0, Ink.INKED)])
def test_a_tick_behind_the_end_of_an_address_is_a_question(end_mm: float, state: Ink) -> None:
    """The capital in the signature column ends the address if that reaches it, or else begins a signature."""
    page = empty_strip()
    tick = np.array([(-1.5, 0.2), (-0.3, 2.0), (3.0, -2.2)]) + np.array([165.0, row_y(1)])
    capital = np.array([(0.0, 1.3), (0.0, -1.9), (3.2, 1.3), (3.2, -1.9)]) + np.array([135.6, row_y(1)])
    lines = [*line_of_letters(30, 60), *line_of_letters(90, end_mm), capital, tick]
    found = measured(page, draw_lines(page, *lines, width_mm=0.35))
    assert found.measure(1, Role.SIGNATURE).state is state


@pytest.mark.parametrize("seed", range(3))
def test_a_name_in_block_letters_is_a_signature(seed: int) -> None:
    rows = tuple(replace(row, signature=Signing.PRINTED) for row in signers(seed))
    found = measured(synthetic(rows, seed=seed))
    assert found.synthetic.truth.roles[3] is Role.SIGNATURE
    assert found.statuses().count(Status.SIGNED) >= 7


def signature_from(start_mm: float, end_mm: float = 172.0) -> np.ndarray:
    x = np.linspace(start_mm, end_mm, 60)
    return np.column_stack([x, row_y(1) + 3 * np.sin(3 * x)])


def test_a_long_name_that_runs_into_the_address_column_is_no_address() -> None:
    page = empty_strip()
    address_mm = exact_table(page).columns[2].left_px / flat_page(page).px_per_mm
    name = line_of_letters(30, address_mm + 7)
    found = measured(page, draw_lines(page, *name, signature_from(152), width_mm=0.3))
    assert found.statuses()[1] is Status.DOUBTFUL
    separate = line_of_letters(address_mm + 12, address_mm + 40)
    found = measured(page, draw_lines(page, *name, *separate, signature_from(152), width_mm=0.3))
    assert found.statuses()[1] is Status.SIGNED


def test_a_signature_that_begins_in_the_address_column_is_no_address() -> None:
    page = empty_strip()
    border_mm = exact_table(page).columns[3].left_px / flat_page(page).px_per_mm
    begin = signature_from(border_mm - 9, border_mm - 1)
    name, signature = line_of_letters(30, 60), signature_from(border_mm - 0.2, border_mm + 20)
    found = measured(page, draw_lines(page, *name, begin, signature, width_mm=0.3))
    assert found.statuses()[1] is Status.DOUBTFUL
    address = line_of_letters(90, 120)
    found = measured(page, draw_lines(page, *name, *address, begin, signature, width_mm=0.3))
    assert found.statuses()[1] is Status.SIGNED


def test_a_signature_far_behind_the_address_does_not_continue_it() -> None:
    """Its first letter begins before the column, and the next one stands beside that."""
    page, y = empty_strip(), row_y(1)
    first = np.array([(133.6, y - 2.0), (127.5, y - 1.6), (131.0, y), (127.5, y + 1.4), (133.6, y + 1.8)])
    x = np.linspace(134.8, 146.0, 60)
    second = np.column_stack([x, y + 1.2 * np.sin(1.1 * x)])
    lines = [*line_of_letters(30, 60), *line_of_letters(80, 105), first, second]
    pixels = draw_lines(page, *lines, width_mm=0.4)
    assert not overflows_into_signature(ownership_of(page, pixels))
    assert measured(page, pixels).statuses()[1] is Status.SIGNED


def test_the_end_of_a_name_and_the_start_of_a_signature_are_no_address() -> None:
    """A large hand without an address: the name runs into its column, and the signature begins in it."""
    page = empty_strip()
    table, scale = exact_table(page), flat_page(page).px_per_mm
    left_mm, right_mm = table.columns[2].left_px / scale, table.columns[3].left_px / scale
    name = line_of_letters(30, left_mm + 7)
    signature = line_of_letters(right_mm - 17.0, right_mm + 25.0)
    found = measured(page, draw_lines(page, *name, *signature, width_mm=0.3))
    assert found.statuses()[1] is Status.DOUBTFUL
    address = line_of_letters(left_mm + 16, left_mm + 36)
    found = measured(page, draw_lines(page, *name, *address, *signature, width_mm=0.3))
    assert found.statuses()[1] is Status.SIGNED


@pytest.mark.parametrize(("letters", "state"), [(3, Ink.UNSURE), (9, Ink.INKED)])
def test_a_signature_as_long_as_a_line_is_no_end_of_the_address(letters: int, state: Ink) -> None:
    page = empty_strip()
    border_mm = exact_table(page).columns[3].left_px / flat_page(page).px_per_mm
    lines = [*line_of_letters(30, 60), *line_of_letters(90, border_mm + 2.7 * letters)]
    found = measured(page, draw_lines(page, *lines, width_mm=0.3))
    assert found.measure(1, Role.SIGNATURE).state is state
