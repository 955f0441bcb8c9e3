"""Match header texts with the header words of forms in several languages, tolerating misread letters."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from digitize.form.definition import Form, header_words
from digitize.geometry import BoolArray, Box
from digitize.images import INK_SHARE, Page, Pixels
from digitize.ocr.engines import Reader
from digitize.ocr.split_lines import split_lines
from digitize.records import Role


@dataclass(frozen=True, slots=True)
class PhraseSettings:
    """How header texts are separated and split."""

    rule_margin_mm: float = 0.6  # half a rule and the irregularity of its edge
    phrase_gap_mm: float = 3.0  # words of one header are closer
    min_phrase_mm: float = 1.0
    max_phrases: int = 12  # of one band without column rules; headers have up to ten
    dust_mm: float = 0.7  # smaller specks between two words do not join them
    max_phrase_mm: float = 100.0  # longer texts are running text; reading many of them takes seconds
    word_gap_mm: float = 0.7  # letters of one word are closer
    max_gaps: int = 3  # the widest ones, where a text may be split
    max_parts: int = 3
    min_word_letters: int = 4  # of a word that shows a text to be header words; shorter ones are like many
    min_match_to_split: int = 55  # of 100; two header words side by side reach it, running text does not


SETTINGS = PhraseSettings()
SURE_MATCH = 78  # of 100: a header word with one or two misread letters
STRONG_MATCH = 88  # of 100: a header word with hardly any misread letter

Words = Sequence[tuple[str, Role]]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A header text, its position, and the role it matches best with the similarity (0 to 100)."""

    box: Box
    text: str
    role: Role
    match: float


@lru_cache(maxsize=8)  # 680 words, asked for once or twice a page
def vocabulary(form: Form) -> Words:
    """Return the folded header words of a form and those shipped, with their roles."""
    own = [(fold(word), column.role) for column in form.columns for word in column.words]
    shipped = [(fold(word), role) for role, words in header_words().items() for word in words]
    return tuple(own + shipped)


def fold(text: str) -> str:
    """Fold a text to lower case without accents, brackets and repeated spaces."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("ß", "ss"))
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() or c in "#°/.," else " " for c in letters).split())


def best_match(folded: str, words: Words) -> tuple[float, Role]:
    """Return the similarity (0 to 100) of a folded text to the most similar word, and that word's role."""
    if not folded:
        return 0.0, Role.OTHER
    return max(((fuzz.ratio(folded, word), role) for word, role in words), key=lambda pair: pair[0])


def match_role(text: str, words: Words) -> tuple[Role, float]:
    """Return the role whose word is most similar to the text, and the similarity (0 to 100)."""
    best, role = best_match(fold(text), words)
    if best < STRONG_MATCH:  # "Name (in block letters)" is "Name"
        without_brackets = best_match(fold(text.split("(", maxsplit=1)[0]), words)
        best, role = max((best, role), without_brackets, key=lambda pair: pair[0])
    if best < SURE_MATCH and "/" in text:  # "Unterschrift / Signature / Firma" in three languages
        parts = [best_match(fold(part), words) for part in text.split("/")]
        lowest = min(match for match, _ in parts)
        roles = {Role.FAMILY_NAME if said is Role.NAME else said for _, said in parts}
        if len(roles) == 1 and lowest >= SURE_MATCH:  # "Name / Nom / Cognome"
            best, role = lowest, roles.pop()
    return role, float(best)


def read_phrases(
    page: Page, cell: Box, words: Words, reader: Reader, may_split: bool = False
) -> list[Phrase]:
    """Read the texts in a header cell, separated at wide gaps, from left to right.

    Without vertical rules, header words may be close together: with `may_split`,
    an unknown text is split at narrower gaps if all its parts are known.
    """
    margin = page.px(SETTINGS.rule_margin_mm)
    inner = cell.expanded(-margin).clipped(page.width_px, page.height_px)
    rows, cols = inner.slices()
    even = page.even[rows, cols]
    if even.size == 0:
        return []
    inked = np.flatnonzero(without_dust(even, page.px(SETTINGS.dust_mm)).any(axis=0))
    found: list[Phrase] = []
    for group in _groups(inked, page):
        whole = _read_phrase(page, inner, group, words, reader)
        ambiguous = (
            may_split
            and SETTINGS.min_match_to_split <= best_match(fold(whole.text), words)[0] < STRONG_MATCH
            and _has_header_word(whole.text, words)
        )
        found += (_split_phrase(page, inner, group, words, reader) if ambiguous else []) or [whole]
    return found


