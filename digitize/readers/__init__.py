"""Engines that turn a picture of one line into text, behind one Protocol."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

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


READERS = ("rapid", "tesseract")


def open_reader(name: str, model: Path | None = None) -> Reader:
    """The engine called `name`, one of READERS; `model` replaces the network of "rapid".

    Engines are imported here because each takes a while to load.  Raises
    MissingProgram (tesseract), ReaderFailed (a model that cannot be used).
    """
    if name == "rapid":
        from digitize.readers.rapid import RapidReader  # noqa: PLC0415

        return RapidReader(model)
    if name == "tesseract":
        from digitize.readers.tesseract import TesseractReader  # noqa: PLC0415

        return TesseractReader()
    raise ValueError(f'There is no reader called "{name}"; known are {", ".join(READERS)}.')
