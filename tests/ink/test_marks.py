"""Dashes, ticks, slashes and crosses are recognised by their shape."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digitize.ink.marks import (
    away_from_borders,
    beside_mark_px,
    classify_mark,
    classify_signature,
    is_dash,
    is_mark,
    straight_line_mm,
)
from digitize.ink.outlines import has_loop
from digitize.ink.strokes import Strokes
from digitize.ink.text_marks import classify_text
from digitize.records import Mark
from samples.synthetic import strokes
from samples.synthetic.hands import random_hand, write
from tests.ink.shapes import (
    AT,
    EXAMPLES,
    PENS_MM,
    SEEDS,
    all_labels,
    clear,
    drawn,
    line,
    shifted,
    strokes_on,
)


def straight(left_mm: float, top_mm: float, length_mm: float, fall_mm: float = 0.0) -> strokes.Points:
    return np.array([(left_mm + length_mm * i / 20, top_mm + fall_mm * i / 20) for i in range(21)])


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([straight(0, 0, 14)], Mark.DASH),
        ([straight(0, 0, 7), straight(9, 0.5, 7)], Mark.DASH),
        ([straight(0, 0, 8, 2.4), straight(9, 2.7, 8, 2.4)], Mark.DASH),  # one slanting line in pieces
        ([straight(0, 0, 14), straight(1, 3.2, 11)], Mark.WRITING),
    ],
)
def test_dashes_in_two_lines_are_writing_that_ran_together(
    lines: list[strokes.Points], expected: Mark
) -> None:
    found, scale = drawn(lines)
    assert classify_text(found, all_labels(found), scale) is expected


def mark(lines: list[strokes.Points], width_mm: float = 0.4, dpi: float = 200.0) -> Mark:
    found, scale = drawn(lines, width_mm, dpi)
    return classify_mark(found, all_labels(found), scale)


@given(SEEDS, PENS_MM, st.sampled_from([150.0, 300.0]))
@EXAMPLES
def test_handwritten_dashes_are_dashes(seed: int, width_mm: float, dpi: float) -> None:
    assert mark(strokes.dash(np.random.default_rng(seed)), width_mm, dpi) is Mark.DASH


@given(st.floats(3, 40), st.floats(-0.3, 0.3))
@example(2.5, 0.0)
@EXAMPLES
def test_any_straight_horizontal_line_is_a_dash(length_mm: float, slope: float) -> None:
    assert mark([line(length_mm, slope)]) is Mark.DASH


@pytest.mark.parametrize("shape", [line(12, 0.8), line(12, 3.0), line(14, bow_mm=2.5)])
def test_steep_or_bent_lines_are_not_dashes(shape: strokes.Points) -> None:
    assert mark([shape]) is Mark.WRITING


@pytest.mark.parametrize("width_mm", [0.9, 1.3, 1.8])
def test_a_dash_of_a_broad_pen_is_a_dash(width_mm: float) -> None:
    assert mark([line(9, 0.06)], width_mm, 300.0) is Mark.DASH


def steep(length_mm: float, wave_mm: float = 0.0) -> strokes.Points:
    down = np.linspace(0, length_mm, 41)
    return np.column_stack([down / 8 + wave_mm * np.sin(down), down])


@pytest.mark.parametrize(
    ("shape", "expected"),
    [(steep(20), Mark.TICK), (steep(8), Mark.WRITING), (steep(20, 2.0), Mark.WRITING)],
    ids=["slash", "small", "wavy"],
)
def test_a_slash_is_no_signature(shape: strokes.Points, expected: Mark) -> None:
    found, scale = drawn([shape])
    assert classify_signature(found, all_labels(found), scale) is expected


def test_two_dashes_are_a_dash_but_a_dash_through_letters_is_not() -> None:
    assert mark([line(6), shifted(line(6), 9, 0.3)]) is Mark.DASH
    letters = [shifted(line(3, 5.0), x) for x in (-4, -1, 2, 5)]
    assert mark([line(12), *letters]) is Mark.WRITING


@given(SEEDS, PENS_MM, st.sampled_from([150.0, 300.0]))
@EXAMPLES
def test_handwritten_ticks_are_ticks(seed: int, width_mm: float, dpi: float) -> None:
    assert mark(strokes.tick(np.random.default_rng(seed)), width_mm, dpi) is Mark.TICK


def scribble(degrees: float, length_mm: float = 9.0, turns: int = 8) -> strokes.Points:
    """Return a zigzag as narrow as a broad pen along a slanting line."""
    along = np.linspace(0, length_mm, 2 * turns + 1)
    across = np.where(np.arange(len(along)) % 2, 0.4, -0.4)
    angle = np.deg2rad(degrees)
    return np.column_stack(
        [along * np.cos(angle) - across * np.sin(angle), -along * np.sin(angle) - across * np.cos(angle)]
    )


@pytest.mark.parametrize("degrees", [35.0, 45.0, 55.0])
@pytest.mark.parametrize("width_mm", [0.4, 0.6])
def test_slanting_scribbles_are_signatures_and_no_ticks(degrees: float, width_mm: float) -> None:
    assert mark([scribble(degrees)], width_mm) is Mark.WRITING
    found, scale = drawn([scribble(degrees)], width_mm)
    assert classify_signature(found, all_labels(found), scale) is Mark.WRITING, "nor crosses"


@given(SEEDS, st.floats(16, 34), st.floats(4, 9))
@EXAMPLES
def test_signatures_are_writing(seed: int, length_mm: float, height_mm: float) -> None:
    lines = strokes.signature(np.random.default_rng(seed), length_mm, height_mm)
    assert mark(lines) is Mark.WRITING


@example(312, "Meier")  # small, their letters run together
@example(1595, "Ivo")
@given(SEEDS, st.sampled_from(["Li", "Ivo", "A.M.", "Meier", "Jean-Luc", "lllll"]))
@EXAMPLES
def test_words_are_writing(seed: int, text: str) -> None:
    rng = np.random.default_rng(seed)
    page = clear(200.0)
    patch = write(text, random_hand(rng), page.mapping.scale, rng, 40.0)
    pixels = page.pixels.copy()
    y, x = 300 + patch.top_px, 500 + patch.left_px
    height, width = patch.cover.shape
    pixels[y : y + height, x : x + width] = 250 - patch.cover // 5 * 4
    found, scale = strokes_on(pixels, 200.0)
    assert classify_mark(found, all_labels(found), scale) is Mark.WRITING
    assert not any(is_dash(found, i, scale) and found.length_px[i] > 8 * scale for i in all_labels(found))


def test_a_straight_line_has_its_length_and_a_bent_one_none() -> None:
    assert straight_line_mm(*straight([line(30, 0.2)])) == pytest.approx(30 * np.hypot(1, 0.2), abs=1)
    assert straight_line_mm(*straight([line(30, bow_mm=5)])) is None
    letters = [shifted(line(3)[:, ::-1], x) for x in np.arange(-12, 13, 3.0)]
    assert straight_line_mm(*straight([line(30), *letters])) is None


def straight(lines: list[strokes.Points]) -> tuple[Strokes, int, float]:
    """Return the strokes found, the label of the longest and the px per mm."""
    found, scale = drawn(lines)
    return found, int(found.length_px.argmax()), scale


def test_ends_of_strokes_at_the_border_of_a_row_are_left_out() -> None:
    found, scale = drawn([shifted(line(1.2)[:, ::-1], 0, -3.4), shifted(line(3)[:, ::-1], 4)], 0.3)
    top, bottom = (AT[1] - 4.25) * scale, (AT[1] + 4.25) * scale
    inner = away_from_borders(found, all_labels(found), top, bottom)
    assert len(all_labels(found)) == 2 and len(inner) == 1
    assert found.boxes[inner[0], 0] > AT[0] * scale + 2 * scale


@pytest.mark.parametrize("dpi", [150.0, 300.0])
def test_a_cross_in_a_signature_cell_is_a_mark_even_with_a_speck_beside_it(dpi: float) -> None:
    cross, speck = [line(5.0, 1.1), line(5.0, -1.0)], shifted(line(0.8), 9.0)
    for lines, expected in (
        (cross, Mark.TICK),
        ([*cross, speck], Mark.TICK),
        ([*cross, shifted(line(4.0, 1.0), 9.0)], Mark.WRITING),
    ):
        found, scale = drawn(lines, dpi=dpi)
        assert classify_signature(found, all_labels(found), scale) is expected
        assert classify_mark(found, all_labels(found), scale) is Mark.WRITING


def test_a_letter_in_the_shape_of_a_cross_has_a_loop() -> None:
    lines = [line(6.0, 1.1), line(6.0, -1.0)]
    loop = np.array([(-1.5, -1.6), (1.5, -1.6)])
    found, scale = drawn([*lines, loop])
    assert not is_mark(found, int(all_labels(found)[0]), scale)


def test_a_streak_across_a_lone_cross_leaves_it_a_mark() -> None:
    cross, streak = [line(7.0, 1.0), line(7.0, -1.0)], line(0.1, 46.0)
    found, scale = drawn([*cross, shifted(streak, 2.4)])
    assert has_loop(found.points(int(all_labels(found)[0])), scale)
    assert len(all_labels(found)) == 1
    assert classify_signature(found, all_labels(found), scale) is Mark.TICK


def test_a_tick_in_pieces_is_a_tick_and_separate_strokes_are_none() -> None:
    arms = [np.array([(-2.0, -1.0), (-0.5, 2.0)]), np.array([(-0.2, 1.7), (1.6, -0.5)])]
    rest = np.array([(2.3, -1.3), (4.0, -3.4)])
    found, scale = drawn([*arms, rest], width_mm=0.35)
    assert len(all_labels(found)) >= 2
    assert classify_signature(found, all_labels(found), scale) is Mark.TICK
    apart, scale = drawn([*arms, shifted(rest, 3.0)], width_mm=0.35)
    assert classify_signature(apart, all_labels(apart), scale) is Mark.WRITING


def test_what_lies_beside_a_dash_is_measured() -> None:
    lines = [line(6.0), shifted(line(3.0, 1.0), 9.0), shifted(line(3.0, 2.0), 14.0)]
    found, scale = drawn(lines)
    ids = all_labels(found)
    beside_px = beside_mark_px(found, ids, found.length_px[ids], scale)
    assert beside_px is not None
    assert beside_px / scale == pytest.approx(11.0, rel=0.25)
    owned_px = np.where([is_dash(found, i, scale) for i in ids], found.length_px[ids], 0.0)
    assert beside_mark_px(found, ids, owned_px, scale) == 0.0, "the others belong to neighbours"
    found, scale = drawn(lines[1:])
    ids = all_labels(found)
    assert beside_mark_px(found, ids, found.length_px[ids], scale) is None
