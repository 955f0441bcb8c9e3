"""Decisions on pairs of pages override what their ink says."""

from collections.abc import Sequence

from digitize.campaign.collate import PageState, PageSummary, collate_pages
from digitize.records import PageId, ScanFile
from tests.campaign.duplicates.test_duplicate_pages import filled, made

A, B, C = (PageId(name, 1) for name in "abc")


def states(pages: Sequence[PageSummary], decided: dict[frozenset[PageId], bool]) -> dict[PageId, PageState]:
    files = [ScanFile(page.id.file, page.id.file, 1) for page in pages]
    return dict(collate_pages(files, pages, decided=decided))


def written(file: str, hand: int, rows: int = 4) -> PageSummary:
    return made(file, *(filled(number, hand) for number in range(1, rows + 1)))


def test_both_pages_count_if_a_person_decided_that_they_differ() -> None:
    pages = [written("a", 1), written("b", 1)]
    assert states(pages, {})[B].duplicate_of == A
    found = states(pages, {frozenset({A, B}): False})
    assert [found[at].duplicate_of for at in (A, B)] == [None, None]
    assert not any(at.possible_duplicates or at.other_scans for at in found.values())
    assert found[A].sheet != found[B].sheet


def test_pages_count_once_if_a_person_decided_that_they_are_the_same() -> None:
    pages = [written("a", 1), written("b", 2, rows=5)]
    assert [at.duplicate_of for at in states(pages, {}).values()] == [None, None]
    found = states(pages, {frozenset({A, B}): True})
    assert found[A].duplicate_of == B  # the page with more rows counts
    assert list(found[B].other_scans) == [A]
    assert found[A].sheet == found[B].sheet
    assert not any(at.possible_duplicates for at in found.values())


def test_a_third_scan_joins_the_pages_that_a_person_united() -> None:
    pages = [written("a", 1), written("b", 2), written("c", 2)]
    found = states(pages, {frozenset({A, B}): True})
    assert [found[at].duplicate_of for at in (A, B, C)] == [None, A, A]


def test_a_decided_pair_is_no_longer_a_possible_duplicate() -> None:
    pages = [made(file, *(filled(n, 1, mm) for n in (1, 2, 3))) for file, mm in (("a", 0.0), ("b", 0.65))]
    assert [list(at.possible_duplicates) for at in states(pages, {}).values()] == [[B], [A]]
    assert [list(at.possible_duplicates) for at in states(pages, {frozenset({A, B}): False}).values()] == [
        [],
        [],
    ]


def test_a_decision_on_a_deleted_page_changes_nothing() -> None:
    pages = [written("a", 1), written("b", 1)]
    assert states(pages, {frozenset({A, C}): True}) == states(pages, {})
