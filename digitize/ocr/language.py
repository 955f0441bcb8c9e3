"""How likely a character follows others in names and addresses, in any case.

A character n-gram model with Witten-Bell smoothing (Witten & Bell 1991, method C):
what was seen after a long context counts, the rest is shared out by the
next shorter one.  Words are independent: a context never reaches beyond the
last space.  The counts are made by `samples/build_data/make_language_model.py`.
"""

from functools import cache
from importlib import resources
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from digitize.ocr.ngrams import BITS, CONTEXT, key_of, span_of
from digitize.records import ADDRESS_ROLES, NAME_ROLES, Role

ROWS_KEPT = 30_000  # cached contexts, about 15 MB


class CharacterModel:
    """P(character | the characters before it) over the characters of `symbols`.

    `keys` are the n-grams, sorted: the nearest character of the context first
    (most significant), then the one before it, at last the character that
    followed.  So all n-grams that share a context of any length lie together.
    `counts` tells how often each was seen.
    """

    def __init__(self, symbols: str, keys: NDArray[np.int64], counts: NDArray[np.float32]) -> None:
        self.symbols = symbols
        self._code = {symbol: code for code, symbol in enumerate(symbols, start=1)}
        self._keys = keys
        self._counts = counts
        self._followers = (keys & ((1 << BITS) - 1)) - 1
        self._rows: dict[str, NDArray[np.float32]] = {}

    def log_row(self, before: str) -> NDArray[np.float32]:
        """Natural log-probability of every symbol after the text `before` (folded, see `fold`).

        A space stands for the end of a word, also for the end of the text.
        """
        return self._row((" " + before[before.rfind(" ") + 1 :])[-CONTEXT:])

    def _row(self, context: str) -> NDArray[np.float32]:
        row = self._rows.get(context)
        if row is None:
            if len(self._rows) >= ROWS_KEPT:
                self._rows.clear()
            row = self._rows[context] = np.log(self._probabilities(context)).astype(np.float32)
        return row

    def _probabilities(self, context: str) -> NDArray[np.float64]:
        if not context:
            return self._blend(np.full(len(self.symbols), 1 / len(self.symbols)), 0, len(self._keys))
        shorter = np.exp(self._row(context[1:]).astype(np.float64))
        low = key_of(context, self._code)
        first, last = np.searchsorted(self._keys, (low, low + span_of(len(context))))
        return self._blend(shorter, int(first), int(last))

    def _blend(self, shorter: NDArray[np.float64], first: int, last: int) -> NDArray[np.float64]:
        if first == last:
            return shorter
        counts = self._counts[first:last]
        seen = np.bincount(self._followers[first:last], weights=counts, minlength=len(self.symbols))
        kinds = np.count_nonzero(seen)
        return np.asarray((seen + kinds * shorter) / (seen.sum() + kinds))


class LanguageModel:
    """The character models that ship with digitize, one for names and one for addresses."""

    def __init__(self, names: CharacterModel, addresses: CharacterModel) -> None:
        self._names = names
        self._addresses = addresses

    def of(self, role: Role) -> CharacterModel | None:
        """The model for cells of this role, None where nothing is known about their language."""
        if role in NAME_ROLES:
            return self._names
        return self._addresses if role in ADDRESS_ROLES else None


@cache
def load_language_model() -> LanguageModel:
    """The shipped models; takes a few hundredths of a second, once per process."""
    packed = (resources.files("digitize.data") / "language_model.npz").read_bytes()
    with np.load(BytesIO(packed)) as table:
        symbols = str(table["symbols"])
        names, addresses = (
            CharacterModel(symbols, np.cumsum(table[f"{part}_steps"]), table[f"{part}_counts"])
            for part in ("names", "addresses")
        )
    return LanguageModel(names, addresses)