def _groups(inked: NDArray[np.intp], page: Page) -> list[NDArray[np.intp]]:
    """Return the px columns with ink in groups as wide as phrases; of very many, as of dust, the widest."""
    low, high, gap = (
        page.px(mm) for mm in (SETTINGS.min_phrase_mm, SETTINGS.max_phrase_mm, SETTINGS.phrase_gap_mm)
    )
    groups = np.split(inked, np.flatnonzero(np.diff(inked) > gap) + 1)
    phrases = [group for group in groups if len(group) and low <= group[-1] - group[0] <= high]
    widest = sorted(phrases, key=lambda group: int(group[0] - group[-1]))[: SETTINGS.max_phrases]
    return sorted(widest, key=lambda group: int(group[0]))


def without_dust(even: Pixels, dust_px: float) -> BoolArray:
    """Return where there is ink, without specks smaller than letters."""
    ink = (even < 255 * INK_SHARE).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    large = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) >= dust_px
    large[0] = False  # component 0 is the paper
    return np.asarray(large[labels], dtype=np.bool_)


def _split_phrase(
    page: Page,
    inner: Box,
    group: NDArray[np.intp],
    words: Words,
    reader: Reader,
    max_parts: int = SETTINGS.max_parts,
) -> list[Phrase]:
    """Split a group of pixel columns into phrases of different roles; empty if that is impossible.

    "Jahrgang Strasse und Nummer" is split; "Adresse (Strasse, PLZ Ort)" is one
    phrase because brackets stay together.
    """
    gaps = np.diff(group)
    for i in np.argsort(-gaps)[: SETTINGS.max_gaps].tolist() if max_parts > 1 else ():
        if gaps[i] < page.px(SETTINGS.word_gap_mm):
            break
        parts: list[Phrase] = []
        for side in (group[: i + 1], group[i + 1 :]):
            phrase = _read_phrase(page, inner, side, words, reader)
            is_strong = phrase.match >= STRONG_MATCH and not _is_explanation(phrase.text)
            finer = [] if is_strong else _split_phrase(page, inner, side, words, reader, max_parts - 1)
            parts += [phrase] if is_strong else finer or [replace(phrase, match=0.0)]
        roles = [part.role for part in parts]
        if min(part.match for part in parts) >= STRONG_MATCH and len(set(roles)) == len(roles):
            return parts
    return []


def _has_header_word(text: str, words: Words) -> bool:
    """Return whether any longer word of a text is a header word; running text mostly has none."""
    longer = (word for word in fold(text).split() if len(word) >= SETTINGS.min_word_letters)
    return any(best_match(word, words)[0] >= SURE_MATCH for word in longer)


def _is_explanation(text: str) -> bool:
    """Return whether a text is (part of) an explanation in brackets of the word before it."""
    return text.startswith("(") or text.count("(") != text.count(")")


def _read_phrase(page: Page, inner: Box, group: NDArray[np.intp], words: Words, reader: Reader) -> Phrase:
    """Read the pixel columns `group` of a header cell."""
    rows, cols = inner.slices()
    pad = round(page.px(0.5))
    start, stop = max(0, int(group[0]) - pad), int(group[-1]) + 1 + pad
    ways = split_lines(page.even[rows, cols][:, start:stop], page.px_per_mm)
    texts = [" ".join(reader.read_line(line).text.strip() for line in lines).strip() for lines in ways]
    (role, match), text = max(((match_role(t, words), t) for t in texts), key=lambda pair: pair[0][1])
    box = Box(cols.start + int(group[0]), inner.top, cols.start + int(group[-1]) + 1, inner.bottom)
    return Phrase(box, text, role, match)
