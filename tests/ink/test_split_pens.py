"""Signatures of neighbours that ran together are split by the colours of their pens."""

import numpy as np
import pytest

from digitize.images import Pixels
from digitize.records import Role, Status
from tests.ink.inks import draw_lines, empty_strip, measured, row_y

BLACK, BLUE, RED = (40, 40, 40), (150, 60, 40), (40, 30, 190)  # blue, green, red
Line = np.ndarray


def text(r: int) -> list[Line]:
    """Return a name and an address in row `r`."""
    letter = np.array([(0.0, 0.0), (0.0, -2.4), (1.5, 0.0), (1.5, -2.4)])
    return [letter + np.array([x, row_y(r) + 1.2]) for x in (*np.arange(28, 60, 3), *np.arange(84, 120, 3))]


def in_colours(*pens: tuple[tuple[int, int, int], list[Line]]) -> Pixels:
    """Return the empty strip with lines in these colours (blue, green, red)."""
    paper = empty_strip().pixels
    colour = np.repeat(paper[..., None], 3, axis=2).astype(float)
    for pen, lines in pens:
        share = (paper.astype(float) - draw_lines(empty_strip(), *lines))[..., None] / 250
        colour -= share * (colour - np.array(pen))
    return colour.clip(0, 255).astype(np.uint8)


def signatures() -> tuple[Line, Line]:
    """Return the signatures of rows 2 and 3, which cross each other at the rule."""
    x = np.linspace(143.0, 170.0, 300)
    upper = np.column_stack([x, row_y(2) + 2.2 + 3.8 * np.sin(1.9 * x)])
    return upper, np.column_stack([x + 0.4, row_y(3) - 2.2 + 3.8 * np.sin(2.3 * x)])


@pytest.mark.parametrize(("one", "other"), [(BLACK, BLUE), (BLUE, RED)])
def test_signatures_of_two_pens_are_split(one: tuple[int, int, int], other: tuple[int, int, int]) -> None:
    upper, lower = signatures()
    pixels = in_colours((one, [*text(2), upper]), (other, [*text(3), lower]))
    found = measured(empty_strip(), pixels)
    assert found.statuses()[2:4] == [Status.SIGNED, Status.SIGNED]
    lengths = [found.measure(r, Role.SIGNATURE).stroke_mm for r in (2, 3)]
    assert min(lengths) > 0.6 * max(lengths)


def test_a_signature_over_two_rows_in_one_colour_is_not_split() -> None:
    pixels = in_colours((BLUE, [*text(2), *text(3), *signatures()]))
    assert measured(empty_strip(), pixels).statuses()[2:4] == [Status.DOUBTFUL, Status.DOUBTFUL]
