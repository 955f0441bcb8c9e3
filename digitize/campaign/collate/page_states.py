"""Where every page of a campaign belongs; the same whatever order its pages were done in."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from digitize.campaign.collate.group_pages import TABLES, Chain, chains, missing_spans, sheets_of
from digitize.campaign.collate.unplaced_pages import strangers, without_stacks
from digitize.campaign.duplicates.duplicate_pages import Decided, DuplicatePages, find_duplicate_pages
from digitize.campaign.duplicates.page_summary import PageSummary
from digitize.form.identify_form import Span
from digitize.records import PageId, ScanFile


@dataclass(frozen=True, slots=True)
class PageState:
    """Where one page belongs.

    `sheet` counts from 1 in the order of the inputs, None for what is no part
    of a sheet.  `missing` are the row numbers of the sheet's pages that are not
    there; `loose` is true where pages lie in stacks, so that nobody can tell
    which others belong to this one.  `form` is empty where the printed design
    is not known, `not_of` the form that the page should have and has not.
    `duplicate_of` is the page that counts in place of this one, `again` its
    other scans, `differing` the rows (by index) that count on one of them and
    do not on another; `likely` are pages that may be scans of the same paper.
    `deadline` is the last day in time, `deadline_from` what it comes from;
    `late` is true where the page was received after it.
    """

    sheet: int | None = None
    missing: tuple[Span, ...] = ()
    loose: bool = False
    form: str = ""
    not_of: str = ""
    duplicate_of: PageId | None = None
    again: Sequence[PageId] = ()
    differing: frozenset[int] = frozenset()
    likely: Sequence[PageId] = ()
    late: bool = False
    deadline: date | None = None
    deadline_from: str = ""


def collate_pages(
    files: Sequence[ScanFile],
    briefs: Iterable[PageSummary],
    deadline: date | None = None,
    decided: Decided = MappingProxyType({}),
) -> Mapping[PageId, PageState]:
    """The standing of every page in `briefs`; `files` in the order of the inputs.

    `deadline` is the last day in time, None: that of each page's form, or else
    the one printed on it.  `decided` are pairs of pages on which people
    decided, and whether they are one paper.
    """
    received = {file.path: file.received for file in files}
    order = {file.path: index for index, file in enumerate(files)}
    pages = sorted(briefs, key=lambda page: (order[page.id.file], page.id.page))
    doubles = find_duplicate_pages([page for page in pages if page.kind in TABLES], decided)
    deadlines = _deadlines([page for page in pages if page.kind in TABLES], deadline)
    standings = {
        page.id: _timed(_standing(page, doubles), received[page.id.file], *deadlines.get(page.id, (None, "")))
        for page in pages
    }
    by_id = {page.id: page for page in pages}
    sheets: dict[PageId, list[PageSummary]] = {}  # from every page to its sheet, which several share
    fronts: dict[PageId, PageSummary] = {}
    for chain in chains(files, by_id):
        single, copies = _once(chain, doubles.same)
        found, backs = sheets_of(single)
        whole, unknown = without_stacks(found)
        sheets |= {page.id: sheet for sheet in map(list, whole) for page in sheet}
        fronts |= backs
        for page in unknown:
            standings[page.id] = replace(standings[page.id], loose=True)
        for copy, first in copies:
            standings[copy.id] = replace(standings[copy.id], loose=standings[first.id].loose)
            if first.id in sheets:
                sheets[first.id].append(copy)
                sheets[copy.id] = sheets[first.id]
    for at, form in strangers(pages).items():
        standings[at] = replace(standings[at], not_of=form)
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


def _standing(page: PageSummary, doubles: DuplicatePages) -> PageState:
    return PageState(
        form=page.form.name if page.form else "",
        duplicate_of=doubles.same.get(page.id),
        again=doubles.again.get(page.id, ()),
        differing=doubles.differing.get(page.id, frozenset()),
        likely=doubles.likely.get(page.id, ()),
    )


def _timed(standing: PageState, received: date | None, day: date | None, source: str) -> PageState:
    late = received is not None and day is not None and received > day
    return replace(standing, late=late, deadline=day, deadline_from=source if day else "")


def _deadlines(pages: Sequence[PageSummary], named: date | None) -> dict[PageId, tuple[date | None, str]]:
    """Until when each page is in time: as the campaign says, else its form, else the sheets of its file.

    Of the days read in a file the one read most often holds for all its pages, so that a misread
    day makes no sheet late; where there are several such, the last.
    """
    read: dict[str, Counter[date]] = defaultdict(Counter)
    for page in pages:
        if page.deadline is not None:
            read[page.id.file][page.deadline] += 1
    found: dict[PageId, tuple[date | None, str]] = {}
    for page in pages:
        of_form = page.form.deadline if page.form else None
        days = read[page.id.file]
        of_sheet = max(days, key=lambda day: (days[day], day)) if days else None
        sources = ((named, "campaign"), (of_form, "form"), (of_sheet, "sheet"))
        found[page.id] = next(((day, source) for day, source in sources if day), (None, ""))
    return found


def _once(chain: Chain, same: Mapping[PageId, PageId]) -> tuple[Chain, list[tuple[PageSummary, PageSummary]]]:
    """A chain with every paper once, and the scans left out, each with the one that stays."""
    kept: Chain = []
    copies: list[tuple[PageSummary, PageSummary]] = []
    stays: dict[PageId, PageSummary] = {}
    for page in chain:
        if page is not None and page.kind in TABLES:
            first = stays.setdefault(same.get(page.id, page.id), page)
            if first is not page:
                copies.append((page, first))
                continue
        kept.append(page)
    return kept, copies


def _united(
    sheets: dict[PageId, list[PageSummary]], same: Mapping[PageId, PageId]
) -> dict[PageId, list[PageSummary]]:
    """A page and its second scan lie on the same sheet, and with them their neighbours."""
    united = dict(sheets)
    for again, first in same.items():
        one, other = united.get(first), united.get(again)
        if one is not None and other is not None and one is not other:
            one += other
            united |= {page.id: one for page in other}
    return united
