"""Turn a scan upright: quarter turn, upside down, skew.

The result is a working copy of low resolution on which the grid is searched;
the full-resolution page is cut once, later, by `flatten`.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Box, Homography, Mesh
from digitize.images import INK_SHARE, Page, Pixels, Scan, even_paper, shrink, to_grey
from digitize.ocr.engines import Reader

WORKING_PX_PER_MM = 6.0  # 152 dpi: a 0.2 mm rule is still more than one px wide

MAX_SKEW_DEG = 12.0
SKEW_SAMPLE = 40_000  # ink px are plenty for a profile; more only cost time

WORD_GAP_MM = 1.2  # letters closer than this are one word
WORD_HEIGHT_MM = (1.2, 7.0)
WORD_LENGTH_MM = (5.0, 60.0)
WORDS_READ = 8  # words read per candidate direction at most
WORDS_LEAST = 3  # and at least
CLEAR_LEAD = 0.2  # of the mean confidence over the next best: reading can stop (upright leads by about 0.3)
CLEAR_SHARE = 0.75  # of the words lie along one axis: the other need not be read


def straighten(scan: Scan, reader: Reader) -> Page:
    """A grey working copy of the scan (6 px per mm), upright and level.

    Upright is what `reader` reads with more confidence; the skew is the turn
    at which ink gathers most sharply in rows and columns.
    """
    scale = WORKING_PX_PER_MM / scan.px_per_mm
    small = shrink(to_grey(scan.pixels), scale)
    even = even_paper(small, WORKING_PX_PER_MM)
    ink = even < 255 * INK_SHARE
    skew_deg = _skew_deg(ink)
    level, turn = _rotate(even, -skew_deg)
    quarter = _quarter_turn(level, reader)
    upright = np.ascontiguousarray(np.rot90(level, -quarter // 90))
    to_level = _quarter_back(quarter, upright.shape[1], upright.shape[0])
    to_small = turn.inverse().after(to_level)
    to_scan = Homography.of(np.diag([1 / scale, 1 / scale, 1.0])).after(to_small)
    height, width = upright.shape
    return Page(
        file=scan.file,
        page=scan.page,
        pixels=upright,
        px_per_mm=WORKING_PX_PER_MM,
        to_scan=Mesh.of_homography(to_scan, width, height),
        rotation_deg=-quarter % 360,  # the turn that the scan had
        skew_deg=skew_deg,
        bitonal=scan.bitonal,
    )


def _skew_deg(ink: NDArray[np.bool_]) -> float:
    """The clockwise angle by which the page is turned, in +-MAX_SKEW_DEG.

    Ink px are projected on both axes; the sum of squares of the profiles is
    largest where rules and text lines fall together (Postl's criterion).
    """
    ys, xs = np.nonzero(ink)
    if len(xs) == 0:
        return 0.0
    step = max(1, len(xs) // SKEW_SAMPLE)
    # Whole px would pile up at exactly 0 degrees: spread each over its own area.
    spread = np.random.default_rng(0).uniform(-0.5, 0.5, (2, len(xs[::step])))
    x = xs[::step] + spread[0] - ink.shape[1] / 2
    y = ys[::step] + spread[1] - ink.shape[0] / 2

    def sharpness(angle_deg: float, bin_mm: float) -> float:
        a = np.deg2rad(angle_deg)
        bin_px = bin_mm * WORKING_PX_PER_MM
        total = 0.0
        for along in (x * np.sin(-a) + y * np.cos(-a), x * np.cos(-a) - y * np.sin(-a)):
            bins = ((along - along.min()) / bin_px).astype(np.intp)
            counts = np.bincount(bins).astype(np.float64)
            total += float(counts @ counts)
        return total

    best = 0.0
    for span, step_deg, bin_mm in ((MAX_SKEW_DEG, 0.5, 1.0), (0.6, 0.1, 0.4), (0.1, 0.02, 0.25)):
        angles = best + np.arange(-span, span + step_deg / 2, step_deg)
        best = float(max(angles, key=lambda angle: sharpness(float(angle), bin_mm)))
    return best


def _rotate(image: Pixels, angle_deg: float) -> tuple[Pixels, Homography]:
    """The image turned clockwise by `angle_deg` on a canvas that holds all of it, and the map there."""
    height, width = image.shape
    matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), -angle_deg, 1.0), np.float64)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    new_width, new_height = round(width * cos + height * sin), round(width * sin + height * cos)
    matrix[:, 2] += ((new_width - width) / 2, (new_height - height) / 2)
    turned = cv2.warpAffine(
        image, matrix, (new_width, new_height), flags=cv2.INTER_LINEAR, borderValue=(255,)
    )
    return np.asarray(turned, dtype=np.uint8), Homography.of(matrix)


def _quarter_back(quarter_deg: int, width: int, height: int) -> Homography:
    """The map from a page turned clockwise by `quarter_deg` (size given) to before the turn."""
    matrices = {
        0: [[1, 0, 0], [0, 1, 0]],
        90: [[0, 1, 0], [-1, 0, width]],
        180: [[-1, 0, width], [0, -1, height]],
        270: [[0, -1, height], [1, 0, 0]],
    }
    return Homography.of(np.array(matrices[quarter_deg], dtype=np.float64))


@dataclass(frozen=True, slots=True)
class _Word:
    """A word-like blob; `stretch` is its length over its height."""

    box: Box
    stretch: float
    level: bool


def _quarter_turn(level: Pixels, reader: Reader) -> int:
    """How far to turn the level page clockwise (0, 90, 180, 270) so that its text stands upright."""
    words = _words(level)
    lying = [word for word in words if word.level]
    standing = [word for word in words if not word.level]
    turns: list[int] = []
    if len(lying) >= (1 - CLEAR_SHARE) * len(words):
        turns += [0, 180]
    if len(standing) >= (1 - CLEAR_SHARE) * len(words):
        turns += [90, 270]
    if not words or not turns:
        return 0
    read: dict[int, list[float]] = {turn: [] for turn in turns}
    for i in range(WORDS_READ):
        for turn in turns:
            candidates = standing if turn % 180 else lying
            if i < len(candidates):
                read[turn].append(_legibility(level, candidates[i], turn, reader))
        best, second = sorted((_mean(read[turn]) for turn in turns), reverse=True)[:2]
        if i + 1 >= WORDS_LEAST and best - second >= CLEAR_LEAD:
            break
    return max(turns, key=lambda turn: _mean(read[turn]))


def _words(level: Pixels) -> list[_Word]:
    """Print-sized blobs, those that are longest for their height first."""
    px = WORKING_PX_PER_MM
    ink = (level < 255 * INK_SHARE).astype(np.uint8)
    gap = round(WORD_GAP_MM * px)
    sides = [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]
    found: list[_Word] = []
    for lies in (True, False):
        kernel = np.ones((1, gap), np.uint8) if lies else np.ones((gap, 1), np.uint8)
        _, _, stats, _ = cv2.connectedComponentsWithStats(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, kernel))
        length, across = stats[:, sides if lies else sides[::-1]].T
        fits = (across >= WORD_HEIGHT_MM[0] * px) & (across <= WORD_HEIGHT_MM[1] * px)
        fits &= (length >= WORD_LENGTH_MM[0] * px) & (length <= WORD_LENGTH_MM[1] * px)
        fits &= (length > 2 * across) & (stats[:, cv2.CC_STAT_AREA] > 0.2 * length * across)
        fits[0] = False  # the paper
        for x, y, width, height, _ in stats[fits].tolist():
            stretch = max(width, height) / min(width, height)
            found.append(_Word(Box(x, y, x + width, y + height), stretch, lies))
    return sorted(found, key=lambda word: -word.stretch)


def _legibility(level: Pixels, word: _Word, turn: int, reader: Reader) -> float:
    """Confidence of the reader on a word turned clockwise by `turn`; 0 where it reads hardly a letter."""
    rows, columns = word.box.expanded(WORKING_PX_PER_MM * 0.3).clipped(*level.shape[::-1]).slices()
    line = reader.read_line(np.ascontiguousarray(np.rot90(level[rows, columns], -turn // 90)))
    letters = sum(character.isalnum() for character in line.text)
    return line.confidence if letters >= 3 else 0.0


def _mean(scores: list[float]) -> float:
    return sum(scores) / len(scores) if scores else 0.0
