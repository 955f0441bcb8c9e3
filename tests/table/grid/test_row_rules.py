"""Joining pieces of rules, chaining rules with an even pitch, and ending the chain."""

import pytest

from digitize.geometry import Rule
from digitize.table.grid.row_rules import interpolate, join_collinear, row_chain, trim_weak_ends


def rule(y: float, left: float = 50.0, right: float = 220.0, seen: float = 1.0) -> Rule:
    return Rule(left, right, (y,), seen)


ROWS = [rule(10.0 * i) for i in range(8)]
LOST = rule(80.0, seen=0.0)


@pytest.mark.parametrize(
    ("behind", "kept"),
    [
        ([], 8),
        ([rule(80.0, seen=0.5)], 8),  # a line of text
        ([LOST, rule(90.0, 45.0, 236.0, 0.9)], 8),  # a fold or a wide box behind an inferred rule
        ([LOST, rule(90.0)], 10),  # a rule of the table behind an inferred one
        ([rule(80.0, 45.0, 236.0)], 9),  # a longer rule that follows at the pitch
    ],
)
def test_chain_ends_with_a_rule_of_the_table(behind: list[Rule], kept: int) -> None:
    assert len(trim_weak_ends([*ROWS, *behind])) == kept
    upside_down = [
        rule(-one.at(one.start_px), one.start_px, one.end_px, one.coverage_share) for one in behind
    ]
    assert len(trim_weak_ends([*reversed(upside_down), *ROWS])) == kept


PX_PER_MM = 1.0


def test_collinear_pieces_are_joined_with_their_joint_coverage() -> None:
    (joined,) = join_collinear([rule(10.0, 50.0, 120.0), rule(10.5, 130.0, 220.0)], PX_PER_MM)
    assert (joined.start_px, joined.end_px) == (50.0, 220.0)
    assert joined.coverage_share == pytest.approx(160 / 170)
    assert joined.at(50.0) == pytest.approx(10.0, abs=0.3)
    assert joined.at(220.0) == pytest.approx(10.5, abs=0.3)


def test_pieces_at_different_heights_stay_separate() -> None:
    pieces = [rule(10.0, 50.0, 120.0), rule(13.0, 130.0, 220.0)]
    assert len(join_collinear(pieces, PX_PER_MM)) == 2


def test_chain_skips_a_line_off_the_pitch() -> None:
    stroke = rule(34.0)
    chain = row_chain([*ROWS, stroke], PX_PER_MM)
    assert [row.at(100.0) for row in chain] == pytest.approx([10.0 * i for i in range(8)])


def test_missing_rules_are_interpolated_and_have_no_coverage() -> None:
    chain = row_chain([*ROWS[:3], *ROWS[5:]], PX_PER_MM)
    assert [row.at(100.0) for row in chain] == pytest.approx([10.0 * i for i in range(8)])
    assert [row.coverage_share for row in chain] == [1.0] * 3 + [0.0] * 2 + [1.0] * 3


def test_interpolated_rule_lies_at_its_share_of_the_way() -> None:
    between = interpolate(rule(10.0, 50.0, 220.0), rule(20.0, 60.0, 240.0), 0.25)
    assert (between.start_px, between.end_px) == pytest.approx((52.5, 225.0))
    assert between.at(130.0) == pytest.approx(12.5)
