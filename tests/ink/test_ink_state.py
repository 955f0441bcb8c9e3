"""The rules of the ink state, one by one."""

from dataclasses import replace

import pytest

from digitize.geometry import Box
from digitize.ink.ink_state import (
    SETTINGS,
    StrokeEvidence,
    confirm_ditto_marks,
    doubt_lone_ink,
    doubt_specks,
    is_blank,
    state_of_strokes,
    with_cover,
    with_faint_ink,
    with_foreign_ink,
)
from digitize.records import Cell, Ink, InkMeasure, Mark, Role

LIMIT_MM = SETTINGS.blank_mm
NAME = StrokeEvidence(Role.NAME, stroke_count=3, length_mm=20.0, area_mm2=5.0, inner_mm=20.0)
SIGNATURE = replace(NAME, role=Role.SIGNATURE)
LITTLE = replace(NAME, length_mm=SETTINGS.inked_mm - 1, area_mm2=1.0)

ROLES = (Role.NAME, Role.ADDRESS, Role.SIGNATURE)
WRITTEN = InkMeasure(Ink.INKED, Mark.WRITING, 40.0, 0.0, LIMIT_MM)
EMPTY = InkMeasure(Ink.BLANK, Mark.NONE, 0.0, 0.0, LIMIT_MM)
SMALL_MARK = InkMeasure(Ink.UNSURE, Mark.DITTO, 2.5, 0.0, LIMIT_MM)


@pytest.mark.parametrize(
    ("strokes", "length_mm", "ditto_marks", "blank"),
    [
        (0, 0.0, 0, True),
        (1, LIMIT_MM - 0.1, 0, True),
        (1, LIMIT_MM, 0, False),
        (2, LIMIT_MM - 0.1, 2, False),
    ],
)
def test_a_cell_is_blank_with_less_ink_than_the_limit_unless_it_is_a_ditto_mark(
    strokes: int, length_mm: float, ditto_marks: int, blank: bool
) -> None:
    assert is_blank(strokes, length_mm, LIMIT_MM, ditto_marks) is blank


@pytest.mark.parametrize(
    ("evidence", "state"),
    [
        (NAME, Ink.INKED),
        (LITTLE, Ink.UNSURE),
        (replace(LITTLE, area_mm2=SETTINGS.inked_mm2), Ink.INKED),
        (replace(LITTLE, length_mm=SETTINGS.inked_mm), Ink.INKED),
        (replace(LITTLE, length_mm=SETTINGS.inked_mm, stroke_count=1), Ink.UNSURE),
        (replace(LITTLE, length_mm=SETTINGS.lone_mm, stroke_count=1), Ink.INKED),
        (replace(LITTLE, length_mm=SETTINGS.inked_mm, blank_limit_mm=LIMIT_MM + 1), Ink.UNSURE),
    ],
)
def test_enough_length_or_area_of_ink_is_writing(evidence: StrokeEvidence, state: Ink) -> None:
    assert state_of_strokes(evidence) is state


@pytest.mark.parametrize(
    ("evidence", "state"),
    [
        (replace(SIGNATURE, length_mm=SETTINGS.inked_mm, area_mm2=5.0), Ink.UNSURE),
        (replace(SIGNATURE, length_mm=SETTINGS.lone_mm, area_mm2=5.0), Ink.INKED),
        (replace(SIGNATURE, length_mm=5.0, area_mm2=SETTINGS.signature_mm2), Ink.INKED),
        (replace(SIGNATURE, length_mm=5.0, area_mm2=SETTINGS.signature_mm2, foreign_mm=6.0), Ink.UNSURE),
        (replace(SIGNATURE, length_mm=5.0, area_mm2=1.0, are_initials=True), Ink.INKED),
    ],
)
def test_a_signature_needs_more_ink_or_the_shape_of_initials(evidence: StrokeEvidence, state: Ink) -> None:
    assert state_of_strokes(evidence) is state


