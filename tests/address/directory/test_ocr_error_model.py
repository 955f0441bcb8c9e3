"""Evidence of readings for what was written."""

import math

import pytest

from digitize.address.directory.ocr_error_model import (
    digit_evidence,
    max_edits,
    name_evidence,
    number_evidence,
)


def test_evidence_of_a_digit_falls_with_its_unlikeness() -> None:
    right, similar, other = (digit_evidence(read, "7") for read in "718")
    assert right > 0 > similar > other
    assert digit_evidence("T", "7") > 0 > digit_evidence("O", "7")


def test_similar_digits_are_symmetric() -> None:
    assert digit_evidence("1", "7") == digit_evidence("7", "1")


def test_evidence_of_a_number_is_the_sum_over_its_digits() -> None:
    assert number_evidence("6460", "6460") == pytest.approx(4 * digit_evidence("0", "0"))
    assert number_evidence("6160", "6460") == pytest.approx(
        3 * digit_evidence("0", "0") + digit_evidence("1", "4")
    )


def test_one_lost_or_added_digit_is_possible_and_two_are_not() -> None:
    assert number_evidence("460", "6460") > -math.inf
    assert number_evidence("64600", "6460") == pytest.approx(number_evidence("6460", "6460") + math.log(0.01))
    assert number_evidence("60", "6460") == -math.inf


def test_evidence_of_a_name_falls_with_every_edit() -> None:
    evidence = [name_evidence(read, "altdorf") for read in ("altdorf", "altdort", "aldort", "xxx")]
    assert evidence == sorted(evidence, reverse=True)
    assert evidence[0] > 0 > evidence[-1]
    assert name_evidence("altdort", "altdorf", 1) == name_evidence("altdort", "altdorf")


@pytest.mark.parametrize(("length", "edits"), [(1, 1), (3, 1), (6, 2), (7, 3), (12, 5), (40, 5)])
def test_longer_names_may_have_more_errors(length: int, edits: int) -> None:
    assert max_edits(length) == edits
