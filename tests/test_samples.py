"""The whole pipeline on the samples, from file to tally, compared with the truth."""

import csv
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from digitize.page.pipeline import Settings, digitize_file
from digitize.records import PageKind, SheetPage, Status
from samples import make

FOLDER = Path(make.__file__).parent
KINDS = {"list": PageKind.LIST, "letter": PageKind.LETTER}
PAGES = {
    **{("acat-sheet.pdf", page): kind for page, kind in ((1, "letter"), (2, "list"))},
    **{
        ("batch.pdf", page): kind
        for page, kind in enumerate(("letter", "list", "letter", "blank", "list", "letter", "blank"), 1)
    },
    **{("list-bitonal.tif", page): kind for page, kind in ((1, "letter"), (2, "list"))},
    **{(name, 1): "list" for name in ("photo.jpg", "empty-form.png", "other-de.pdf", "other-fr.pdf")},
    ("no-table.png", 1): "no-table",
}
Line = dict[str, str]


@cache
def digitized(file: str, page: int) -> SheetPage:
    outcome = digitize_file(str(FOLDER / file), page, Settings()).outcome
    assert isinstance(outcome, SheetPage), outcome
    return outcome


@cache
def truth() -> dict[tuple[str, int], dict[int, Line]]:
    pages: dict[tuple[str, int], dict[int, Line]] = {}
    with (FOLDER / "truth.csv").open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            pages.setdefault((line["file"], int(line["page"])), {})[int(line["row"])] = line
    return pages


def true_status(line: Line) -> Status:
    if line["ambiguous"] == "1":
        return Status.DOUBTFUL
    if line["struck"] == "1":
        return Status.STRUCK
    if not any(line[f"inked_{part}"] == "1" for part in ("name", "address", "signature")):
        return Status.BLANK
    return Status.SIGNED if line["counts"] == "1" else Status.INCOMPLETE


@pytest.mark.parametrize(("file", "page"), PAGES)
def test_every_page_has_its_kind(file: str, page: int) -> None:
    outcome = digitized(file, page)
    assert outcome.kind == PAGES[file, page]
    assert bool(outcome.rows) == (outcome.kind in KINDS.values())


@pytest.mark.parametrize(("file", "page"), truth())
def test_every_printed_row_is_found_with_its_number(file: str, page: int) -> None:
    assert [row.number for row in digitized(file, page).rows] == list(truth()[file, page])


def statuses() -> list[tuple[Status, Status]]:
    """Return the true and the found status of every row."""
    return [
        (true_status(truth()[page][row.number]), row.status)
        for page in truth()
        for row in digitized(*page).rows
    ]


def test_rows_have_the_true_status() -> None:
    pairs = statuses()
    assert len(pairs) == 205
    wrong = Counter((right.value, found.value) for right, found in pairs if right is not found)
    assert wrong == WRONG


# Measured: a short name above a long line, and a neighbour's ink in a row that nobody signed.
WRONG = Counter({("signed", "doubtful"): 1, ("incomplete", "doubtful"): 1})


def test_crossed_out_rows_never_count() -> None:
    assert not [found for right, found in statuses() if right is Status.STRUCK and found is Status.SIGNED]


def counted(page: tuple[str, int]) -> Counter[str]:
    """Count the signed rows of a page per region."""
    rows = digitized(*page).rows
    return Counter(
        row.place.region if row.place else "unknown" for row in rows if row.status is Status.SIGNED
    )


def true_count(page: tuple[str, int]) -> Counter[str]:
    lines = [line for line in truth()[page].values() if true_status(line) is Status.SIGNED]
    return Counter(line["canton"] or "abroad" for line in lines)


INEXACT = {
    ("acat-sheet.pdf", 2): 2,  # Moutier: its canton on the last day is known once pages are sheets
    ("batch.pdf", 2): 1,  # doubtful: a short name above a long line, and a neighbour's ink
    ("list-bitonal.tif", 2): 2,  # ditto marks under an address that is struck out: of an unknown region
}


@pytest.mark.parametrize("page", truth())
def test_the_tally_per_region_is_exact(page: tuple[str, int]) -> None:
    right, found = true_count(page), counted(page)
    assert ((right - found) + (found - right)).total() == INEXACT.get(page, 0)
