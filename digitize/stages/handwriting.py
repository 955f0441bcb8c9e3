"""From the writing in a cell to its text: lines parted, cut closely, read and decoded."""

from dataclasses import dataclass, replace

import numpy as np

from digitize.images import Pixels
from digitize.readers import Line, Reader
from digitize.readers.beam import decode
from digitize.readers.language import CharacterModel, LanguageModel
from digitize.readers.lines import split_lines
from digitize.records import Reading, Role

DIGITS = frozenset("0123456789")
DIGIT_ROLES = (Role.POSTCODE, Role.NUMBER)


@dataclass(frozen=True)
class CellText:
    """What a cell says.

    `lines` are the cell's lines from top to bottom, `reading` their texts
    joined by newlines with one confidence for the whole.
    """

    lines: tuple[Line, ...]
    reading: Reading


def read_cell(
    writing: Pixels,
    role: Role,
    px_per_mm: float,
    reader: Reader,
    language_model: LanguageModel | None,
) -> CellText:
    """Read the writing of one cell.

    `writing` is grey uint8 (height, width): the cell's own ink on paper
    flattened to 255 with about 1 mm of margin, everything else painted over.
    Raises ReaderFailed when the engine breaks.
    """
    ways = [[reader.read_line(crop) for crop in way] for way in split_lines(writing, px_per_mm)]
    lines = max(ways, key=_legibility, default=[])
    model = language_model.of(role) if language_model else None
    if model:
        lines = [_decoded(line, model) for line in lines]
    if role in DIGIT_ROLES:
        lines = [replace(line, text="".join(c for c in line.text if c in DIGITS)) for line in lines]
    legible = tuple(line for line in lines if line.text.strip())
    text = "\n".join(line.text.strip() for line in legible)
    confidence = float(np.mean([line.confidence for line in legible])) if legible else 0.0
    return CellText(
        tuple(replace(line, text=line.text.strip()) for line in legible),
        Reading(text, confidence, reader.name),
    )


def _decoded(line: Line, model: CharacterModel) -> Line:
    """The line in the light of the language; engines that give text only keep theirs."""
    if line.log_probs is None or not line.text:
        return line
    return replace(line, text=decode(line, model).text)


def _legibility(lines: list[Line]) -> float:
    """Mean confidence of the characters: halves of letters read worse than whole ones."""
    characters = sum(len(line.text) for line in lines)
    return sum(line.confidence * len(line.text) for line in lines) / max(characters, 1)
