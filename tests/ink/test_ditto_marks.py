"""Ditto marks, initials and arrows are recognised by their shape."""

import numpy as np
import pytest
from hypothesis import given

from digitize.ink.ditto_marks import count_ditto_marks
from digitize.ink.initials import are_initials
from digitize.ink.marks import is_arrow
from digitize.records import Role
from samples.synthetic import strokes
from tests.ink.shapes import EXAMPLES, SEEDS, all_labels, drawn, line, shifted


def dittos(count: int, pitch_mm: float = 6.0, tall_mm: float = 2.0) -> list[strokes.Points]:
    """Return pairs of short strokes side by side."""
    pair = [shifted(line(tall_mm)[:, ::-1], x) for x in (-0.6, 0.6)]
    return [shifted(stroke, i * pitch_mm) for i in range(count) for stroke in pair]


def ditto(lines: list[strokes.Points], role: Role, dpi: float = 200.0) -> int:
    found, scale = drawn(lines, dpi=dpi)
    return count_ditto_marks(found, all_labels(found), role, scale)


@pytest.mark.parametrize("dpi", [150.0, 300.0])
def test_ditto_marks_are_counted(dpi: float) -> None:
    assert ditto(dittos(1), Role.ADDRESS, dpi) in (1, 2)  # a pair may run together
    assert ditto(dittos(3), Role.ADDRESS, dpi) in (3, 6)
    assert ditto(dittos(1), Role.TOWN, dpi) in (1, 2)


@given(SEEDS)
@EXAMPLES
def test_handwritten_ditto_marks_are_ditto_marks(seed: int) -> None:
    assert ditto(strokes.ditto(np.random.default_rng(seed)), Role.ADDRESS) in (1, 2)


@pytest.mark.parametrize(
    ("lines", "role"),
    [
        (dittos(1), Role.SIGNATURE),  # nobody signs with ditto marks
        (dittos(3), Role.POSTCODE),  # six short strokes in a narrow cell are digits: 11 11
        (dittos(1, tall_mm=6.0), Role.ADDRESS),  # as tall as letters
        ([line(2.0)[:, ::-1], shifted(line(2.0)[:, ::-1], 5, 3)], Role.ADDRESS),  # not at one height
        ([line(0.7)], Role.ADDRESS),  # a speck
        ([line(9)], Role.ADDRESS),  # a dash
        ([], Role.ADDRESS),
    ],
)
def test_other_small_strokes_are_not_ditto_marks(lines: list[strokes.Points], role: Role) -> None:
    assert ditto(lines, role) == 0


def dot(x_mm: float, y_mm: float = 0.0, size_mm: float = 0.7) -> strokes.Points:
    return np.array([(x_mm, y_mm), (x_mm + size_mm / 2, y_mm)])


def dots(*marks: strokes.Points, width_mm: float = 0.5) -> int:
    """Return how many ditto marks these strokes are in the address column."""
    found, scale = drawn(list(marks), width_mm)
    return count_ditto_marks(found, all_labels(found), Role.ADDRESS, scale)


def test_two_level_dots_close_together_are_ditto_marks_and_others_are_dust() -> None:
    assert dots(dot(0), dot(3, 0.2)) == 2
    assert not dots(dot(0), dot(3, 1.4)), "not at one height"
    assert not dots(dot(0), dot(12)), "too far apart"


def test_a_speck_beside_ditto_marks_does_not_matter() -> None:
    marks = [line(2.0)[:, ::-1], shifted(line(2.0)[:, ::-1], 1.5)]
    assert dots(*marks, dot(11, size_mm=0.4), width_mm=0.4) == 2


def test_a_stray_stroke_far_from_ditto_marks_does_not_matter() -> None:
    """A dot of dust as large as a mark, or a piece of the rule at the side of the cell."""
    pair = [line(2.0)[:, ::-1], shifted(line(2.0)[:, ::-1], 1.3)]
    assert dots(*pair, dot(24, -2.5, 0.9), width_mm=0.6) == 2
    between_dashes = [
        line(1.6),
        *(shifted(dot(0, -1.4, 0.8), x) for x in (2.4, 3.6)),
        shifted(line(1.6), 5.0),
    ]
    assert dots(*between_dashes, dot(-25, 1.2, 1.4), width_mm=0.4) >= 2


def letter_k(x_mm: float, y_mm: float = 0.0, height_mm: float = 2.0) -> list[strokes.Points]:
    half, right = height_mm / 2, x_mm + 0.8 * height_mm
    stem = np.array([(x_mm, y_mm - half), (x_mm, y_mm + half)])
    return [stem, np.array([(right, y_mm - half), (x_mm + 0.1, y_mm), (right, y_mm + half)])]


def initials(lines: list[strokes.Points]) -> bool:
    found, scale = drawn(lines, 0.3)
    return are_initials(found, all_labels(found), scale)


def test_two_letters_side_by_side_are_initials() -> None:
    assert initials([*letter_k(0), *letter_k(4)])


def test_small_initials_of_a_broad_pen_are_initials() -> None:
    lines = [*letter_k(0), *letter_k(4)]
    found, scale = drawn(lines, 0.9, 150.0)
    assert are_initials(found, all_labels(found), scale)


@pytest.mark.parametrize("width_mm", [0.3, 0.75])
def test_plain_strokes_of_any_pen_are_no_initials(width_mm: float) -> None:
    found, scale = drawn([shifted(line(2.0)[:, ::-1], x) for x in (0.0, 3.0)], width_mm, 150.0)
    assert not are_initials(found, all_labels(found), scale)


@pytest.mark.parametrize(
    "lines",
    [
        letter_k(0),  # a single letter may be part of anything
        [shifted(line(2.0)[:, ::-1], x) for x in (0.0, 2.0)],  # ditto marks
        [*letter_k(0, -1, 1.4), *letter_k(4, 1, 1.4)],  # one above the other
        [line(8)],  # a dash
    ],
)
def test_other_small_strokes_are_not_initials(lines: list[strokes.Points]) -> None:
    assert not initials(lines)


def arrow(lines: list[strokes.Points]) -> bool:
    found, scale = drawn(lines)
    return is_arrow(found, all_labels(found), slice(0, 10_000), scale)


def test_a_vertical_line_with_or_without_a_head_is_an_arrow() -> None:
    shaft, head = line(7)[:, ::-1], np.array([(-0.9, 2.2), (0.0, 3.5), (0.9, 2.2)])
    assert arrow([shaft]) and arrow([shaft, head])
    assert arrow([shaft, shifted(line(0.4), 12)]), "dust beside it does not matter"
    found, scale = drawn([shaft])
    assert not is_arrow(found, all_labels(found), slice(0, 10_000), scale, min_mm=8.0)


def test_letters_and_flat_lines_are_not_arrows() -> None:
    assert not arrow([line(3)[:, ::-1]]), "no higher than a letter"
    assert not arrow([line(7)])
    assert not arrow([line(7)[:, ::-1], shifted(line(7)[:, ::-1], 2), line(2.5)]), "too much stroke"
