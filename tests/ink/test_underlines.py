"""A line under a signature belongs to it; a dash and a wave after an initial belong to their own row."""

import numpy as np
import pytest

from samples.synthetic import strokes
from tests.ink.inks import PITCH_MM, SIGNATURE, draw_lines, empty_strip, ownership_of, row_y

SIGNED = 2  # the row with a signature; the line is drawn in the next one
LINE_MM = 24.0


def lengths(level: float, *more: np.ndarray, wave_mm: float = 0.0) -> np.ndarray:
    """Return the lengths owned by the signature cells, in mm.

    A line, or a wave of this height, is drawn `level` rows below the lower border of the signed row.
    """
    page = empty_strip()
    above = strokes.signature(np.random.default_rng(3), 26, 7)
    signature = [p * (1, 0.8) + (156.0, row_y(SIGNED + 0.05)) for p in above]
    x = np.linspace(0, LINE_MM, 60)
    y = row_y(SIGNED + 0.5) + level * PITCH_MM + wave_mm / 2 * np.sin(x * 0.8)
    drawn = draw_lines(page, *signature, np.column_stack([140.0 + x, y]), *more)
    ownership = ownership_of(page, drawn)
    return np.asarray(ownership.owned_px.sum(axis=0)[:, SIGNATURE] / ownership.px_per_mm)


def initial(right_mm: float, level: float) -> np.ndarray:
    """Return a C of 5 mm that ends at `right_mm`, its middle `level` rows below the signed row's border."""
    angle = np.linspace(0.9, 2 * np.pi - 0.9, 40)
    middle = np.array([right_mm - 1.5, row_y(SIGNED + 0.5) + level * PITCH_MM])
    return np.asarray(middle + np.column_stack([np.cos(angle), np.sin(angle)]) * 2.2)


def test_an_underline_belongs_to_the_signature_above() -> None:
    assert lengths(0.15)[SIGNED + 1] == 0
    assert lengths(0.15)[SIGNED] > lengths(0.6)[SIGNED] + 20
    assert lengths(0.6)[SIGNED + 1] == pytest.approx(LINE_MM, abs=2), "in the middle of the row it is a dash"


@pytest.mark.parametrize("wave_mm", [0.0, 0.8])
def test_a_line_that_goes_on_from_an_initial_belongs_to_its_own_row(wave_mm: float) -> None:
    alone, signed = lengths(0.2, wave_mm=wave_mm), lengths(0.2, initial(139.0, 0.2), wave_mm=wave_mm)
    assert alone[SIGNED + 1] == 0, "without an initial it is an underline"
    assert signed[SIGNED + 1] >= LINE_MM + 5
    assert signed[SIGNED] == pytest.approx(alone[SIGNED] - LINE_MM, abs=3)


def test_a_signature_below_an_underline_does_not_take_it() -> None:
    """The initial of the next row stands below the line, not at its height."""
    assert lengths(0.1, initial(139.0, 0.75))[SIGNED + 1] == pytest.approx(8.5, abs=3)
