"""Readers that misbehave."""

import os
from collections.abc import Mapping

import numpy as np

from digitize.errors import ReaderFailed
from digitize.images import Pixels
from digitize.ocr.engines import Line, Reader

DEATH = 86  # exit code of a process that a DeadlyReader has ended


class FailingReader:
    """Fails on every line."""

    name = "failing 1"

    def read_line(self, crop: Pixels) -> Line:  # noqa: ARG002
        raise ReaderFailed("The recogniser broke down; run the page again or report it.")


class CrashingReader:
    """Raises an unexpected error."""

    name = "crashing 1"

    def read_line(self, crop: Pixels) -> Line:  # noqa: ARG002
        raise ZeroDivisionError("a programming mistake inside the engine")


class BabblingReader:
    """Reads long nonsense, different for every crop, with full confidence."""

    name = "babbling 1"
    alphabet = "abcdefghijklmnopqrstuvwxyzäöüéèABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 =+-@;,\"'"

    def read_line(self, crop: Pixels) -> Line:
        dice = np.random.default_rng(int(crop.astype(np.int64).sum()) + crop.size)
        labels = dice.integers(1, len(self.alphabet) + 1, 60)
        table = np.full((len(labels), len(self.alphabet) + 1), 1e-6)
        table[np.arange(len(labels)), labels] = 1.0
        table /= table.sum(axis=1, keepdims=True)
        text = "".join(self.alphabet[label - 1] for label in labels)
        return Line(text, 1.0, np.log(table).astype(np.float32), self.alphabet)


class MisreadingReader:
    """Reads some texts as others, and remembers them in `seen`."""

    def __init__(self, reader: Reader, misread: Mapping[str, str]) -> None:
        self._reader, self._misread = reader, misread
        self.seen: set[str] = set()

    @property
    def name(self) -> str:
        return f"misreading {self._reader.name}"

    def read_line(self, crop: Pixels) -> Line:
        line = self._reader.read_line(crop)
        text = line.text.strip()
        if text not in self._misread:
            return line
        self.seen.add(text)
        return Line(self._misread[text], line.confidence)


class MuteReader:
    """Reads nothing."""

    name = "mute 1"

    def read_line(self, crop: Pixels) -> Line:  # noqa: ARG002
        return Line("", 0.0)


class DeadlyReader:
    """Ends its process at the first line, like a crash inside a library."""

    name = "deadly 1"

    def read_line(self, crop: Pixels) -> Line:  # noqa: ARG002
        os._exit(DEATH)
