"""What is written on the pages of a whole campaign, in a fifth of the memory that a mapping takes."""

from array import array
from collections.abc import Iterator, Mapping
from functools import lru_cache

from digitize.campaign.duplicates.page_writing import CellKey, CellWriting, Writing

_NO_TEXT = -1  # in place of its length
_NUMBERS = 6  # of a cell: its edges, width and height


class PackedWriting(Mapping[CellKey, CellWriting]):
    """The same writing, of which each cell is made when it is asked for.

    A cell is looked for among all of its page: `dict` makes a mapping to ask for many.
    """

    __slots__ = ("_keys", "_lengths", "_numbers", "_texts")

    def __init__(self, writing: Writing) -> None:
        self._keys = _shared(tuple(writing))
        numbers, lengths, texts = array("d"), array("i"), []
        for cell in writing.values():
            numbers.extend((*cell.edges, cell.width_mm, cell.height_mm))
            lengths.append(_NO_TEXT if cell.text is None else len(cell.text))
            texts.append(cell.text or "")
        self._numbers, self._lengths, self._texts = numbers.tobytes(), lengths.tobytes(), "".join(texts)

    def __getitem__(self, key: CellKey) -> CellWriting:
        try:
            at = self._keys.index(key)
        except ValueError:
            raise KeyError(key) from None
        left, right, top, bottom, width, height = memoryview(self._numbers).cast("d")[
            _NUMBERS * at : _NUMBERS * (at + 1)
        ]
        lengths = memoryview(self._lengths).cast("i").tolist()
        start = sum(length for length in lengths[:at] if length != _NO_TEXT)
        text = None if lengths[at] == _NO_TEXT else self._texts[start : start + lengths[at]]
        return CellWriting((left, right, top, bottom), width, height, text)

    def __iter__(self) -> Iterator[CellKey]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


@lru_cache(maxsize=4096)
def _shared(keys: tuple[CellKey, ...]) -> tuple[CellKey, ...]:
    """Return the keys of a page; pages of one form whose first rows are filled have the same."""
    return keys
