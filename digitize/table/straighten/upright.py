"""Tell which way up the text of a deskewed page stands, and whether it can be read."""

from dataclasses import dataclass

import cv2
import numpy as np

from digitize.components import connected_components
from digitize.geometry import Box
from digitize.images import INK_SHARE, WORKING_PX_PER_MM, Page, Pixels
from digitize.ocr.engines import Reader


@dataclass(frozen=True, slots=True)
class UprightSettings:
    """How words are chosen and read to find the orientation of a page."""

    word_gap_mm: float = 1.2  # letters closer than this belong to one word
    word_height_mm: tuple[float, float] = (1.2, 7.0)
    min_sure_height_mm: float = 1.8  # of words with ascenders; worn rules are lower and the most elongated
    word_length_mm: tuple[float, float] = (5.0, 60.0)
    max_words: int = 8  # read per candidate orientation
    min_words: int = 3
    clear_lead: float = 0.2  # in mean confidence, at which reading stops; upright leads by about 0.3
    sure_confidence: float = 0.9  # mean of `min_words`; words that do not stand upright reached 0.81
    clear_share: float = 0.75  # of the words along one axis: then the other axis is not tried


UPRIGHT = UprightSettings()


@dataclass(frozen=True, slots=True)
class _Word:
    """A word-like blob; `aspect` is its length divided by its height."""

    box: Box
    aspect: float
    horizontal: bool

    @property
    def is_low(self) -> bool:
        """Whether it is so low that it may be a piece of a worn rule."""
        return min(self.box.width, self.box.height) < UPRIGHT.min_sure_height_mm * WORKING_PX_PER_MM


def upright_turn_deg(deskewed: Pixels, reader: Reader) -> int:
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
    """Find print-sized blobs, the most elongated first but low ones last."""
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
    return sorted(found, key=lambda word: (word.is_low, -word.aspect))


def _read_confidence(deskewed: Pixels, word: _Word, turn_deg: int, reader: Reader) -> float:
    """Return the reader's confidence on a word turned clockwise; 0 if it reads hardly any letters."""
    rows, columns = word.box.expanded(WORKING_PX_PER_MM * 0.3).clipped(*deskewed.shape[::-1]).slices()
    line = reader.read_line(np.ascontiguousarray(np.rot90(deskewed[rows, columns], -turn_deg // 90)))
    letters = sum(character.isalnum() for character in line.text)
    return line.confidence if letters >= 3 else 0.0


def _mean(scores: list[float]) -> float:
    return sum(scores) / len(scores) if scores else 0.0
