"""What people decided on two pages goes before what their ink tells."""

from collections.abc import Sequence

from digitize.campaign.collate import PageState, PageSummary, collate_pages
from digitize.records import PageId, ScanFile
from tests.campaign.duplicates.test_duplicate_pages import filled, made

A, B, C = (PageId(name, 1) for name in "abc")


def stand(pages: Sequence[PageSummary], decided: dict[frozenset[PageId], bool]) -> dict[PageId, PageState]:
    files = [ScanFile(page.id.file, page.id.file, 1) for page in pages]
    return dict(collate_pages(files, pages, decided=decided))


def written(file: str, hand: int, rows: int = 4) -> PageSummary:
    return made(file, *(filled(number, hand) for number in range(1, rows + 1)))


def test_two_scans_that_a_person_told_apart_both_count() -> None:
    pages = [written("a", 1), written("b", 1)]
    assert stand(pages, {})[B].duplicate_of == A
    found = stand(pages, {frozenset({A, B}): False})
    assert [found[at].duplicate_of for at in (A, B)] == [None, None]
    assert not any(at.possible_duplicates or at.other_scans for at in found.values())
    assert found[A].sheet != found[B].sheet


def test_two_pages_that_a_person_found_to_be_one_paper_count_once() -> None:
    pages = [written("a", 1), written("b", 2, rows=5)]
    assert [at.duplicate_of for at in stand(pages, {}).values()] == [None, None]
    found = stand(pages, {frozenset({A, B}): True})
    assert found[A].duplicate_of == B  # the fuller one counts
    assert list(found[B].other_scans) == [A]
    assert found[A].sheet == found[B].sheet
    assert not any(at.possible_duplicates for at in found.values())


def test_a_third_scan_joins_those_that_a_person_united() -> None:
    pages = [written("a", 1), written("b", 2), written("c", 2)]
    found = stand(pages, {frozenset({A, B}): True})
    assert [found[at].duplicate_of for at in (A, B, C)] == [None, A, A]


def test_a_pair_on_which_somebody_decided_is_not_asked_again() -> None:
    pages = [made(file, *(filled(n, 1, mm) for n in (1, 2, 3))) for file, mm in (("a", 0.0), ("b", 0.65))]
    assert [list(at.possible_duplicates) for at in stand(pages, {}).values()] == [[B], [A]]
    assert [list(at.possible_duplicates) for at in stand(pages, {frozenset({A, B}): False}).values()] == [
        [],
        [],
    ]


def test_a_decision_on_a_page_that_is_gone_changes_nothing() -> None:
    pages = [written("a", 1), written("b", 1)]
    assert stand(pages, {frozenset({A, C}): True}) == stand(pages, {})
