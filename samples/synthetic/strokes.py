"""Pen strokes as points in mm: signatures, marks and lines drawn by hand."""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]  # (n, 2) mm

_OVERSAMPLE = 3  # strokes are drawn this many times larger and averaged down
_SHIFT = 4  # fractional bits of coordinates in OpenCV's drawing functions
_STEP_MM = 0.35  # length of the straight pieces of a stroke


@dataclass(frozen=True)
class Patch:
    """Opacity of ink, 0..255, and where its top left pixel lies on the flat sheet."""

    cover: NDArray[np.uint8]
    left_px: int
    top_px: int


def smooth(points: Points, per_mm: float = 1 / _STEP_MM) -> Points:
    """Return points of a Catmull-Rom curve through `points`."""
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    pieces = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        steps = max(2, int(np.hypot(*(c - b)) * per_mm))
        t = np.linspace(0, 1, steps, endpoint=False)[:, None]
        pieces.append(
            0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        )
    return np.vstack([*pieces, points[-1:]])


def draw(
    strokes: list[Points], width_mm: float, scale: float, rng: np.random.Generator, pressure: float = 0.35
) -> Patch:
    """Draw strokes with a pen of `width_mm` at `scale` px per mm; `pressure` 0..1 varies the width."""
    every = np.vstack(strokes)
    border = 2 * width_mm + 2 / scale
    left, top = np.floor((every.min(axis=0) - border) * scale).astype(int)
    right, bottom = np.ceil((every.max(axis=0) + border) * scale).astype(int)
    fine = np.zeros(((bottom - top) * _OVERSAMPLE, (right - left) * _OVERSAMPLE), dtype=np.uint8)
    for stroke in strokes:
        at = ((stroke * scale - (left, top)) * _OVERSAMPLE * 2**_SHIFT).round().astype(np.int32)
        wave = rng.random(4)
        t = np.linspace(0, 1, len(at))
        swell = np.sin(2 * np.pi * (t * (1 + 3 * wave[0]) + wave[1])) + np.sin(
            2 * np.pi * (t * 7 * wave[2] + wave[3])
        )
        widths = width_mm * scale * _OVERSAMPLE * (1 + pressure * swell / 2)
        for start, end, width in zip(at, at[1:], widths, strict=False):
            cv2.line(fine, start, end, 255, max(1, round(float(width))), cv2.LINE_8, _SHIFT)
    size = (right - left, bottom - top)
    cover = np.asarray(cv2.resize(fine, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return Patch(cover, int(left), int(top))


def signature(rng: np.random.Generator, length_mm: float, height_mm: float) -> list[Points]:
    """Return a signature around (0, 0): a line that gets smaller, often a large capital, an underline."""
    run = (_zigzag, _loops, _wave)[int(rng.choice(3, p=[0.5, 0.15, 0.35]))](rng, length_mm, height_mm)
    strokes = [smooth(run)]
    if rng.random() < 0.5:  # a large capital
        ring = np.linspace(rng.uniform(0, 3), rng.uniform(5, 9), 9)
        radius = (rng.uniform(0.6, 1.4, 9) * height_mm / 2.6)[:, None]
        circle = np.column_stack([rng.uniform(0.4, 0.8) * np.cos(ring), np.sin(ring)])
        strokes.append(smooth(circle * radius + (0.05 * length_mm, 0)))
    if rng.random() < 0.4:  # an underline
        level = rng.uniform(0.25, 0.6) * height_mm
        back = (length_mm * rng.uniform(0, 0.3), level)
        strokes.append(smooth(np.array([(length_mm * 0.95, 0.1), back, (length_mm, level * 0.8)])))
    middle = np.array([length_mm / 2, 0.0])
    turn = np.deg2rad(rng.normal(-4, 5))
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return [(stroke - middle) @ spin for stroke in strokes]


def _zigzag(rng: np.random.Generator, length_mm: float, height_mm: float) -> Points:
    """Return strokes up and down that lean over and flatten towards the end."""
    count = 2 * int(rng.integers(4, 9))
    x = np.cumsum(rng.uniform(0.5, 1.3, count))
    x = (x - x[0]) / (x[-1] - x[0]) * length_mm
    fade = np.linspace(1, rng.uniform(0.15, 0.6), count)
    up = np.where(np.arange(count) % 2, 1, -1)
    y = up * fade * rng.uniform(0.35, 1, count) * height_mm / 2
    x = x - up * rng.uniform(0.1, 0.9) * length_mm / count * 2 * fade
    points = np.column_stack([x, y])
    points[0] += (0.15 * length_mm * rng.random(), rng.uniform(0, 0.8) * height_mm)
    return points


def _loops(rng: np.random.Generator, length_mm: float, height_mm: float) -> Points:
    """Return a row of loops."""
    turns = int(rng.integers(3, 8))
    t = np.linspace(0, 1, 6 * turns)
    swell = np.interp(t, np.linspace(0, 1, turns + 1), rng.uniform(0.25, 1, turns + 1))
    fade = np.linspace(1, rng.uniform(0.2, 0.7), len(t))
    angle = 2 * np.pi * turns * t + rng.uniform(0, 3)
    y = -np.cos(angle) * swell * fade * height_mm / 2
    x = t * length_mm + np.sin(angle) * rng.uniform(0.7, 1.4) * length_mm / turns / 2 - 0.3 * y
    return np.column_stack([x, y])


def _wave(rng: np.random.Generator, length_mm: float, height_mm: float) -> Points:
    """Return a tall start followed by little more than a line."""
    count = int(rng.integers(5, 9))
    x = np.linspace(0.2, 1, count) * length_mm + rng.normal(0, 0.02, count) * length_mm
    y = rng.normal(0, 0.1, count) * height_mm
    top, low = -0.5 * height_mm * rng.uniform(0.7, 1), 0.5 * height_mm * rng.uniform(0.4, 1)
    lean = 0.12 * length_mm * rng.uniform(-0.5, 1)
    start = [(0.02 * length_mm, 0.1 * height_mm), (0.1 * length_mm + lean, top), (0.08 * length_mm, low)]
    if rng.random() < 0.5:
        start.append((0.18 * length_mm + lean, 0.6 * top))
    return np.vstack([start, np.column_stack([x, y])])


def wobbly(rng: np.random.Generator, start: tuple[float, float], end: tuple[float, float]) -> Points:
    """Return a line drawn by hand."""
    t = np.linspace(0, 1, 5)[:, None]
    line = np.array(start) * (1 - t) + np.array(end) * t
    return smooth(
        line + rng.normal(0, 0.012 * np.hypot(end[0] - start[0], end[1] - start[1]) ** 0.7, line.shape)
    )


def dash(rng: np.random.Generator) -> list[Points]:
    """Return a dash around (0, 0)."""
    half = rng.uniform(1.5, 4.5)
    return [wobbly(rng, (-half, 0.0), (half, rng.normal(0, 0.2)))]


def tick(rng: np.random.Generator) -> list[Points]:
    """Return a tick around (0, 0)."""
    size = rng.uniform(2.0, 3.2)
    corners = np.array([[-0.45 * size, -0.1 * size], [-0.1 * size, 0.5 * size], [0.6 * size, -0.7 * size]])
    return [np.vstack([smooth(corners[:2]), smooth(corners[1:] + rng.normal(0, 0.1, (2, 2)))])]


def ditto(rng: np.random.Generator) -> list[Points]:
    """Return ditto marks around (0, 0)."""
    gap, height = rng.uniform(0.7, 1.2), rng.uniform(1.4, 2.4)
    lean = rng.uniform(0, 0.5)
    return [wobbly(rng, (x + lean, -height / 2), (x, height / 2)) for x in (-gap / 2, gap / 2)]


def strike(rng: np.random.Generator, style: str, box_mm: tuple[float, float, float, float]) -> list[Points]:
    """Return strokes that cross out a box (left, top, right, bottom): single, double, zigzag or x."""
    left, top, right, bottom = box_mm
    middle, height = (top + bottom) / 2, bottom - top
    tilt = rng.normal(0, 0.08) * height
    if style == "x":
        return [wobbly(rng, (left, top), (right, bottom)), wobbly(rng, (left, bottom), (right, top))]
    if style == "zigzag":
        beats = max(4, int((right - left) / rng.uniform(4, 8)))
        x = np.linspace(left, right, beats) + rng.normal(0, 0.4, beats)
        y = middle + np.where(np.arange(beats) % 2, 1, -1) * 0.32 * height * rng.uniform(0.7, 1.1, beats)
        return [smooth(np.column_stack([x, y]))]
    levels = (middle - 0.12 * height, middle + 0.12 * height) if style == "double" else (middle,)
    return [wobbly(rng, (left, level - tilt), (right, level + tilt)) for level in levels]


def closing_z(rng: np.random.Generator, box_mm: tuple[float, float, float, float]) -> list[Points]:
    """Return the Z with which people close the blank rows."""
    left, top, right, bottom = box_mm
    corners = [(left, top), (right, top), (left, bottom), (right, bottom)]
    return [np.vstack([wobbly(rng, a, b) for a, b in pairwise(corners)])]
