"""Read the handwriting in a cell: split it into lines, recognise and decode each of them."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from math import exp, log
from typing import TypeVar

from digitize.images import Pixels
from digitize.ocr.beam import Searched, best_text, decode, decode_views, search
from digitize.ocr.choose_lines import best_way, legibility
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
_WHOLE_FACTOR, _WHOLE_OFFSET = 1.18, -1.08  # logistic regression, see `confidence_of_whole_address`
_NOTHING = Line("", 0.0)  # until it is read
_Result = TypeVar("_Result")


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


@dataclass(frozen=True)
class CellWriting:
    """The writing of one cell as `read_cell` takes it."""

    writing: Pixels
    role: Role
    whole: Pixels | None = None


# What is read next, answered with the lines in the same order.  The work on a cell stops wherever it needs
# the recogniser, so that the cells of a page can be read together.
_Reading = Generator[list[Pixels], list[Line], _Result]


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
    (text,) = read_cells([CellWriting(writing, role, whole)], px_per_mm, reader, language_model)
    return text


def read_cells(
    cells: Sequence[CellWriting], px_per_mm: float, reader: Reader, language_model: LanguageModel | None
) -> list[CellText]:
    """Read several cells, each as `read_cell` does.

    Lines of about the same width are read one after the other, whatever cell they are of: a network takes
    a quarter longer if it has to be prepared for another width every time.
    """
    texts: list[CellText | None] = [None] * len(cells)
    readings = {
        i: _read_one(cell, px_per_mm, reader, language_model.of(cell.role) if language_model else None)
        for i, cell in enumerate(cells)
    }
    answers: dict[int, list[Line]] = {}
    while readings:
        asked: list[tuple[int, int, Pixels]] = []
        for i, reading in list(readings.items()):
            try:
                crops = reading.send(answers[i]) if i in answers else next(reading)
            except StopIteration as done:
                texts[i] = done.value
                del readings[i]
                continue
            asked += [(i, k, crop) for k, crop in enumerate(crops)]
            answers[i] = [_NOTHING] * len(crops)
        for i, k, crop in sorted(asked, key=lambda one: one[2].shape[1] / max(one[2].shape[0], 1)):
            answers[i][k] = reader.read_line(crop)
    return [text for text in texts if text is not None]


def _read_one(
    cell: CellWriting, px_per_mm: float, reader: Reader, model: CharacterModel | None
) -> _Reading[CellText]:
    lines = yield from _read(cell.writing, cell.role, px_per_mm, model)
    confidence = _confidence(lines)
    if cell.whole is not None and confidence < _RETRY.confidence:
        again = yield from _read(cell.whole, cell.role, px_per_mm, model)
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


def confidence_of_whole_address(confidence: float) -> float:
    """Return the probability 0..1 that a whole address is right, given that of its least certain line.

    The confidence of a line is that of a few words, whereas an address is several of them and two numbers.
    Fitted on 1,110 addresses, half of them real handwriting, on sheets read by the whole pipeline; share of
    right addresses by what is returned: below 0.1 2 %, 0.1-0.3 15 %, 0.3-0.5 40 %, 0.5-0.7 64 %,
    0.7-0.9 83 %, above 0.9 95 %.
    """
    if not 0.0 < confidence < 1.0:
        return confidence
    logit = _WHOLE_FACTOR * log(confidence / (1 - confidence)) + _WHOLE_OFFSET
    return 1 / (1 + exp(-logit))


def _read(
    writing: Pixels, role: Role, px_per_mm: float, model: CharacterModel | None
) -> _Reading[list[_DecodedLine]]:
    """Return the legible lines of a cell, decoded; of several ways to split it, the most legible one."""
    ways = list(split_lines(writing, px_per_mm))
    read = iter((yield [crop for way in ways for crop in way]))
    pairs = [[(crop, next(read)) for crop in way] for way in ways]
    best = best_way(pairs, role)
    searched = [_searched(line, role, model) for _, line in best]
    views = [_views(crop, found, px_per_mm) for (crop, _), found in zip(best, searched, strict=True)]
    again = iter((yield [view for each in views for view in each]))
    decoded = [
        _decode(line, found, [next(again) for _ in each], role, model)
        for (_, line), found, each in zip(best, searched, views, strict=True)
    ]
    if role in NAME_ROLES and decoded:
        text = without_crossed_out_word(decoded[0].line.text, best[0][0], px_per_mm)
        decoded[0] = _with_text(decoded[0], text)
    if role in STREET_ROLES:
        decoded = [_with_text(each, with_house_number(each.line.text)) for each in decoded]
    return _without_dashes(decoded)


def _searched(line: Line, role: Role, model: CharacterModel | None) -> Searched | None:
    """Search the texts of a line, where there is a language model to say which are likely."""
    if role in DIGIT_ROLES or line.log_probs is None or model is None or not line.text.strip():
        return None
    return search(line, model)


def _views(crop: Pixels, found: Searched | None, px_per_mm: float) -> list[Pixels]:
    """Return other views of a line if its text is not clear."""
    if found is None or found.margin >= _RETRY.margin:
        return []
    views = (narrowed(crop, _RETRY.width_share), without_strays(crop, px_per_mm))
    return [view for view in views if view is not None]


def _decode(
    line: Line, found: Searched | None, views: list[Line], role: Role, model: CharacterModel | None
) -> _DecodedLine:
    """Return the line's text given what its cell is for, and other views of it where it is not clear."""
    if role in DIGIT_ROLES:
        return _DecodedLine(replace(line, text=digits_of(line)))
    if found is None or model is None:
        return _DecodedLine(replace(line, text=line.text.strip()))
    if found.margin < _RETRY.margin:
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


def _confidence(decoded: list[_DecodedLine]) -> float:
    lines = [each.line for each in decoded]
    margins = [each.margin for each in decoded if each.margin is not None]
    scores = [each.score for each in decoded if each.score is not None]
    if not decoded or len(scores) < len(decoded):
        return legibility(lines)
    fit = sum(scores) / sum(len(line.text) for line in lines)
    clarity = sum(log(max(line.confidence, _CALIBRATION.least_confidence)) for line in lines) / len(lines)
    return _CALIBRATION.confidence(min(margins), fit, clarity)
