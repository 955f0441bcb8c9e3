"""What header texts mean: the words of forms in several languages, matched with room for misread letters."""

import unicodedata
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from digitize.form.definition import Form, header_words
from digitize.geometry import Box
from digitize.images import INK_SHARE, Page
from digitize.ocr.engines import Reader
from digitize.ocr.split_lines import split_lines
from digitize.records import Role

RULE_MARGIN_MM = 0.6  # half a rule and the wobble of its edge
PHRASE_GAP_MM = 3.0  # words of one header stand closer
MIN_PHRASE_MM = 1.0
MAX_PHRASE_MM = 100.0  # longer are lines of text, and reading many of them takes seconds
WORD_GAP_MM = 0.7  # letters of one word stand closer
GAPS_TRIED = 3  # the widest, where a text is to be parted
PARTS_MOST = 3
PARTED_MATCH = 55  # of 100: so like a header word are two of them at least, and lines of text are not
SURE_MATCH = 78  # of 100: a header word with one or two misread letters
STRONG_MATCH = 88

Words = list[tuple[str, Role]]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A header text, where it stands and what it seems to mean (0..100)."""

    box: Box
    text: str
    role: Role
    match: float


def vocabulary(form: Form) -> Words:
    own = [(plain(word), column.role) for column in form.columns for word in column.words]
    return own + [(plain(word), role) for role, words in header_words().items() for word in words]


def plain(text: str) -> str:
    """Lower case without accents, brackets and doubled spaces."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("ß", "ss"))
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() or c in "#°/.," else " " for c in letters).split())


def likeness(plain: str, words: Words) -> tuple[float, Role]:
    """How like (0..100) the text is to the word it is most like, and that word's role."""
    if not plain:
        return 0.0, Role.OTHER
    return max(((fuzz.ratio(plain, word), role) for word, role in words), key=lambda pair: pair[0])


def meaning(text: str, words: Words) -> tuple[Role, float]:
    """The role whose word is most like the text, and how like (0..100)."""
    best, role = likeness(plain(text), words)
    if best < STRONG_MATCH:  # "Name (in block letters)" is "Name"
        bare = likeness(plain(text.split("(", maxsplit=1)[0]), words)
        best, role = max((best, role), bare, key=lambda pair: pair[0])
    if best < SURE_MATCH and "/" in text:  # "Unterschrift / Signature / Firma" is said three times
        parts = [likeness(plain(part), words) for part in text.split("/")]
        least = min(match for match, _ in parts)
        roles = {Role.FAMILY_NAME if said is Role.NAME else said for _, said in parts}
        if len(roles) == 1 and least >= SURE_MATCH:  # "Name / Nom / Cognome"
            best, role = least, roles.pop()
    return role, float(best)


def phrases_in(page: Page, cell: Box, words: Words, reader: Reader, close: bool = False) -> list[Phrase]:
    """The texts in a header cell, parted at wide gaps, left to right.

    In tables without upright rules header words may stand `close`: what means
    nothing as a whole is then parted at narrower gaps where all parts mean something.
    """
    margin = page.px(RULE_MARGIN_MM)
    inner = cell.expanded(-margin).clipped(page.width_px, page.height_px)
    rows, cols = inner.slices()
    even = page.even[rows, cols]
    if even.size == 0:
        return []
    inked = np.flatnonzero((even < 255 * INK_SHARE).any(axis=0))
    found: list[Phrase] = []
    for group in np.split(inked, np.flatnonzero(np.diff(inked) > page.px(PHRASE_GAP_MM)) + 1):
        if not len(group) or not page.px(MIN_PHRASE_MM) <= group[-1] - group[0] <= page.px(MAX_PHRASE_MM):
            continue
        whole = _phrase(page, inner, group, words, reader)
        unclear = close and PARTED_MATCH <= likeness(plain(whole.text), words)[0] < STRONG_MATCH
        found += (_parts(page, inner, group, words, reader) if unclear else []) or [whole]
    return found


def _parts(
    page: Page, inner: Box, group: NDArray[np.intp], words: Words, reader: Reader, most: int = PARTS_MOST
) -> list[Phrase]:
    """The phrases of different roles that a group of px falls into, none where it does not.

    "Jahrgang Strasse und Nummer" does; "Adresse (Strasse, PLZ Ort)" is one, brackets stay together.
    """
    gaps = np.diff(group)
    for i in np.argsort(-gaps)[:GAPS_TRIED].tolist() if most > 1 else ():
        if gaps[i] < page.px(WORD_GAP_MM):
            break
        parts: list[Phrase] = []
        for side in (group[: i + 1], group[i + 1 :]):
            phrase = _phrase(page, inner, side, words, reader)
            strong = phrase.match >= STRONG_MATCH and not _is_in_brackets(phrase.text)
            finer = [] if strong else _parts(page, inner, side, words, reader, most - 1)
            parts += [phrase] if strong else finer or [replace(phrase, match=0.0)]
        roles = [part.role for part in parts]
        if min(part.match for part in parts) >= STRONG_MATCH and len(set(roles)) == len(roles):
            return parts
    return []


def _is_in_brackets(text: str) -> bool:
    """Whether a text, or part of it, explains the word before it."""
    return text.startswith("(") or text.count("(") != text.count(")")


def _phrase(page: Page, inner: Box, group: NDArray[np.intp], words: Words, reader: Reader) -> Phrase:
    """What stands in the columns of px `group` of a header cell."""
    rows, cols = inner.slices()
    pad = round(page.px(0.5))
    start, stop = max(0, int(group[0]) - pad), int(group[-1]) + 1 + pad
    ways = split_lines(page.even[rows, cols][:, start:stop], page.px_per_mm)
    texts = [" ".join(reader.read_line(line).text.strip() for line in lines).strip() for lines in ways]
    (role, match), text = max(((meaning(t, words), t) for t in texts), key=lambda pair: pair[0][1])
    box = Box(cols.start + int(group[0]), inner.top, cols.start + int(group[-1]) + 1, inner.bottom)
    return Phrase(box, text, role, match)
