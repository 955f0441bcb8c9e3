"""A signer's canton is that of the day on which the petition ended, according to sheet or form."""

from dataclasses import replace

import pytest

from digitize.page.pipeline import Settings, digitize_page, load_tools
from digitize.records import PageId
from samples.synthetic import ACAT, DESIGNS, Design, Paper, make_page
from samples.synthetic.hands import Hand
from samples.synthetic.towns import Town
from tests.ink.inks import BALLPOINT, signers
from tests.table.tables import scan_of

CLEAR = Hand("patrick-hand", BALLPOINT, 1.9, wobble=0.1, two_lines=True)
MOUTIER = Town("2740", "Moutier", "BE", "fr")


def cantons(design: Design, rows: int = 3) -> set[str]:
    """Return the cantons found for the signers of a sheet who all live in Moutier."""
    fills = [replace(row, hand=CLEAR, person=replace(row.person, town=MOUTIER)) for row in signers(2)[:rows]]
    page = make_page(design, (*fills, *[None] * (design.row_count - rows)), Paper(dpi=200.0), 2)
    _, outcome = digitize_page(scan_of(page), PageId("sheet.png", 1), load_tools(Settings()))
    return {row.place.region for row in outcome.rows[:rows] if row.place is not None}


@pytest.mark.parametrize("page", ACAT, ids=["letter", "list"])
def test_a_petition_that_ended_before_moutier_changed_canton(page: Design) -> None:
    """The day is printed on the list; that of the letter is in the shipped form."""
    assert cantons(page) == {"BE"}


def test_a_petition_without_a_deadline_takes_the_canton_of_today() -> None:
    quiet = replace(DESIGNS["fr-plain"][0], after=())
    assert cantons(quiet) == {"JU"}
