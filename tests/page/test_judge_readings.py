"""What was read of a row adds flags, and leaves whether it counts."""

import pytest

from digitize.page.judge import USUAL, Judgement, Limits
from digitize.records import FlagCode, Place, Reading, Region, Status
from tests.page.judging import B, Code, W, codes, judged

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
