"""Ditto marks that were read as text repeat the value above, but a person has to confirm it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from digitize.ocr.engines import Line
from digitize.ocr.handwriting import CellText, CellWriting
from digitize.page import read_rows
from digitize.records import FlagCode, Ink, Reading, Role, Row, Status
from samples.synthetic import Paper
from tests.ink.inks import measured, signers, synthetic

ABOVE = "Dorfweg 4, 6460 Altdorf"


def rows_reading(
    addresses: list[str],
    monkeypatch: pytest.MonkeyPatch,
    unsure: int | None = None,
    unread: int | None = None,
) -> tuple[Row, ...]:
    """Return rows whose address cells are read as `addresses`, from top to bottom.

    The ink of the address in the row `unsure` is so weak that it may be none.  That in the row `unread` is
    blank, or too weak to be read if it is unsure.
    """
    left = list(addresses)

    def read(cells: Sequence[CellWriting], *_: object) -> list[CellText]:
        texts = [left.pop(0) if cell.role is Role.ADDRESS else "Anna Roth" for cell in cells]
        return [CellText((Line(text, 0.9),), Reading(text, 0.9, "scripted 1")) for text in texts]

    monkeypatch.setattr(read_rows, "read_cells", read)
    fills = signers(3)[: len(addresses)]
    page = measured(synthetic(fills, Paper(dpi=200.0), 3))
    column = [each.role for each in page.table.columns].index(Role.ADDRESS)
    inks = list(page.inks)
    for r in {unsure, unread} - {None}:
        cell = inks[r].cells[column]
        state, stroke_mm = (Ink.UNSURE, cell.measure.stroke_mm) if r == unsure else (Ink.BLANK, 0.0)
        measure = replace(cell.measure, state=state, stroke_mm=stroke_mm)
        cell = replace(cell, measure=measure, writing=None if r == unread else cell.writing)
        inks[r] = replace(inks[r], cells=(*inks[r].cells[:column], cell, *inks[r].cells[column + 1 :]))
    left[:] = [text for r, text in enumerate(addresses) if r != unread]
    page = replace(page, inks=tuple(inks))
    return page.rows()[: len(addresses)]


def has(row: Row, code: FlagCode) -> bool:
    return any(flag.code is code for flag in row.flags)


@pytest.mark.parametrize("read", ["H 110", "8888", "T\n1"])
def test_perhaps_ditto_marks_repeat_the_address_above_for_review(
    read: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = rows_reading([ABOVE, read], monkeypatch)
    assert first.place is not None and second.place is not None
    assert first.place.region == second.place.region == "UR"
    assert has(second, FlagCode.DITTO) and second.review
    assert not first.review


def test_a_short_address_is_not_taken_for_ditto_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    _, second = rows_reading([ABOVE, "1800"], monkeypatch)
    assert second.place is not None and second.place.region == "VD"
    assert not has(second, FlagCode.DITTO)


@pytest.mark.parametrize(("read", "asked"), [("idem", False), ("dito", False), ("do", True), ("Jdern", True)])
def test_weak_ink_that_is_read_as_a_word_for_ditto_is_ink(
    read: str, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, second = rows_reading([ABOVE, read], monkeypatch, unsure=1)
    assert has(second, FlagCode.UNSURE_INK) is asked
    assert second.status is (Status.DOUBTFUL if asked else Status.SIGNED)


def test_a_ditto_mark_below_an_address_that_cannot_be_read_is_asked_about(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for unsure in (None, 1):
        first, _, third = rows_reading([ABOVE, "", '"'], monkeypatch, unsure, unread=1)
        assert first.address is not None and third.address is not None
        assert third.address.text == first.address.text
        assert third.review is (unsure is not None)


def test_nothing_is_repeated_if_there_is_no_address_above(monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = rows_reading(["H 110", ABOVE], monkeypatch)
    assert first.place is not None and first.place.region == "unknown"
    assert not has(first, FlagCode.DITTO)
