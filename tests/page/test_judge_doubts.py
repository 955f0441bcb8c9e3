"""Rows that the ink alone would not count, and which a person should see nevertheless."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitize.ink.ink_state import SETTINGS
from digitize.page.row_status import (
    ALL_SPECKS_MM,
    LONE_SIGNATURE_MM,
    PALE_TEXT_MM,
    SPECKS_MM,
    WEAK_SIGNATURE_MM,
    WHOLE_SIGNATURE_MM,
)
from digitize.records import Mark, Role, Status
from tests.page.judging import INKS, B, Code, D, T, U, W, cell, codes, judged, judged_cells

ROLES = (Role.NAME, Role.ADDRESS, Role.SIGNATURE)
FOREIGN_MM, FOREIGN_WITH_DASH_MM = SETTINGS.foreign_mm, SETTINGS.foreign_with_dash_mm


@pytest.mark.parametrize(
    ("role", "share", "asked"),
    [(Role.SIGNATURE, 1.1, True), (Role.SIGNATURE, 0.9, False), (Role.NAME, 1.1, False)],
)
def test_a_blank_row_with_as_much_foreign_ink_as_a_signature_is_asked_about(
    role: Role, share: float, asked: bool
) -> None:
    foreign_mm = share * WHOLE_SIGNATURE_MM
    cells = [cell(each, B) for each in (Role.NUMBER, Role.NAME, Role.ADDRESS, Role.SIGNATURE)]
    cells = [
        replace(c, ink=replace(c.ink, foreign_stroke_mm=foreign_mm if c.role is role else 0.0)) for c in cells
    ]
    found = judged_cells(cells)
    assert found.status is Status.BLANK
    assert found.review is asked
    assert [flag.code for flag in found.flags] == ([Code.FOREIGN_INK] if asked else [])


@pytest.mark.parametrize(
    ("what", "signature_mm", "status"),
    [
        ((B, U, U), WEAK_SIGNATURE_MM, Status.DOUBTFUL),
        ((B, U, U), WEAK_SIGNATURE_MM - 1, Status.BLANK),
        ((B, B, U), WEAK_SIGNATURE_MM, Status.BLANK),
        ((U, U, B), SPECKS_MM, Status.DOUBTFUL),
        ((U, U, B), SPECKS_MM - 0.1, Status.BLANK),
        ((U, B, B), SPECKS_MM, Status.BLANK),
    ],
)
def test_weak_ink_in_a_row_that_may_be_signed_is_asked_about(
    what: tuple[str, str, str], signature_mm: float, status: Status
) -> None:
    *others, signature = [cell(role, held) for role, held in zip(ROLES, what, strict=True)]
    signature = replace(signature, ink=replace(signature.ink, stroke_mm=signature_mm))
    assert judged_cells([*others, signature]).status is status
    assert judged_cells([*others, signature], struck_share=1.0).status is Status.BLANK


@pytest.mark.parametrize(
    ("what", "specks_mm", "status"),
    [
        ((B, U, B), (SPECKS_MM, ALL_SPECKS_MM), Status.DOUBTFUL),
        ((B, U, B), (SPECKS_MM - 0.1, ALL_SPECKS_MM), Status.BLANK),
        ((B, U, B), (ALL_SPECKS_MM / 2 - 0.1, ALL_SPECKS_MM / 2), Status.BLANK),
        ((B, U, W), (SPECKS_MM,), Status.DOUBTFUL),
        ((B, U, W), (SPECKS_MM - 0.1,), Status.INCOMPLETE),
        ((B, B, W), (ALL_SPECKS_MM, SPECKS_MM), Status.DOUBTFUL),
        ((B, B, W), (ALL_SPECKS_MM, SPECKS_MM - 0.1), Status.INCOMPLETE),
        ((W, B, B), (ALL_SPECKS_MM, SPECKS_MM), Status.INCOMPLETE),  # only a name, on a page with dust
    ],
)
def test_specks_in_all_other_cells_of_a_row_that_is_looked_at_are_asked_about(
    what: tuple[str, str, str], specks_mm: tuple[float, ...], status: Status
) -> None:
    lengths = iter(specks_mm)
    cells = [cell(role, held) for role, held in zip(ROLES, what, strict=True)]
    cells = [
        replace(c, ink=replace(c.ink, stroke_mm=next(lengths) if held == B else LONE_SIGNATURE_MM - 1))
        for c, held in zip(cells, what, strict=True)
    ]
    assert judged_cells(cells).status is status


@pytest.mark.parametrize(
    ("role", "stroke_mm", "foreign_mm", "mark", "asked"),
    [
        (Role.ADDRESS, 15.0, 33.0, Mark.WRITING, True),  # the edge of a stamp
        (Role.NAME, 15.0, 33.0, Mark.WRITING, True),
        (Role.SIGNATURE, 15.0, 33.0, Mark.WRITING, False),  # initials beside a neighbour's large signature
        (Role.ADDRESS, 15.0, 14.0, Mark.WRITING, False),
        (Role.ADDRESS, 25.0, 33.0, Mark.WRITING, False),  # enough for an address
        (Role.ADDRESS, 5.0, 33.0, Mark.DITTO, False),
    ],
)
def test_little_text_among_more_of_neighbours_ink_is_asked_about(
    role: Role, stroke_mm: float, foreign_mm: float, mark: Mark, asked: bool
) -> None:
    cells = [
        replace(c, ink=replace(c.ink, mark=mark, stroke_mm=stroke_mm, foreign_stroke_mm=foreign_mm))
        if c.role is role
        else c
        for c in (cell(each, W) for each in ROLES)
    ]
    found = judged_cells(cells)
    assert found.status is (Status.DOUBTFUL if asked else Status.SIGNED)
    assert (Code.FOREIGN_INK in codes(found)) is asked


@pytest.mark.parametrize(
    ("what", "share", "asked"), [(W, 0.9, True), (W, 1.1, False), (D, 0.9, False), (T, 0.9, False)]
)
def test_a_little_ink_alone_in_the_signature_cell_is_looked_at(what: str, share: float, asked: bool) -> None:
    cells = [cell(Role.NAME, B), cell(Role.ADDRESS, B), cell(Role.SIGNATURE, what)]
    signature = replace(cells[-1], ink=replace(cells[-1].ink, stroke_mm=share * LONE_SIGNATURE_MM))
    found = judged_cells([*cells[:-1], signature])
    assert found.status is Status.INCOMPLETE
    assert (Code.UNSURE_INK in codes(found)) is asked


@pytest.mark.parametrize(
    ("what", "foreign_mm", "status"),
    [
        ((W, W, B), FOREIGN_MM, Status.DOUBTFUL),
        ((W, B, W), FOREIGN_MM, Status.DOUBTFUL),
        ((W, W, D), FOREIGN_WITH_DASH_MM, Status.DOUBTFUL),
        ((W, W, B), FOREIGN_MM - 1, Status.INCOMPLETE),
        ((W, W, D), FOREIGN_WITH_DASH_MM - 1, Status.INCOMPLETE),
        ((B, B, B), 2 * FOREIGN_MM, Status.BLANK),
        ((W, W, W), 3 * FOREIGN_MM, Status.SIGNED),
    ],
)
def test_much_foreign_ink_in_the_only_blank_cell_makes_a_row_doubtful(
    what: tuple[str, str, str], foreign_mm: float, status: Status
) -> None:
    cells = [cell(role, held) for role, held in zip(ROLES, what, strict=True)]
    cells = [replace(c, ink=replace(c.ink, foreign_stroke_mm=foreign_mm)) for c in cells]
    judgement = judged_cells(cells)
    assert judgement.status is status
    assert (Code.FOREIGN_INK in {flag.code for flag in judgement.flags}) == (status is Status.DOUBTFUL)


@pytest.mark.parametrize(
    ("what", "status"),
    [
        ((W, W, B), Status.DOUBTFUL),
        ((W, W, D), Status.INCOMPLETE),  # somebody put a dash there
        ((W, B, B), Status.INCOMPLETE),  # it would not count with the neighbour's signature either
        ((B, B, B), Status.BLANK),
        ((W, W, W), Status.SIGNED),
    ],
)
def test_only_a_signature_that_a_relative_may_have_given_is_asked_about(
    what: tuple[str, str, str], status: Status
) -> None:
    found = judged(*what, household=True)
    assert found.status is status
    assert (Code.HOUSEHOLD_SIGNATURE in codes(found)) == (status is Status.DOUBTFUL) == found.review
    assert judged(*what).status is not Status.DOUBTFUL


@given(
    st.tuples(*[st.sampled_from(sorted(INKS))] * 3),
    st.tuples(*[st.floats(0, 2 * WHOLE_SIGNATURE_MM)] * 3),
    st.floats(0, 1),
    st.booleans(),
)
def test_foreign_ink_only_adds_questions(
    what: tuple[str, str, str], foreign_mm: tuple[float, float, float], share: float, joint: bool
) -> None:
    cells = [cell(role, held) for role, held in zip(ROLES, what, strict=True)]
    foreign = [
        replace(c, ink=replace(c.ink, foreign_stroke_mm=mm)) for c, mm in zip(cells, foreign_mm, strict=True)
    ]
    plain = judged_cells(cells, struck_share=share, joint=joint)
    found = judged_cells(foreign, struck_share=share, joint=joint)
    doubted = (plain.status, found.status) == (Status.INCOMPLETE, Status.DOUBTFUL)
    assert found.status is plain.status or doubted
    assert found.review or not plain.review
    assert found == plain or Code.FOREIGN_INK in codes(found)


@pytest.mark.parametrize(("text_mm", "asked"), [(PALE_TEXT_MM, True), (PALE_TEXT_MM - 0.1, False)])
def test_a_dash_beside_a_speck_is_no_pale_signature(text_mm: float, asked: bool) -> None:
    name, address, signature = (cell(role, held) for role, held in zip(ROLES, (W, U, D), strict=True))
    address = replace(address, ink=replace(address.ink, stroke_mm=text_mm))
    found = judged_cells([name, address, signature])
    assert found.status is (Status.DOUBTFUL if asked else Status.INCOMPLETE)


@pytest.mark.parametrize(("specks_mm", "asked"), [(ALL_SPECKS_MM, True), (SPECKS_MM - 0.1, False)])
def test_a_large_signature_beside_specks_of_a_name_and_an_address_is_asked_about(
    specks_mm: float, asked: bool
) -> None:
    name, address, signature = (cell(role, held) for role, held in zip(ROLES, (B, B, W), strict=True))
    specks = [replace(each, ink=replace(each.ink, stroke_mm=specks_mm)) for each in (name, address)]
    large = replace(signature, ink=replace(signature.ink, stroke_mm=2 * LONE_SIGNATURE_MM))
    found = judged_cells([*specks, large])
    assert found.status is (Status.DOUBTFUL if asked else Status.INCOMPLETE)
    assert found.review
