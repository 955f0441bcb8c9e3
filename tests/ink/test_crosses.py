"""A cross is told from letters and signatures by its two straight lines."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitize.ink.crosses import is_cross

PX_MM = 0.1  # between the points of a line
EXAMPLES = settings(max_examples=40, deadline=None)


def line(start: tuple[float, float], end: tuple[float, float], bow_mm: float = 0.0) -> np.ndarray:
    way = np.subtract(end, start)
    length = float(np.hypot(*way))
    t = np.linspace(0, 1, max(2, round(length / PX_MM)))[:, None]
    across = np.array([-way[1], way[0]]) / length
    return np.asarray(np.array(start) + t * way + 4 * bow_mm * t * (1 - t) * across)


def cross(*lines: np.ndarray) -> bool:
    return is_cross(np.vstack(lines), sum(len(points) for points in lines) * PX_MM)


def turned(points: np.ndarray, degrees: float) -> np.ndarray:
    a = np.deg2rad(degrees)
    return np.asarray(points @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]]))


@given(st.floats(3, 8), st.floats(0.6, 1.6), st.floats(-20, 20), st.floats(-0.3, 0.3))
@EXAMPLES
def test_two_lines_that_cross_near_their_middles_are_a_cross(
    width: float, aspect: float, degrees: float, bow: float
) -> None:
    height = aspect * width
    falling, rising = line((0, 0), (width, height), bow), line((0, height), (width, 0), bow)
    assert cross(turned(falling, degrees), turned(rising, degrees))


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("T", [((0, 0), (6, 0)), ((3, 0), (3, 7))]),
        ("L", [((0, 0), (0, 7)), ((0, 7), (5, 7))]),
        ("V", [((0, 0), (3, 7)), ((3, 7), (6, 0))]),
        ("Y", [((0, 0), (3, 3)), ((6, 0), (1, 8))]),
        ("A", [((0, 7), (3, 0)), ((3, 0), (6, 7)), ((1.5, 4), (4.5, 4))]),
        ("N", [((0, 7), (0, 0)), ((0, 0), (5, 7)), ((5, 7), (5, 0))]),
        ("narrow", [((0, 0), (12, 1)), ((0, 1), (12, 0))]),
        ("small", [((0, 0), (1, 1)), ((0, 1), (1, 0))]),
        ("large", [((0, 0), (18, 9)), ((0, 9), (18, 0))]),
    ],
)
def test_letters_and_other_lines_are_no_crosses(
    name: str, lines: list[tuple[tuple[float, float], tuple[float, float]]]
) -> None:
    assert not cross(*(line(*ends) for ends in lines)), name


def test_bent_lines_are_no_cross() -> None:
    assert not cross(line((0, 0), (7, 7), 2.0), line((0, 7), (7, 0), 2.0))
