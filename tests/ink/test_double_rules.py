"""The second line of a double rule is no writing."""

import pytest

from digitize.images import Pixels
from digitize.ink.double_rules import without_double_rules
from digitize.records import Status
from samples.synthetic import Mode, Paper, SyntheticPage
from tests.ink.inks import COLUMN_EDGES_MM, exact_table, flat_page, measured, row_y, signers, synthetic

HALF = tuple(row if r % 2 else None for r, row in enumerate(signers(2)))
PAPERS = [Paper(dpi=200.0), Paper(dpi=300.0, mode=Mode.BITONAL)]


def below(page: SyntheticPage, gap_mm: float) -> Pixels:
    """Return the page with a second line below each rule and right of it."""
    scale, pixels = page.mapping.scale, page.pixels.copy()
    thick = max(1, round(0.2 * scale))
    left, right = (round(COLUMN_EDGES_MM[i] * scale) for i in (0, -1))
    top, bottom = (round(row_y(r) * scale) for r in (-0.5, 7.5))
    for r in range(9):
        y = round((row_y(r - 0.5) + gap_mm) * scale)
        pixels[y : y + thick, left:right] = 20
    for x_mm in COLUMN_EDGES_MM:
        x = round((x_mm + gap_mm) * scale)
        pixels[top:bottom, x : x + thick] = 20
    return pixels


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("gap_mm", [0.6, 0.9])
def test_blank_rows_between_double_rules_are_blank(paper: Paper, gap_mm: float) -> None:
    page = synthetic(HALF, paper, seed=2)
    before = measured(page).statuses()
    assert set(before) == {Status.BLANK, Status.SIGNED}
    assert measured(page, below(page, gap_mm)).statuses() == before


def test_single_rules_are_not_double_where_people_write_along_them() -> None:
    page = synthetic(signers(2), PAPERS[0], seed=2)
    flat, table = flat_page(page), exact_table(page)
    assert without_double_rules(flat, table, ruled=True) is flat
