"""Pens of different colours are told apart on colour scans, however faint they are."""

import numpy as np
import pytest

from digitize.images import Pixels
from digitize.ink.pens import are_of_one_pen, stroke_tints
from digitize.records import Ink, Mark, Role
from tests.ink.inks import PITCH_MM, draw_lines, empty_strip, measured, row_y

BLACK, BLUE, VIOLET, RED = (40, 40, 40), (150, 60, 40), (130, 30, 110), (40, 30, 190)  # blue, green, red
LABELS = np.kron(np.array([[0, 0, 1, 0, 0, 0, 2, 0, 0]], dtype=np.int32), np.ones((20, 20), np.int32))


def page_with(one: tuple[int, ...], other: tuple[int, ...], cover: float, paper: tuple[int, ...]) -> Pixels:
    """Return a page with two spots of ink, the second of which covers a part of the paper only."""
    pixels = np.empty((*LABELS.shape, 3))
    pixels[:] = paper
    pixels[LABELS == 1] = one
    pixels[LABELS == 2] = cover * np.array(other) + (1 - cover) * np.array(paper)
    return pixels.astype(np.uint8)


@pytest.mark.parametrize("paper", [(250, 250, 250), (200, 235, 245)])
@pytest.mark.parametrize("cover", [1.0, 0.5])
@pytest.mark.parametrize("one", [BLACK, BLUE, VIOLET, RED])
@pytest.mark.parametrize("other", [BLACK, BLUE, VIOLET, RED])
def test_pens_of_different_colours_are_told_apart(
    one: tuple[int, ...], other: tuple[int, ...], cover: float, paper: tuple[int, ...]
) -> None:
    tints = stroke_tints(page_with(one, other, cover, paper), LABELS, 3)
    area = np.array([0.0, 400.0, 400.0])
    assert are_of_one_pen(tints, area, np.array([1]), np.array([2])) == (one == other)


def test_grey_pages_and_small_spots_have_no_tint() -> None:
    assert stroke_tints(np.zeros(LABELS.shape, np.uint8), LABELS, 3) is None
    small = np.where(np.arange(LABELS.shape[1])[None] % 20 == 0, LABELS, 0)
    tints = stroke_tints(page_with(BLUE, BLACK, 1.0, (250, 250, 250)), small, 3)
    assert are_of_one_pen(tints, np.array([0.0, 20.0, 20.0]), np.array([1]), np.array([2]))


def test_small_ink_of_another_pen_is_not_the_end_of_the_signature_above() -> None:
    """In grey, it is as if the stroke went on; in colour, row 3 was signed with a blue pen."""
    page, x = empty_strip(), np.linspace(142, 164, 160)
    letter = np.array([(0.0, 0.0), (0.0, -2.4), (1.5, 0.0), (1.5, -2.4)])
    names = [letter + np.array([at, row_y(r) + 1.2]) for r in (2, 3) for at in np.arange(28.0, 60.0, 3.0)]
    wave = np.column_stack([x, row_y(2) + 2.5 * np.sin(2.2 * x)])
    above = np.vstack([wave, [(160.0, row_y(2) + PITCH_MM / 2 - 0.4)]])
    small = np.array([(160.0, row_y(2.5) + 0.7), (160.5, row_y(2.5) + 2.2), (163.0, row_y(2.5) + 1.0)])
    black = draw_lines(page, *names, above)
    grey = draw_lines(page, *names, above, small)
    assert measured(page, grey).measure(3, Role.SIGNATURE).state is Ink.BLANK
    share = (black.astype(float) - grey)[..., None] / 250
    colour = np.repeat(black[..., None], 3, axis=2) - share * (np.array([250, 250, 250]) - np.array(BLUE))
    assert (
        measured(page, colour.clip(0, 255).astype(np.uint8)).measure(3, Role.SIGNATURE).state is not Ink.BLANK
    )


def test_a_low_signature_by_another_pen_than_the_next_is_not_part_of_it() -> None:
    page, x = empty_strip(), np.linspace(0.0, 10.0, 80)
    letter = np.array([(0.0, 0.0), (0.0, -2.4), (1.5, 0.0), (1.5, -2.4)])
    names = [letter + np.array([at, row_y(r) + 1.2]) for r in (2, 3) for at in np.arange(28.0, 60.0, 3.0)]
    below = np.column_stack([142 + 3 * x, row_y(3) + 3.5 * np.sin(2.2 * x)])
    low = np.column_stack([150 + x, row_y(2.5) - 2.0 + 1.2 * np.sin(2.5 * x)])
    black = draw_lines(page, *names, below)
    both = draw_lines(page, *names, below, low)
    assert measured(page, both).measure(2, Role.SIGNATURE).state is Ink.UNSURE
    share = (black.astype(float) - both)[..., None] / 250
    colour = np.repeat(black[..., None], 3, axis=2) - share * (np.array([250, 250, 250]) - np.array(BLUE))
    found = measured(page, colour.clip(0, 255).astype(np.uint8)).measure(2, Role.SIGNATURE)
    assert found.state is Ink.INKED


def test_a_blot_of_another_colour_than_the_row_stands_for_no_ditto_marks() -> None:
    page, x = empty_strip(), np.linspace(142, 164, 160)
    letter = np.array([(0.0, 0.0), (0.0, -2.4), (1.5, 0.0), (1.5, -2.4)])
    words = [letter + np.array([at, row_y(r) + 1.2]) for r in (2, 3) for at in np.arange(28.0, 60.0, 3.0)]
    words += [letter + np.array([at, row_y(2) + 1.2]) for at in np.arange(90.0, 125.0, 3.0)]
    words += [np.column_stack([x, row_y(r) + 2.2 * np.sin(2.2 * x)]) for r in (2, 3)]
    blot = [np.array([(100.0, row_y(3) + y), (101.5, row_y(3) + y)]) for y in (-0.6, 0.0, 0.6)]
    black = draw_lines(page, *blot, width_mm=0.7)
    both = draw_lines(page, *blot, width_mm=0.7)
    written = draw_lines(page, *words)
    both = np.minimum(both, written)
    assert measured(page, both).measure(3, Role.ADDRESS).mark is Mark.DITTO
    share = (black.astype(float) - both)[..., None] / 250
    colour = np.repeat(black[..., None], 3, axis=2) - share * (np.array([250, 250, 250]) - np.array(BLUE))
    found = measured(page, colour.clip(0, 255).astype(np.uint8))
    assert found.measure(3, Role.SIGNATURE).state is Ink.INKED
    assert found.measure(3, Role.ADDRESS).mark is not Mark.DITTO
