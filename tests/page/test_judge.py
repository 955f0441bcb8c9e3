"""The rules of the count as a table: what the cells hold, and what follows for the row."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitize.geometry import Box
from digitize.ink.ink_state import SETTINGS
from digitize.ink.strikethrough import STRUCK_SHARE
from digitize.page.judge import (
    LONE_SIGNATURE_MM,
    STRUCK_UNSURE_SHARE,
    USUAL,
    WEAK_SIGNATURE_MM,
    WHOLE_SIGNATURE_MM,
    Judgement,
    Limits,
    judge,
)
from digitize.records import Cell, FlagCode, Ink, InkMeasure, Mark, Place, Reading, Region, Role, Status

FOREIGN_MM = SETTINGS.foreign_mm
B, W, U, D, T = "blank", "written", "unsure", "dash", "tick"  # what a cell holds
INKS = {
    B: (Ink.BLANK, Mark.NONE),
    W: (Ink.INKED, Mark.WRITING),
    U: (Ink.UNSURE, Mark.WRITING),
    D: (Ink.INKED, Mark.DASH),
    T: (Ink.INKED, Mark.TICK),
    "ditto": (Ink.INKED, Mark.DITTO),
    "unsure-dash": (Ink.UNSURE, Mark.DASH),
}
Code = FlagCode
NAME, ADDRESS, SIGNATURE = Code.MISSING_NAME, Code.MISSING_ADDRESS, Code.MISSING_SIGNATURE


def cell(role: Role, what: str) -> Cell:
    state, mark = INKS[what]
    return Cell(role, Box(0, 0, 10, 10), InkMeasure(state, mark, 20.0, 0.0, 3.0))


def judged_cells(cells: list[Cell], **more: object) -> Judgement:
    nothing: dict[str, object] = {
        "struck_share": 0.0,
        "joint": False,
        "stamped": False,
        "ditto": False,
        "number_inferred": False,
        "name": None,
        "address": None,
        "place": None,
    }
    return judge(cells, **(nothing | more))  # type: ignore[arg-type]


def judged(name: str, address: str, signature: str, /, **more: object) -> Judgement:
    """Judge a row whose three cells hold this."""
    roles = (Role.NUMBER, Role.NAME, Role.ADDRESS, Role.SIGNATURE)
    return judged_cells(
        [cell(role, what) for role, what in zip(roles, (B, name, address, signature), strict=True)], **more
    )


def codes(judgement: Judgement) -> set[FlagCode]:
    return {flag.code for flag in judgement.flags}


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
    asked = not expected.isdisjoint({Code.UNSURE_INK, Code.TICK_SIGNATURE})
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


SURE = Reading("Ada Muster", 0.95, "double 1")
WEAK = Reading("Ada Muster", 0.99 - USUAL.text_risk, "double 1")


def test_a_joint_signature_is_shown_where_the_address_is_missing() -> None:
    found = judged(W, B, W, joint=True)
    assert found.status is Status.INCOMPLETE and found.review
    assert codes(found) == {ADDRESS, Code.JOINT_SIGNATURE}


@pytest.mark.parametrize(
    ("more", "code", "review"),
    [
        ({"name": WEAK}, Code.WEAK_NAME, True),
        ({"address": WEAK}, Code.WEAK_ADDRESS, True),
        ({"place": Place(Region.AMBIGUOUS)}, Code.REGION_AMBIGUOUS, True),
        ({"place": Place(Region.UNKNOWN)}, Code.REGION_UNKNOWN, True),
        ({"place": Place("BE", confidence=0.99 - USUAL.canton_risk)}, Code.REGION_WEAK, True),
        ({"place": Place(Region.ABROAD, confidence=1.0)}, Code.ABROAD, False),
        ({"ditto": True}, Code.DITTO, False),
        ({"stamped": True}, Code.STAMP, True),
        ({"number_inferred": True}, Code.NUMBER_INFERRED, False),
    ],
)
def test_readings_and_circumstances_add_flags_and_leave_the_status(
    more: dict[str, object], code: FlagCode, review: bool
) -> None:
    judgement = judged(W, W, W, **more)
    assert judgement.status is Status.SIGNED
    assert codes(judgement) == {code} and judgement.review is review


def test_certain_readings_need_no_review() -> None:
    judgement = judged(W, W, W, name=SURE, address=SURE, place=Place("BE", confidence=1 - USUAL.canton_risk))
    assert judgement == Judgement(Status.SIGNED, (), False)


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        (Limits(canton_risk=0.2, text_risk=0.9), set()),
        (Limits(canton_risk=0.05, text_risk=0.9), {Code.REGION_WEAK}),
        (Limits(canton_risk=0.2, text_risk=0.4), {Code.WEAK_NAME, Code.WEAK_ADDRESS}),
    ],
)
def test_limits_set_which_risks_are_reviewed(limits: Limits, found: set[FlagCode]) -> None:
    half, likely = Reading("Ada Muster", 0.5, "double 1"), Place("BE", confidence=0.9)
    judgement = judged(W, W, W, name=half, address=half, place=likely, limits=limits)
    assert codes(judgement) == found
    assert judgement.review is bool(found)
    assert judgement.status is Status.SIGNED


def test_readings_of_blank_and_struck_rows_are_not_reviewed() -> None:
    for cells, share in (((B, B, B), 0.0), ((W, W, W), 1.0)):
        judgement = judged(*cells, struck_share=share, name=WEAK, place=Place(Region.UNKNOWN))
        assert codes(judgement) <= {Code.STRUCK} and not judgement.review


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
    ("what", "status"),
    [((B, U, U), Status.DOUBTFUL), ((B, B, U), Status.BLANK), ((U, U, B), Status.BLANK)],
)
def test_weak_ink_in_a_row_that_may_be_signed_is_asked_about(
    what: tuple[str, str, str], status: Status
) -> None:
    assert judged(*what).status is status
    roles = (Role.NAME, Role.ADDRESS, Role.SIGNATURE)
    specks = [cell(role, held) for role, held in zip(roles, what, strict=True)]
    specks = [replace(c, ink=replace(c.ink, stroke_mm=WEAK_SIGNATURE_MM - 1)) for c in specks]
    assert judged_cells(specks).status is Status.BLANK


@pytest.mark.parametrize(
    ("what", "share", "asked"), [(W, 0.9, True), (W, 1.1, False), (D, 0.9, False), (T, 0.9, False)]
)
def test_a_little_ink_alone_in_the_signature_cell_is_looked_at(what: str, share: float, asked: bool) -> None:
    cells = [cell(Role.NAME, B), cell(Role.ADDRESS, B), cell(Role.SIGNATURE, what)]
    little = [replace(c, ink=replace(c.ink, stroke_mm=share * LONE_SIGNATURE_MM)) for c in cells]
    found = judged_cells(little)
    assert found.status is Status.INCOMPLETE
    assert (Code.UNSURE_INK in codes(found)) is asked


@pytest.mark.parametrize(
    ("what", "foreign_mm", "status"),
    [
        ((W, W, B), FOREIGN_MM, Status.DOUBTFUL),
        ((W, B, W), FOREIGN_MM, Status.DOUBTFUL),
        ((W, W, D), FOREIGN_MM, Status.DOUBTFUL),
        ((W, W, B), FOREIGN_MM - 1, Status.INCOMPLETE),
        ((W, W, D), FOREIGN_MM - 1, Status.INCOMPLETE),
        ((B, B, B), 2 * FOREIGN_MM, Status.BLANK),
        ((W, W, W), 3 * FOREIGN_MM, Status.SIGNED),
    ],
)
def test_much_foreign_ink_in_the_only_blank_cell_makes_a_row_doubtful(
    what: tuple[str, str, str], foreign_mm: float, status: Status
) -> None:
    roles = (Role.NAME, Role.ADDRESS, Role.SIGNATURE)
    cells = [cell(role, held) for role, held in zip(roles, what, strict=True)]
    cells = [replace(c, ink=replace(c.ink, foreign_stroke_mm=foreign_mm)) for c in cells]
    judgement = judged_cells(cells)
    assert judgement.status is status
    assert (Code.FOREIGN_INK in {flag.code for flag in judgement.flags}) == (status is Status.DOUBTFUL)
