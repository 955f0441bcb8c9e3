"""Streaks of the scanner are removed; writing over them and letters in a column stay."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitize.ink.scanner_streaks import _has_tall_pieces, remove_streaks

PX_PER_MM = 11.8
PITCH = 90  # px: rows of 7.6 mm
ROWS = 8
WIDTH = 400
AT = 200  # px: x of the streak at half the height of the page

Mask = NDArray[np.bool_]


def blank_page() -> Mask:
    return np.zeros((ROWS * PITCH, WIDTH), dtype=np.bool_)


def streak(lean: float = 0.0, thick_px: int = 2) -> Mask:
    page = blank_page()
    for y in range(len(page)):
        x = round(AT + lean * (y - len(page) / 2))
        page[y, x : x + thick_px] = True
    return page


def letters() -> Mask:
    """Return an M in every row, over the streak, and an l beside it."""
    page = blank_page()
    for top in range(30, len(page), PITCH):
        for i in range(30):
            page[top : top + 30, AT - 15 : AT - 11] = page[top : top + 30, AT + 15 : AT + 19] = True
            page[top + i, AT - 15 + i // 2 : AT - 10 + i // 2] = True
            page[top + i, AT + 14 - i // 2 : AT + 19 - i // 2] = True
        page[top - 20 : top + 30, AT + 40 : AT + 44] = True
    return page


@pytest.mark.parametrize("lean", [0.0, 0.026, -0.05])
@pytest.mark.parametrize("thick_px", [1, 2, 4])
def test_a_streak_is_removed_whatever_its_lean(lean: float, thick_px: int) -> None:
    page = streak(lean, thick_px)
    remove_streaks(page, PITCH, PX_PER_MM)
    assert page.sum() == 0


@pytest.mark.parametrize("lean", [0.0, 0.026, -0.05])
def test_letters_crossed_by_a_streak_stay_whole(lean: float) -> None:
    written = letters()
    page = written | streak(lean)
    remove_streaks(page, PITCH, PX_PER_MM)
    assert (written & ~page).sum() <= 0.05 * written.sum()
    between = np.flatnonzero(~written.any(axis=1))
    assert page[between].sum() <= 0.1 * streak(lean)[between].sum()


def test_letters_in_a_column_are_not_a_streak() -> None:
    page = letters()
    remove_streaks(page, PITCH, PX_PER_MM)
    assert np.array_equal(page, letters())


@pytest.mark.parametrize("rows", [(2, ROWS), (3, ROWS), (0, 5)])
@pytest.mark.parametrize("lean", [0.0, 0.026])
@pytest.mark.parametrize("upside_down", [False, True])
def test_a_streak_that_begins_within_the_table_is_removed(
    rows: tuple[int, int], lean: float, upside_down: bool
) -> None:
    page = streak(lean)
    page[: rows[0] * PITCH] = page[rows[1] * PITCH :] = False
    page = page[::-1].copy() if upside_down else page
    remove_streaks(page, PITCH, PX_PER_MM)
    assert page.sum() == 0


@pytest.mark.parametrize("rows", [(3, 5), (1, 5), (0.4, 5), (0, 3)])
def test_a_line_through_some_rows_stays(rows: tuple[float, float]) -> None:
    """It is a bracket, or the long stroke of a signature."""
    page = streak()
    page[: round(rows[0] * PITCH)] = page[round(rows[1] * PITCH) :] = False
    drawn = page.copy()
    remove_streaks(page, PITCH, PX_PER_MM)
    assert np.array_equal(page, drawn)


@pytest.mark.parametrize("at", range(9))
def test_a_high_piece_is_seen_on_the_coarse_copy_wherever_it_lies(at: int) -> None:
    page = np.zeros((203, 101), np.uint8)
    for height, seen in ((50, True), (40, False)):
        page[:] = 0
        page[at : at + height, 90 + at] = 1
        page[150 + at : 153 + at, at] = 1
        assert _has_tall_pieces(page, 50.0) is seen
