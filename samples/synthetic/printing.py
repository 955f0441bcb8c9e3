"""Draw the print of a design on a flat sheet."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from digitize.geometry import px_per_mm
from samples.synthetic.form_design import Design, Rules
from samples.synthetic.layout import Layout, layout
from samples.synthetic.printed_cells import cell_borders, is_plain
from samples.synthetic.typefaces import POINT_MM, Typeface, font

Cover = NDArray[np.uint8]  # opacity of ink, 255 where no paper shows through

DOT_PITCH_MM = 0.9
DOT_MM = 0.38


@lru_cache(maxsize=24)
def print_cover(design: Design, dpi: float) -> Cover:
    """Return the ink of the flat sheet at `dpi`: uint8 (height, width), 255 = full ink, read-only."""
    scale = px_per_mm(dpi)
    plan = layout(design)
    size = (round(design.paper_mm[0] * scale), round(design.paper_mm[1] * scale))
    image = Image.new("L", size, 0)
    draw = ImageDraw.Draw(image)
    for words in plan.words:
        face = font(Typeface(design.face, words.bold).file, words.size_pt * POINT_MM * scale)
        at = (words.x_mm * scale, words.baseline_mm * scale)
        draw.text(at, words.text, fill=255, font=face, anchor="ls")
    cover = np.array(image)
    if plan.y_mm:
        _rule(cover, design, plan, scale)
    for left, top, right, bottom in plan.boxes_mm:
        for y in (top, bottom):
            bar(cover, (left, y), (right, y), design.rule_mm, scale)
        for x in (left, right):
            bar(cover, (x, top), (x, bottom), design.rule_mm, scale)
    for area in design.blocks_mm:
        block(cover, area, scale)
    cover.setflags(write=False)
    return cover


def bar(
    cover: Cover,
    start_mm: tuple[float, float],
    end_mm: tuple[float, float],
    thickness_mm: float,
    scale: float,
) -> None:
    """Draw a horizontal or vertical line, anti-aliased."""
    half = thickness_mm / 2
    (x0, x1), (y0, y1) = sorted((start_mm[0], end_mm[0])), sorted((start_mm[1], end_mm[1]))
    block(cover, (x0 - half, y0 - half, x1 + half, y1 + half), scale)


def block(
    cover: Cover, box_mm: tuple[float, float, float, float], scale: float, darkness: float = 1.0
) -> None:
    """Darken the box (left, top, right, bottom), anti-aliased."""
    left, top, right, bottom = box_mm
    across = _span(left * scale, right * scale, cover.shape[1])
    down = _span(top * scale, bottom * scale, cover.shape[0])
    window = np.ix_(np.flatnonzero(down), np.flatnonzero(across))
    ink = np.outer(down[down > 0], across[across > 0]) * 255 * darkness
    cover[window] = np.maximum(cover[window], ink.astype(np.uint8))


def _span(start_px: float, end_px: float, size_px: int) -> NDArray[np.float64]:
    """Return the share of each pixel that lies between start and end."""
    left = np.arange(size_px, dtype=np.float64)
    inside = np.minimum(left + 1, end_px) - np.maximum(left, start_px)
    return np.asarray(np.clip(inside, 0, 1), dtype=np.float64)


def _rule(cover: Cover, design: Design, plan: Layout, scale: float) -> None:
    xs, ys = plan.x_mm, plan.y_mm
    if design.header_shade:
        block(cover, (xs[0], ys[0], xs[-1], ys[1]), scale, design.header_shade)
    if not is_plain(design):
        for start, end in cell_borders(design, ys):
            if design.rules is Rules.FULL or start[1] == end[1]:
                bar(cover, start, end, design.rule_mm, scale)
        return
    inner = design.rules is Rules.INNER
    dotted = design.rules in (Rules.DOTTED, Rules.DOTTED_FULL)
    for y in ys[1:-1] if inner else ys:
        if dotted and y not in (ys[0], ys[1]):
            _dots(cover, xs[0], xs[-1], y, scale)
        else:
            bar(cover, (xs[0], y), (xs[-1], y), design.rule_mm, scale)
    if design.rules in (Rules.FULL, Rules.INNER, Rules.DOTTED_FULL):
        for x in xs[1:-1] if inner else xs:
            bar(cover, (x, ys[0]), (x, ys[-1]), design.rule_mm, scale)


def _dots(cover: Cover, left_mm: float, right_mm: float, y_mm: float, scale: float) -> None:
    for x in np.arange(left_mm + DOT_PITCH_MM / 2, right_mm, DOT_PITCH_MM):
        bar(cover, (x, y_mm), (x, y_mm), DOT_MM, scale)
