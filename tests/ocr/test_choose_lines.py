"""The most legible way to split a cell wins, unless it leaves a line of an address unread."""

import numpy as np
import pytest

from digitize.ocr.choose_lines import Way, best_way
from digitize.ocr.engines import Line
from digitize.records import Role


def way(*lines: tuple[str, float]) -> Way:
    return [(np.zeros((1, 1), np.uint8), Line(text, confidence)) for text, confidence in lines]


ONE = way(("Hochleimer Strasse 63", 0.89))
STREET = ("Hochheimer Strasse 63", 0.96)


def test_the_most_legible_way_wins() -> None:
    torn = way(("Hodlcincr Stnassc 63", 0.6), ("VV cl m", 0.5))
    assert best_way([ONE, torn], Role.ADDRESS) is ONE
    two = way(STREET, ("Zug", 0.9))
    assert best_way([way(("Hochz 63", 0.7)), two], Role.ADDRESS) is two
    assert best_way([], Role.ADDRESS) == []


def test_a_small_second_line_of_an_address_is_read_however_badly() -> None:
    two = way(STREET, ("Rehrenbigel", 0.5))
    assert best_way([ONE, two], Role.ADDRESS) is two


@pytest.mark.parametrize(
    ("lines", "role"),
    [
        ([STREET, ("Rehrenbigel", 0.5)], Role.NAME),  # a neighbour's letters beside a name
        ([STREET, ("-" * 8, 0.5)], Role.ADDRESS),  # no letters
        ([("Hochheimer Strasse 63", 0.8), ("Rehrenbigel", 0.5)], Role.ADDRESS),  # cut, less clear
        ([("Rehrenbigel", 0.96), ("Hochheimer Strasse 63", 0.5)], Role.ADDRESS),  # not what was read
    ],
)
def test_other_lines_are_not_read_for_their_number(lines: list[tuple[str, float]], role: Role) -> None:
    assert best_way([ONE, way(*lines)], role) is ONE
