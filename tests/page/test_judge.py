"""The rules of the count as a table: what is in the cells, and what becomes of the row."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitize.geometry import Box
from digitize.ink.strikethrough import STRUCK_SHARE
from digitize.page.judge import (
    FOREIGN_DOUBT_MM,
    STRUCK_UNSURE_SHARE,
    USUAL,
    Judgement,
    Limits,
    judge,
)
from digitize.records import Cell, FlagCode, Ink, InkMeasure, Mark, Place, Reading, Region, Role, Status

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


def judged(named: str, housed: str, signed: str, /, **more: object) -> Judgement:
    """The judgement on a row whose three cells hold this."""
    roles = (Role.NUMBER, Role.NAME, Role.ADDRESS, Role.SIGNATURE)
    return judged_cells(
        [cell(role, what) for role, what in zip(roles, (B, named, housed, signed), strict=True)], **more
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
        # A dash says that there is nothing.
        ((W, D, W), Status.INCOMPLETE, {ADDRESS}),
        ((D, W, W), Status.INCOMPLETE, {NAME}),
        ((W, W, D), Status.INCOMPLETE, {Code.DASH_SIGNATURE}),
        ((W, W, "unsure-dash"), Status.INCOMPLETE, {SIGNATURE}),
        ((W, D, D), Status.INCOMPLETE, {ADDRESS, Code.DASH_SIGNATURE}),
        # A tick in the signature cell is for a person, where the rest is there.
        ((W, W, T), Status.DOUBTFUL, {Code.TICK_SIGNATURE}),
        ((W, B, T), Status.INCOMPLETE, {ADDRESS}),
        ((T, W, W), Status.SIGNED, set()),
        # Unsure ink is doubtful only where it decides the count.
        ((W, W, U), Status.DOUBTFUL, {Code.UNSURE_INK}),
        ((W, U, W), Status.DOUBTFUL, {Code.UNSURE_INK}),
        ((U, W, W), Status.DOUBTFUL, {Code.UNSURE_INK}),
        ((U, U, U), Status.DOUBTFUL, {Code.UNSURE_INK}),
        ((W, U, B), Status.INCOMPLETE, {SIGNATURE}),
        ((U, B, B), Status.BLANK, {Code.UNSURE_INK, ADDRESS, SIGNATURE}),
        ((B, B, U), Status.BLANK, {Code.UNSURE_INK, NAME, ADDRESS}),
    ],
)
def test_status_follows_from_what_is_in_the_cells(
    cells: tuple[str, str, str], status: Status, expected: set[FlagCode]
) -> None:
    judgement = judged(*cells)
    assert judgement.status is status
    assert codes(judgement) >= expected
    assert judgement.review is (status is Status.DOUBTFUL or Code.UNSURE_INK in expected)


def test_struck_rows_never_count() -> None:
    for cells in product((B, W, U), repeat=3):
        judgement = judged(*cells, struck_share=STRUCK_SHARE)
        assert judgement.status in (Status.STRUCK, Status.BLANK), cells
    assert judged(W, W, W, struck_share=STRUCK_SHARE).status is Status.STRUCK
    assert judged(B, B, B, struck_share=1.0).status is Status.BLANK, "a closing stroke through empty rows"


def test_a_line_through_part_of_the_row_is_for_a_person() -> None:
    assert judged(W, W, W, struck_share=STRUCK_UNSURE_SHARE - 0.01).status is Status.SIGNED
    partly = judged(W, W, W, struck_share=STRUCK_UNSURE_SHARE)
    assert partly.status is Status.DOUBTFUL and codes(partly) == {Code.UNSURE_STRUCK}
    assert judged(W, B, W, struck_share=STRUCK_UNSURE_SHARE).status is Status.INCOMPLETE


def test_one_signature_for_two_rows_is_doubtful_in_both() -> None:
    assert judged(W, W, W, joint=True).status is Status.DOUBTFUL
    below = judged(W, W, B, joint=True)
    assert below.status is Status.DOUBTFUL and codes(below) == {Code.JOINT_SIGNATURE}
    assert judged(W, B, B, joint=True).status is Status.INCOMPLETE, "without an address it cannot count"


SURE = Reading("Ada Muster", 0.95, "double 1")
WEAK = Reading("Ada Muster", 0.99 - USUAL.text_risk, "double 1")


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
def test_reading_and_circumstances_flag_but_never_decide(
    more: dict[str, object], code: FlagCode, review: bool
) -> None:
    judgement = judged(W, W, W, **more)
    assert judgement.status is Status.SIGNED
    assert codes(judgement) == {code} and judgement.review is review


def test_sure_readings_need_no_look() -> None:
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
def test_the_coordinator_says_how_much_risk_is_shown(limits: Limits, found: set[FlagCode]) -> None:
    half, likely = Reading("Ada Muster", 0.5, "double 1"), Place("BE", confidence=0.9)
    judgement = judged(W, W, W, name=half, address=half, place=likely, limits=limits)
    assert codes(judgement) == found
    assert judgement.review is bool(found)
    assert judgement.status is Status.SIGNED


def test_nobody_looks_up_readings_of_rows_that_hold_none() -> None:
    for cells, share in (((B, B, B), 0.0), ((W, W, W), 1.0)):
        judgement = judged(*cells, struck_share=share, name=WEAK, place=Place(Region.UNKNOWN))
        assert codes(judgement) <= {Code.STRUCK} and not judgement.review


@pytest.mark.parametrize("roles", [(Role.GIVEN_NAME, Role.FAMILY_NAME), (Role.FAMILY_NAME,)])
@pytest.mark.parametrize("places", [(Role.STREET, Role.POSTCODE, Role.TOWN), (Role.POSTCODE_TOWN,)])
def test_split_columns_need_only_one_of_each(roles: tuple[Role, ...], places: tuple[Role, ...]) -> None:
    def status(named: int, housed: int) -> Status:
        cells = [cell(role, W if i < named else B) for i, role in enumerate(roles)]
        cells += [cell(role, W if i < housed else B) for i, role in enumerate(places)]
        cells.append(cell(Role.SIGNATURE, W))
        return judged_cells(cells).status

    assert status(1, 1) is Status.SIGNED
    assert status(0, len(places)) is status(len(roles), 0) is Status.INCOMPLETE


def test_other_columns_do_not_make_a_row() -> None:
    cells = [cell(role, W) for role in (Role.NUMBER, Role.DATE, Role.EMAIL, Role.OTHER)]
    judgement = judged_cells(cells)
    assert judgement.status is Status.BLANK


@given(
    st.tuples(*[st.sampled_from(sorted(INKS))] * 3),
    st.floats(0, 1),
    st.booleans(),
    st.booleans(),
)
def test_whatever_is_found(cells: tuple[str, str, str], share: float, joint: bool, stamped: bool) -> None:
    judgement = judged(*cells, struck_share=share, joint=joint, stamped=stamped)
    assert len(judgement.flags) == len(codes(judgement)), "no flag twice"
    if judgement.status is Status.SIGNED:
        assert cells[0] in (W, T, "ditto") and cells[1] in (W, T, "ditto") and cells[2] in (W, "ditto")
        assert share < STRUCK_UNSURE_SHARE and not joint
    if judgement.status is Status.DOUBTFUL:
        assert judgement.review and B not in cells[:2] and D not in cells[:2]


@pytest.mark.parametrize(
    ("what", "foreign_mm", "status"),
    [
        ((W, W, B), FOREIGN_DOUBT_MM, Status.DOUBTFUL),
        ((W, B, W), FOREIGN_DOUBT_MM, Status.DOUBTFUL),
        ((W, W, B), FOREIGN_DOUBT_MM - 1, Status.INCOMPLETE),
        ((B, B, B), 3 * FOREIGN_DOUBT_MM, Status.BLANK),
        ((W, W, W), 3 * FOREIGN_DOUBT_MM, Status.SIGNED),
    ],
)
def test_much_foreign_ink_where_a_row_lacks_one_thing_is_for_a_person(
    what: tuple[str, str, str], foreign_mm: float, status: Status
) -> None:
    roles = (Role.NAME, Role.ADDRESS, Role.SIGNATURE)
    cells = [cell(role, held) for role, held in zip(roles, what, strict=True)]
    cells = [replace(c, ink=replace(c.ink, foreign_stroke_mm=foreign_mm)) for c in cells]
    judgement = judged_cells(cells)
    assert judgement.status is status
    assert (Code.FOREIGN_INK in {flag.code for flag in judgement.flags}) == (status is Status.DOUBTFUL)
