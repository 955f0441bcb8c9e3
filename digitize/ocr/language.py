"""Character n-gram model of names and addresses, ignoring case.

Smoothed after Witten and Bell 1991 (method C): a context gives what followed
it in the data, and leaves the remaining probability to the next shorter context.
Words are independent: a context never reaches beyond the last space.  The
counts are made by `samples/build_data/make_language_model.py`.
"""

from functools import cache
from importlib import resources
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from digitize.ocr.known_words import NO_WORDS, KnownWords, load_names, street_words
from digitize.records import ADDRESS_ROLES, NAME_ROLES, Role

CONTEXT = 5  # characters looked back at: a 6-gram model
BITS = 7  # per character in a key: up to 127 symbols; 0 stands for "before the word"
CONTEXT_OF_NOTHING = " "  # at the start of a text
ROWS_KEPT = 30_000  # cached contexts, about 15 MB


def fold(text: str) -> str:
    """Return `text` in lower case with its length unchanged (a Turkish İ would become two characters)."""
    return "".join(character.lower()[0] for character in text)


def next_context(context: str, symbol: str) -> str:
    """Return the context after a context and one more symbol: never beyond the last space."""
    return symbol if symbol == " " else (context + symbol)[-CONTEXT:]


def key_of(context: str, code: dict[str, int]) -> int:
    """Return the smallest n-gram key of a context; the character nearest to the next one is most significant.

    All n-grams that share the end of a context are therefore adjacent when
    sorted, from this key to below `key_of(...) + span_of(len(context))`.
    """
    key = 0
    for character in reversed(context):
        key = key << BITS | code.get(character, (1 << BITS) - 1)
    return key * span_of(len(context))


def span_of(length: int) -> int:
    """Return how many keys share a context of `length` characters."""
    return 1 << BITS * (CONTEXT - length + 1)


class CharacterModel:
    """P(character | preceding characters) over the characters of `symbols`.

    `keys` are the sorted keys of the n-grams (see `key_of`), `counts` how often
    each n-gram occurred; `known` are words that add to the score of a text.
    """

    def __init__(
        self,
        symbols: str,
        keys: NDArray[np.int64],
        counts: NDArray[np.float32],
        known: KnownWords = NO_WORDS,
    ) -> None:
        self.symbols = symbols
        self.known = known
        self._code = {symbol: code for code, symbol in enumerate(symbols, start=1)}
        self._keys = keys
        self._counts = counts
        self._followers = (keys & ((1 << BITS) - 1)) - 1
        self._rows: dict[str, NDArray[np.float32]] = {}

    def log_row(self, before: str) -> NDArray[np.float32]:
        """Return the natural log-probability of every symbol after the text `before` (folded, see `fold`).

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
        """Combine the counts of the n-grams `first` to `last` with the next shorter context."""
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
        """Return the model for cells of this role, None if there is none."""
        if role in NAME_ROLES:
            return self._names
        return self._addresses if role in ADDRESS_ROLES else None


@cache
def load_language_model() -> LanguageModel:
    """Load the shipped models, once per process; takes about 30 ms."""
    packed = (resources.files("digitize.data") / "language_model.npz").read_bytes()
    with np.load(BytesIO(packed)) as table:
        symbols = str(table["symbols"])
        names, addresses = (
            CharacterModel(symbols, np.cumsum(table[f"{part}_steps"]), table[f"{part}_counts"], known)
            for part, known in (("names", load_names()), ("addresses", street_words()))
        )
    return LanguageModel(names, addresses)
