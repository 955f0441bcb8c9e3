"""Work out the state of every page of a campaign: its sheet, its duplicates, its deadline.

The result is the same in whatever order the pages were processed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from digitize.campaign.collate.deadlines import Deadline, deadlines_of
from digitize.campaign.collate.group_pages import TABLES, PageRun, group_pages, missing_spans, page_runs
from digitize.campaign.collate.petitions import petitions_of
from digitize.campaign.collate.unplaced_pages import pages_of_other_forms, separate_stacks
from digitize.campaign.duplicates.duplicate_pages import Decided, DuplicatePages, find_duplicate_pages
from digitize.campaign.duplicates.page_summary import PageSummary
from digitize.form.identify_form import Span
from digitize.records import PageId, ScanFile


@dataclass(frozen=True, slots=True)
class PageState:
    """The state of one page among the others of its campaign.

    `sheet` counts from 1 in the order of the inputs, None for a page that is not part of a sheet.
    `missing` are the row numbers of pages that the sheet lacks.  `in_stacks` tells that fronts and
    backs were scanned in separate stacks, so that the sheet of the page cannot be known.  `form` is
    the name of the printed form, "" where unknown; `expected_form` is set if the page should have
    that form but does not fit it.

    `duplicate_of` is the page that counts instead of this one, `other_scans` are the duplicates of
    a page that counts, `differing` its rows (by index) that count on one scan and not on another,
    and `possible_duplicates` pages that may be scans of the same paper.

    `deadline` is the last day in time, `deadline_from` its source ("campaign", "form" or "sheet");
    `late` tells that the page was received after it.  `petition` is the title of the petition that
    the page belongs to as far as it was recognised, "" where nothing tells it.
    """

    sheet: int | None = None
    missing: tuple[Span, ...] = ()
    in_stacks: bool = False
    form: str = ""
    expected_form: str = ""
    duplicate_of: PageId | None = None
    other_scans: Sequence[PageId] = ()
    differing: frozenset[int] = frozenset()
    possible_duplicates: Sequence[PageId] = ()
    late: bool = False
    deadline: date | None = None
    deadline_from: str = ""
    petition: str = ""


def collate_pages(
    files: Sequence[ScanFile],
    summaries: Iterable[PageSummary],
    deadline: date | None = None,
    decided: Decided = MappingProxyType({}),
    typed: Collection[PageId] = (),
    said_petitions: Sequence[str] = (),
) -> Mapping[PageId, PageState]:
    """Return the state of every page in `summaries`; `files` are in the order of the inputs.

    `deadline` is that of the campaign; None uses those of the forms and sheets.  `decided` are
    pairs of pages that people decided on, and whether they are the same paper.  `typed` are pages
    with rows that people typed in; one without a table takes the deadline of the others.
    `said_petitions` are the petitions to which people moved sheets.
    """
    order = {file.path: index for index, file in enumerate(files)}
    received = {file.path: file.received for file in files}
    pages = sorted(summaries, key=lambda page: (order[page.id.file], page.id.page))
    tables = [page for page in pages if page.kind in TABLES]
    duplicates = find_duplicate_pages(tables, decided)
    bare = [page for page in pages if page.id in typed and page.kind not in TABLES]
    deadlines = deadlines_of(tables, deadline, bare)
    sheets = _assign_sheets(files, pages, duplicates.counted_as)
    other_forms = pages_of_other_forms(pages)
    petitions = petitions_of(pages, sheets.numbers, typed, said_petitions)
    return {
        page.id: replace(
            _state(page, duplicates, deadlines.get(page.id), received[page.id.file]),
            sheet=sheets.numbers.get(page.id),
            missing=sheets.missing.get(page.id, ()),
            in_stacks=page.id in sheets.stacked,
            expected_form=other_forms.get(page.id, ""),
            petition=petitions.get(page.id, ""),
        )
        for page in pages
    }


def _state(
    page: PageSummary, duplicates: DuplicatePages, deadline: Deadline | None, received: date | None
) -> PageState:
    return PageState(
        form=page.form.name if page.form else "",
        duplicate_of=duplicates.counted_as.get(page.id),
        other_scans=duplicates.other_scans.get(page.id, ()),
        differing=duplicates.differing.get(page.id, frozenset()),
        possible_duplicates=duplicates.possible.get(page.id, ()),
        late=received is not None and deadline is not None and received > deadline.day,
        deadline=deadline.day if deadline else None,
        deadline_from=deadline.source if deadline else "",
    )


@dataclass(frozen=True, slots=True)
class _Sheets:
    """Numbers of the sheets and missing rows by page, and the pages in stacks."""

    numbers: Mapping[PageId, int]
    missing: Mapping[PageId, tuple[Span, ...]]
    stacked: frozenset[PageId]


def _assign_sheets(
    files: Sequence[ScanFile], pages: Sequence[PageSummary], counted_as: Mapping[PageId, PageId]
) -> _Sheets:
    """Number the sheets in the order of their first page; second scans are on the sheet of the first."""
    sheet_of: dict[PageId, list[PageSummary]] = {}  # the pages of a sheet share one list
    fronts: dict[PageId, PageSummary] = {}
    stacked: set[PageId] = set()
    for run in page_runs(files, {page.id: page for page in pages}):
        unique, copies = _without_copies(run, counted_as)
        found, backs = group_pages(unique)
        whole, unknown = separate_stacks(found)
        sheet_of |= {page.id: sheet for sheet in map(list, whole) for page in sheet}
        fronts |= backs
        stacked |= {page.id for page in unknown}
        for copy, first in copies:
            stacked |= {copy.id} if first.id in stacked else set()
            if first.id in sheet_of:
                sheet_of[first.id].append(copy)
                sheet_of[copy.id] = sheet_of[first.id]
    sheet_of = _unite_sheets(sheet_of, counted_as)

    numbers: dict[PageId, int] = {}
    missing: dict[PageId, tuple[Span, ...]] = {}
    number_of: dict[int, int] = {}  # by identity of the list
    for page in pages:
        if page.id in sheet_of:
            sheet = sheet_of[page.id]
            numbers[page.id] = number_of.setdefault(id(sheet), len(number_of) + 1)
            missing[page.id] = missing_spans(sheet)
    for back, front in fronts.items():
        if front.id in numbers:
            numbers[back] = numbers[front.id]
    return _Sheets(numbers, missing, frozenset(stacked))


def _without_copies(
    run: PageRun, counted_as: Mapping[PageId, PageId]
) -> tuple[PageRun, list[tuple[PageSummary, PageSummary]]]:
    """Return a run with each paper once, and the scans left out, each with the one that stays."""
    kept: PageRun = []
    copies: list[tuple[PageSummary, PageSummary]] = []
    staying: dict[PageId, PageSummary] = {}
    for page in run:
        if page is not None and page.kind in TABLES:
            first = staying.setdefault(counted_as.get(page.id, page.id), page)
            if first is not page:
                copies.append((page, first))
                continue
        kept.append(page)
    return kept, copies


def _unite_sheets(
    sheet_of: dict[PageId, list[PageSummary]], counted_as: Mapping[PageId, PageId]
) -> dict[PageId, list[PageSummary]]:
    """Unite the sheets of a page and of its second scan."""
    united = dict(sheet_of)
    for copy, first in counted_as.items():
        one, other = united.get(first), united.get(copy)
        if one is not None and other is not None and one is not other:
            one += other
            united |= {page.id: one for page in other}
    return united
