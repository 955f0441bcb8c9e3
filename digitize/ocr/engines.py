"""Engines that turn a picture of one line into text, behind one Protocol."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from digitize.errors import ReaderFailed
from digitize.images import Pixels


@dataclass(frozen=True)
class Line:
    """What an engine read from the picture of one text line.

    `log_probs` (steps, classes) are the natural logarithms of a CTC
    recogniser's output, class 0 the CTC blank, class i the character
    `alphabet[i - 1]`; None for engines that give text only.
    `confidence` 0..1 is the engine's own and not calibrated.
    """

    text: str
    confidence: float
    log_probs: NDArray[np.float32] | None = None
    alphabet: str = ""


class Reader(Protocol):
    """An engine; one instance lives in one process and uses one thread."""

    @property
    def name(self) -> str:
        """Name and version, as stored with every reading."""
        ...

    def read_line(self, crop: Pixels) -> Line:
        """Read one line of text.

        `crop` is grey uint8 (height, width), dark ink on light paper, cut
        closely around the writing.  Raises ReaderFailed when the engine breaks.
        """
        ...


READERS = ("rapid", "tesseract")  # of the handwriting
PRINT = "print"  # of titles, headers and row numbers


def characters_of(model: Path) -> Path:
    """Where the characters of a model file stand, one a line."""
    return model.with_name(f"{model.stem}_characters.txt")


def model_mark(model: Path) -> str:
    """Name of a model file and the beginning of its SHA-256: tells it from every other one.

    Raises ReaderFailed where the file or its characters cannot be read.
    """
    characters = characters_of(model)
    try:
        content = sha256(model.read_bytes() + characters.read_bytes()).hexdigest()
    except OSError as error:
        raise ReaderFailed(
            f"The recogniser needs {model} and {characters.name} beside it (UTF-8, one character a line)."
        ) from error
    return f"{model.stem} {content[:8]}"


def open_reader(name: str, model: Path | None = None) -> Reader:
    """The engine called `name`, one of READERS or PRINT; `model` replaces the network of "rapid".

    Engines are imported here because each takes a while to load.  Raises
    MissingProgram (tesseract), ReaderFailed (a model that cannot be used).
    """
    if name in ("rapid", PRINT):
        from digitize.ocr.ppocr import HANDWRITING_MODEL, PRINT_MODEL, RapidReader  # noqa: PLC0415

        return RapidReader(PRINT_MODEL if name == PRINT else model or HANDWRITING_MODEL)
    if name == "tesseract":
        from digitize.ocr.tesseract import TesseractReader  # noqa: PLC0415

        return TesseractReader()
    raise ValueError(f'There is no reader called "{name}"; known are {", ".join(READERS)}.')
