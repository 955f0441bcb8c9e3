"""The rules of the count as a table: what the cells hold, and what follows for the row."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitize.ink.strikethrough import STRUCK_SHARE, STRUCK_UNSURE_SHARE
from digitize.records import FlagCode, Role, Status
from tests.page.judging import (
    ADDRESS,
    INKS,
    NAME,
    SIGNATURE,
    B,
    Code,
    D,
    T,
    U,
    W,
    cell,
    codes,
    judged,
    judged_cells,
)


@pytest.mark.parametrize(
    ("cells", "status", "expected"),
    [
        ((B, B, B), Status.BLANK, set()),
        ((W, W, W), Status.SIGNED, set()),
        ((W, "ditto", W), Status.SIGNED, set()),
        # Something is missing.
        ((B, W, W), Status.INCOMPLETE, {NAME}),
        ((W, B, W), Status.INCOMPLETE, {ADDRESS}),
        ((W, W, B), Status.INCOMPLETE, {SIGNATURE}),
        ((W, B, B), Status.INCOMPLETE, {ADDRESS, SIGNATURE}),
        ((B, B, W), Status.INCOMPLETE, {NAME, ADDRESS}),
        ((B, B, D), Status.INCOMPLETE, {NAME, ADDRESS, Code.DASH_SIGNATURE}),
        ((B, D, B), Status.INCOMPLETE, {NAME, ADDRESS, SIGNATURE}),
        ((B, U, W), Status.INCOMPLETE, {NAME, ADDRESS, Code.UNSURE_INK}),
        # A dash stands for nothing.
        ((W, D, W), Status.INCOMPLETE, {ADDRESS}),
        ((D, W, W), Status.INCOMPLETE, {NAME}),
        ((W, W, D), Status.INCOMPLETE, {Code.DASH_SIGNATURE}),
        ((W, W, "unsure-dash"), Status.INCOMPLETE, {SIGNATURE}),
        ((W, D, D), Status.INCOMPLETE, {ADDRESS, Code.DASH_SIGNATURE}),
        # A tick for a signature is doubtful if the rest is there.
        ((W, W, T), Status.DOUBTFUL, {Code.TICK_SIGNATURE}),
        ((W, B, T), Status.INCOMPLETE, {ADDRESS, Code.TICK_SIGNATURE}),
        ((T, W, W), Status.SIGNED, set()),
        # Unsure ink makes a row doubtful only if it decides whether the row counts.
        ((W, W, U), Status.DOUBTFUL, {Code.UNSURE_INK}),
        ((W, U, W), Status.DOUBTFUL, {Code.UNSURE_INK}),
        ((U, W, W), Status.DOUBTFUL, {Code.UNSURE_INK}),
        ((U, U, U), Status.DOUBTFUL, {Code.UNSURE_INK}),
        # Beside weak ink, a dash may be what can be seen of a signature.
        ((U, W, D), Status.DOUBTFUL, {Code.UNSURE_INK}),
        ((W, U, D), Status.DOUBTFUL, {Code.UNSURE_INK}),
        ((B, U, D), Status.INCOMPLETE, {NAME, Code.DASH_SIGNATURE, Code.UNSURE_INK}),
        ((W, U, B), Status.INCOMPLETE, {SIGNATURE}),
        ((U, B, B), Status.BLANK, {Code.UNSURE_INK, ADDRESS, SIGNATURE}),
        ((B, B, U), Status.BLANK, {Code.UNSURE_INK, NAME, ADDRESS}),
    ],
)
def test_the_status_follows_from_the_cells(
    cells: tuple[str, str, str], status: Status, expected: set[FlagCode]
) -> None:
    judgement = judged(*cells)
    assert judgement.status is status
    assert codes(judgement) >= expected
    strange = cells in ((B, B, W), (B, B, D), (B, D, B))  # they may be a stamp, a crease or a ring
    asked = strange or not expected.isdisjoint({Code.UNSURE_INK, Code.TICK_SIGNATURE})
    assert judgement.review is (status is Status.DOUBTFUL or asked)


def test_struck_rows_never_count() -> None:
    for cells in product((B, W, U), repeat=3):
        judgement = judged(*cells, struck_share=STRUCK_SHARE)
        assert judgement.status in (Status.STRUCK, Status.BLANK), cells
    assert judged(W, W, W, struck_share=STRUCK_SHARE).status is Status.STRUCK
    assert judged(B, B, B, struck_share=1.0).status is Status.BLANK, "a stroke that closes the empty rows"


def test_a_line_through_part_of_a_row_makes_it_doubtful() -> None:
    assert judged(W, W, W, struck_share=STRUCK_UNSURE_SHARE - 0.01).status is Status.SIGNED
    partly = judged(W, W, W, struck_share=STRUCK_UNSURE_SHARE)
    assert partly.status is Status.DOUBTFUL and codes(partly) == {Code.UNSURE_STRUCK}
    assert judged(W, B, W, struck_share=STRUCK_UNSURE_SHARE).status is Status.INCOMPLETE


def test_a_joint_signature_makes_a_complete_row_doubtful() -> None:
    assert judged(W, W, W, joint=True).status is Status.DOUBTFUL
    below = judged(W, W, B, joint=True)
    assert below.status is Status.DOUBTFUL and codes(below) == {Code.JOINT_SIGNATURE}
    assert judged(W, B, B, joint=True).status is Status.INCOMPLETE, "without an address it cannot count"


def test_a_joint_signature_is_shown_where_the_address_is_missing() -> None:
    found = judged(W, B, W, joint=True)
    assert found.status is Status.INCOMPLETE and found.review
    assert codes(found) == {ADDRESS, Code.JOINT_SIGNATURE}


@pytest.mark.parametrize("roles", [(Role.GIVEN_NAME, Role.FAMILY_NAME), (Role.FAMILY_NAME,)])
@pytest.mark.parametrize("places", [(Role.STREET, Role.POSTCODE, Role.TOWN), (Role.POSTCODE_TOWN,)])
def test_of_split_columns_one_is_enough(roles: tuple[Role, ...], places: tuple[Role, ...]) -> None:
    def status(names: int, addresses: int) -> Status:
        cells = [cell(role, W if i < names else B) for i, role in enumerate(roles)]
        cells += [cell(role, W if i < addresses else B) for i, role in enumerate(places)]
        cells.append(cell(Role.SIGNATURE, W))
        return judged_cells(cells).status

    assert status(1, 1) is Status.SIGNED
    assert status(0, len(places)) is status(len(roles), 0) is Status.INCOMPLETE


@pytest.mark.parametrize("asked", [Role.NAME, Role.ADDRESS])
def test_what_the_form_does_not_ask_for_is_not_missing(asked: Role) -> None:
    """A form may have no column for the address, or none for the name."""
    assert judged_cells([cell(asked, W), cell(Role.SIGNATURE, W)]).status is Status.SIGNED
    assert judged_cells([cell(asked, W), cell(Role.SIGNATURE, B)]).status is Status.INCOMPLETE
    assert judged_cells([cell(asked, B), cell(Role.SIGNATURE, W)]).status is Status.INCOMPLETE


def test_other_columns_alone_leave_a_row_blank() -> None:
    cells = [cell(role, W) for role in (Role.NUMBER, Role.DATE, Role.EMAIL, Role.OTHER)]
    judgement = judged_cells(cells)
    assert judgement.status is Status.BLANK


@given(
    st.tuples(*[st.sampled_from(sorted(INKS))] * 3),
    st.floats(0, 1),
    st.booleans(),
    st.booleans(),
)
def test_no_flag_comes_twice_and_only_complete_rows_count(
    cells: tuple[str, str, str], share: float, joint: bool, stamped: bool
) -> None:
    judgement = judged(*cells, struck_share=share, joint=joint, stamped=stamped)
    assert len(judgement.flags) == len(codes(judgement)), "no flag twice"
    if judgement.status is Status.SIGNED:
        assert cells[0] in (W, T, "ditto") and cells[1] in (W, T, "ditto") and cells[2] in (W, "ditto")
        assert share < STRUCK_UNSURE_SHARE and not joint
    if judgement.status is Status.DOUBTFUL:
        weak_throughout = {*cells} <= {B, U, "unsure-dash"} and cells[2] != B
        assert judgement.review and (weak_throughout or (B not in cells[:2] and D not in cells[:2]))
