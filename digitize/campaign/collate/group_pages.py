"""Group pages into sheets: neighbours whose row numbers continue each other."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath

from digitize.campaign.duplicates.page_summary import PageSummary
from digitize.form.identify_form import Span, spans_of
from digitize.records import PageId, PageKind, ScanFile

TABLES = (PageKind.LETTER, PageKind.LIST)
MAX_BLANK_SIDES = 1  # between two pages of a sheet
MIN_TIME_DIGITS = 6  # a name that ends in so many digits is a time (IMG_20250117_101530), not a count

# x_p1, scan page 2; scan0001, scan (2); x_front, 7a
_PAGE_SUFFIX = re.compile(r"^(.*?)[ _-](?:p|pg|page|seite|s)[ _-]?\d+$", re.IGNORECASE)
_COUNTED = re.compile(r"^(.*?)(\d+)\)?$")
_SIDE = re.compile(
    r"^(.*?)[ _-]?(?:front|back|recto|verso|vorne|hinten|avant|arrière|fronte|retro|[ab])$", re.IGNORECASE
)

Sheet = tuple[PageSummary, ...]
PageRun = list[PageSummary | None]
"""Pages in the order of the paper; None separates pages that cannot be neighbours."""


def natural_key(text: str) -> tuple[tuple[int, str, int], ...]:
    """Return a sort key that ignores case and orders numbers by value: scan2 before scan10."""
    parts = re.split(r"(\d+)", text.casefold())
    return tuple((1, "", int(part)) if part.isdecimal() else (0, part, 0) for part in parts if part)


def page_runs(files: Sequence[ScanFile], pages: Mapping[PageId, PageSummary]) -> list[PageRun]:
    """Return the pages in the order of the paper: those of a file, and single pages of a folder by name."""
    found: list[PageRun] = []
    singles: dict[PurePath, list[ScanFile]] = defaultdict(list)
    for file in files:
        if file.same_as or file.pages is None:
            continue
        if file.pages == 1:
            singles[PurePath(file.folder or PurePath(file.path).parent)].append(file)
        else:
            found.append([pages.get(PageId(file.path, page + 1)) for page in range(file.pages)])
    for group in singles.values():
        run: PageRun = []
        before = ""
        for file in sorted(group, key=lambda file: natural_key(PurePath(file.path).name)):
            run += [None] if before and not _may_be_neighbours(before, file.path) else []
            run.append(pages.get(PageId(file.path, 1)))
            before = file.path
        found.append(run)
    return found


def _may_be_neighbours(before: str, path: str) -> bool:
    """Return whether two consecutive files may be pages of one sheet, judged by their names.

    True for x_p1 and x_p2, scan0001 and scan0002, photos named by their time, x_front and x_back;
    false for x_p2 and y_p1, scan0001 and scan0003.
    """
    one, other = (PurePath(name).stem for name in (before, path))
    paged = [_PAGE_SUFFIX.match(stem) for stem in (one, other)]
    if any(paged):
        return _have_same_start(*paged)
    counted = [_COUNTED.match(stem) for stem in (one, other)]
    if all(counted):
        first, second = (match.group(2) for match in counted if match)
        consecutive = int(second) - int(first) == 1 or len(second) >= MIN_TIME_DIGITS
        return _have_same_start(*counted) and consecutive
    return not any(counted) and _have_same_start(_SIDE.match(one), _SIDE.match(other))


def _have_same_start(one: re.Match[str] | None, other: re.Match[str] | None) -> bool:
    """Return whether both names match the pattern and start alike."""
    return one is not None and other is not None and one.group(1) == other.group(1)


def group_pages(run: PageRun) -> tuple[list[Sheet], dict[PageId, PageSummary]]:
    """Return the sheets of a run in their order, and for each blank side the page it may belong to."""
    sheets: list[Sheet] = []
    fronts: dict[PageId, PageSummary] = {}
    tables: list[PageSummary] = []  # neighbours so far
    blank_sides = 0
    for page in [*run, None]:
        if page is not None and page.kind is PageKind.BLANK and tables:
            blank_sides += 1
            fronts[page.id] = tables[-1]
        elif page is not None and page.kind in TABLES:
            if blank_sides > MAX_BLANK_SIDES:
                sheets += _split(tables)
                tables = []
            tables.append(page)
            blank_sides = 0
        else:
            sheets += _split(tables)
            tables, blank_sides = [], 0
    return sheets, fronts


def _split(tables: Sequence[PageSummary]) -> list[Sheet]:
    """Split neighbouring pages with tables into sheets so that as many pages as possible are joined.

    Of two ways that join as many pages, the one with more pages in ascending order is taken: in
    list, letter, list the letter belongs to the list after it.  The best way to split the first
    pages is found for one page after the other (dynamic programming).
    """
    best: list[tuple[int, int, int]] = [(0, 0, 0)]  # joins, ascending joins, start of the last sheet
    for end in range(1, len(tables) + 1):
        ways = []
        start, direction = end - 1, 0
        while True:
            joins, ascending, _ = best[start]
            joined = end - 1 - start
            ways.append((joins + joined, ascending + joined * (direction > 0), start))
            step = _step(tables[start - 1], tables[start]) if start else 0
            if not step or (direction and step != direction):
                break
            start, direction = start - 1, step
        best.append(max(ways))
    sheets: list[Sheet] = []
    end = len(tables)
    while end:
        start = best[end][2]
        sheets.append(tuple(tables[start:end]))
        end = start
    return sheets[::-1]


def _step(page: PageSummary, after: PageSummary) -> int:
    """Return 1 if the numbers of a page continue on the page after it, -1 if in reverse, otherwise 0."""
    if page.span is None or after.span is None or page.form != after.form:
        return 0
    if after.span[0] == page.span[1] + 1:
        return 1
    return -1 if page.span[0] == after.span[1] + 1 else 0


def missing_spans(sheet: Iterable[PageSummary]) -> tuple[Span, ...]:
    """Return the row numbers of the pages that the form has and the sheet lacks."""
    pages = list(sheet)
    form = pages[0].form
    found = [page.span for page in pages if page.span is not None]
    if form is None or not found:
        return ()
    return tuple(
        printed
        for printed in spans_of(form)
        if not any(first <= printed[1] and printed[0] <= last for first, last in found)
    )
