"""What the tables add up to: the tally, the check that all tables agree, and the summary."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from digitize.campaign.collate import Span
from digitize.errors import SumsDiffer
from digitize.records import Region, Status
from digitize.tally.flag_texts import is_counted, is_late, is_on_counted_page
from digitize.tally.table_rows import CANTONS, DUPLICATE, WAITING, PageStates

REGIONS = (*CANTONS, *(region.value for region in Region))

LATE = "late"  # signed rows that arrived after the deadline
DECIDED = "decided"  # rows, of whatever status, that people decided on
TALLY_COLUMNS = ("region", "signed", LATE, "doubtful", "incomplete", "struck", DECIDED)
TOTAL = "total"


class RowKind(NamedTuple):
    """What the sums need of a row, as its line says it: few kinds occur, each on thousands of rows."""

    status: str
    flags: str
    region: str  # or canton
    decided: bool
    review: bool

    @property
    def is_counted(self) -> bool:
        """Whether it is neither of a second scan nor a second row of the same person."""
        return is_counted(self.flags)

    @property
    def is_on_counted_page(self) -> bool:
        return is_on_counted_page(self.flags)

    @property
    def is_late(self) -> bool:
        """Whether it is signed and arrived after the deadline."""
        return self.status == Status.SIGNED and is_late(self.flags)

    @property
    def is_filled(self) -> bool:
        return self.status != Status.BLANK


RowKinds = Mapping[RowKind, int]


def kind_of(line: Mapping[str, Any]) -> RowKind:
    """Return the kind of a line of rows.csv."""
    region = line["canton"] or line["region"]
    return RowKind(line["status"], line["flags"], region, line["decided"] != "", line["review"] == "yes")


@dataclass(frozen=True)
class Count:
    """What the three tables add up to, and what else was found; `summary` makes a summary of it.

    `tally` and `pages` are the tables of these names, `rows` has the number of rows of each kind.
    """

    tally: pd.DataFrame
    pages: pd.DataFrame
    rows: RowKinds
    missing: tuple[tuple[Span, int], ...] = ()  # row numbers of a page, number of sheets without it
    possible_duplicates: int = 0  # pages that may be scans of the same paper
    in_stacks: int = 0  # pages of stacks, whose sheet is unknown
    other_forms: int = 0  # pages that do not fit the form they should have
    invalid: int = 0  # decisions that were changed in the database and are ignored

    @property
    def waiting(self) -> int:
        """Number of pages that have not been processed yet."""
        return waiting_in(self.pages)


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of a campaign, without any text from the scans."""

    pages: tuple[tuple[str, int], ...]
    rows: tuple[tuple[str, int], ...]
    regions: tuple[tuple[str, tuple[int, ...]], ...]  # region and the numbers of TALLY_COLUMNS
    review: int  # rows for review
    sheets: int = 0
    missing: tuple[tuple[Span, int], ...] = ()  # as in Count
    second_scans: int = 0  # pages
    possible_duplicates: int = 0  # as in Count
    in_stacks: int = 0  # as in Count
    other_forms: int = 0  # as in Count
    late: int = 0  # signed rows that arrived after the deadline
    decided: int = 0  # rows that people decided on
    second_signatures: int = 0  # rows by a person who has another row
    invalid: int = 0  # as in Count


def waiting_in(pages: pd.DataFrame) -> int:
    """Return the number of pages in their table that have not been processed yet."""
    return int((pages["kind"] == WAITING).sum())


def tally_of(rows: RowKinds) -> pd.DataFrame:
    """Return a line per region with rows, in official order, and the total."""
    counts: Counter[tuple[str, str]] = Counter()
    for kind, number in rows.items():
        if kind.is_filled and kind.is_counted:
            for line in (kind.region, TOTAL):
                counts[line, kind.status] += number
                counts[line, LATE] += number * kind.is_late
                counts[line, DECIDED] += number * kind.decided
    present = {region for region, _ in counts}
    regions = [region for region in REGIONS if region in present]
    lines = [[region, *(counts[region, s] for s in TALLY_COLUMNS[1:])] for region in (*regions, TOTAL)]
    return pd.DataFrame(lines, columns=list(TALLY_COLUMNS))