@pytest.mark.parametrize("evidence", [NAME, SIGNATURE, replace(SIGNATURE, are_initials=True)])
def test_ink_that_may_be_a_neighbours_is_never_certain(evidence: StrokeEvidence) -> None:
    assert state_of_strokes(replace(evidence, may_be_neighbours=True)) is Ink.UNSURE
    assert state_of_strokes(replace(evidence, only_foreign=True)) is Ink.UNSURE


def test_what_continues_a_line_is_never_certain_and_a_long_arrow_is_no_neighbours() -> None:
    assert state_of_strokes(replace(NAME, continues_line=True, ditto_marks=2)) is Ink.UNSURE
    arrow = replace(NAME, mark=Mark.ARROW, may_be_neighbours=True)
    assert state_of_strokes(arrow) is Ink.UNSURE
    assert state_of_strokes(replace(arrow, is_long_arrow=True)) is Ink.INKED


@pytest.mark.parametrize("mark", [Mark.DASH, Mark.TICK])
def test_a_dash_or_tick_is_ink_however_short(mark: Mark) -> None:
    assert state_of_strokes(replace(LITTLE, mark=mark, length_mm=LIMIT_MM)) is Ink.INKED


@pytest.mark.parametrize(("beside_mm", "state"), [(3.0, Ink.UNSURE), (20.0, Ink.INKED), (None, Ink.INKED)])
def test_a_dash_with_little_else_beside_it_may_be_no_signature(beside_mm: float | None, state: Ink) -> None:
    """A hair on the glass, or the end of a neighbour's stroke, must not make a signature of a dash."""
    evidence = replace(NAME, role=Role.SIGNATURE, length_mm=30.0, beside_mark_mm=beside_mm)
    assert state_of_strokes(evidence) is state


def test_two_ditto_marks_of_some_length_are_certain_and_a_single_one_is_not() -> None:
    marks = replace(LITTLE, mark=Mark.DITTO, ditto_marks=2, inner_mm=LIMIT_MM)
    assert state_of_strokes(marks) is Ink.INKED
    assert state_of_strokes(replace(marks, inner_mm=LIMIT_MM - 0.1)) is Ink.UNSURE
    assert state_of_strokes(replace(marks, ditto_marks=1)) is Ink.UNSURE


def test_faint_ink_makes_a_blank_cell_unsure() -> None:
    found = with_faint_ink(EMPTY)
    assert (found.state, found.mark, found.stroke_mm) == (Ink.UNSURE, Mark.WRITING, 0.0)


@pytest.mark.parametrize(
    ("row", "address_above", "confirmed"),
    [
        ((WRITTEN, SMALL_MARK, WRITTEN), True, True),
        ((WRITTEN, SMALL_MARK, WRITTEN), False, False),
        ((EMPTY, SMALL_MARK, WRITTEN), True, False),
        ((WRITTEN, SMALL_MARK, EMPTY), True, False),
        ((SMALL_MARK, SMALL_MARK, EMPTY), False, True),
    ],
)
def test_a_small_mark_is_a_ditto_mark_if_the_row_confirms_it(
    row: tuple[InkMeasure, ...], address_above: bool, confirmed: bool
) -> None:
    found = confirm_ditto_marks(row, ROLES, address_above=address_above)
    assert found[1].state is (Ink.INKED if confirmed else Ink.UNSURE)
    assert [m.mark for m in found] == [m.mark for m in row]
    assert [m for m in found if m.mark is not Mark.DITTO] == [m for m in row if m.mark is not Mark.DITTO]


