"""Pages scanned twice are found, whatever the scanner; pages written twice are not duplicates."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from random import Random

import cv2
import numpy as np
import pytest

from digitize.campaign.collate import PageState, PageSummary, collate_pages, summarize
from digitize.campaign.duplicates.page_writing import Likeness, compare
from digitize.form.definition import load_form
from digitize.geometry import Box
from digitize.images import Scan
from digitize.page.pipeline import Settings, digitize_page, load_tools
from digitize.records import (
    Cell,
    Ink,
    InkMeasure,
    Mark,
    PageId,
    PageKind,
    Reading,
    Role,
    Row,
    ScanFile,
    Status,
)
from samples.synthetic import ACAT, Design, Mode, Paper, Photo, SyntheticPage, make_page, random_fill
from tests.outcomes import row, sheet_page

FORMS = {"acat": load_form("acat")}
GREY = Paper(noise=1.5)
FAX = Paper(mode=Mode.BITONAL, skew_deg=1.4, dust=30, noise=2.5)
COLOUR = Paper(mode=Mode.COLOUR, skew_deg=-0.7, rotation_deg=180, dust=15, stamps=("beside",))
PHOTO = Paper(mode=Mode.COLOUR, skew_deg=2.0, noise=3.0, blur_px=0.8, photo=Photo(tilt=0.06, curl_mm=2.0))


def coarser(page: SyntheticPage, scale: float = 0.75, turn_deg: float = -1.1) -> SyntheticPage:
    """Return the same paper as seen by another scanner: fewer dots per inch, at an angle."""
    height, width = page.pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), turn_deg, scale)
    turn[:, 2] += np.array([width, height]) * (scale - 1) / 2
    size = (round(width * scale), round(height * scale))
    pixels = cv2.warpAffine(page.pixels, turn, size, flags=cv2.INTER_AREA, borderValue=(250,) * 3)
    return replace(
        page, pixels=np.asarray(pixels, np.uint8), truth=replace(page.truth, dpi=page.truth.dpi * scale)
    )


def scanned(page: SyntheticPage, dpi: float | None = 0.0) -> PageSummary:
    """Return the summary of a page that went through the whole pipeline; 0: at its own resolution."""
    scan = Scan("a.pdf", 1, page.pixels, page.truth.dpi if dpi == 0.0 else dpi)
    return summarize(digitize_page(scan, PageId("a.pdf", 1), load_tools(Settings()))[1], FORMS)


@dataclass(frozen=True)
class Papers:
    """A paper scanned three times and photographed once, and one filled in alike by the same people."""

    scans: tuple[PageSummary, ...]
    written_again: PageSummary


def make_papers(design: Design, share: float, seed: int) -> Papers:
    rows = random_fill(design, seed, share)
    first = make_page(design, rows, GREY, seed)
    fax, photo = (make_page(design, rows, paper, seed) for paper in (FAX, PHOTO))
    papers = (first, fax, coarser(make_page(design, rows, COLOUR, seed)))
    scans = (*map(scanned, papers), scanned(photo, dpi=None))
    return Papers(scans, scanned(make_page(design, rows, GREY, seed + 500)))


@pytest.fixture(scope="module")
def letter() -> Papers:
    """A letter signed by one person."""
    return make_papers(ACAT[0], 0.34, 1)


@pytest.fixture(scope="module")
def listing() -> Papers:
    """A list with five signers."""
    return make_papers(ACAT[1], 0.2, 5)


@pytest.mark.parametrize("which", ["letter", "listing"])
def test_a_page_scanned_twice_is_the_same_paper(which: str, request: pytest.FixtureRequest) -> None:
    scans = request.getfixturevalue(which).scans
    for one, other in combinations(range(4), 2):
        assert compare(scans[one].writing, scans[other].writing)[0] is Likeness.SAME


@pytest.mark.parametrize("which", ["letter", "listing"])
def test_a_page_written_twice_by_the_same_people_is_a_possible_duplicate(
    which: str, request: pytest.FixtureRequest
) -> None:
    papers = request.getfixturevalue(which)
    for scan in papers.scans:
        assert compare(scan.writing, papers.written_again.writing)[0] is Likeness.LIKELY


def test_the_first_scan_counts_and_lists_the_others(letter: Papers, listing: Papers) -> None:
    ids = [PageId("a.pdf", 1), PageId("a.pdf", 2), PageId("b.pdf", 1), PageId("c.pdf", 1)]
    pages = [letter.scans[0], listing.scans[0], listing.scans[1], listing.written_again]
    briefs = [replace(page, id=at) for page, at in zip(pages, ids, strict=True)]
    files = [ScanFile(name, name, count) for name, count in (("a.pdf", 2), ("b.pdf", 1), ("c.pdf", 1))]
    found = collate_pages(files, briefs)
    assert [found[at].duplicate_of for at in ids] == [None, None, ids[1], None]
    assert [list(found[at].other_scans) for at in ids] == [[], [ids[2]], [], []]
    # Both lists have the same names but not the same ink.
    assert [list(found[at].possible_duplicates) for at in ids] == [[], [ids[3]], [], [ids[1]]]
    # The letter was scanned once; the second scan of its list belongs to the same sheet.
    assert [(found[at].sheet, found[at].missing) for at in ids] == [(1, ()), (1, ()), (1, ()), (2, ((1, 3),))]
    assert collate_pages(files, briefs[::-1]) == found


# Pages made by hand


CELL = Box(0, 0, 500, 100)  # 50 x 10 mm at 10 px per mm


def filled(number: int, seed: int, jitter_mm: float = 0.0, name: str = "Ada Muster") -> Row:
    """Return a row with three cells whose ink depends on `seed` and is moved by up to `jitter_mm`."""
    dice, moved = Random(seed * 100 + number), Random(repr((seed, number, jitter_mm)))
    cells = []
    for role in (Role.NAME, Role.ADDRESS, Role.SIGNATURE):
        left, width, top = dice.uniform(5, 60), dice.uniform(150, 400), dice.uniform(5, 40)
        at = [x + moved.uniform(-10, 10) * jitter_mm for x in (left, top, left + width, top + 50)]
        reading = Reading(name, 0.9, "double 1") if role is not Role.SIGNATURE else None
        ink = InkMeasure(Ink.INKED, Mark.WRITING, 60.0, 0.0, 8.0, Box(*at))
        cells.append(Cell(role, CELL, ink, reading))
    return row(number, Status.SIGNED, name=name, cells=tuple(cells))


def made(file: str, *rows: Row, kind: PageKind = PageKind.LIST, blanks: int = 0) -> PageSummary:
    """Return a page with these rows and blank rows up to number `blanks`."""
    rows += tuple(row(n, Status.BLANK) for n in range(len(rows) + 1, blanks + 1))
    return summarize(replace(sheet_page(file, 1, *rows, kind=kind, form="any"), px_per_mm=10.0), {})


def states(*pages: PageSummary) -> list[PageState]:
    files = [ScanFile(page.id.file, page.id.file, 1) for page in pages]
    found = collate_pages(files, pages)
    return [found[page.id] for page in pages]


def names(pages: Sequence[PageId]) -> list[str]:
    return [page.file for page in pages]


def test_pages_without_writing_are_not_duplicates() -> None:
    blank = [row(n, Status.BLANK) for n in range(1, 10)]
    assert [s.duplicate_of for s in states(made("a", *blank), made("b", *blank))] == [None, None]
    specks = [replace(filled(n, 1), status=Status.BLANK) for n in range(1, 10)]
    assert [s.duplicate_of for s in states(made("a", *specks), made("b", *specks))] == [None, None]


def test_the_same_ink_in_other_rows_is_no_duplicate() -> None:
    moved = [replace(filled(n, 1), number=n + 5) for n in (1, 2, 3)]
    found = states(made("a", *(filled(n, 1) for n in (1, 2, 3))), made("b", *moved))
    assert not any(s.duplicate_of or s.possible_duplicates for s in found)


def test_other_names_in_the_same_places_are_no_duplicate() -> None:
    pages = [made(name, *(filled(n, 1, name=name) for n in (1, 2))) for name in ("Ada Muster", "Zoë Kux")]
    found = states(*pages)
    assert not any(s.duplicate_of or s.possible_duplicates for s in found)


def test_of_scans_before_and_after_more_people_signed_the_later_counts() -> None:
    some = [filled(n, 1) for n in (1, 2, 3, 4)]
    more = [*some, *(filled(n, 1) for n in (5, 6, 7, 8, 9))]
    found = states(made("a", *some, blanks=9), made("b", *more))
    assert [s.duplicate_of.file if s.duplicate_of else None for s in found] == ["b", None]
    assert found[1].differing == {4, 5, 6, 7, 8}
    assert not any(s.possible_duplicates for s in found)


def test_a_scan_with_a_row_that_the_other_lacks_is_a_possible_duplicate() -> None:
    lost = [filled(n, 1) for n in (1, 2, 3)]
    fewer = replace(made("a", *lost, filled(4, 1)), row_count=2)  # two rows were lost above the fourth
    found = states(fewer, made("b", *lost))
    assert [s.duplicate_of for s in found] == [None, None]
    assert [names(s.possible_duplicates) for s in found] == [["b"], ["a"]]


def test_similar_ink_makes_both_pages_possible_duplicates() -> None:
    jitters = {"a": ("Ada Muster", 0.0), "b": ("Ida Muller", 0.65)}
    found = states(
        *(made(file, *(filled(n, 1, mm, name) for n in (1, 2, 3))) for file, (name, mm) in jitters.items())
    )
    assert [s.duplicate_of for s in found] == [None, None]
    assert [names(s.possible_duplicates) for s in found] == [["b"], ["a"]]


def test_rows_whose_count_differs_between_scans_are_reported() -> None:
    rows = [filled(n, 1) for n in (1, 2, 3)]
    other = [rows[0], replace(rows[1], status=Status.INCOMPLETE), replace(rows[2], status=Status.DOUBTFUL)]
    found = states(made("a", *other), made("b", *rows))
    assert [s.duplicate_of.file if s.duplicate_of else None for s in found] == ["b", None]
    assert found[1].differing == {1}  # the doubtful row is reviewed in any case


@pytest.mark.parametrize(
    ("names", "likely"),
    [
        (("Ada Muster", "Ada Muster"), True),
        (("Ada Muster", "Ada Musler"), True),
        (("Ada Muster", "Beat Muster"), False),
    ],
)
def test_papers_with_the_same_names_are_possible_duplicates(names: tuple[str, str], likely: bool) -> None:
    pages = [made(f"{i}", *(filled(n, i, name=name) for n in (1, 2))) for i, name in enumerate(names)]
    found = states(*pages)
    assert not any(s.duplicate_of for s in found)
    assert [bool(s.possible_duplicates) for s in found] == [likely, likely]


def test_one_common_cell_is_not_enough_for_a_duplicate() -> None:
    (line,) = [replace(filled(1, 1), cells=filled(1, 1).cells[:1])]
    found = states(made("a", line), made("b", line))
    assert [s.duplicate_of for s in found] == [None, None]
    assert [names(s.possible_duplicates) for s in found] == [["b"], ["a"]]


def test_a_sheet_whose_pages_were_each_scanned_twice_is_no_stack() -> None:
    front, back = [filled(n, 1) for n in (1, 2, 3)], [replace(filled(n, 2), index=n - 4) for n in (4, 5, 6)]
    sides = (front, front, back, back)
    pages = [
        summarize(replace(sheet_page("a", at, *rows, form="any"), px_per_mm=10.0), {})
        for at, rows in enumerate(sides, 1)
    ]
    found = collate_pages([ScanFile("a", "a", 4)], pages)
    shown = [(s.sheet, s.in_stacks, s.duplicate_of.page if s.duplicate_of else None) for s in found.values()]
    assert shown == [(1, False, None), (1, False, 1), (1, False, None), (1, False, 3)]


def test_the_first_of_three_scans_counts() -> None:
    jitters = {"c": 0.0, "a": 0.1, "b": 0.2}
    scans = [made(file, *(filled(n, 1, jitter) for n in (1, 2, 3))) for file, jitter in jitters.items()]
    found = states(*scans)
    assert [s.duplicate_of.file if s.duplicate_of else None for s in found] == [None, "c", "c"]
    assert names(found[0].other_scans) == ["a", "b"]


def test_all_duplicates_among_many_pages_are_found_and_no_others() -> None:
    all_names = [f"{Random(seed).getrandbits(64):x}" for seed in range(400)]
    pages = [made(f"{seed}", filled(1, seed, name=all_names[seed])) for seed in range(400)]
    again = [made(f"again{seed}", filled(1, seed, 0.3, all_names[seed])) for seed in range(0, 400, 2)]
    found = dict(zip([page.id.file for page in [*pages, *again]], states(*pages, *again), strict=True))
    duplicates = {file: state.duplicate_of.file for file, state in found.items() if state.duplicate_of}
    assert duplicates == {f"again{seed}": f"{seed}" for seed in range(0, 400, 2)}
    assert not any(state.possible_duplicates for state in found.values())
