"""Build the three tables as pandas frames, and check that they add up."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from digitize.campaign.collate import Span, natural_key
from digitize.errors import SumsDiffer
from digitize.messages import Translate
from digitize.records import PageId, Region, ScanFile, Status
from digitize.tally.flag_texts import is_counted, is_late, is_on_counted_page
from digitize.tally.table_rows import (
    CANTONS,
    DUPLICATE,
    PAGE_COLUMNS,
    ROW_COLUMNS,
    UNKNOWN_STATE,
    WAITING,
    Notes,
    Outcome,
    PageStates,
    SettledPages,
    page_lines,
    row_lines,
)

REGIONS = (*CANTONS, *(region.value for region in Region))

LATE = "late"  # signed rows that arrived after the deadline
DECIDED = "decided"  # rows, of whatever status, that people decided on
TALLY_COLUMNS = ("region", "signed", LATE, "doubtful", "incomplete", "struck", DECIDED)
TOTAL = "total"


@dataclass(frozen=True)
class CountTables:
    """The three tables."""

    rows: pd.DataFrame
    tally: pd.DataFrame
    pages: pd.DataFrame

    @property
    def waiting(self) -> int:
        """Number of pages that have not been processed yet."""
        return int((self.pages["kind"] == WAITING).sum())


@dataclass(frozen=True)
class Tables(CountTables):
    """The three tables, and what else was found; `summary` makes a summary of them."""

    missing: tuple[tuple[Span, int], ...] = ()  # row numbers of a page, number of sheets without it
    possible_duplicates: int = 0  # pages that may be scans of the same paper
    in_stacks: int = 0  # pages of stacks, whose sheet is unknown
    other_forms: int = 0  # pages that do not fit the form they should have
    invalid: int = 0  # decisions that were changed in the database and are ignored


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of a campaign, without any text from the scans."""

    pages: tuple[tuple[str, int], ...]
    rows: tuple[tuple[str, int], ...]
    regions: tuple[tuple[str, tuple[int, ...]], ...]  # region and the numbers of TALLY_COLUMNS
    review: int  # rows for review
    sheets: int = 0
    missing: tuple[tuple[Span, int], ...] = ()  # as in Tables
    second_scans: int = 0  # pages
    possible_duplicates: int = 0  # as in Tables
    in_stacks: int = 0  # as in Tables
    other_forms: int = 0  # as in Tables
    late: int = 0  # signed rows that arrived after the deadline
    decided: int = 0  # rows that people decided on
    second_signatures: int = 0  # rows by a person who has another row
    invalid: int = 0  # as in Tables