@pytest.mark.parametrize(
    ("measure", "foreign_mm", "state"),
    [
        (EMPTY, SETTINGS.foreign_mm, Ink.UNSURE),
        (EMPTY, SETTINGS.foreign_mm - 1, Ink.BLANK),
        (replace(WRITTEN, mark=Mark.DASH), SETTINGS.foreign_with_dash_mm - 1, Ink.INKED),
        (replace(WRITTEN, mark=Mark.DASH), SETTINGS.foreign_with_dash_mm, Ink.UNSURE),
        (WRITTEN, 99.0, Ink.INKED),
    ],
)
def test_a_blank_or_dashed_cell_with_much_foreign_ink_may_be_written_in(
    measure: InkMeasure, foreign_mm: float, state: Ink
) -> None:
    cell = Cell(Role.SIGNATURE, Box(0, 0, 10, 10), replace(measure, foreign_stroke_mm=foreign_mm))
    assert with_foreign_ink(cell).ink.state is state


def test_only_writing_that_is_seen_counts_in_a_cell_that_something_covers() -> None:
    for measure in (EMPTY, SMALL_MARK):
        covered = with_cover(measure)
        assert (covered.state, covered.mark) == (Ink.UNSURE, Mark.COVERED)
    assert with_cover(WRITTEN) == WRITTEN


@pytest.mark.parametrize(
    ("row", "states"),
    [
        ((EMPTY, replace(WRITTEN, stroke_mm=9.0), EMPTY), (Ink.BLANK, Ink.UNSURE, Ink.BLANK)),
        (
            (EMPTY, replace(WRITTEN, stroke_mm=5.0, mark=Mark.DITTO), EMPTY),
            (Ink.BLANK, Ink.UNSURE, Ink.BLANK),
        ),
        ((EMPTY, replace(WRITTEN, stroke_mm=5.0, mark=Mark.DASH), EMPTY), (Ink.BLANK, Ink.INKED, Ink.BLANK)),
        ((EMPTY, replace(WRITTEN, mark=Mark.TICK), EMPTY), (Ink.BLANK, Ink.UNSURE, Ink.BLANK)),  # a scribble
        ((EMPTY, EMPTY, replace(WRITTEN, mark=Mark.TICK)), (Ink.BLANK, Ink.BLANK, Ink.INKED)),
        ((EMPTY, WRITTEN, EMPTY), (Ink.BLANK, Ink.UNSURE, Ink.BLANK)),
        ((WRITTEN, EMPTY, EMPTY), (Ink.INKED, Ink.BLANK, Ink.BLANK)),
        ((replace(WRITTEN, stroke_mm=9.0), EMPTY, EMPTY), (Ink.UNSURE, Ink.BLANK, Ink.BLANK)),
        ((EMPTY, EMPTY, WRITTEN), (Ink.BLANK, Ink.BLANK, Ink.INKED)),
        ((WRITTEN, replace(WRITTEN, stroke_mm=9.0), EMPTY), (Ink.INKED, Ink.INKED, Ink.BLANK)),
    ],
)
def test_little_ink_in_a_row_without_any_other_is_unsure(
    row: tuple[InkMeasure, ...], states: tuple[Ink, ...]
) -> None:
    assert tuple(measure.state for measure in doubt_lone_ink(row, ROLES)) == states


SPECKS = replace(EMPTY, stroke_mm=SETTINGS.ditto_specks_mm)


@pytest.mark.parametrize(
    ("row", "address_above", "asked"),
    [
        ((WRITTEN, SPECKS, WRITTEN), True, True),
        ((WRITTEN, SPECKS, WRITTEN), False, False),  # there is nothing to repeat
        ((WRITTEN, replace(SPECKS, stroke_mm=0.6), WRITTEN), True, False),
        ((WRITTEN, SPECKS, EMPTY), True, False),  # it would not count with an address either
        ((EMPTY, SPECKS, WRITTEN), True, False),
        ((WRITTEN, WRITTEN, WRITTEN), True, False),
    ],
)
def test_specks_in_place_of_the_address_may_be_ditto_marks(
    row: tuple[InkMeasure, ...], address_above: bool, asked: bool
) -> None:
    found = doubt_specks(row, ROLES, address_above=address_above)
    assert (found[1].state is Ink.UNSURE) is asked
    assert found == (row[0], found[1], row[2])
