"""Keep the signers of a whole campaign in columns of numbers: some 70 bytes a row and every text once."""

from array import array
from collections.abc import Iterable
from typing import Any, Generic

import numpy as np
from numpy.typing import NDArray

from digitize.campaign.duplicates.signer import Key, Signer

Numbers = NDArray[np.integer]
NO_TEXT = 0  # the number of the empty text


class SignerTable(Generic[Key]):
    """Signers by their position; texts are given by their number in `texts`.

    The words of all names stand one after the other in `words`; those of a row begin at `starts[row]` and
    end before `starts[row + 1]`.
    """

    def __init__(self, signers: Iterable[Signer[Key]]) -> None:
        self._numbers: dict[str, int] = {"": NO_TEXT}
        self.texts = [""]
        self.keys: list[Key] = []
        words, starts = array("i"), array("q", [0])
        columns = [array("i") for _ in range(4)]
        confidences = array("d"), array("d")
        for one in signers:
            self.keys.append(one.key)
            words.extend(map(self.number, one.words))
            starts.append(len(words))
            for column, text in zip(columns, (one.street, one.number, one.postcode, one.town), strict=True):
                column.append(self.number(text))
            confidences[0].append(one.name_confidence)
            confidences[1].append(one.address_confidence)
        self.words, self.starts = _numpy(words), _numpy(starts)
        self.street, self.house, self.postcode, self.town = map(_numpy, columns)
        self.name_confidence, self.address_confidence = map(_numpy, confidences)

    def __len__(self) -> int:
        return len(self.keys)

    def number(self, text: str) -> int:
        """Return the number of a text, a new one if it has none."""
        known = self._numbers.setdefault(text, len(self.texts))
        if known == len(self.texts):
            self.texts.append(text)
        return known

    def known(self, text: str) -> int | None:
        """Return the number of a text, None if it has none."""
        return self._numbers.get(text)

    def signer(self, row: int) -> Signer[Key]:
        """Return the signer at a position."""
        text = self.texts
        words = tuple(text[each] for each in self.words[self.starts[row] : self.starts[row + 1]].tolist())
        street, house, postcode, town = (
            text[column[row]] for column in (self.street, self.house, self.postcode, self.town)
        )
        confidence = float(self.name_confidence[row]), float(self.address_confidence[row])
        return Signer(self.keys[row], words, confidence[0], street, house, postcode, town, confidence[1])

    def word_rows(self) -> Numbers:
        """Return the row of each of the `words`."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.starts))


def _numpy(column: "array[int] | array[float]") -> NDArray[Any]:
    kind = np.dtype(column.typecode)
    return np.frombuffer(column, kind) if column else np.zeros(0, kind)
