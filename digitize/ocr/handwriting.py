"""Read the handwriting in a cell: split it into lines, recognise and decode each of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, log

from digitize.images import Pixels
from digitize.ocr.beam import best_text, decode, decode_views, search
from digitize.ocr.crossed_out_word import without_crossed_out_word
from digitize.ocr.digits import digits_of, with_house_number
from digitize.ocr.engines import Line, Reader
from digitize.ocr.language import CharacterModel, LanguageModel
from digitize.ocr.split_lines import narrowed, split_lines, without_strays
from digitize.records import NAME_ROLES, Reading, Role

DIGIT_ROLES = (Role.POSTCODE, Role.NUMBER)
STREET_ROLES = (Role.ADDRESS, Role.STREET)


@dataclass(frozen=True)
class _Calibration:
    """Logistic regression of "read without a mistake", ignoring case, accents and punctuation.

    Fitted on 700 handwritten German street and place names (DHSD, 18 writers).
    Checked on 840 names and addresses from other forms and hands, read by the
    whole pipeline with the shipped model; share of right readings by confidence:
    0.3-0.5 37 %, 0.5-0.7 55 %, 0.7-0.85 77 %, 0.85-0.95 89 %, above 0.95 97 %.
    """

    margin_factor: float = 0.36  # score of the best text above the next one, natural logarithm
    margin_max: float = 10.0
    fit_factor: float = 1.35  # score of the text per character
    clarity_factor: float = 8.7  # mean log-probability of the characters before the language model
    offset: float = 0.28
    least_confidence: float = 1e-3  # stands for 0 where a logarithm is taken

    def confidence(self, margin: float, fit: float, clarity: float) -> float:
        """Return the probability 0..1 that a text is right."""
        logit = (
            self.margin_factor * min(self.margin_max, margin)
            + self.fit_factor * fit
            + self.clarity_factor * clarity
            + self.offset
        )
        return 1 / (1 + exp(-logit))


@dataclass(frozen=True)
class _Retry:
    """When a line is read again, and how.

    Below `margin`, the line is also read narrower and without strays, and the
    text that is most likely in all views is taken.  In letter-spaced capitals
    the narrower view saves one error in three; in other hands the views
    together save one in twenty.

    Below `confidence`, the cell is read again with all its paper.  On pages of
    faint pencil with paper grain 13.6 % of the letters are wrong then instead
    of 15.5 %; elsewhere it changes little.
    """

    margin: float = 3.0  # score of the best text above the next one, natural logarithm
    width_share: float = 0.85  # of the line's width
    confidence: float = 0.5


_CALIBRATION = _Calibration()
_RETRY = _Retry()


@dataclass(frozen=True)
class CellText:
    """The text of a cell.

    `lines` are the cell's lines from top to bottom with their decoded text;
    `reading` joins them with newlines and has one confidence for the whole.
    """

    lines: tuple[Line, ...]
    reading: Reading


@dataclass(frozen=True)
class _DecodedLine:
    """A line with its final text; `margin` and `score` are None if no language model was used."""

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
    flattened to 255 with a margin of about 1 mm, everything else painted over.
    `whole` shows the same area with all its paper, for writing of which only
    fragments were detected as ink; it is used if `writing` is read with a
    confidence below one half.
    The confidence is the probability that the whole text is right if the engine
    gives `log_probs` and the role has a language model; otherwise it is the
    engine's own and not calibrated.
    Raises ReaderFailed if the engine breaks down.
    """
    model = language_model.of(role) if language_model else None
    lines = _read(writing, role, px_per_mm, reader, model)
    confidence = _confidence(lines)
    if whole is not None and confidence < _RETRY.confidence:
        again = _read(whole, role, px_per_mm, reader, model)
        if _confidence(again) > confidence:
            lines, confidence = again, _confidence(again)
    text = "\n".join(decoded.line.text for decoded in lines)
    return CellText(
        tuple(decoded.line for decoded in lines), Reading(text, round(confidence, 3), reader.name)
    )


