"""Age a sheet: folds, stains, dust, holes, staples, stamps, worn rules."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from samples.synthetic.hands import Pen
from samples.synthetic.mapping import Image as Pixels
from samples.synthetic.paper import Paper
from samples.synthetic.strokes import Patch
from samples.synthetic.synthetic_sheet import STRAY, Sheet
from samples.synthetic.typefaces import font

HOLE_MM = 6.0
HOLE_FROM_EDGE_MM = 12.0
HOLE_PITCH_MM = 80.0
_STAMP_WORDS = ("EINGEGANGEN", "PAROISSE", "REÇU", "ACAT", "PFARREI")
_STAMP_PENS = (
    Pen("violet stamp", (150, 60, 90), 0.5, 0.75, 0.6),
    Pen("red stamp", (60, 50, 190), 0.5, 0.7, 0.6),
    Pen("blue stamp", (170, 80, 50), 0.5, 0.75, 0.6),
)


def stamp(sheet: Sheet, where: str, rng: np.random.Generator) -> None:
    """Put a date stamp "over" the table or "beside" it, in the bottom margin."""
    scale = sheet.scale
    size = round(rng.uniform(26, 34) * scale)
    image = Image.new("L", (size, size), 0)
    draw = ImageDraw.Draw(image)
    width = max(1, round(0.5 * scale))
    if rng.random() < 0.5:
        draw.ellipse((2, 2, size - 3, size - 3), outline=255, width=width)
    else:
        draw.rectangle((2, round(0.28 * size), size - 3, round(0.72 * size)), outline=255, width=width)
    words = (str(rng.choice(_STAMP_WORDS)), f"{int(rng.integers(1, 29))}. JAN. 2025")
    for i, word in enumerate(words):
        draw.text(
            (size / 2, size * (0.42 + 0.17 * i)),
            word,
            fill=255,
            font=font("arimo-bold", 0.1 * size),
            anchor="mm",
        )
    turn = cv2.getRotationMatrix2D((size / 2, size / 2), float(rng.normal(0, 14)), 1.0)
    cover = np.asarray(cv2.warpAffine(np.array(image), turn, (size, size)), dtype=np.uint8)
    height, wide = sheet.owner.shape
    x = round(rng.uniform(0.15, 0.75) * (wide - size))
    if where == "over" and sheet.plan.y_mm:
        y = round(rng.uniform(sheet.plan.y_mm[0] * scale, max(sheet.plan.y_mm[-1] * scale - size, 1)))
    else:
        y = height - size - round(rng.uniform(5, 15) * scale)
    pen = _STAMP_PENS[int(rng.integers(len(_STAMP_PENS)))]
    sheet.lay(Patch(cover, 0, 0), (x, y), pen, STRAY, rng)


def interrupt_rules(printed: NDArray[np.float32], sheet: Sheet, count: int, rng: np.random.Generator) -> None:
    """Weaken short pieces of the rules, as on worn copies."""
    xs, ys, scale = sheet.plan.x_mm, sheet.plan.y_mm, sheet.scale
    half = sheet.design.rule_mm / 2 + 0.15
    for _ in range(count):
        length, left_over = rng.uniform(2, 18), rng.uniform(0, 0.4)
        if rng.random() < 0.65:
            x, y = rng.uniform(xs[0], xs[-1]), rng.choice(ys)
            box = (x, y - half, min(x + length, xs[-1]), y + half)
        else:
            x, y = rng.choice(xs), rng.uniform(ys[0], ys[-1])
            box = (x - half, y, x + half, min(y + length, ys[-1]))
        left, top, right, bottom = (round(value * scale) for value in box)
        printed[top:bottom, left:right] *= left_over


def cloud(shape: tuple[int, ...], cells: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return smooth noise (0..1) of `shape` from a grid of `cells` by `cells` random values."""
    small = rng.random((max(2, cells), max(2, cells)), dtype=np.float32)
    grown = cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.clip(np.asarray(grown, dtype=np.float32), 0, 1)


def darken(pixels: Pixels, window: tuple[slice, slice], share: NDArray[np.float32]) -> None:
    """Multiply a window of the picture by `share` (0..1)."""
    part = pixels[window]
    factor = share[..., None] if part.ndim == 3 else share
    pixels[window] = (part * factor).astype(np.uint8)


def wear(pixels: Pixels, paper: Paper, scale: float, bed: int, rng: np.random.Generator) -> None:
    """Age the picture of the flat sheet in place; `bed` is the grey behind holes and torn corners."""
    for i in range(paper.folds):
        _fold(pixels, (i + 1) / (paper.folds + 1), scale, rng)
    if paper.stain:
        _stain(pixels, scale, rng)
    for _ in range(paper.dust):
        _speck(pixels, scale, rng)
    if paper.staple:
        _staple(pixels, scale, rng)
    if paper.holes:
        _holes(pixels, paper.holes, scale, bed)
    if paper.torn:
        _tear(pixels, scale, bed, rng)


