"""Strokes drawn on blank paper, and what is found of them."""

from dataclasses import replace
from functools import cache

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from digitize.images import Pixels
from digitize.ink.strokes import Strokes, find_strokes
from samples.synthetic import SyntheticPage, strokes
from tests.ink.inks import draw_lines, empty_strip, flat_page

AT = (95.0, 42.0)  # mm: where marks are drawn
SEEDS = st.integers(0, 100_000)
EXAMPLES = settings(max_examples=15, deadline=None)
PENS_MM = st.sampled_from([0.32, 0.42, 0.5])


@cache
def clear(dpi: float) -> SyntheticPage:
    """Return a sheet of blank paper."""
    page = empty_strip(dpi)
    return replace(page, pixels=np.full_like(page.pixels, 250))


def strokes_on(pixels: Pixels, dpi: float) -> tuple[Strokes, float]:
    """Return all strokes of a page without print, and its px per mm."""
    page = flat_page(clear(dpi), pixels)
    return find_strokes(page, (0, page.width_px), (0, page.height_px), False), page.px_per_mm


def drawn(lines: list[strokes.Points], width_mm: float = 0.4, dpi: float = 200.0) -> tuple[Strokes, float]:
    """Return the strokes found of lines drawn (mm from `AT`) on blank paper, and the px per mm."""
    moved = [shifted(stroke, *AT) for stroke in lines]
    return strokes_on(draw_lines(clear(dpi), *moved, width_mm=width_mm), dpi)


def all_labels(found: Strokes) -> np.ndarray:
    return np.arange(1, len(found.area_px))


def line(length_mm: float, slope: float = 0.0, bow_mm: float = 0.0) -> strokes.Points:
    t = np.linspace(-1, 1, 21)
    return np.column_stack([t * length_mm / 2, t * length_mm / 2 * slope + bow_mm * (1 - t**2)])


def shifted(stroke: strokes.Points, x_mm: float, y_mm: float = 0.0) -> strokes.Points:
    return stroke + np.array([x_mm, y_mm])
