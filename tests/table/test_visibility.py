"""A page on which writing would be lost in the grain says so, and its incomplete rows are asked about."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from digitize.page.pipeline import Settings, digitize_file
from digitize.records import NoteCode, SheetPage, Status
from digitize.table.visibility import is_lost_in_grain
from samples.synthetic import ACAT, Mode
from tests.page.test_denoised_look import pale
from tests.table.tables import LOW, exact_page, found_table, synthetic

LIST = ACAT[1]


@pytest.mark.parametrize(
    ("share", "grain", "lost"), [(1.0, 0.0, False), (0.5, 12.0, False), (0.3, 3.0, False), (0.2, 12.0, True)]
)
def test_pale_print_counts_by_the_grain_around_it(share: float, grain: float, lost: bool) -> None:
    page, result = found_table(LIST)
    assert result.table is not None
    assert is_lost_in_grain(exact_page(page, pale(page, share, grain)), result.table) is lost


def test_a_black_and_white_page_has_no_grain() -> None:
    page, result = found_table(LIST, replace(LOW, mode=Mode.BITONAL))
    assert result.table is not None
    assert not is_lost_in_grain(replace(exact_page(page), bitonal=True), result.table)


@pytest.mark.parametrize(("share", "is_noted"), [(0.2, True), (0.8, False)])
def test_no_row_of_a_page_lost_in_grain_is_left_out_without_a_word(
    share: float, is_noted: bool, tmp_path: Path
) -> None:
    page = synthetic(LIST, LOW, 0.6)
    Image.fromarray(pale(page, share, 12.0)).save(tmp_path / "page.png", dpi=(LOW.dpi, LOW.dpi))
    outcome = digitize_file(str(tmp_path / "page.png"), 1, Settings()).outcome
    assert isinstance(outcome, SheetPage)
    assert (NoteCode.PALE_PAGE in {note.code for note in outcome.notes}) is is_noted
    assert (Status.INCOMPLETE in {row.status for row in outcome.rows}) is not is_noted
