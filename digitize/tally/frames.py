"""The three tables as pandas frames, and the sums that must hold between them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from digitize.campaign.collate import Span, natural_key
from digitize.errors import SumsDiffer
from digitize.records import Failure, PageId, Region, Row, ScanFile, Status
from digitize.tally.table_rows import (
    ALONE,
    CANTONS,
    DUPLICATE,
    PAGE_COLUMNS,
    ROW_COLUMNS,
    WAITING,
    Notes,
    Outcome,
    PageStates,
    is_counted,
    is_late,
    is_on_counted_page,
    page_lines,
    row_lines,
)

REGIONS = (*CANTONS, *(region.value for region in Region))

LATE = "late"  # of the signed rows, those that came after the deadline
DECIDED = "decided"  # of all rows of the line, those on which people decided
TALLY_COLUMNS = ("region", "signed", LATE, "doubtful", "incomplete", "struck", DECIDED)
TOTAL = "total"


@dataclass(frozen=True)
class Tables:
    """The three tables; `summary` needs no pandas to be shown."""

    rows: pd.DataFrame
    tally: pd.DataFrame
    pages: pd.DataFrame
    missing: tuple[tuple[Span, int], ...] = ()  # row numbers of a page, sheets that came without it
    likely: int = 0  # pages that may be second scans of each other
    loose: int = 0  # pages in stacks, which could not be put together to sheets
    strange: int = 0  # pages with a table that is not that of the form they should have
    invalid: int = 0  # lines of the trail that are no decisions

    @property
    def waiting(self) -> int:
        """Pages that no run has reached yet."""
        return int((self.pages["kind"] == WAITING).sum())


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts without any text from the scans."""

    pages: tuple[tuple[str, int], ...]
    rows: tuple[tuple[str, int], ...]
    regions: tuple[tuple[str, tuple[int, ...]], ...]  # numbers as TALLY_COLUMNS
    review: int  # rows somebody should look at
    sheets: int = 0
    missing: tuple[tuple[Span, int], ...] = ()
    again: int = 0  # pages that are second scans
    likely: int = 0  # pages that may be
    loose: int = 0  # as in Tables
    strange: int = 0
    late: int = 0  # signed rows that came after the deadline
    decided: int = 0  # rows on which people decided
    persons: int = 0  # second rows of the same person
    invalid: int = 0  # as in Tables


def build(
    files: Sequence[ScanFile],
    outcomes: Iterable[Outcome],
    standings: PageStates = MappingProxyType({}),
    notes: Notes = MappingProxyType({}),
) -> Tables:
    """Tables of a campaign.

    `outcomes` are the pages of those `files` that have no `same_as`, the rows as
    people decided them; cells other than the signature's are not needed.
    `standings` say where the pages belong, `notes` what people decided on rows.
    Raises SumsDiffer when a page is there twice, belongs to no file, or the
    tables do not add up.
    """
    labels = {file.path: file.label for file in files}
    by_path = {file.path: file for file in files}
    by_page: dict[PageId, Outcome] = {}
    for outcome in outcomes:
        if outcome.id in by_page or outcome.id.file not in labels:
            raise SumsDiffer(f"Page {outcome.id.page} of a scan is stored twice or belongs to none.")
        by_page[outcome.id] = outcome
    ordered = sorted(by_page.values(), key=lambda o: (natural_key(labels[o.id.file]), o.id.page))
    rows = [
        line
        for outcome in ordered
        for line in row_lines(outcome, by_path[outcome.id.file], standings.get(outcome.id, ALONE), notes)
    ]
    pages = [
        line for file in sorted(files, key=_by_label) for line in page_lines(file, by_page, standings, labels)
    ]
    tables = Tables(
        rows=pd.DataFrame(rows, columns=list(ROW_COLUMNS), dtype=object),
        tally=_tally(rows),
        pages=pd.DataFrame(pages, columns=list(PAGE_COLUMNS), dtype=object),
        missing=tuple(sorted(_missing(standings).items())),
        likely=sum(bool(standing.likely) for standing in standings.values()),
        loose=sum(standing.loose for standing in standings.values()),
        strange=sum(bool(standing.not_of) for standing in standings.values()),
    )
    there = {(outcome.id, row.index) for outcome in ordered for row in _rows(outcome)}
    check_sums(tables, len(by_page), sum(bool(note.decided) for at, note in notes.items() if at in there))
    return tables


def _rows(outcome: Outcome) -> Sequence[Row]:
    return () if isinstance(outcome, Failure) else outcome.rows


