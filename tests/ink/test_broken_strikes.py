"""A line through a row is found by its pieces between the words; words, dashes and underlines are none."""

from dataclasses import replace

import numpy as np
import pytest

from digitize.ink.broken_strikes import has_broken_strike, is_clear_between_words
from digitize.records import Ink, Role, Status
from samples.synthetic import Paper, Strike
from tests.ink.inks import (
    draw_lines,
    empty_strip,
    exact_table,
    flat_page,
    measured,
    row_y,
    signers,
    synthetic,
)

ROWS = range(8)


def broken(y_mm: float, rise_mm: float, piece_mm: float, gap_mm: float) -> list[np.ndarray]:
    """Return the pieces of a line through the columns for writing."""
    starts = np.arange(24.0, 172.0, piece_mm + gap_mm)
    pieces = [np.array([start, start + piece_mm]) for start in starts]
    return [np.column_stack([x, y_mm + rise_mm * (x - 98) / 150]) for x in pieces]


@pytest.mark.parametrize(("piece_mm", "gap_mm"), [(0.8, 0.6), (2.0, 1.5), (150.0, 1.0)])
@pytest.mark.parametrize(("offset_mm", "rise_mm"), [(0.0, 0.0), (1.5, 2.5), (-1.0, -4.0)])
def test_a_line_in_pieces_is_found_in_its_row(
    offset_mm: float, rise_mm: float, piece_mm: float, gap_mm: float
) -> None:
    page = synthetic(signers(3), seed=3)
    pixels = draw_lines(page, *broken(row_y(4) + offset_mm, rise_mm, piece_mm, gap_mm), width_mm=0.3)
    flat, table = flat_page(page, pixels), exact_table(page)
    assert [r for r in ROWS if has_broken_strike(flat, table, r)] == [4]


def written_full() -> list[np.ndarray]:
    """Return letters of a row that is written full: 8 mm of its width are clear."""
    starts = np.linspace(22.0, 158.0, 8)
    zigzag = np.array([(x, row_y(4) + (-2.0) ** (i % 2)) for i, x in enumerate(np.arange(0.0, 18.0, 1.0))])
    return [zigzag + np.array([start, 0.0]) for start in starts]


def test_a_line_in_pieces_is_found_in_a_row_that_is_written_full() -> None:
    page, table = empty_strip(), exact_table(empty_strip())
    assert not has_broken_strike(flat_page(page, draw_lines(page, *written_full())), table, 4)
    line = broken(row_y(4), 1.0, 0.8, 0.3)
    assert has_broken_strike(flat_page(page, draw_lines(page, *written_full(), *line)), table, 4)


@pytest.mark.parametrize("height_mm", [3.0, 5.0])
def test_a_wave_in_pieces_is_found_in_its_row(height_mm: float) -> None:
    page = synthetic(signers(3), seed=3)
    starts = np.arange(24.0, 172.0, 1.1)
    pieces = [np.linspace(start, start + 0.7, 4) for start in starts]
    wave = [np.column_stack([x, row_y(4) + height_mm / 2 * np.sin(0.3 * x)]) for x in pieces]
    flat, table = flat_page(page, draw_lines(page, *wave, width_mm=0.3)), exact_table(page)
    assert [r for r in ROWS if has_broken_strike(flat, table, r)] == [4]


def test_a_wave_is_found_in_a_row_of_which_little_is_left_clear() -> None:
    page, table = empty_strip(), exact_table(empty_strip())
    starts = (22.0, 41.0, 60.0, 86.0, 106.0, 136.0, 156.0)
    zigzag = np.array([(x, row_y(4) + (-2.0) ** (i % 2)) for i, x in enumerate(np.arange(0.0, 18.5, 1.0))])
    words = [zigzag + np.array([start, 0.0]) for start in starts]
    assert not has_broken_strike(flat_page(page, draw_lines(page, *words)), table, 4)
    x = np.linspace(22.0, 175.0, 400)
    wave = np.column_stack([x, row_y(4) + 2.5 * np.sin(0.45 * x)])
    assert has_broken_strike(flat_page(page, draw_lines(page, *words, wave, width_mm=0.3)), table, 4)


GRAIN = Paper(dpi=150.0, noise=20.0)


@pytest.mark.parametrize("height_mm", [0.0, 4.0])
@pytest.mark.parametrize("seed", [3, 4])
def test_a_line_or_wave_as_pale_as_the_grain_is_found_in_its_row(height_mm: float, seed: int) -> None:
    page = synthetic(signers(seed), GRAIN, seed)
    x = np.linspace(24.0, 172.0, 300)
    wave = np.column_stack([x, row_y(4) + height_mm / 2 * np.sin(0.3 * x)])
    table = exact_table(page)
    assert not any(has_broken_strike(flat_page(page), table, r) for r in ROWS)
    flat = flat_page(page, draw_lines(page, wave, width_mm=0.5, darkness=0.23))
    assert [r for r in ROWS if has_broken_strike(flat, table, r)] == [4]


