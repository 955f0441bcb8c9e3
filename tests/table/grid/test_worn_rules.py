"""Worn, torn and covered rules are found where their neighbours predict them, and nothing else is."""

from dataclasses import replace

import numpy as np
import pytest

from digitize.table.grid import find_lattices, worn_rules
from samples.synthetic import ACAT, DESIGNS, SyntheticPage
from tests.table.grid.test_grid import FLAT_MM, LOOSE_MM, lattice_error_mm, lattice_of
from tests.table.tables import LOW, exact_page, synthetic, with_boxes, with_strokes

ACAT_LETTER, ACAT_LIST = ACAT
Boxes = list[tuple[float, float, float, float]]


def boxes_over_pieces(page: SyntheticPage, rules: range, seed: int = 3, lost: float = 0.6) -> Boxes:
    """Return boxes over pieces of 5 to 20 mm of these row rules, covering the share `lost` on average."""
    rng = np.random.default_rng(seed)
    (left, *_, right), ys = page.layout.x_mm, page.layout.y_mm
    boxes: Boxes = []
    for i in rules:
        x = left
        while x < right:
            length = float(rng.uniform(5, 20))
            if rng.random() < lost:
                boxes.append((x, ys[i] - 0.6, min(x + length, right + 0.5), ys[i] + 0.6))
            x += length
    return boxes


@pytest.mark.parametrize("rules", [range(24, 29), range(1, 5)], ids=["last rows", "first rows"])
def test_worn_rules_at_either_end_keep_their_rows(rules: range) -> None:
    page = synthetic(ACAT_LIST, LOW, 0.6)
    assert (
        lattice_error_mm(page, lattice_of(page, with_boxes(page, *boxes_over_pieces(page, rules)))) < LOOSE_MM
    )


def test_letter_with_worn_rules_keeps_its_three_rows() -> None:
    page = synthetic(ACAT_LETTER, LOW, 0.6)
    assert (
        lattice_error_mm(page, lattice_of(page, with_boxes(page, *boxes_over_pieces(page, range(3, 5)))))
        < FLAT_MM
    )


def test_unframed_last_row_is_found_by_worn_columns() -> None:
    page = synthetic(DESIGNS["fr-inner"][0], LOW, 0.6)
    xs, ys = page.layout.x_mm, page.layout.y_mm
    gaps = [(x - 0.6, ys[-2] + 0.7, x + 0.6, ys[-2] + 3.0) for x in xs[1:-1]]
    lattice = lattice_of(page, with_boxes(page, *gaps))
    assert lattice is not None and len(lattice.rows) == len(ys)


def test_pen_stroke_near_a_missing_rule_does_not_replace_it() -> None:
    page = synthetic(ACAT_LIST, LOW, 0.0)
    (left, *_, right), ys = page.layout.x_mm, page.layout.y_mm
    erased = with_boxes(page, *boxes_over_pieces(page, range(12, 13)))
    stroke = with_strokes(page, ((left + 4, ys[12] + 1.8), (right - 30, ys[12] + 1.8)), grey=60)
    lattice = lattice_of(
        page, np.minimum(erased, np.where(stroke < page.pixels, stroke, 255)).astype(np.uint8)
    )
    assert lattice_error_mm(page, lattice) < FLAT_MM


def test_tear_across_the_last_column_does_not_bend_the_table() -> None:
    page = synthetic(ACAT_LETTER, LOW, 0.6)
    right, top, low = page.layout.x_mm[-1], page.layout.y_mm[0], page.layout.y_mm[-1]
    steps = [(top - 5 + i * 0.5, right - 12 * (low - top - i * 0.5) / (low - top)) for i in range(90)]
    pixels = with_boxes(page, *((edge, y, right + 12, y + 0.5) for y, edge in steps if y < low))
    lattice = lattice_of(page, pixels)
    assert lattice is not None and len(lattice.rows) == len(page.layout.y_mm)
    seen = np.array([point[-1][0] for point in lattice.points()]) / page.mapping.scale
    assert np.abs(seen - right).max() < 3.0


def test_scanner_streak_on_a_column_rule_keeps_the_column() -> None:
    page = synthetic(ACAT_LIST, LOW, 0.3)
    x = page.layout.x_mm[3]
    streaked = with_strokes(page, ((x, 0), (x, 297)), width_mm=0.2, grey=200)
    assert lattice_error_mm(page, lattice_of(page, np.minimum(streaked, page.pixels))) < FLAT_MM


@pytest.mark.parametrize("form", ["acat", "de-lines"])
def test_sheet_edge_at_the_row_pitch_adds_no_row(form: str) -> None:
    page = synthetic(replace(DESIGNS[form][-1], second_box=False), LOW, 0.3)
    ys = page.layout.y_mm
    below = 3 * ys[-1] - 2 * ys[-2]
    lattice = find_lattices(exact_page(page, with_strokes(page, ((2, below), (208, below)))))[0]
    assert len(lattice.rows) == len(ys)


def test_search_ends_where_the_pitch_shrinks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dark area in which a rule seems to lie everywhere must not be searched for ever."""
    asked: list[float] = []

    def shrinking(_page: object, _last: object, steps: int, pitch_px: float, _columns: object) -> float:
        asked.append(pitch_px)
        assert len(asked) < 100, "the search does not end"
        return steps * pitch_px * 0.9

    sheet = synthetic(ACAT_LIST, LOW, 0.6)
    lattice = lattice_of(sheet)
    assert lattice is not None
    monkeypatch.setattr(worn_rules, "_find_next_px", shrinking)
    found = worn_rules._search_from(exact_page(sheet), lattice.rows[-1], 40.0, [])
    assert len(found) == len(asked) == 4  # at 40, 36, 32.4 and 29.2 px; 26.2 is less than 0.7 of 40
