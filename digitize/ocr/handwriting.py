"""From the writing in a cell to its text: lines parted, cut closely, read and decoded."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, log

from digitize.images import Pixels
from digitize.ocr.beam import decode, decode_looks
from digitize.ocr.crossed_out_word import without_crossed_out_word
from digitize.ocr.digits import digits_of, with_house_number
from digitize.ocr.engines import Line, Reader
from digitize.ocr.language import CharacterModel, LanguageModel
from digitize.ocr.split_lines import narrowed, split_lines, without_strays
from digitize.records import NAME_ROLES, Reading, Role

DIGIT_ROLES = (Role.POSTCODE, Role.NUMBER)
STREET_ROLES = (Role.ADDRESS, Role.STREET)

# Logistic regression of "read without a mistake" (case, accents and punctuation aside) on 700 handwritten
# German street and place names (DHSD, 18 writers).  On 840 names and addresses of other forms and hands, read
# through the whole path with the model that ships, of those given 0.3-0.5 37 % were right, 0.5-0.7 55 %,
# 0.7-0.85 77 %, 0.85-0.95 89 %, above 0.95 97 %.
MARGIN_FACTOR = 0.36  # lead of the best text over the next one, natural logarithm
MARGIN_MAX = 10.0
FIT_FACTOR = 1.35  # score of the text per character
CLARITY_FACTOR = 8.7  # mean log-probability of the characters before the language came in
OFFSET = 0.28

# Where the lead of the best text is small, the line is looked at again, narrower and without strays, and what
# all looks make likeliest is taken.  On letter-spaced capitals narrowing saves one error in three, on other
# hands the looks together save one in twenty.
SECOND_LOOK_MARGIN = 3.0
SECOND_LOOK_WIDTH_SHARE = 0.85

# What is read of the writing alone with less confidence is read again with all its paper: on pages of faint
# pencil and grain 13.6 letters of a hundred are wrong then instead of 15.5, on others it changes little.
EVEN_ODDS = 0.5

CONFIDENCE_LEAST = 1e-3  # stands for 0 where a logarithm is taken


@dataclass(frozen=True)
class CellText:
    """What a cell says.

    `lines` are the cell's lines from top to bottom, their text decoded;
    `reading` their texts joined by newlines with one confidence for the whole.
    """

    lines: tuple[Line, ...]
    reading: Reading


@dataclass(frozen=True)
class _Decoded:
    """A line with its final text; `margin` and `score` are None where no language model was at work."""

    line: Line
    margin: float | None = None
    score: float | None = None


def read_cell(
    writing: Pixels,
    role: Role,
    px_per_mm: float,
    reader: Reader,
    language_model: LanguageModel | None,
    whole: Pixels | None = None,
) -> CellText:
    """Read the writing of one cell.

    `writing` is grey uint8 (height, width): the cell's own ink on paper
    flattened to 255 with about 1 mm of margin, everything else painted over.
    `whole` shows the same with all its paper, for writing of which the ink is
    only pieces; it is looked at where `writing` is read with less than even odds.
    The confidence is the probability that the whole text is right, where the
    engine gives what is needed for that (see `digitize.ocr.engines.Line`) and the
    role has a language; else the engine's own, which is not calibrated.
    Raises ReaderFailed when the engine breaks.
    """
    model = language_model.of(role) if language_model else None
    legible = _read(writing, role, px_per_mm, reader, model)
    confidence = _confidence(legible)
    if whole is not None and confidence < EVEN_ODDS:
        again = _read(whole, role, px_per_mm, reader, model)
        if _confidence(again) > confidence:
            legible, confidence = again, _confidence(again)
    text = "\n".join(part.line.text for part in legible)
    return CellText(tuple(part.line for part in legible), Reading(text, round(confidence, 3), reader.name))


def _read(
    writing: Pixels, role: Role, px_per_mm: float, reader: Reader, model: CharacterModel | None
) -> list[_Decoded]:
    """The lines of a cell that say something, decoded."""
    ways = [[(crop, reader.read_line(crop)) for crop in way] for way in split_lines(writing, px_per_mm)]
    best = max(ways, key=lambda way: _legibility([line for _, line in way]), default=[])
    decoded = [_decode(crop, line, role, model, reader, px_per_mm) for crop, line in best]
    if role in NAME_ROLES and decoded:
        decoded[0] = _corrected(decoded[0], best[0][0], px_per_mm)
    if role in STREET_ROLES:
        decoded = [_numbered(part) for part in decoded]
    return _legible(decoded)


def confidence_of(lines: Sequence[Line], role: Role, language_model: LanguageModel | None) -> float:
    """The probability that the texts of lines, or of parts of lines, are right: see `read_cell`."""
    model = language_model.of(role) if language_model else None
    return _confidence([_judged(line, model) for line in lines])


def _judged(line: Line, model: CharacterModel | None) -> _Decoded:
    """A line with the lead that its text has; 0 where the line alone speaks for another one."""
    if line.log_probs is None or model is None or not len(line.log_probs):
        return _Decoded(line)
    best = decode(line, model)
    same = best.text.strip().casefold() == line.text.strip().casefold()
    return _Decoded(line, best.score - best.runner_up if same else 0.0, best.score)


def _legible(parts: list[_Decoded]) -> list[_Decoded]:
    """The lines that say something: an underline or a stroke that runs in reads as a dash and no more."""
    worded = [part for part in parts if any(character.isalnum() for character in part.line.text)]
    return worded or [part for part in parts if part.line.text]


def _corrected(part: _Decoded, crop: Pixels, px_per_mm: float) -> _Decoded:
    """The line without a word that was struck out and written again."""
    text = without_crossed_out_word(part.line.text, crop, px_per_mm)
    return replace(part, line=replace(part.line, text=text))


def _numbered(part: _Decoded) -> _Decoded:
    return replace(part, line=replace(part.line, text=with_house_number(part.line.text)))


def _decode(
    crop: Pixels,
    line: Line,
    role: Role,
    model: CharacterModel | None,
    reader: Reader,
    px_per_mm: float,
) -> _Decoded:
    """The line's text in the light of what its cell is for."""
    if role in DIGIT_ROLES:
        return _Decoded(replace(line, text=digits_of(line)))
    if line.log_probs is None or model is None or not line.text.strip():
        return _Decoded(replace(line, text=line.text.strip()))
    best = decode(line, model)
    if best.score - best.runner_up < SECOND_LOOK_MARGIN:
        looks = [narrowed(crop, SECOND_LOOK_WIDTH_SHARE), without_strays(crop, px_per_mm)]
        again = [reader.read_line(look) for look in looks if look is not None]
        best = decode_looks([line, *again], model)
    return _Decoded(replace(line, text=best.text), best.score - best.runner_up, best.score)


def _legibility(lines: list[Line]) -> float:
    """Mean confidence of the characters: halves of letters read worse than whole ones."""
    characters = sum(len(line.text) for line in lines)
    return sum(line.confidence * len(line.text) for line in lines) / max(characters, 1)


def _confidence(parts: list[_Decoded]) -> float:
    lines = [part.line for part in parts]
    margins = [part.margin for part in parts if part.margin is not None]
    scores = [part.score for part in parts if part.score is not None]
    if not parts or len(scores) < len(parts):
        return _legibility(lines)
    characters = sum(len(line.text) for line in lines)
    clarity = sum(log(max(line.confidence, CONFIDENCE_LEAST)) for line in lines) / len(lines)
    logit = (
        MARGIN_FACTOR * min(MARGIN_MAX, *margins)
        + FIT_FACTOR * sum(scores) / characters
        + CLARITY_FACTOR * clarity
        + OFFSET
    )
    return 1 / (1 + exp(-logit))