def confidence_of(lines: Sequence[Line], role: Role, language_model: LanguageModel | None) -> float:
    """Return the probability that the texts of lines, or of parts of lines, are right (see `read_cell`)."""
    model = language_model.of(role) if language_model else None
    return _confidence([_with_margin(line, model) for line in lines])


def _read(
    writing: Pixels, role: Role, px_per_mm: float, reader: Reader, model: CharacterModel | None
) -> list[_DecodedLine]:
    """Return the legible lines of a cell, decoded; of several ways to split it, the most legible one."""
    ways = [[(crop, reader.read_line(crop)) for crop in way] for way in split_lines(writing, px_per_mm)]
    best = max(ways, key=lambda way: _legibility([line for _, line in way]), default=[])
    decoded = [_decode(crop, line, role, model, reader, px_per_mm) for crop, line in best]
    if role in NAME_ROLES and decoded:
        text = without_crossed_out_word(decoded[0].line.text, best[0][0], px_per_mm)
        decoded[0] = _with_text(decoded[0], text)
    if role in STREET_ROLES:
        decoded = [_with_text(each, with_house_number(each.line.text)) for each in decoded]
    return _without_dashes(decoded)


def _decode(
    crop: Pixels,
    line: Line,
    role: Role,
    model: CharacterModel | None,
    reader: Reader,
    px_per_mm: float,
) -> _DecodedLine:
    """Return the line's text given what its cell is for."""
    if role in DIGIT_ROLES:
        return _DecodedLine(replace(line, text=digits_of(line)))
    if line.log_probs is None or model is None or not line.text.strip():
        return _DecodedLine(replace(line, text=line.text.strip()))
    found = search(line, model)
    if found.margin < _RETRY.margin:
        crops = [narrowed(crop, _RETRY.width_share), without_strays(crop, px_per_mm)]
        views = [reader.read_line(other) for other in crops if other is not None]
        others = [search(view, model) for view in views if view.log_probs is not None]
        best = decode_views([found, *others], model)
    else:
        best = best_text(found, model)
    return _DecodedLine(replace(line, text=best.text), best.score - best.runner_up, best.score)


def _with_text(decoded: _DecodedLine, text: str) -> _DecodedLine:
    return replace(decoded, line=replace(decoded.line, text=text))


def _without_dashes(decoded: list[_DecodedLine]) -> list[_DecodedLine]:
    """Return the lines with letters or digits, if any: underlines and stray strokes are read as dashes."""
    worded = [each for each in decoded if any(character.isalnum() for character in each.line.text)]
    return worded or [each for each in decoded if each.line.text]


def _with_margin(line: Line, model: CharacterModel | None) -> _DecodedLine:
    """Return the line with the margin of its text, 0 if the model prefers another one."""
    if line.log_probs is None or model is None or not len(line.log_probs):
        return _DecodedLine(line)
    best = decode(line, model)
    is_same = best.text.strip().casefold() == line.text.strip().casefold()
    return _DecodedLine(line, best.score - best.runner_up if is_same else 0.0, best.score)


def _legibility(lines: list[Line]) -> float:
    """Return the mean confidence per character: halves of letters are read worse than whole ones."""
    characters = sum(len(line.text) for line in lines)
    return sum(line.confidence * len(line.text) for line in lines) / max(characters, 1)


def _confidence(decoded: list[_DecodedLine]) -> float:
    lines = [each.line for each in decoded]
    margins = [each.margin for each in decoded if each.margin is not None]
    scores = [each.score for each in decoded if each.score is not None]
    if not decoded or len(scores) < len(decoded):
        return _legibility(lines)
    fit = sum(scores) / sum(len(line.text) for line in lines)
    clarity = sum(log(max(line.confidence, _CALIBRATION.least_confidence)) for line in lines) / len(lines)
    return _CALIBRATION.confidence(min(margins), fit, clarity)
