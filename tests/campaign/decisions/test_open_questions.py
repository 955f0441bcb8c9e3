"""The open question of a row, and the order of questions."""

from dataclasses import replace

import pytest

from digitize.campaign.decisions import Kind, question
from digitize.campaign.decisions.open_questions import NO_COUNT
from digitize.page.judge import REVIEWED_FLAGS
from digitize.records import COUNT_FLAGS, READING_FLAGS, Candidate, FlagCode, Ink, Place, Region, Row, Status
from tests.campaign.decisions.lines import ZURICH, asked
from tests.outcomes import row, signature


def closeness(line: Row) -> float:
    found = question(line)
    assert found is not None
    return found.closeness


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (asked(1, FlagCode.TICK_SIGNATURE, FlagCode.REGION_WEAK, status=Status.DOUBTFUL), Kind.COUNT),
        (asked(1, FlagCode.STAMP, FlagCode.WEAK_NAME), Kind.COUNT),
        (asked(1, FlagCode.REGION_WEAK, FlagCode.WEAK_NAME, FlagCode.WEAK_ADDRESS), Kind.REGION),
        (asked(1, FlagCode.WEAK_ADDRESS, FlagCode.WEAK_NAME), Kind.NAME),
        (asked(1, FlagCode.WEAK_ADDRESS), Kind.ADDRESS),
        (asked(1), Kind.COUNT),
        (row(1, Status.SIGNED, "Ada"), Kind.REGION),  # it counts, but nobody knows where
    ],
)
def test_the_question_with_the_greatest_effect_on_the_tally_comes_first(line: Row, kind: Kind) -> None:
    found = question(line)
    assert found is not None
    assert found.kind is kind


@pytest.mark.parametrize(
    "line",
    [
        row(1, Status.SIGNED, "Ada", "Weg", ZURICH),
        row(1, Status.BLANK),
        row(1, Status.STRUCK),
        row(1, Status.INCOMPLETE, "Ada"),
    ],
)
def test_a_clear_row_has_no_question(line: Row) -> None:
    assert question(line) is None


def test_every_flag_for_review_has_a_question() -> None:
    assert COUNT_FLAGS | READING_FLAGS == REVIEWED_FLAGS


def test_ink_near_the_limit_comes_before_ink_far_from_it() -> None:
    def unsure(stroke_mm: float) -> Row:  # the limit is 8 mm
        line = asked(1, FlagCode.UNSURE_INK, status=Status.DOUBTFUL)
        return replace(line, cells=(signature(Ink.UNSURE, stroke_mm=stroke_mm),))

    assert closeness(unsure(8.0)) == 0
    assert closeness(unsure(8.0)) < closeness(unsure(7.0)) < closeness(unsure(11.0)) < closeness(unsure(80.0))


def test_places_with_equal_candidates_come_first() -> None:
    def between(best: float, next_best: float) -> Row:
        candidates = (Candidate("ZH", "", "", best), Candidate("BE", "", "", next_best))
        return asked(1, FlagCode.REGION_AMBIGUOUS, place=Place(Region.AMBIGUOUS, candidates=candidates))

    assert closeness(between(0.5, 0.5)) < closeness(between(0.7, 0.3)) < closeness(between(0.95, 0.01))


def test_rows_that_cannot_count_come_last() -> None:
    codes = (FlagCode.MISSING_SIGNATURE, FlagCode.WEAK_NAME)
    assert closeness(asked(1, *codes, status=Status.INCOMPLETE)) >= NO_COUNT
    assert closeness(asked(1, FlagCode.WEAK_NAME)) < NO_COUNT
