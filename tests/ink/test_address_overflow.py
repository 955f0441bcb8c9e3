"""Addresses that run on into the signature column are not signatures."""

from dataclasses import replace

import numpy as np
import pytest

from digitize.ink.address_overflow import is_overflow
from digitize.records import Role, Status
from samples.synthetic import Signing
from tests.ink.inks import draw_lines, empty_strip, measured, ownership_of, row_y, signers, synthetic


def line_of_letters(start_mm: float, end_mm: float, r: int = 1) -> list[np.ndarray]:
    """Return letters like N, 2.4 mm high and 1.2 mm apart, in row `r`."""
    base = row_y(r + 0.15)
    letter = np.array([(0.0, 0.0), (0.0, -2.4), (1.5, 0.0), (1.5, -2.4)])
    return [letter + np.array([x, base]) for x in np.arange(start_mm, end_mm - 1.5, 2.7)]


def test_letters_continued_over_the_border_are_not_a_signature() -> None:
    page = empty_strip()
    lines = [*line_of_letters(30, 60), *line_of_letters(90, 146)]
    pixels = draw_lines(page, *lines, width_mm=0.3)
    assert is_overflow(ownership_of(page, pixels), 1)
    assert measured(page, pixels).statuses()[1] is not Status.SIGNED


def test_a_signature_beside_an_overflowing_address_counts() -> None:
    page = empty_strip()
    x = np.linspace(152, 172, 60)
    signature = np.column_stack([x, row_y(1) + 3 * np.sin(3 * x)])
    lines = [*line_of_letters(30, 60), *line_of_letters(90, 146), signature]
    pixels = draw_lines(page, *lines, width_mm=0.3)
    assert not is_overflow(ownership_of(page, pixels), 1)
    assert measured(page, pixels).statuses()[1] is Status.SIGNED


@pytest.mark.parametrize("seed", range(3))
def test_a_name_in_block_letters_is_a_signature(seed: int) -> None:
    rows = tuple(replace(row, signature=Signing.PRINTED) for row in signers(seed))
    found = measured(synthetic(rows, seed=seed))
    assert found.synthetic.truth.roles[3] is Role.SIGNATURE
    assert found.statuses().count(Status.SIGNED) >= 7
