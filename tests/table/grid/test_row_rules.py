"""Which rules of a chain end a table without uprights."""

import pytest

from digitize.geometry import Rule
from digitize.table.grid.row_rules import well_seen


def rule(y: float, left: float = 50.0, right: float = 220.0, seen: float = 1.0) -> Rule:
    return Rule(left, right, (y,), seen)


ROWS = [rule(10.0 * i) for i in range(8)]
LOST = rule(80.0, seen=0.0)


@pytest.mark.parametrize(
    ("behind", "kept"),
    [
        ([], 8),
        ([rule(80.0, seen=0.5)], 8),  # a line of text
        ([LOST, rule(90.0, 45.0, 236.0, 0.9)], 8),  # a fold, or a wide box, behind what must be supposed
        ([LOST, rule(90.0)], 10),  # a rule of the table behind a lost one
        ([rule(80.0, 45.0, 236.0)], 9),  # a longer rule that follows at the pitch
    ],
)
def test_a_chain_ends_with_a_rule_of_its_own(behind: list[Rule], kept: int) -> None:
    assert len(well_seen([*ROWS, *behind])) == kept
    upside_down = [
        rule(-one.at(one.start_px), one.start_px, one.end_px, one.coverage_share) for one in behind
    ]
    assert len(well_seen([*reversed(upside_down), *ROWS])) == kept
