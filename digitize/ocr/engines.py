"""Engines that turn the picture of one text line into text, behind one Protocol."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from digitize.errors import ReaderFailed
from digitize.images import Pixels

LEARNED_SUFFIX = ".npz"  # of the last layer of the shipped network, trained further by digitize learn


@dataclass(frozen=True)
class Line:
    """What an engine read from the picture of one text line.

    `log_probs` (steps, classes) are the natural logarithms of a CTC
    recogniser's output; class 0 is the CTC blank, class i the character
    `alphabet[i - 1]`, and `step_px` how many px of the picture a step shows.
    They are None for engines that give text only.
    `confidence` 0..1 is the engine's own and not calibrated.
    """

    text: str
    confidence: float
    log_probs: NDArray[np.float32] | None = None
    alphabet: str = ""
    step_px: float = 0.0


class Reader(Protocol):
    """An engine; each instance is used by one process and one thread."""

    @property
    def name(self) -> str:
        """Name and version, stored with every reading."""
        ...

    def read_line(self, crop: Pixels) -> Line:
        """Read one line of text.

        `crop` is grey uint8 (height, width), dark ink on light paper, cropped
        closely to the writing.  Raises ReaderFailed if the engine breaks down.
        """
        ...


def characters_of(model: Path) -> Path:
    """Return the path of a model's list of characters, one per line."""
    return model.with_name(f"{model.stem}_characters.txt")


def model_mark(model: Path) -> str:
    """Return the name of a model file with the start of its SHA-256, which identifies its content.

    A file of `digitize learn` has no list of characters, because it belongs to the shipped network.  Raises
    ReaderFailed if the file or its list of characters cannot be read.
    """
    characters = characters_of(model) if model.suffix != LEARNED_SUFFIX else model
    try:
        content = sha256(model.read_bytes() + characters.read_bytes()).hexdigest()
    except OSError as error:
        raise ReaderFailed(
            f"The recogniser needs {model} and {characters.name} beside it (UTF-8, one character a line)."
        ) from error
    return f"{model.stem} {content[:8]}"
