"""Turn a scan upright: quarter turns, upside down, skew.

The result is a low-resolution working copy on which the grid is searched;
the full-resolution page is rendered once, later, by `flatten`.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.components import connected_components
from digitize.geometry import Box, Homography, Mesh, undo_turn
from digitize.images import INK_SHARE, WORKING_PX_PER_MM, Page, Pixels, Scan
from digitize.ocr.engines import Reader
from digitize.paper import even_paper
from digitize.table.straighten.scanner_bed import find_bed

MAX_SKEW_DEG = 12.0  # larger skew is not searched for
BORDER_SHARE = 0.09  # of each side of a scan; the margins of print are about as wide
SKEW_SAMPLE = 40_000  # ink pixels are enough for a projection profile; more only cost time


@dataclass(frozen=True, slots=True)
class UprightSettings:
    """How words are chosen and read to find the orientation of a page."""

    word_gap_mm: float = 1.2  # letters closer than this belong to one word
    word_height_mm: tuple[float, float] = (1.2, 7.0)
    word_length_mm: tuple[float, float] = (5.0, 60.0)
    max_words: int = 8  # read per candidate orientation
    min_words: int = 3
    clear_lead: float = 0.2  # in mean confidence, at which reading stops; upright leads by about 0.3
    sure_confidence: float = 0.9  # mean of `min_words`; words that do not stand upright reached 0.81
    clear_share: float = 0.75  # of the words along one axis: then the other axis is not tried


UPRIGHT = UprightSettings()


def straighten(scan: Scan, reader: Reader) -> Page:
    """Return an upright, deskewed grey working copy of the scan (WORKING_PX_PER_MM).

    Of the four orientations the one that `reader` reads with the highest
    confidence is upright.
    """
    small, scale = scan.working_copy
    even = even_paper(small, WORKING_PX_PER_MM)
    bed = find_bed(small, WORKING_PX_PER_MM)
    if bed is not None:
        even[bed] = 255
    ink = even < 255 * INK_SHARE
    # The sheet ends somewhere within a photo; in a scan, only streaks and the bed lie at the border.
    skew_deg = _estimate_skew_deg(ink if scan.dpi is None else _without_border(ink))
    deskewed, to_deskewed = _rotate(even, -skew_deg)
    turn_deg = 0 if scan.upright else _upright_turn_deg(deskewed, reader)
    upright = np.ascontiguousarray(np.rot90(deskewed, -turn_deg // 90))
    from_upright = undo_turn(turn_deg, upright.shape[1], upright.shape[0])
    to_small = to_deskewed.inverse().after(from_upright)
    to_scan = Homography.of(np.diag([1 / scale, 1 / scale, 1.0])).after(to_small)
    height, width = upright.shape
    return Page(
        file=scan.file,
        page=scan.page,
        pixels=upright,
        px_per_mm=WORKING_PX_PER_MM,
        to_scan=Mesh.of_homography(to_scan, width, height),
        rotation_deg=-turn_deg % 360,  # the rotation that the scan had
        skew_deg=skew_deg,
        bitonal=scan.bitonal,
    )


def _without_border(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the ink without that near the border: its edges are not parallel to the print."""
    top, left = (round(BORDER_SHARE * side) for side in ink.shape)
    return ink[top : ink.shape[0] - top, left : ink.shape[1] - left]


