"""Two signatures are told from one across the border of their rows by where their ink lies."""

import numpy as np
import pytest

from digitize.ink import shared_signatures
from digitize.ink.assign_strokes import Ownership
from digitize.ink.shared_signatures import SETTINGS, joint_with
from digitize.ink.signature_bodies import (
    has_body_each,
    hold_two_lines,
    is_cut_body,
    is_one_body,
    part_by_height,
)
from tests.ink.inks import SIGNATURE, draw_lines, empty_strip, ownership_of, row_y
from tests.ink.test_shared_signatures import LIMIT_MM, joint, name, signature

ROW = 2  # the upper of the two rows


def body(row: float, height_mm: float = 5.0, x_mm: float = 142.0, width_mm: float = 28.0) -> np.ndarray:
    """Return a wave around the middle of a row, for `ROW + 0.5` around the border."""
    x = np.linspace(x_mm, x_mm + width_mm, 200)
    return np.column_stack([x, row_y(row) + height_mm / 2 * np.sin(2.2 * x)])


def owned(*lines: np.ndarray) -> Ownership:
    page = empty_strip()
    return ownership_of(page, draw_lines(page, *lines))


@pytest.mark.parametrize(
    "lines",
    [
        [body(2), body(3)],
        [body(2, 11.0), body(3)],  # the upper one reaches far into the row below
        [body(2, 8.6), body(3, 8.6)],  # they touch
        [body(2.1, 4.0, 142, 12), body(3, 3.0, 150, 8)],  # a small one beside the foot of a large one
    ],
    ids=["apart", "large", "touching", "initials"],
)
def test_rows_with_ink_of_their_own_have_a_body_each(lines: list[np.ndarray]) -> None:
    assert has_body_each(owned(*lines), ROW, SIGNATURE)
    assert not is_one_body(owned(*lines), ROW, SIGNATURE, 1.0)
    assert not is_cut_body(owned(*lines), ROW, SIGNATURE)


def test_a_signature_cut_at_the_border_is_one_body_whatever_lies_below() -> None:
    """Each row holds a piece that ends at the border; a stroke of the lower one runs on below."""
    y, wave = row_y(ROW + 0.5), body(ROW + 0.5, 8.0, 142.0, 26.0)
    above, below = wave[wave[:, 0] < 155.0], wave[wave[:, 0] >= 155.0]
    above[:, 1] = np.minimum(above[:, 1], y - 0.2)
    below[:, 1] = np.maximum(below[:, 1], y + 0.2)
    zigzag = np.array([(162.0 + i % 3, y + 0.2 + 1.9 * i) for i in range(8)])
    assert is_cut_body(owned(above, below, zigzag), ROW, SIGNATURE)
    assert not is_one_body(owned(above, below, zigzag), ROW, SIGNATURE, 0.2), "no stroke lies on both sides"
    assert not is_cut_body(owned(above, below + np.array([0.0, 1.5]), zigzag), ROW, SIGNATURE)


def test_one_signature_across_the_border_is_one_body() -> None:
    ownership = owned(body(2.5, 8.0))
    assert is_one_body(ownership, ROW, SIGNATURE, 1.0)
    assert not has_body_each(ownership, ROW, SIGNATURE)
    assert not is_one_body(ownership, ROW, SIGNATURE, 0.2), "strokes side by side, none across"


def test_a_body_away_from_the_border_is_not_across_it() -> None:
    assert not is_one_body(owned(body(2.1)), ROW, SIGNATURE, 1.0)


@pytest.mark.parametrize("slope_mm", [0.0, 1.0])
def test_an_underline_in_the_row_below_is_no_body(slope_mm: float) -> None:
    underline = np.array([(142.0, row_y(3) - 0.5), (172.0, row_y(3) - 0.5 + slope_mm)])
    assert not has_body_each(owned(body(2.2, 9.0), underline), ROW, SIGNATURE)


def test_parts_have_their_centres_in_their_rows_and_little_ink_between() -> None:
    parts = part_by_height(owned(body(2), body(3)), ROW, SIGNATURE)
    assert parts is not None
    assert (parts.upper_centre, parts.lower_centre) == pytest.approx((-0.5, 0.5), abs=0.08)
    assert parts.valley_share < 0.1 and abs(parts.centre) < 0.1
    assert part_by_height(owned(), ROW, SIGNATURE) is None


def test_touching_signatures_are_not_shared() -> None:
    assert joint(signature(2, 9.5), signature(3, 9.5)) == [None, None]


def test_a_small_signature_beside_the_foot_of_a_large_one_is_its_own() -> None:
    """It has no more ink than the end of a stroke, but none of it belongs to the large one."""
    small, large = body(3, 2.6, 171.5, 4.6), body(2.2, 10.5, 142, 27)
    assert owned(small).owned_mm(3, SIGNATURE) < SETTINGS.weak_mm
    assert joint(large, small) == [None, None]
    assert joint(large) == [None, 2], "without it, they may share the large one"


def test_a_tick_below_a_signature_is_not_a_share_of_it() -> None:
    tick = np.array([(150.0, row_y(3)), (151.0, row_y(3) + 1.6), (154.0, row_y(3) - 1.6)])
    page = empty_strip()
    lines = [*name(2), *name(3), body(2.25, 9.0), tick]
    ownership = ownership_of(page, draw_lines(page, *lines))
    assert joint_with(ownership, [False] * 8, 3, LIMIT_MM) is None


def script(row: float, height_mm: float) -> list[np.ndarray]:
    """Return a line of writing: a wave with a line through it."""
    wave = body(row, height_mm)
    return [wave, np.array([(wave[0, 0], row_y(row) - 0.6), (wave[-1, 0], row_y(row) + 0.6)])]


@pytest.mark.parametrize(
    ("lines", "two"),
    [
        ([*script(2.05, 5.0), *script(2.95, 5.0)], True),
        (script(2.5, 5.0), False),
        (script(2.5, 11.0), False),
        ([*script(2.4, 5.0), *script(2.6, 5.0)], False),  # a thicket of strokes, no higher than one line
        ([body(2.0, 5.0, 142.0, 14.0), body(3.0, 5.0, 156.0, 14.0)], False),  # one beside the other
    ],
    ids=["two", "one", "one large", "close", "beside"],
)
def test_two_lines_of_writing_are_told_by_their_crossings_and_height(
    lines: list[np.ndarray], two: bool
) -> None:
    assert hold_two_lines(owned(*lines), ROW, SIGNATURE) is two


def test_two_lines_of_writing_are_not_shared_however_much_runs_across_the_border(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = (2.0, 2.2, 2.4, 2.6, 2.8, 3.0)
    bent = np.array([(142.0, -0.6), (156.0, 0.6), (170.0, -0.6)])
    strokes = [bent + np.array([0.0, row_y(row)]) for row in rows]
    lines = [body(2.5, 8.0), *strokes]
    assert hold_two_lines(owned(*lines), ROW, SIGNATURE)
    assert joint(*lines)[0] is None
    monkeypatch.setattr(shared_signatures, "hold_two_lines", lambda *_: False)
    assert joint(*lines)[0] == 3, "it is this that tells them"
