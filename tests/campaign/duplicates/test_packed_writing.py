"""What is written on a page is the same when it is packed, and takes much less memory."""

import random
import tracemalloc
from collections.abc import Callable

import pytest

from digitize.campaign.duplicates.packed_writing import PackedWriting
from digitize.campaign.duplicates.page_writing import CellWriting, Writing
from digitize.records import Role

TEXTS = ("Zoë Müller", "", None, "Łódzka 7\n8001 Zürich", "a\0b")
PAGES = 200


def page(seed: int, rows: int = 8) -> Writing:
    dice = random.Random(seed)
    return {
        (number, role, 1): CellWriting(
            (dice.random(), dice.random(), dice.random(), dice.random()),
            *(60.0 + seed, 9.5 + dice.random()),
            dice.choice(TEXTS),
        )
        for number in range(1, rows + 1)
        for role in (Role.NAME, Role.ADDRESS, Role.SIGNATURE)
    }


def test_packed_writing_is_the_same() -> None:
    for rows in (0, 1, 8):
        writing = page(1, rows)
        packed = PackedWriting(writing)
        assert dict(packed) == writing
        assert list(packed) == list(writing)
        assert len(packed) == len(writing)
        assert (1, Role.DATE, 1) not in packed
        with pytest.raises(KeyError):
            packed[1, Role.DATE, 1]


def test_packed_writing_takes_a_third_of_the_memory() -> None:
    assert kept(lambda seed: PackedWriting(page(seed))) * 3 < kept(page)


def kept(make: Callable[[int], Writing]) -> int:
    """Return the bytes that some pages take."""
    make(0)
    tracemalloc.start()
    pages = [make(seed) for seed in range(PAGES)]
    found = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(pages) == PAGES
    return found
