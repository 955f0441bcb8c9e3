"""Pages put together to sheets: neighbours whose row numbers continue each other."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath

from digitize.campaign.collate.natural_order import natural_key
from digitize.campaign.duplicates.page_summary import PageSummary
from digitize.form.identify_form import Span, spans_of
from digitize.records import PageId, PageKind, ScanFile

TABLES = (PageKind.LETTER, PageKind.LIST)
BACKS_BETWEEN = 1  # blank sides that may lie between two pages of a sheet

TIME_DIGITS = 6  # a file name that ends in so many is a moment (IMG_20250117_101530), not a count

_PAGE_SUFFIX = re.compile(r"^(.*?)[ _-](?:p|pg|page|seite|s)[ _-]?\d+$", re.IGNORECASE)
_COUNTED = re.compile(r"^(.*?)(\d+)\)?$")
_SIDE = re.compile(
    r"^(.*?)[ _-]?(?:front|back|recto|verso|vorne|hinten|avant|arrière|fronte|retro|[ab])$", re.I
)

Sheet = tuple[PageSummary, ...]
Chain = list[PageSummary | None]  # neighbours; None parts them


def chains(files: Sequence[ScanFile], briefs: Mapping[PageId, PageSummary]) -> list[Chain]:
    """Pages in the order in which they lie: those of a file, and single pages of a folder by name."""
    found: list[Chain] = []
    singles: dict[PurePath, list[ScanFile]] = defaultdict(list)
    for file in files:
        if file.same_as or file.pages is None:
            continue
        if file.pages == 1:
            singles[PurePath(file.folder or PurePath(file.path).parent)].append(file)
        else:
            found.append([briefs.get(PageId(file.path, page + 1)) for page in range(file.pages)])
    for group in singles.values():
        chain: Chain = []
        before = ""
        for file in sorted(group, key=lambda file: natural_key(PurePath(file.path).name)):
            chain += [None] if before and not _may_belong(before, file.path) else []
            chain.append(briefs.get(PageId(file.path, 1)))
            before = file.path
        found.append(chain)
    return found


def _may_belong(before: str, path: str) -> bool:
    """Whether two files that follow each other may be pages of one sheet, by their names.

    x_p1 and x_p2 may, scan0001 and scan0002, photos by their time, x_front and
    x_back; x_p2 and y_p1 may not, nor scan0001 and scan0003.
    """
    one, other = (PurePath(name).stem for name in (before, path))
    paged = [_PAGE_SUFFIX.match(stem) for stem in (one, other)]
    if any(paged):
        return _alike(*paged)
    counted = [_COUNTED.match(stem) for stem in (one, other)]
    if all(counted):
        first, second = (match.group(2) for match in counted if match)
        follow = int(second) - int(first) == 1 or len(second) >= TIME_DIGITS
        return _alike(*counted) and follow
    return not any(counted) and _alike(_SIDE.match(one), _SIDE.match(other))


def _alike(one: re.Match[str] | None, other: re.Match[str] | None) -> bool:
    """Whether both names have the pattern and begin alike."""
    return one is not None and other is not None and one.group(1) == other.group(1)


def sheets_of(chain: Chain) -> tuple[list[Sheet], dict[PageId, PageSummary]]:
    """The sheets of a chain in their order, and for each blank side the page whose back it may be."""
    sheets: list[Sheet] = []
    fronts: dict[PageId, PageSummary] = {}
    run: list[PageSummary] = []
    backs = 0
    for page in [*chain, None]:
        if page is not None and page.kind is PageKind.BLANK and run:
            backs += 1
            fronts[page.id] = run[-1]
        elif page is not None and page.kind in TABLES:
            if backs > BACKS_BETWEEN:
                sheets += _parted(run)
                run = []
            run.append(page)
            backs = 0
        else:
            sheets += _parted(run)
            run, backs = [], 0
    return sheets, fronts


def _parted(run: Sequence[PageSummary]) -> list[Sheet]:
    """A row of neighbouring pages cut into sheets, as many pages as possible put together.

    Of two ways that join as many pages the one with more pages in ascending order is taken:
    after list, letter, list the letter belongs to the list behind it.
    """
    best: list[tuple[int, int, int]] = [(0, 0, 0)]  # joins, ascending joins, begin of the last sheet
    for end in range(1, len(run) + 1):
        ways = []
        begin, direction = end - 1, 0
        while True:
            joins, ascending, _ = best[begin]
            ways.append((joins + end - 1 - begin, ascending + (end - 1 - begin) * (direction > 0), begin))
            step = _step(run[begin - 1], run[begin]) if begin else 0
            if not step or (direction and step != direction):
                break
            begin, direction = begin - 1, step
        best.append(max(ways))
    sheets: list[Sheet] = []
    end = len(run)
    while end:
        begin = best[end][2]
        sheets.append(tuple(run[begin:end]))
        end = begin
    return sheets[::-1]


def _step(page: PageSummary, after: PageSummary) -> int:
    """1 where the numbers of a form go on on the page after it, -1 where they do backwards, otherwise 0."""
    if page.span is None or after.span is None or page.form != after.form:
        return 0
    if after.span[0] == page.span[1] + 1:
        return 1
    return -1 if page.span[0] == after.span[1] + 1 else 0


def missing_spans(sheet: Iterable[PageSummary]) -> tuple[Span, ...]:
    """Row numbers of the pages that the form has and the sheet has not."""
    pages = list(sheet)
    form = pages[0].form
    seen = [page.span for page in pages if page.span is not None]
    if form is None or not seen:
        return ()
    return tuple(
        printed
        for printed in spans_of(form)
        if not any(first <= printed[1] and printed[0] <= last for first, last in seen)
    )