def _fold(pixels: Pixels, share: float, scale: float, rng: np.random.Generator) -> None:
    height = pixels.shape[0]
    middle = round((share + rng.normal(0, 0.01)) * height)
    half = max(2, round(1.2 * scale))
    top, bottom = max(0, middle - half), min(height, middle + half)
    t = (np.arange(top, bottom, dtype=np.float32) - middle) / half
    depth = rng.uniform(0.04, 0.13)
    profile = 1 - depth * np.exp(-((t / 0.25) ** 2)) - 0.4 * depth * np.clip(1 - np.abs(t), 0, 1) * (t > 0)
    share_map = np.repeat(profile[:, None], pixels.shape[1], axis=1).astype(np.float32)
    darken(pixels, np.s_[top:bottom, :], share_map)


def _stain(pixels: Pixels, scale: float, rng: np.random.Generator) -> None:
    """Draw the ring that a cup leaves."""
    radius = rng.uniform(28, 42) * scale
    height, width = pixels.shape[:2]
    x, y = rng.uniform(0.2, 0.8) * width, rng.uniform(0.3, 0.9) * height
    top, bottom = max(0, int(y - radius * 1.2)), min(height, int(y + radius * 1.2))
    left, right = max(0, int(x - radius * 1.2)), min(width, int(x + radius * 1.2))
    ys, xs = np.mgrid[top:bottom, left:right].astype(np.float32)
    distance = np.hypot(xs - x, ys - y) / radius
    rim = np.exp(-(((distance - 1) / 0.035) ** 2))
    body = 0.3 * (distance < 1)
    share = 1 - rng.uniform(0.18, 0.32) * (rim + body) * (0.5 + 0.5 * cloud(rim.shape, 7, rng))
    darken(pixels, np.s_[top:bottom, left:right], share.astype(np.float32))


def _speck(pixels: Pixels, scale: float, rng: np.random.Generator) -> None:
    height, width = pixels.shape[:2]
    at = (int(rng.integers(width)), int(rng.integers(height)))
    grey = (int(rng.integers(40, 170)),) * 3
    if rng.random() < 0.06:  # a hair
        end = rng.normal(0, 2.0 * scale, 2)
        middle = (round(at[0] + end[0] / 2 + rng.normal(0, scale / 2)), round(at[1] + end[1] / 2))
        points = np.array([at, middle, (round(at[0] + end[0]), round(at[1] + end[1]))], dtype=np.int32)
        cv2.polylines(pixels, [points], False, grey, 1, cv2.LINE_AA)
        return
    radius = max(0.5, min(0.35, rng.exponential(0.09) + 0.04) * scale)
    cv2.circle(pixels, (at[0] * 16, at[1] * 16), round(radius * 16), grey, -1, cv2.LINE_AA, 4)


def _staple(pixels: Pixels, scale: float, rng: np.random.Generator) -> None:
    start = np.array([rng.uniform(8, 16), rng.uniform(6, 14)]) * scale
    end = start + np.array([8.0, -8.0 * rng.random()]) * scale
    for offset, grey, wide in ((0.5 * scale, 190, 0.9), (0.0, 110, 0.6), (-0.1 * scale, 205, 0.25)):
        a, b = (start + offset).round().tolist(), (end + offset).round().tolist()
        cv2.line(
            pixels,
            [int(v) for v in a],
            [int(v) for v in b],
            (grey,) * 3,
            max(1, round(wide * scale)),
            cv2.LINE_AA,
        )


def _holes(pixels: Pixels, count: int, scale: float, bed: int) -> None:
    middle = pixels.shape[0] / 2
    for i in range(count):
        y = round(middle + (i - (count - 1) / 2) * HOLE_PITCH_MM * scale)
        at = (round(HOLE_FROM_EDGE_MM * scale), y)
        cv2.circle(pixels, at, round(HOLE_MM / 2 * scale), (bed,) * 3, -1, cv2.LINE_AA)
        cv2.circle(pixels, at, round(HOLE_MM / 2 * scale), (min(bed, 150),) * 3, 1, cv2.LINE_AA)


def _tear(pixels: Pixels, scale: float, bed: int, rng: np.random.Generator) -> None:
    height, width = pixels.shape[:2]
    right, low = bool(rng.random() < 0.5), bool(rng.random() < 0.5)
    across, down = rng.uniform(12, 30, 2) * scale
    t = np.linspace(0, 1, 14)
    x = across * t + rng.normal(0, 0.7, 14) * scale
    y = down * (1 - t) + rng.normal(0, 0.7, 14) * scale
    edge = np.column_stack([np.append(x, [0, 0]), np.append(y, [0, down])])
    edge[:, 0] = np.where(right, width - edge[:, 0], edge[:, 0])
    edge[:, 1] = np.where(low, height - edge[:, 1], edge[:, 1])
    cv2.fillPoly(pixels, [edge.round().astype(np.int32)], (bed,) * 3, cv2.LINE_AA)
    cv2.polylines(pixels, [edge[:14].round().astype(np.int32)], False, (min(bed, 175),) * 3, 1, cv2.LINE_AA)