def test_a_flourish_of_the_signature_beside_spaced_letters_is_no_wave() -> None:
    page = empty_strip()
    starts = np.arange(24.0, 132.0, 2.6)
    pieces = [np.linspace(start, start + 1.1, 4) for start in starts] + [np.linspace(135.0, 176.0, 120)]
    wave = [np.column_stack([x, row_y(4) + 2.0 * np.sin(0.3 * x)]) for x in pieces]
    flat, table = flat_page(page, draw_lines(page, *wave, width_mm=0.3)), exact_table(page)
    assert not has_broken_strike(flat, table, 4)


def test_dust_all_over_a_row_is_no_wave() -> None:
    random = np.random.default_rng(7)
    at = np.column_stack([random.uniform(24, 172, 150), row_y(4) + random.uniform(-3, 3, 150)])
    page = synthetic(signers(3), seed=3)
    pixels = draw_lines(page, *(np.array([spot, spot + 0.4]) for spot in at), width_mm=0.3)
    assert not has_broken_strike(flat_page(page, pixels), exact_table(page), 4)


@pytest.mark.parametrize("seed", range(5))
def test_writing_is_no_line(seed: int) -> None:
    page = synthetic(signers(seed), Paper(dpi=200.0, noise=4.0), seed=seed)
    flat, table = flat_page(page), exact_table(page)
    assert not any(has_broken_strike(flat, table, r) for r in ROWS)


def test_dashes_in_every_cell_and_underlines_are_no_line() -> None:
    page = empty_strip()
    dashes = [np.array([(x, row_y(2)), (x + 8, row_y(2))]) for x in (40.0, 100.0, 150.0)]
    underline = np.array([(142.0, row_y(4) + 2), (174.0, row_y(4) + 2)])
    flat, table = flat_page(page, draw_lines(page, *dashes, underline)), exact_table(page)
    assert not any(has_broken_strike(flat, table, r) for r in ROWS)


def test_a_row_under_a_line_in_pieces_is_a_question() -> None:
    page = synthetic(signers(3), seed=3)
    dotted = draw_lines(page, *broken(row_y(4), 1.0, 0.5, 0.7), width_mm=0.3)
    assert measured(page).statuses()[4] is Status.SIGNED
    assert measured(page, dotted).statuses()[4] is Status.DOUBTFUL


@pytest.mark.parametrize("strike", [Strike.SINGLE, Strike.DOUBLE])
def test_whole_lines_strike_the_row_as_before(strike: Strike) -> None:
    rows = list(signers(2))
    rows[3] = replace(rows[3], strike=strike)
    result = measured(synthetic(tuple(rows), seed=2))
    assert result.statuses()[3] is Status.STRUCK
    assert result.measure(3, Role.NAME).state is Ink.INKED


def test_a_flat_flourish_of_the_signature_strikes_no_row() -> None:
    """It is most of what can be seen where nothing is written, as the row is written full elsewhere."""
    page, table = empty_strip(), exact_table(empty_strip())
    words = [line for line in written_full() if line[-1, 0] < 134]
    flourish = np.array([(136.0, row_y(4)), (177.0, row_y(4) + 0.5)])
    flat = flat_page(page, draw_lines(page, *words, flourish))
    assert not has_broken_strike(flat, table, 4)


def test_words_on_a_straight_line_strike_no_row() -> None:
    page, table = empty_strip(), exact_table(empty_strip())
    words = [np.array([(x, row_y(4)), (x + 14.0, row_y(4) + 0.1)]) for x in (24.0, 46.0, 80.0, 102.0, 140.0)]
    letters = [np.array([(x, row_y(4) - 2.2), (x + 0.5, row_y(4))]) for x in np.arange(24.0, 150.0, 2.0)]
    letters = [line for line in letters if any(w[0, 0] <= line[0, 0] <= w[1, 0] - 0.6 for w in words)]
    pixels = draw_lines(page, *words, *letters)
    assert is_clear_between_words(flat_page(page, pixels), table, 4)
    assert measured(page, pixels).inks[4].struck_share == 0.0
    strike = np.array([(22.0, row_y(4)), (176.0, row_y(4) + 0.1)])
    struck = draw_lines(page, *words, *letters, strike)
    assert not is_clear_between_words(flat_page(page, struck), table, 4)
    assert measured(page, struck).inks[4].struck_share > 0.9
