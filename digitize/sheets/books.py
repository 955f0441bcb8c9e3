"""Where every page of a campaign belongs; the same whatever order its pages were done in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from digitize.records import PageId, ScanFile
from digitize.sheets.briefs import Brief
from digitize.sheets.doubles import Doubles, find_doubles
from digitize.sheets.grouping import TABLES, chains, missing_spans, sheets_of
from digitize.sheets.known import Span


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one page belongs.

    `sheet` counts from 1 in the order of the inputs, None for what is no part
    of a sheet.  `missing` are the row numbers of the sheet's pages that are not
    there.  `form` is empty where the printed design is not known.
    `duplicate_of` is the page that counts in place of this one, `again` its
    other scans, `differing` the rows (by index) that count on one of them and
    do not on another; `likely` are pages that may be scans of the same paper.
    `late` is true where the page was received after the deadline.
    """

    sheet: int | None = None
    missing: tuple[Span, ...] = ()
    form: str = ""
    duplicate_of: PageId | None = None
    again: Sequence[PageId] = ()
    differing: frozenset[int] = frozenset()
    likely: Sequence[PageId] = ()
    late: bool = False


def keep_books(
    files: Sequence[ScanFile], briefs: Iterable[Brief], deadline: date | None = None
) -> Mapping[PageId, Standing]:
    """The standing of every page in `briefs`; `files` in the order of the inputs.

    `deadline` is the last day in time, None: that of each page's form.
    """
    received = {file.path: file.received for file in files}
    order = {file.path: index for index, file in enumerate(files)}
    pages = sorted(briefs, key=lambda page: (order[page.id.file], page.id.page))
    doubles = find_doubles([page for page in pages if page.kind in TABLES])
    standings = {
        page.id: replace(_standing(page, doubles), late=_is_late(page, received[page.id.file], deadline))
        for page in pages
    }
    by_id = {page.id: page for page in pages}
    sheets: dict[PageId, list[Brief]] = {}  # from every page to its sheet, which several share
    fronts: dict[PageId, Brief] = {}
    for chain in chains(files, by_id):
        found, backs = sheets_of(chain)
        sheets |= {page.id: sheet for sheet in map(list, found) for page in sheet}
        fronts |= backs
    sheets = _united(sheets, doubles.same)
    numbers: dict[int, int] = {}
    for page in pages:
        if page.id in sheets:
            sheet = sheets[page.id]
            number = numbers.setdefault(id(sheet), len(numbers) + 1)
            standings[page.id] = replace(standings[page.id], sheet=number, missing=missing_spans(sheet))
    for back, front in fronts.items():
        standings[back] = replace(standings[back], sheet=standings[front.id].sheet)
    return standings


def _standing(page: Brief, doubles: Doubles) -> Standing:
    return Standing(
        form=page.form.name if page.form else "",
        duplicate_of=doubles.same.get(page.id),
        again=doubles.again.get(page.id, ()),
        differing=doubles.differing.get(page.id, frozenset()),
        likely=doubles.likely.get(page.id, ()),
    )


def _is_late(page: Brief, received: date | None, deadline: date | None) -> bool:
    last = deadline or (page.form.deadline if page.form else None)
    return received is not None and last is not None and received > last


def _united(sheets: dict[PageId, list[Brief]], same: Mapping[PageId, PageId]) -> dict[PageId, list[Brief]]:
    """A page and its second scan lie on the same sheet, and with them their neighbours."""
    united = dict(sheets)
    for again, first in same.items():
        one, other = united[first], united[again]
        if one is not other:
            one += other
            united |= {page.id: one for page in other}
    return united
