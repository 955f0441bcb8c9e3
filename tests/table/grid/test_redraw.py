"""Pale and broken rules are drawn again where they are, and text is not."""

import numpy as np

from digitize.images import Pixels
from digitize.table.grid import find_lattices
from digitize.table.grid.redraw import redraw_rules
from samples.synthetic import ACAT, SyntheticPage
from tests.page.broken_rules import with_holes
from tests.table.grid.test_grid import LOOSE_MM, lattice_error_mm
from tests.table.tables import LOW, exact_page, synthetic

ACAT_LETTER, ACAT_LIST = ACAT


def paled(page: SyntheticPage, contrast: float, noise: float = 3.0) -> Pixels:
    """The page with its contrast reduced and noise added."""
    rng = np.random.default_rng(1)
    pale = 235 - (255 - page.pixels.astype(float)) * contrast / 255 + rng.normal(0, noise, page.pixels.shape)
    return np.clip(pale, 0, 255).astype(np.uint8)


def test_broken_rules_are_drawn_again() -> None:
    for design, error_mm in ((ACAT_LIST, LOOSE_MM), (ACAT_LETTER, 3 * LOOSE_MM)):
        page = synthetic(design, LOW, 0.5)
        broken = exact_page(page, with_holes(page, 0.6))
        assert not any(len(found.rows) == len(page.layout.y_mm) for found in find_lattices(broken))
        lattice = next(iter(find_lattices(redraw_rules(broken))), None)
        assert lattice_error_mm(page, lattice) < error_mm


def test_pale_rules_are_drawn_again() -> None:
    page = synthetic(ACAT_LIST, LOW, 0.5)
    pale = exact_page(page, paled(page, 30))
    assert not find_lattices(pale)
    lattice = next(iter(find_lattices(redraw_rules(pale))), None)
    assert lattice_error_mm(page, lattice) < LOOSE_MM


def test_nothing_but_rules_is_drawn() -> None:
    page = synthetic(ACAT_LIST, LOW, 0.9)
    drawn = redraw_rules(exact_page(page)).grey < 255
    scale = page.mapping.scale
    ys, xs = (np.array(edges) * scale for edges in (page.layout.y_mm, page.layout.x_mm))
    near = np.zeros_like(drawn)
    for y in ys:
        near[round(y) - 4 : round(y) + 5] = True
    for x in xs:
        near[:, round(x) - 4 : round(x) + 5] = True
    inside = (slice(round(ys[1]), round(ys[-1])), slice(round(xs[0]), round(xs[-1])))
    assert drawn[inside][~near[inside]].mean() < 0.02
