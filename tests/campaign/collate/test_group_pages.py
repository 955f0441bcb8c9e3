"""Pages are grouped into sheets, missing pages and pages of other forms are reported."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitize.campaign.collate import PageState, collate_pages, summarize
from digitize.form.definition import load_form
from digitize.records import Failure, Flag, FlagCode, PageId, PageKind, ScanFile, SheetPage, Status
from tests.outcomes import row, sheet_page

FORMS = {"acat": load_form("acat")}
LETTER, LIST = (1, 3), (4, 30)
BACK, BROKEN = "back", "broken"

Side = tuple[int, int] | str


def page(file: str, number: int, side: Side, form: str = "acat") -> SheetPage | Failure:
    """Return a stored page with these printed numbers, a blank back or a failed page."""
    if side == BROKEN:
        return Failure(PageId(file, number), "grid", "unusable", "Cut off.")
    if isinstance(side, str):
        return sheet_page(file, number, kind=PageKind.BLANK)
    kind = PageKind.LETTER if side == LETTER else PageKind.LIST
    return sheet_page(
        file, number, *(row(n, Status.BLANK) for n in range(side[0], side[1] + 1)), kind=kind, form=form
    )


def collated(scans: dict[str, Sequence[Side]], form: str = "acat") -> dict[tuple[str, int], PageState]:
    """Return the page states of files with these pages, by file and page."""
    files = [ScanFile(name, name, len(sides)) for name, sides in scans.items()]
    pages = [page(name, i, side, form) for name, sides in scans.items() for i, side in enumerate(sides, 1)]
    found = collate_pages(files, [summarize(stored, FORMS) for stored in reversed(pages)])
    return {(at.file, at.page): state for at, state in found.items()}


def numbers(sides: Sequence[Side], form: str = "acat") -> list[int | None]:
    found = collated({"/s/a.pdf": sides}, form)
    return [found["/s/a.pdf", i].sheet for i in range(1, len(sides) + 1)]


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ([LETTER, LIST], [1, 1]),
        ([LIST, LETTER], [1, 1]),
        ([LETTER, LIST, LETTER, LIST], [1, 1, 2, 2]),
        ([LIST, LETTER, LIST, LETTER], [1, 1, 2, 2]),
        ([LIST, LETTER, LIST], [1, 2, 2]),
        ([LETTER, LETTER, LIST], [1, 2, 2]),
        ([LETTER, BACK, LIST, BACK], [1, 1, 1, 1]),
        ([LETTER, BACK, BACK, LIST], [1, 1, 1, 2]),
        ([LETTER, BROKEN, LIST], [1, None, 2]),
        ([BACK, LIST, LIST], [None, 1, 2]),
        ([LETTER, LIST, LETTER, LETTER, LIST], [1, 1, 2, 3, 3]),
        ([LETTER, LIST, LIST, LETTER, LIST], [1, 1, 2, 3, 3]),
        ([LETTER, BACK, LIST, BACK, LETTER, BACK, LIST, BACK], [1, 1, 1, 1, 2, 2, 2, 2]),
        ([LETTER, (1, 20), LIST], [1, 2, 3]),
    ],
)
def test_neighbours_whose_numbers_continue_each_other_are_one_sheet(
    sides: list[Side], expected: list[int | None]
) -> None:
    assert numbers(sides) == expected


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ([(1, 18), (19, 39)], [1, 1]),
        ([(16, 20), (1, 15)], [1, 1]),
        ([(1, 10), (11, 20), (21, 30), (1, 10)], [1, 1, 1, 2]),
        ([(1, 15), (15, 20)], [1, 2]),
        ([(1, 15), (17, 20)], [1, 2]),
        ([(1, 15), (1, 15)], [1, 2]),
    ],
)
def test_pages_of_an_unknown_form_are_grouped_by_their_numbers(
    sides: list[Side], expected: list[int | None]
) -> None:
    assert numbers(sides, "another") == expected


def test_files_of_one_page_are_grouped_by_their_names() -> None:
    names = ["x10_p1.png", "x10_p2.png", "x2_p2.png", "x3_p1.png", "front.png", "other.pdf"]
    sides: list[list[Side]] = [[LETTER], [LIST], [LIST], [LETTER], [LETTER], [LIST, LETTER]]
    found = collated({f"/s/{name}": side for name, side in zip(names, sides, strict=True)})
    assert [found[f"/s/{name}", 1].sheet for name in names] == [1, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("names", "together"),
    [
        (("scan0001.jpg", "scan0002.jpg"), True),
        (("scan9.jpg", "scan10.jpg"), True),
        (("scan (1).jpg", "scan (2).jpg"), True),
        (("IMG_20250117_101530.jpg", "IMG_20250117_101552.jpg"), True),
        (("x_front.png", "x_back.png"), True),
        (("bogen7a.png", "bogen7b.png"), True),
        (("scan0001.jpg", "scan0003.jpg"), False),
        (("scan0001.jpg", "photo0002.jpg"), False),
        (("meier.png", "muster.png"), False),
        (("x_p1.png", "x2.png"), False),
    ],
)
def test_files_are_neighbours_if_their_names_are_consecutive(names: tuple[str, str], together: bool) -> None:
    first, second = sorted(names, key=lambda name: (len(name), name)) if "front" not in names[0] else names
    found = collated({f"/s/{first}": [LETTER], f"/s/{second}": [LIST]})
    assert found[f"/s/{second}", 1].sheet == (1 if together else 2)


@pytest.mark.parametrize(
    ("sides", "stacked"),
    [
        ([LETTER, LETTER, LETTER, LIST, LIST, LIST], [0, 1, 2, 3, 4, 5]),
        ([LETTER, LETTER, LIST, LIST, LETTER, LIST], [0, 1, 2, 3]),
        ([LETTER, LIST, LIST, LIST, LETTER, LETTER], [2, 3, 4, 5]),
        ([LETTER, LETTER, BROKEN, LIST, LIST], []),
    ],
)
def test_pages_of_separate_stacks_get_no_sheet(sides: list[Side], stacked: list[int]) -> None:
    found = collated({"/s/a.pdf": sides})
    states = [found["/s/a.pdf", i + 1] for i in range(len(sides))]
    assert [i for i, state in enumerate(states) if state.in_stacks] == stacked
    assert all(states[i].sheet is None and not states[i].missing for i in stacked)


def test_a_page_that_does_not_fit_its_form_is_reported() -> None:
    found = collated({"/s/a.pdf": [LETTER, (1, 20), LIST], "/s/b.pdf": [(4, 28)]})
    assert [found["/s/a.pdf", n].expected_form for n in (1, 2, 3)] == ["", "acat", ""]
    assert found["/s/b.pdf", 1].expected_form == ""  # two rows were lost
    pages = [page("/s/a.pdf", 1, LETTER), page("/s/a.pdf", 2, (1, 20), form="auto")]
    found = collate_pages([ScanFile("/s/a.pdf", "a.pdf", 2)], [summarize(stored, FORMS) for stored in pages])
    assert [state.expected_form for state in found.values()] == ["", "acat"]
    assert not any(s.expected_form for s in collated({"/s/a.pdf": [(1, 20)]}, form="nobody knows").values())


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Petition to the Belarusian Minister of the Interior, Lt.-Gen. Ivan Kubrakou", ""),
        ("Petitlon tothe Belarusian Minster of thelnterior", ""),
        ("BELARUS 2. Nov. 2024", ""),  # of a letter
        ("", ""),
        ("Pétition «Pour une bibliothèque ouverte le dimanche»", "acat"),
    ],
)
def test_a_page_with_the_title_of_another_petition_is_reported(title: str, expected: str) -> None:
    stored = page("/s/a.pdf", 1, LIST)
    assert isinstance(stored, SheetPage)
    found = collate_pages(
        [ScanFile("/s/a.pdf", "a.pdf", 1)], [summarize(replace(stored, title=title), FORMS)]
    )
    assert [state.expected_form for state in found.values()] == [expected]


def test_a_sheet_never_spans_two_files_or_folders() -> None:
    found = collated({"/s/a.pdf": [BACK, LETTER], "/s/b.pdf": [LIST, BACK]})
    assert {state.sheet for state in found.values() if state.sheet} == {1, 2}
    found = collated({"/s/x_p1.png": [LETTER], "/t/x_p2.png": [LIST]})
    assert [state.sheet for state in found.values()] in ([1, 2], [2, 1])


def test_missing_pages_of_a_known_form_are_reported() -> None:
    found = collated({"/s/a.pdf": [LIST, LIST, BACK, LETTER], "/s/b.pdf": [LETTER]})
    assert [found["/s/a.pdf", n].missing for n in (1, 2, 4)] == [(LETTER,), (), ()]
    assert found["/s/a.pdf", 2].sheet == found["/s/a.pdf", 4].sheet
    assert found["/s/b.pdf", 1].missing == (LIST,)
    assert all(not s.missing for s in collated({"/s/a.pdf": [LIST, LETTER, BROKEN]}).values())


def test_no_page_of_an_unknown_form_is_missing() -> None:
    found = collated({"/s/a.pdf": [LIST]}, form="nobody knows")
    assert found["/s/a.pdf", 1] == PageState(sheet=1)


def test_pages_of_different_forms_are_different_sheets() -> None:
    pages = [page("/s/a.pdf", 1, LETTER), page("/s/a.pdf", 2, LIST, form="another")]
    found = collate_pages([ScanFile("/s/a.pdf", "a.pdf", 2)], [summarize(stored, FORMS) for stored in pages])
    assert [state.sheet for state in found.values()] == [1, 2]


def test_inferred_row_numbers_do_not_join_pages() -> None:
    counted = (Flag(FlagCode.NUMBER_INFERRED),)
    pages = [page("/s/a.pdf", 1, (1, 20), "x")]
    pages.append(
        sheet_page("/s/a.pdf", 2, *(row(n, Status.BLANK, flags=counted) for n in range(21, 30)), form="x")
    )
    found = collate_pages([ScanFile("/s/a.pdf", "a.pdf", 2)], [summarize(stored, {}) for stored in pages])
    assert [state.sheet for state in found.values()] == [1, 2]


@given(st.lists(st.sampled_from([LETTER, LIST, BACK, BROKEN]), min_size=1, max_size=9), st.data())
def test_every_page_is_on_one_sheet_which_has_no_number_twice(sides: list[Side], data: st.DataObject) -> None:
    scans = {"/s/a.pdf": sides, "/s/b.pdf": [LETTER, LIST]}
    found = collated(scans)
    for number in {state.sheet for state in found.values()} - {None}:
        spans = [
            scans[file][at - 1]
            for (file, at), state in found.items()
            if state.sheet == number and scans[file][at - 1] in (LETTER, LIST)
        ]
        assert sorted(set(spans)) == sorted(spans)
        assert len(spans) in (1, 2)
    for (file, at), state in found.items():
        assert scans[file][at - 1] not in (LETTER, LIST) or state.in_stacks == (state.sheet is None)
    order = data.draw(st.permutations(range(len(sides))))
    files = [ScanFile("/s/a.pdf", "a.pdf", len(sides))]
    pages = [summarize(page("/s/a.pdf", i + 1, sides[i]), FORMS) for i in range(len(sides))]
    assert collate_pages(files, pages) == collate_pages(files, [pages[i] for i in order])
