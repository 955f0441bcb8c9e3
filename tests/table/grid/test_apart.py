"""No point of the page lies in two tables, however many pieces the rules were found in."""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from digitize.geometry import Lattice, crossing
from digitize.images import Pixels
from digitize.table.grid import find_lattices
from samples.synthetic import ACAT, DESIGNS, SyntheticPage
from tests.table.tables import LOW, exact_page, synthetic, with_boxes, with_strokes

ACAT_LETTER, ACAT_LIST = ACAT


def rows_px(lattice: Lattice) -> list[tuple[float, float]]:
    """Return the top and bottom of each interval in the middle of the table."""
    middle = lattice.columns[len(lattice.columns) // 2]
    return list(pairwise(crossing(row, middle)[1] for row in lattice.rows))


def common_px(lattices: tuple[Lattice, ...]) -> float:
    """Return the largest height that rows of two lattices share."""
    shared = [
        min(low, other_low) - max(top, other_top)
        for i, lattice in enumerate(lattices)
        for other in lattices[i + 1 :]
        for top, low in rows_px(lattice)
        for other_top, other_low in rows_px(other)
    ]
    return max(shared, default=0.0)


def with_pasted_strip(page: SyntheticPage, first: int, rows: int = 2) -> Pixels:
    """A strip of paper over some rows and a bit of those around them, with a shadow along its lower edge."""
    (left, *_, right), ys = page.layout.x_mm, page.layout.y_mm
    top, low = ys[first] - 1.2, ys[first + rows] + 1.2
    covered = replace(page, pixels=with_boxes(page, (left + 1.5, top, right - 1, low)))
    return with_strokes(covered, ((left + 1.5, low), (right - 1, low)), width_mm=0.4, grey=150)


def with_slip(page: SyntheticPage, row: int, slip_mm: float = 3.5) -> Pixels:
    """Everything below the middle of a row lies further right, as if the feeder had slipped."""
    ys = page.layout.y_mm
    start = round((ys[row] + ys[row + 1]) / 2 * page.mapping.scale)
    pixels = page.pixels.copy()
    pixels[start:] = np.roll(page.pixels[start:], round(slip_mm * page.mapping.scale), axis=1)
    return pixels


def test_a_pasted_strip_does_not_make_a_second_table() -> None:
    for design in (ACAT_LIST, DESIGNS["fr-plain"][0]):
        page = synthetic(design, LOW, 0.6)
        for first in (5, 8):
            lattices = find_lattices(exact_page(page, with_pasted_strip(page, first)))
            assert len(lattices[0].rows) == len(page.layout.y_mm)
            assert common_px(lattices) <= 0


def test_a_row_where_the_feeder_slipped_is_found_once() -> None:
    page = synthetic(ACAT_LIST, LOW, 0.6)
    lattices = find_lattices(exact_page(page, with_slip(page, 12)))
    assert common_px(lattices) <= 0
    assert sum(len(lattice.rows) - 1 for lattice in lattices) == len(page.layout.y_mm) - 1
