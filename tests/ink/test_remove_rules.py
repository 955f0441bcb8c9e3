"""Printed rules are erased from the ink; strokes across, on and beside them stay."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitize.ink.remove_rules import remove_rule

PX_PER_MM = 12.0
WIDTH, HEIGHT = 800, 120
RULE_Y = 60  # px: middle of the rule

Mask = NDArray[np.bool_]


def rule(thickness_px: int = 3, sag_px: float = 0.0) -> Mask:
    """Return a rule across the page, its middle `sag_px` lower than its ends."""
    ink = np.zeros((HEIGHT, WIDTH), dtype=np.bool_)
    for x in range(WIDTH):
        top = round(RULE_Y - thickness_px / 2 + sag_px * np.sin(np.pi * x / WIDTH))
        ink[top : top + thickness_px, x] = True
    return ink


def stroke(start: tuple[int, int], end: tuple[int, int], width_px: int = 5) -> Mask:
    ink = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
    cv2.line(ink, start, end, (1,), width_px)
    return ink > 0


def erased(ink: Mask, y_px: float = RULE_Y, keep_crossings: bool = False) -> Mask:
    found = ink.copy()
    remove_rule(found, y_px, PX_PER_MM, keep_crossings)
    return found


def piece_count(ink: Mask) -> int:
    return int(cv2.connectedComponents(ink.astype(np.uint8), connectivity=8)[0]) - 1


@pytest.mark.parametrize("thickness_px", [1, 3, 6])
@pytest.mark.parametrize("off_px", [-3.0, 0.0, 3.0])
def test_a_rule_is_erased_even_beside_its_traced_position(thickness_px: int, off_px: float) -> None:
    assert not erased(rule(thickness_px), RULE_Y + off_px).any()


def test_a_bent_rule_with_rough_edges_is_erased() -> None:
    ink = rule(3, sag_px=4.0)
    rough = np.random.default_rng(1).random(ink.shape) < 0.3
    ink |= rough & (np.roll(ink, 1, axis=0) | np.roll(ink, -1, axis=0))
    assert erased(ink, RULE_Y + 2).sum() <= 0.02 * ink.sum()


@pytest.mark.parametrize("keep_crossings", [False, True])
def test_a_vertical_stroke_across_the_rule_stays_whole(keep_crossings: bool) -> None:
    letter = stroke((300, 20), (300, 100))
    assert np.array_equal(erased(rule() | letter, keep_crossings=keep_crossings), letter)


def test_a_letter_that_stands_on_the_rule_stays() -> None:
    letter = stroke((300, 20), (300, RULE_Y))
    found = erased(rule() | letter)
    assert found[letter].mean() > 0.95
    assert found.sum() <= 1.02 * letter.sum()


def test_a_slanted_stroke_keeps_its_crossing_only_on_request() -> None:
    slanted = stroke((300, 20), (480, 100), 4)
    ink = rule(5) | slanted
    assert piece_count(erased(ink)) == 2
    kept = erased(ink, keep_crossings=True)
    assert piece_count(kept) == 1
    assert kept[slanted].mean() > 0.97
    assert not kept[:, :200].any() and not kept[:, 600:].any()


@pytest.mark.parametrize("away_px", [6, 20])
def test_a_thin_dash_beside_the_rule_stays(away_px: int) -> None:
    dash = np.zeros((HEIGHT, WIDTH), dtype=np.bool_)
    dash[RULE_Y + away_px, 200:260] = True
    assert np.array_equal(erased(rule() | dash), dash)


@pytest.mark.parametrize("y_px", [-50.0, HEIGHT + 50.0])
def test_a_rule_outside_the_page_changes_nothing(y_px: float) -> None:
    ink = stroke((300, 0), (300, HEIGHT - 1)) | rule()
    assert np.array_equal(erased(ink, y_px), ink)


def test_blank_paper_stays_blank() -> None:
    assert not erased(np.zeros((HEIGHT, WIDTH), dtype=np.bool_), keep_crossings=True).any()
