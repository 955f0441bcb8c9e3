"""The frame of a stamp is found although it was printed with gaps; other straight strokes are no frame."""

from itertools import pairwise

import numpy as np
import pytest

from digitize.ink.broken_frames import find_broken_frames
from digitize.ink.strokes import Strokes
from tests.ink.drawn_strokes import PX_PER_MM, Line, draw_mask, labels_on, strokes_of

SIZE_MM = (130.0, 100.0)
CENTRE = np.array([65.0, 50.0])  # mm


def broken(width_mm: float, height_mm: float, turn_deg: float, gaps: int = 3) -> list[Line]:
    """Return the pieces of a rectangle with this number of gaps in each side."""
    turn, (w, h) = np.deg2rad(turn_deg), (width_mm / 2, height_mm / 2)
    axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    corners = np.array([(-w, -h), (w, -h), (w, h), (-w, h), (-w, -h)])
    lines: list[Line] = []
    for start, end in pairwise(corners):
        for k in range(gaps):
            piece = np.array([start + (end - start) * share for share in (k / gaps, (k + 0.75) / gaps)])
            lines.append([(x, y) for x, y in (piece @ axes + CENTRE).tolist()])
    return lines


def word(x_mm: float, y_mm: float) -> list[Line]:
    return [[(x + 2, y_mm + 3), (x, y_mm), (x, y_mm + 3), (x + 2, y_mm)] for x in (x_mm, x_mm + 4, x_mm + 8)]


def find(*lines: Line, sure: bool = True) -> tuple[Strokes, np.ndarray, np.ndarray]:
    """Return the strokes and which of them are pieces of a frame and lie inside one.

    Frames are left out that are less sure.
    """
    strokes = strokes_of(draw_mask(*lines, size_mm=SIZE_MM))
    frame, inside = np.zeros((2, len(strokes.area_px)), dtype=np.bool_)
    for found in find_broken_frames(strokes, PX_PER_MM):
        if found.sure or not sure:
            frame |= found.pieces
            inside |= found.inside
    return strokes, frame, inside


def labels(strokes: Strokes, lines: list[Line]) -> list[int]:
    return labels_on(strokes, draw_mask(*lines, size_mm=SIZE_MM))


@pytest.mark.parametrize("turn_deg", [0.0, 9.0, -20.0])
@pytest.mark.parametrize(("width_mm", "height_mm", "gaps"), [(50.0, 17.0, 3), (30.0, 12.0, 2)])
def test_a_broken_frame_is_found_and_the_words_inside_it(
    turn_deg: float, width_mm: float, height_mm: float, gaps: int
) -> None:
    pieces, within, outside = broken(width_mm, height_mm, turn_deg, gaps), word(59.0, 48.0), word(112.0, 80.0)
    strokes, frame, inside = find(*pieces, *within, *outside)
    assert frame[labels(strokes, pieces)].mean() > 0.9
    assert inside[labels(strokes, within)].all() and not frame[labels(strokes, within)].any()
    assert not (frame | inside)[labels(strokes, outside)].any()


def test_a_side_that_a_signature_runs_across_belongs_to_the_frame() -> None:
    pieces, within = broken(50.0, 17.0, 9.0, 2), word(59.0, 48.0)
    right = [line for line in pieces if min(x for x, _ in line) > 85]
    signature: Line = [(70.0 + 2 * k, 57.0 + 3.5 * (-1) ** k) for k in range(16)]
    sides = [line for line in pieces if line not in right]
    strokes, frame, inside = find(*sides, *right, *within, signature)
    (joined,) = set(labels(strokes, [signature]))
    assert joined in labels(strokes, right), "the signature crosses the right side"
    assert frame[labels(strokes, sides)].mean() > 0.6
    assert inside[labels(strokes, within)].all()
    assert not frame[joined], "the signature itself stays"


@pytest.mark.parametrize("turn_deg", [0.0, 9.0, -16.0])
def test_a_frame_of_which_half_is_lost_is_a_likely_one(turn_deg: float) -> None:
    pieces, within, outside = broken(44.0, 20.0, turn_deg, 2), word(59.0, 48.0), word(112.0, 80.0)
    kept = [pieces[0], pieces[2], *pieces[4:]]
    strokes, frame, inside = find(*kept, *within, *outside)
    assert not (frame | inside).any()
    strokes, frame, inside = find(*kept, *within, *outside, sure=False)
    assert frame[labels(strokes, kept)].mean() > 0.7
    assert inside[labels(strokes, within)].all()
    assert not (frame | inside)[labels(strokes, outside)].any()


@pytest.mark.parametrize(
    "lines",
    [
        broken(50, 17, 5)[:6],  # two sides
        [[(20.0, 20.0 + 8.5 * k), (110.0, 20.0 + 8.5 * k)] for k in range(5)],  # rows that are struck out
        [line for k in range(5) for line in word(20.0 + 15 * k, 40.0) + word(20.0 + 15 * k, 52.0)],
        [[(20.0, 20.0), (110.0, 20.0), (20.0, 70.0), (110.0, 70.0)]],  # a closing Z
    ],
    ids=["two sides", "strikes", "writing", "Z"],
)
def test_other_strokes_are_no_frame(lines: list[Line]) -> None:
    _, frame, _ = find(*lines, sure=False)
    assert not frame.any()