def _estimate_skew_deg(ink: NDArray[np.bool_]) -> float:
    """Estimate the clockwise rotation of the page, within +-MAX_SKEW_DEG.

    Ink pixels are projected on both axes; the sum of squares of the projection
    profiles is largest when rules and text lines are parallel to the axes
    (W. Postl, Detection of linear oblique structures and skew scan in digitized
    documents, ICPR 1986).
    """
    ys, xs = np.nonzero(ink)
    if len(xs) == 0:
        return 0.0
    step = max(1, len(xs) // SKEW_SAMPLE)
    # At exactly 0 degrees whole pixels would fall into the same bins: spread each over its own area.
    spread = np.random.default_rng(0).uniform(-0.5, 0.5, (2, len(xs[::step])))
    x = xs[::step] + spread[0] - ink.shape[1] / 2
    y = ys[::step] + spread[1] - ink.shape[0] / 2

    def squares(along: NDArray[np.float64], rest: NDArray[np.float64], bin_px: float) -> float:
        along += rest  # in place: this is done 150 times for every page
        along -= along.min()
        along /= bin_px
        counts = np.bincount(along.astype(np.intp)).astype(np.float64)
        return float(counts @ counts)

    def sharpness(angle_deg: float, bin_mm: float) -> float:
        sin, cos = np.sin(-np.deg2rad(angle_deg)), np.cos(-np.deg2rad(angle_deg))
        bin_px = bin_mm * WORKING_PX_PER_MM
        return squares(x * sin, y * cos, bin_px) + squares(x * cos, y * -sin, bin_px)

    best = 0.0
    for span, step_deg, bin_mm in ((MAX_SKEW_DEG, 0.5, 1.0), (0.6, 0.1, 0.4), (0.1, 0.02, 0.25)):
        angles = best + np.arange(-span, span + step_deg / 2, step_deg)
        best = float(max(angles, key=lambda angle: sharpness(float(angle), bin_mm)))
    return best


def _rotate(image: Pixels, angle_deg: float) -> tuple[Pixels, Homography]:
    """Rotate an image clockwise on a canvas that holds all of it; also return the transform."""
    height, width = image.shape
    matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), -angle_deg, 1.0), np.float64)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    new_width, new_height = round(width * cos + height * sin), round(width * sin + height * cos)
    matrix[:, 2] += ((new_width - width) / 2, (new_height - height) / 2)
    turned = cv2.warpAffine(
        image, matrix, (new_width, new_height), flags=cv2.INTER_LINEAR, borderValue=(255,)
    )
    return np.asarray(turned, dtype=np.uint8), Homography.of(matrix)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word-like blob; `aspect` is its length divided by its height."""

    box: Box
    aspect: float
    horizontal: bool


def _upright_turn_deg(deskewed: Pixels, reader: Reader) -> int:
    """Return the clockwise turn (0, 90, 180 or 270) that makes the text of a deskewed page upright."""
    words = _find_words(deskewed)
    horizontal = [word for word in words if word.horizontal]
    vertical = [word for word in words if not word.horizontal]
    candidates_deg: list[int] = []
    if len(horizontal) >= (1 - UPRIGHT.clear_share) * len(words):
        candidates_deg += [0, 180]
    if len(vertical) >= (1 - UPRIGHT.clear_share) * len(words):
        candidates_deg += [90, 270]
    if not words or not candidates_deg:
        return 0
    confidences: dict[int, list[float]] = {turn_deg: [] for turn_deg in candidates_deg}

    def read(turn_deg: int, count: int) -> None:
        known, candidates = confidences[turn_deg], vertical if turn_deg % 180 else horizontal
        for word in candidates[len(known) : count]:
            known.append(_read_confidence(deskewed, word, turn_deg, reader))

    likeliest = candidates_deg[0]
    read(likeliest, UPRIGHT.min_words)
    enough = len(confidences[likeliest]) == UPRIGHT.min_words
    if enough and _mean(confidences[likeliest]) >= UPRIGHT.sure_confidence:
        return likeliest
    for i in range(UPRIGHT.max_words):
        for turn_deg in candidates_deg:
            read(turn_deg, i + 1)
        best, second = sorted((_mean(confidences[turn_deg]) for turn_deg in candidates_deg), reverse=True)[:2]
        if i + 1 >= UPRIGHT.min_words and best - second >= UPRIGHT.clear_lead:
            break
    return max(candidates_deg, key=lambda turn_deg: _mean(confidences[turn_deg]))


def legibility(upright: Page, reader: Reader) -> float:
    """Return the mean confidence with which the clearer half of the longest words is read, 0 to 1.

    `upright` is an upright working copy.  Grain and stains join with some words; it is 0 if there are too
    few words to tell.
    """
    words = [word for word in _find_words(upright.grey) if word.horizontal][: 2 * UPRIGHT.max_words]
    read = sorted((_read_confidence(upright.grey, word, 0, reader) for word in words), reverse=True)
    clearer = read[: -(-len(read) // 2)]
    return _mean(clearer) if len(clearer) >= UPRIGHT.min_words else 0.0


def _find_words(deskewed: Pixels) -> list[_Word]:
    """Find print-sized blobs, the most elongated first."""
    px = WORKING_PX_PER_MM
    ink = (deskewed < 255 * INK_SHARE).astype(np.uint8)
    gap = round(UPRIGHT.word_gap_mm * px)
    sides = [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]
    found: list[_Word] = []
    for horizontal in (True, False):
        kernel = np.ones((1, gap), np.uint8) if horizontal else np.ones((gap, 1), np.uint8)
        closed = np.asarray(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, kernel), np.uint8)
        stats = connected_components(closed > 0).stats
        length, across = stats[:, sides if horizontal else sides[::-1]].T
        fits = (across >= UPRIGHT.word_height_mm[0] * px) & (across <= UPRIGHT.word_height_mm[1] * px)
        fits &= (length >= UPRIGHT.word_length_mm[0] * px) & (length <= UPRIGHT.word_length_mm[1] * px)
        fits &= (length > 2 * across) & (stats[:, cv2.CC_STAT_AREA] > 0.2 * length * across)
        fits[0] = False  # component 0 is the paper
        for x, y, width, height, _ in stats[fits].tolist():
            aspect = max(width, height) / min(width, height)
            found.append(_Word(Box(x, y, x + width, y + height), aspect, horizontal))
    return sorted(found, key=lambda word: -word.aspect)


def _read_confidence(deskewed: Pixels, word: _Word, turn_deg: int, reader: Reader) -> float:
    """Return the reader's confidence on a word turned clockwise; 0 if it reads hardly any letters."""
    rows, columns = word.box.expanded(WORKING_PX_PER_MM * 0.3).clipped(*deskewed.shape[::-1]).slices()
    line = reader.read_line(np.ascontiguousarray(np.rot90(deskewed[rows, columns], -turn_deg // 90)))
    letters = sum(character.isalnum() for character in line.text)
    return line.confidence if letters >= 3 else 0.0


def _mean(scores: list[float]) -> float:
    return sum(scores) / len(scores) if scores else 0.0