def build(
    files: Sequence[ScanFile],
    outcomes: Iterable[Outcome],
    states: PageStates = MappingProxyType({}),
    notes: Notes = MappingProxyType({}),
    settled: SettledPages = MappingProxyType({}),
    told: Translate | None = None,
) -> Tables:
    """Build the tables of a campaign.

    `outcomes` are the pages of those `files` that have no `same_as`, with the rows as people
    decided them; of the cells only the signature is needed.  `states` are the states of the pages,
    `notes` tell what people decided on rows, `settled` what on pages.  `told` translates
    remarks; None leaves them in English.  Raises SumsDiffer if a page occurs twice or belongs to no
    file, or if the tables do not add up.
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
        for line in row_lines(
            outcome, by_path[outcome.id.file], states.get(outcome.id, UNKNOWN_STATE), notes, told
        )
    ]
    pages = [
        line
        for file in sorted(files, key=_by_label)
        for line in page_lines(file, by_page, states, labels, settled, told)
    ]
    tables = Tables(
        rows=pd.DataFrame(rows, columns=list(ROW_COLUMNS), dtype=object),
        tally=_tally(rows),
        pages=pd.DataFrame(pages, columns=list(PAGE_COLUMNS), dtype=object),
        missing=tuple(sorted(_missing(states).items())),
        possible_duplicates=sum(bool(state.possible_duplicates) for state in states.values()),
        in_stacks=sum(state.in_stacks for state in states.values()),
        other_forms=sum(bool(state.expected_form) for state in states.values()),
    )
    listed = {(outcome.id, row.index) for outcome in ordered for row in outcome.rows}
    decided = sum(bool(note.decided) for position, note in notes.items() if position in listed)
    check_sums(tables, len(by_page), decided)
    return tables


def check_sums(tables: Tables, outcomes: int, decided: int = 0) -> None:
    """Raise SumsDiffer unless every page is listed and all three tables give the same counts.

    `outcomes` is the number of pages with a result, `decided` the number of rows that people
    decided on.
    """
    _check_duplicates(tables.pages)
    kept = ~tables.pages["kind"].isin([DUPLICATE, WAITING])
    if int(kept.sum()) != outcomes:
        raise SumsDiffer(f"{outcomes} pages have a result, but {int(kept.sum())} are in the list of pages.")
    counted_rows = _counted(tables.rows)
    rows_of_pages = tables.rows[tables.rows["flags"].map(is_on_counted_page).astype(bool)]
    counted_pages = tables.pages[tables.pages["duplicate_of"] == ""]
    total = tables.tally[tables.tally["region"] == TOTAL].iloc[0]
    regions = tables.tally[tables.tally["region"] != TOTAL]
    late = int(((counted_rows["status"] == Status.SIGNED) & counted_rows["flags"].map(is_late)).sum())
    decided_in_tally = int(((counted_rows["decided"] != "") & (counted_rows["status"] != Status.BLANK)).sum())
    sums = {
        LATE: [{late, int(total[LATE]), int(regions[LATE].sum())}],
        DECIDED: [
            {decided, int((tables.rows["decided"] != "").sum())},
            {decided_in_tally, int(total[DECIDED]), int(regions[DECIDED].sum())},
        ],
    }
    for status in Status:
        name = status.value
        listed = {int((tables.rows["status"] == name).sum()), int(tables.pages[name].sum())}
        # Second rows of a person are in the list of pages but not in the tally.
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


def _check_duplicates(pages: pd.DataFrame) -> None:
    """Raise SumsDiffer if the page that should count instead of a second scan does not count."""
    names = [f"{line.file}, page {line.page}" for line in pages.itertuples()]
    first = dict(zip(names, pages["duplicate_of"], strict=True))
    files = (
        pages["kind"] == DUPLICATE
    )  # a file with the same content refers to a page that may be a second scan
    for name in pages.loc[(pages["duplicate_of"] != "") & ~files, "duplicate_of"]:
        if first.get(name) != "":
            raise SumsDiffer(
                f"{name} counts in place of another scan but is not counted itself; "
                "do not use this tally, run again with --redo."
            )


def _counted(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that are counted: no second scans, no second rows of the same person."""
    return rows[rows["flags"].map(is_counted).astype(bool)]


def summary(tables: Tables) -> Summary:
    """Return the summary shown at the end of a run."""
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
        second_scans=int(((tables.pages["duplicate_of"] != "") & (tables.pages["kind"] != DUPLICATE)).sum()),
        possible_duplicates=tables.possible_duplicates,
        in_stacks=tables.in_stacks,
        other_forms=tables.other_forms,
        invalid=tables.invalid,
        late=int(tables.tally[LATE].iloc[-1]),
        decided=int((tables.rows["decided"] != "").sum()),
        second_signatures=int(tables.rows["flags"].map(lambda flags: not is_counted(flags)).sum())
        - int(tables.rows["flags"].map(lambda flags: not is_on_counted_page(flags)).sum()),
    )


def _missing(states: PageStates) -> Counter[Span]:
    """Return the row numbers of missing pages and the number of sheets without them."""
    sheets = {state.sheet: state.missing for state in states.values() if state.missing}
    return Counter(span for missing in sheets.values() for span in missing)


def _by_label(file: ScanFile) -> tuple[tuple[int, str, int], ...]:
    return natural_key(file.label)


def _tally(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Return a line per region with rows, in official order, and the total."""
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
