"""Rules that are known to be there are found to a fraction of a mm, also where few of them can be seen."""

from collections.abc import Callable

import numpy as np
import pytest

from digitize.geometry import Homography, Mesh
from digitize.images import Page
from digitize.table.known_grid import trace_known_grid

PX = 6.0
ROWS = [200.0 + 50 * i for i in range(13)]
COLUMNS = [100.0, 160.0, 500.0, 900.0, 1100.0]


def drawn(bend: Callable[[float, float], float], kept: Callable[[int, float], bool]) -> Page:
    """A page whose row rules are off by `bend(x, y)`, and visible where `kept(row, x)`."""
    rng = np.random.default_rng(1)
    pixels = np.full((950, 1250), 255.0)
    for i, y in enumerate(ROWS):
        for x in range(100, 1100):
            if kept(i, x):
                at = round(y + bend(x, y))
                pixels[at, x] = 120
    for x in COLUMNS:
        pixels[200:800, round(x)] = 120
    pixels = np.clip(pixels + rng.normal(0, 4.0, pixels.shape), 0, 255).astype(np.uint8)
    return Page("a.png", 1, pixels, PX, Mesh.of_homography(Homography.identity(), 1250, 950))


def off_mm(page: Page, bend: Callable[[float, float], float]) -> float:
    grid = trace_known_grid(page, COLUMNS, ROWS)
    return max(
        abs(rule.at(x) - 0.5 - y - bend(x, y)) / PX
        for rule, y in zip(grid.lattice.rows, ROWS, strict=True)
        for x in (110.0, 600.0, 1090.0)
    )


def bent(x: float, y: float) -> float:
    return 9 * np.sin(np.pi * (x - 100) / 1000) + 4 * (y - 500) / 500


@pytest.mark.parametrize(
    "kept",
    [
        lambda _i, _x: True,
        lambda i, _x: i % 3 != 1,  # rules that are not printed at all
        lambda i, x: (int(x) // 90 + i) % 3 == 0,  # a third of each rule
    ],
)
def test_rules_are_found_on_bent_paper(kept: Callable[[int, float], bool]) -> None:
    assert off_mm(drawn(bent, kept), bent) < 0.35


def test_a_page_without_rules_keeps_what_the_code_says() -> None:
    page = drawn(bent, lambda _i, _x: False)
    grid = trace_known_grid(page, COLUMNS, ROWS)
    assert max(grid.rows_seen) < 0.2
    assert max(abs(rule.at(600.0) - y) for rule, y in zip(grid.lattice.rows, ROWS, strict=True)) < 2


def test_rows_without_rules_are_named_only_where_the_others_have_theirs() -> None:
    assert trace_known_grid(drawn(bent, lambda i, _x: not 5 <= i <= 7), COLUMNS, ROWS).lost_rows() == (4, 5)
    assert trace_known_grid(drawn(bent, lambda i, _x: i != 5), COLUMNS, ROWS).lost_rows() == ()
    assert trace_known_grid(drawn(bent, lambda i, _x: i > 9), COLUMNS, ROWS).lost_rows() == ()
