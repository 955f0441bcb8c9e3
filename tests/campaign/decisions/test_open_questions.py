"""The open question of a row, and the order of questions."""

from dataclasses import replace
from itertools import combinations

import pytest

from digitize.campaign.decisions import Field, Kind, question, resolve
from digitize.campaign.decisions.open_questions import NO_COUNT
from digitize.page.judge import REVIEWED_FLAGS
from digitize.records import COUNT_FLAGS, READING_FLAGS, Candidate, FlagCode, Ink, Place, Region, Row, Status
from tests.campaign.decisions.lines import ZURICH, asked, said
from tests.outcomes import row, signature


def closeness(line: Row) -> float:
    found = question(line)
    assert found is not None
    return found.closeness


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (asked(1, FlagCode.TICK_SIGNATURE, status=Status.DOUBTFUL), Kind.COUNT),
        (asked(1, FlagCode.STAMP), Kind.COUNT),
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


COUNT, REGION, NAME, ADDRESS = Kind.COUNT, Kind.REGION, Kind.NAME, Kind.ADDRESS
DOUBTFUL, INCOMPLETE = Status.DOUBTFUL, Status.INCOMPLETE


@pytest.mark.parametrize(
    ("line", "kind", "asks"),
    [
        (asked(1, FlagCode.TICK_SIGNATURE, status=Status.DOUBTFUL), COUNT, {COUNT}),
        (
            asked(1, FlagCode.TICK_SIGNATURE, FlagCode.REGION_WEAK, status=Status.DOUBTFUL),
            REGION,
            {COUNT, REGION},
        ),
        (asked(1, FlagCode.TICK_SIGNATURE, status=Status.DOUBTFUL, place=None), REGION, {COUNT, REGION}),
        (asked(1, FlagCode.UNSURE_INK, FlagCode.WEAK_NAME, status=Status.DOUBTFUL), REGION, {COUNT, NAME}),
        (asked(1, FlagCode.STAMP, FlagCode.WEAK_ADDRESS), REGION, {COUNT, ADDRESS}),
        (
            asked(1, FlagCode.STAMP, FlagCode.MISSING_ADDRESS, status=Status.INCOMPLETE, place=None),
            REGION,
            {COUNT, REGION},
        ),
        (
            asked(1, FlagCode.MISSING_ADDRESS, FlagCode.WEAK_NAME, status=Status.INCOMPLETE, place=None),
            NAME,
            {NAME},
        ),
        (asked(1, FlagCode.REGION_WEAK, FlagCode.WEAK_NAME), REGION, {REGION, NAME}),
        (asked(1, FlagCode.WEAK_ADDRESS, FlagCode.WEAK_NAME), NAME, {NAME, ADDRESS}),
    ],
)
def test_everything_that_is_open_about_a_row_is_asked_in_one_place(
    line: Row, kind: Kind, asks: set[Kind]
) -> None:
    found = question(line)
    assert found is not None
    assert (found.kind, found.asks) == (kind, asks)


DOUBTS = (FlagCode.STAMP, FlagCode.REGION_WEAK, FlagCode.WEAK_NAME, FlagCode.WEAK_ADDRESS)


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("place", [ZURICH, None])
@pytest.mark.parametrize("codes", [codes for most in range(5) for codes in combinations(DOUBTS, most)])
def test_once_everything_asked_is_answered_nothing_is_open(
    codes: tuple[FlagCode, ...], place: Place | None, status: Status
) -> None:
    line = asked(1, *codes, status=status, place=place)
    found = question(line)
    assert found is not None
    answers = {
        COUNT: said(line, Field.STATUS, "signed"),
        REGION: said(line, Field.PLACE, "BE /  / "),
        NAME: said(line, Field.NAME, "Bo"),
        ADDRESS: said(line, Field.ADDRESS, "Weg 2"),
    }
    assert resolve(line, [answers[kind] for kind in found.asks]).question is None


def test_a_row_of_which_it_is_open_whether_it_counts_comes_before_one_with_an_open_canton() -> None:
    both = asked(1, FlagCode.TICK_SIGNATURE, FlagCode.REGION_WEAK, status=Status.DOUBTFUL)
    stamped = asked(1, FlagCode.STAMP, FlagCode.REGION_WEAK)  # it counts as long as nobody says otherwise
    assert closeness(both) < closeness(asked(1, FlagCode.REGION_AMBIGUOUS, place=None)) <= closeness(stamped)


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