def check_sums(tables: Tables, outcomes: int, decided: int = 0) -> None:
    """Raise SumsDiffer unless pages in are pages out and all three tables tell the same counts.

    `decided` is the number of rows on which people decided, which all must be listed.
    """
    _check_doubles(tables.pages)
    kept = ~tables.pages["kind"].isin([DUPLICATE, WAITING])
    if int(kept.sum()) != outcomes:
        raise SumsDiffer(f"{outcomes} pages have a result, but {int(kept.sum())} are in the list of pages.")
    counted_rows = _counted(tables.rows)
    rows_of_pages = tables.rows[tables.rows["flags"].map(is_on_counted_page).astype(bool)]
    counted_pages = tables.pages[tables.pages["duplicate_of"] == ""]
    total = tables.tally[tables.tally["region"] == TOTAL].iloc[0]
    regions = tables.tally[tables.tally["region"] != TOTAL]
    late = int(((counted_rows["status"] == Status.SIGNED) & counted_rows["flags"].map(is_late)).sum())
    told = int(((counted_rows["decided"] != "") & (counted_rows["status"] != Status.BLANK)).sum())
    sums = {
        LATE: [{late, int(total[LATE]), int(regions[LATE].sum())}],
        DECIDED: [
            {decided, int((tables.rows["decided"] != "").sum())},
            {told, int(total[DECIDED]), int(regions[DECIDED].sum())},
        ],
    }
    for status in Status:
        name = status.value
        listed = {int((tables.rows["status"] == name).sum()), int(tables.pages[name].sum())}
        # Pages list the second rows of a person too, the tally does not.
        on_pages = {int((rows_of_pages["status"] == name).sum()), int(counted_pages[name].sum())}
        counted = {int((counted_rows["status"] == name).sum())}
        if status is not Status.BLANK:
            counted |= {int(total[name]), int(regions[name].sum())}
        sums[name] = [listed, on_pages, counted]
    for name, found in sums.items():
        for values in found:
            if len(values) > 1:
                raise SumsDiffer(
                    f'The tables disagree on the number of rows "{name}" ({sorted(values)}); '
                    "do not use this tally, run again with --redo."
                )


def _check_doubles(pages: pd.DataFrame) -> None:
    """Raise SumsDiffer where the page that counts in another's place is not there or does not count."""
    names = [f"{line.file}, page {line.page}" for line in pages.itertuples()]
    first = dict(zip(names, pages["duplicate_of"], strict=True))
    files = pages["kind"] == DUPLICATE  # the pages of a file that came twice may be second scans as well
    for at in pages.loc[(pages["duplicate_of"] != "") & ~files, "duplicate_of"]:
        if first.get(at) != "":
            raise SumsDiffer(
                f"{at} counts in place of another scan but is not counted itself; "
                "do not use this tally, run again with --redo."
            )


def _counted(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows without those of second scans and second rows of the same person."""
    return rows[rows["flags"].map(is_counted).astype(bool)]


def summary(tables: Tables) -> Summary:
    """What a person wants to know at the end of a run."""
    pages, rows = Counter(tables.pages["kind"]), Counter(_counted(tables.rows)["status"])
    regions = []
    for line in tables.tally.to_dict("records"):
        regions.append((str(line["region"]), tuple(int(line[name]) for name in TALLY_COLUMNS[1:])))
    return Summary(
        pages=tuple(pages.most_common()),
        rows=tuple((status.value, rows[status.value]) for status in Status),
        regions=tuple(regions),
        review=int((tables.rows["review"] == "yes").sum()),
        sheets=len(set(tables.pages["sheet"]) - {""}),
        missing=tables.missing,
        again=int(((tables.pages["duplicate_of"] != "") & (tables.pages["kind"] != DUPLICATE)).sum()),
        likely=tables.likely,
        loose=tables.loose,
        strange=tables.strange,
        invalid=tables.invalid,
        late=int(tables.tally[LATE].iloc[-1]),
        decided=int((tables.rows["decided"] != "").sum()),
        persons=int(tables.rows["flags"].map(lambda flags: not is_counted(flags)).sum())
        - int(tables.rows["flags"].map(lambda flags: not is_on_counted_page(flags)).sum()),
    )


def _missing(standings: PageStates) -> Counter[Span]:
    """Of how many sheets the page with these rows is missing."""
    sheets = {standing.sheet: standing.missing for standing in standings.values() if standing.missing}
    return Counter(span for missing in sheets.values() for span in missing)


def _by_label(file: ScanFile) -> tuple[tuple[int, str, int], ...]:
    return natural_key(file.label)


def _tally(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """One line per region that has a row, in official order, and the total."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if row["status"] != Status.BLANK and is_counted(row["flags"]):
            region = row["canton"] or row["region"]
            late = row["status"] == Status.SIGNED and is_late(row["flags"])
            for line in (region, TOTAL):
                counts[line, row["status"]] += 1
                counts[line, LATE] += late
                counts[line, DECIDED] += bool(row["decided"])
    present = {region for region, _ in counts}
    regions = [region for region in REGIONS if region in present]
    lines = [[region, *(counts[region, s] for s in TALLY_COLUMNS[1:])] for region in (*regions, TOTAL)]
    return pd.DataFrame(lines, columns=list(TALLY_COLUMNS))
