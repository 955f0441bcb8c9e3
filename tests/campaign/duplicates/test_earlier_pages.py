"""Earlier pages are looked up by the buckets of their cells."""

from digitize.campaign.duplicates.earlier_pages import Bucket, EarlierPages


def looked_up(*pages: list[tuple[int, Bucket]]) -> EarlierPages:
    found = EarlierPages()
    for page in pages:
        found.add(page)
    found.sort()
    return found


def in_common(pages: EarlierPages, at: int, most: int | None = None) -> dict[int, int]:
    earlier, counts = pages.in_common(at, most)
    return dict(zip(earlier.tolist(), counts.tolist(), strict=True))


def test_a_cell_counts_once_however_many_of_its_buckets_are_shared() -> None:
    one = [(0, ("a", 0)), (0, ("a", 1)), (1, ("b", 0)), (1, ("b", 1))]
    other = [(0, ("a", 0)), (0, ("a", 1)), (1, ("b", 0)), (1, ("b", 2))]
    pages = looked_up(one, [], other, [(0, ("c", 0))])
    assert in_common(pages, 2) == {0: 2}
    assert in_common(pages, 0) == in_common(pages, 1) == in_common(pages, 3) == {}


def test_common_buckets_are_left_out() -> None:
    pages = looked_up(*([(0, ("a",)), (1, ("b", at))] for at in (1, 2, 3, 1)))
    assert in_common(pages, 2, most=2) == {0: 1, 1: 1}
    assert in_common(pages, 3, most=2) == {0: 1}
    assert in_common(pages, 3) == {0: 2, 1: 1, 2: 1}


def test_there_may_be_no_pages() -> None:
    looked_up()
    assert in_common(looked_up([]), 0) == {}