def missing_of(states: PageStates) -> tuple[tuple[Span, int], ...]:
    """Return the row numbers of missing pages, each with the number of sheets without them."""
    sheets = {state.sheet: state.missing for state in states.values() if state.missing}
    return tuple(sorted(Counter(span for missing in sheets.values() for span in missing).items()))


def check_sums(count: Count, outcomes: int, decided: int = 0) -> None:
    """Raise SumsDiffer unless every page is listed and all three tables give the same counts.

    `outcomes` is the number of pages with a result, `decided` the number of rows that people
    decided on.
    """
    pages, tally = count.pages, count.tally
    _check_duplicates(pages)
    kept = ~pages["kind"].isin([DUPLICATE, WAITING])
    if int(kept.sum()) != outcomes:
        raise SumsDiffer(f"{outcomes} pages have a result, but {int(kept.sum())} are in the list of pages.")
    counted_pages = pages[pages["duplicate_of"] == ""]
    total = tally[tally["region"] == TOTAL].iloc[0]
    regions = tally[tally["region"] != TOTAL]
    late = _number(count.rows, lambda kind: kind.is_counted and kind.is_late)
    decided_in_tally = _number(count.rows, lambda kind: kind.is_counted and kind.decided and kind.is_filled)
    sums = {
        LATE: [{late, int(total[LATE]), int(regions[LATE].sum())}],
        DECIDED: [
            {decided, _number(count.rows, lambda kind: kind.decided)},
            {decided_in_tally, int(total[DECIDED]), int(regions[DECIDED].sum())},
        ],
    }
    for status in Status:
        name = status.value
        of_status = {kind: number for kind, number in count.rows.items() if kind.status == name}
        listed = {sum(of_status.values()), int(pages[name].sum())}
        # Second rows of a person are in the list of pages but not in the tally.
        on_pages = {
            _number(of_status, lambda kind: kind.is_on_counted_page),
            int(counted_pages[name].sum()),
        }
        counted = {_number(of_status, lambda kind: kind.is_counted)}
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
    files = (
        pages["kind"] == DUPLICATE
    )  # a file with the same content refers to a page that may be a second scan
    replaced = set(pages.loc[(pages["duplicate_of"] != "") & ~files, "duplicate_of"])
    if not replaced:
        return
    names = [f"{line.file}, page {line.page}" for line in pages.itertuples()]
    first = dict(zip(names, pages["duplicate_of"], strict=True))
    for name in replaced:
        if first.get(name) != "":
            raise SumsDiffer(
                f"{name} counts in place of another scan but is not counted itself; "
                "do not use this tally, run again with --redo."
            )


def _number(rows: RowKinds, is_meant: Callable[[RowKind], bool]) -> int:
    return sum(number for kind, number in rows.items() if is_meant(kind))


def summary(count: Count) -> Summary:
    """Return the summary shown at the end of a run."""
    pages = Counter(count.pages["kind"])
    rows = Counter({status.value: 0 for status in Status})
    for kind, number in count.rows.items():
        rows[kind.status] += number * kind.is_counted
    regions = []
    for line in count.tally.to_dict("records"):
        regions.append((str(line["region"]), tuple(int(line[name]) for name in TALLY_COLUMNS[1:])))
    return Summary(
        pages=tuple(pages.most_common()),
        rows=tuple((status.value, rows[status.value]) for status in Status),
        regions=tuple(regions),
        review=_number(count.rows, lambda kind: kind.review),
        sheets=len(set(count.pages["sheet"]) - {""}),
        missing=count.missing,
        second_scans=int(((count.pages["duplicate_of"] != "") & (count.pages["kind"] != DUPLICATE)).sum()),
        possible_duplicates=count.possible_duplicates,
        in_stacks=count.in_stacks,
        other_forms=count.other_forms,
        invalid=count.invalid,
        late=int(count.tally[LATE].iloc[-1]),
        decided=_number(count.rows, lambda kind: kind.decided),
        second_signatures=_number(count.rows, lambda kind: kind.is_on_counted_page and not kind.is_counted),
    )
