"""Compute the figures of a count: the one source of report, workbook and pictures."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from digitize.errors import SumsDiffer
from digitize.records import FlagCode, Region, RowFlag, Status
from digitize.tally import CANTONS, DUPLICATE, REGIONS, TOTAL, CountTables
from digitize.tally.flag_texts import FLAG_SEPARATOR, is_counted, is_late, is_on_counted_page

NOT_TOLD = "unknown"
LINES = (*CANTONS, Region.LIECHTENSTEIN.value, Region.ABROAD.value, NOT_TOLD)
"""The lines of the table by canton; rows whose canton is ambiguous stand under `NOT_TOLD`."""

FAILED = "failed"

Key = TypeVar("Key")


class Reason(StrEnum):
    """Why a row that is filled in does not count; each has one."""

    NO_SIGNATURE = "no-signature"
    NO_NAME = "no-name"
    NO_ADDRESS = "no-address"
    OTHERWISE_INCOMPLETE = "otherwise-incomplete"  # as a person decided, or in a way no flag tells
    STRUCK = "struck"
    SECOND = "second"  # another row of the same person counts


_MISSING = (
    (Reason.NO_SIGNATURE, {FlagCode.MISSING_SIGNATURE, FlagCode.DASH_SIGNATURE}),
    (Reason.NO_NAME, {FlagCode.MISSING_NAME}),
    (Reason.NO_ADDRESS, {FlagCode.MISSING_ADDRESS}),
)


@dataclass(frozen=True, slots=True)
class Line:
    """Numbers of rows: of a region, a day, a petition, or of all.

    `valid` rows count; `late` are those of them that came after the deadline.  `open` are doubtful: a person
    must still decide.  Rows of second scans, and blank rows, are in none of the numbers.
    """

    valid: int = 0
    late: int = 0
    incomplete: int = 0
    struck: int = 0
    second: int = 0  # second rows of a person
    open: int = 0

    @property
    def invalid(self) -> int:
        return self.incomplete + self.struck + self.second

    @property
    def total(self) -> int:
        return self.valid + self.invalid + self.open

    @property
    def in_time(self) -> int:
        return self.valid - self.late


@dataclass(frozen=True, slots=True)
class FailedPage:
    """A page that is missing from the count, and why (`DigitizeError.kind`)."""

    file: str
    page: int
    reason: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a campaign, or of one of its petitions.

    `title` is the printed title read most often, "" if none was.  `days` are the days of receipt, in order.
    `decided` is the number of rows decided by hand, `to_review` that of the rows with an open question of any
    kind (also about a name).  `pages` counts the pages by kind, `second_scans` are those that were scanned
    twice, `petitions` has a line for each printed title.
    """

    title: str
    regions: Mapping[str, Line]
    total: Line
    days: Mapping[date, Line]
    reasons: Mapping[Reason, int]
    petitions: Mapping[str, Line]
    decided: int
    deciders: int
    to_review: int
    files: int
    pages: Mapping[str, int]
    failed: Sequence[FailedPage]
    second_scans: int
    sheets: int
    deadlines: Sequence[date]
    blank_rows: int

    @property
    def period(self) -> tuple[date, date] | None:
        """The first and the last day on which scans with filled rows came in."""
        return (min(self.days), max(self.days)) if self.days else None

    @property
    def pages_in(self) -> int:
        return sum(self.pages.values())


@dataclass(frozen=True, slots=True)
class _Row:
    page: tuple[str, int]
    status: Status
    region: str
    received: date | None
    flags: str
    decided: bool
    by: str
    review: bool


ROW_COLUMNS = (
    *("file", "page", "status", "canton", "region", "received", "flags", "decided", "decided_by"),
    "review",
)
PAGE_COLUMNS = ("file", "page", "kind", "sheet", "petition", "deadline", "duplicate_of", "reason")
"""The columns from which figures are computed."""


def compute_figures(tables: CountTables) -> Figures:
    """Return the figures of all tables.  Raises SumsDiffer if they are not those of the tally."""
    figures = _figures(tables, _rows(tables), _petitions(tables), None)
    _check(figures, tables)
    return figures


def compute_by_petition(tables: CountTables, whole: Figures) -> list[Figures]:
    """Return the figures of each petition of the campaign, the largest first; of one petition, nothing.

    `whole` are the figures of all tables.  Pages that cannot be assigned are in those only.
    """
    lines = whole.petitions
    if sum(bool(title) for title in lines) < 2:
        return []
    petitions = _petitions(tables)
    rows: dict[str, list[_Row]] = defaultdict(list)
    for row in _rows(tables):
        rows[petitions.get(row.page, "")].append(row)
    order = sorted((title for title in lines if title), key=lambda title: (-lines[title].valid, title))
    return [_figures(tables, rows[title], petitions, title) for title in order]


def _figures(
    tables: CountTables, rows: Sequence[_Row], petitions: Mapping[tuple[str, int], str], title: str | None
) -> Figures:
    """Return the figures of the petition of this title (None: of all), which has these rows."""
    pages = tables.pages
    if title is not None:
        every = zip(pages["file"].tolist(), pages["page"].astype(int).tolist(), strict=True)
        pages = pages.loc[[petitions.get(page) == title for page in every]]
    filled = [row for row in rows if row.status is not Status.BLANK and is_on_counted_page(row.flags)]
    names = Counter(petitions.get(page, "") for page in {row.page for row in filled})
    kinds = Counter(pages["kind"].tolist())
    return Figures(
        title=max(names, key=lambda title: (bool(title), names[title], title), default=""),
        regions={region: Line() for region in LINES} | _lines(filled, _line_of),
        total=_lines(filled, lambda _row: TOTAL).get(TOTAL, Line()),
        days=dict(sorted((day, line) for day, line in _lines(filled, _day).items() if day is not None)),
        reasons=_reasons(filled),
        petitions=_lines(filled, lambda row: petitions.get(row.page, "")),
        decided=sum(row.decided for row in rows),
        deciders=len({name for row in rows for name in row.by.split(FLAG_SEPARATOR) if name}),
        to_review=sum(row.review for row in rows),
        files=len(set(pages["file"].tolist())),
        pages=dict(kinds),
        failed=_failed(pages),
        second_scans=int(((pages["duplicate_of"] != "") & (pages["kind"] != DUPLICATE)).sum()),
        sheets=len(set(pages["sheet"].tolist()) - {""}),
        deadlines=sorted({date.fromisoformat(day) for day in pages["deadline"].tolist() if day}),
        blank_rows=sum(row.status is Status.BLANK for row in rows),
    )


def _failed(pages: Any) -> list[FailedPage]:
    """Return the failed pages of a frame of pages."""
    lines = zip(*(pages[name].tolist() for name in ("kind", "file", "page", "reason")), strict=True)
    return [FailedPage(file, int(page), reason) for kind, file, page, reason in lines if kind == FAILED]


def _petitions(tables: CountTables) -> Mapping[tuple[str, int], str]:
    lists = [tables.pages[name].tolist() for name in ("file", "page", "petition")]
    return {(file, int(page)): petition for file, page, petition in zip(*lists, strict=True)}


def _rows(tables: CountTables) -> list[_Row]:
    lists = [tables.rows[name].tolist() for name in ROW_COLUMNS]
    days = {text: date.fromisoformat(text) if text else None for text in set(tables.rows["received"])}
    found = []
    for file, page, status, canton, region, received, flags, decided, by, review in zip(*lists, strict=True):
        where = canton or region
        at = where if where in LINES else NOT_TOLD
        told = (Status(status), at, days[received], flags, bool(decided), by, review == "yes")
        found.append(_Row((file, int(page)), *told))
    return found


def _line_of(row: _Row) -> str:
    return row.region


def _day(row: _Row) -> date | None:
    return row.received


def _lines(rows: Iterable[_Row], key_of: Callable[[_Row], Key]) -> dict[Key, Line]:
    """Return a line for each key."""
    alike = Counter((key_of(row), _column(row), is_late(row.flags)) for row in rows)
    counts: dict[Key, Counter[str]] = defaultdict(Counter)
    for (key, column, late), count in alike.items():
        counts[key][column] += count
        if column == "valid" and late:
            counts[key]["late"] += count
    return {key: Line(**counted) for key, counted in counts.items()}


_COLUMNS = {Status.SIGNED: "valid", Status.DOUBTFUL: "open"}


def _column(row: _Row) -> str:
    """Return the column of `Line` in which a row is counted."""
    if not is_counted(row.flags):
        return "second"
    return _COLUMNS.get(row.status, row.status.value)


def _reasons(rows: Iterable[_Row]) -> dict[Reason, int]:
    found = Counter(reason for row in rows if (reason := _reason(row)) is not None)
    return {reason: found[reason] for reason in Reason}


def _reason(row: _Row) -> Reason | None:
    if not is_counted(row.flags):
        return Reason.SECOND
    if row.status is Status.STRUCK:
        return Reason.STRUCK
    if row.status is not Status.INCOMPLETE:
        return None
    flags = set(row.flags.split(FLAG_SEPARATOR)) - {RowFlag.CONTESTED}
    return next((reason for reason, codes in _MISSING if codes & flags), Reason.OTHERWISE_INCOMPLETE)


def _check(figures: Figures, tables: CountTables) -> None:
    """Raise SumsDiffer unless the figures are those of tally.csv, and add up."""
    tally = {str(line["region"]): line for line in tables.tally.to_dict("records")}
    told = {region: tally[region] for region in REGIONS if region in tally}
    ours, sums = figures.total, Line()
    for line in figures.regions.values():
        sums = _plus(sums, line)
    theirs = tally[TOTAL]
    not_told = [told[name] for name in (Region.AMBIGUOUS.value, Region.UNKNOWN.value) if name in told]
    agree = (
        sums == ours
        and (ours.valid, ours.late, ours.open, ours.incomplete, ours.struck)
        == tuple(int(theirs[name]) for name in ("signed", "late", "doubtful", "incomplete", "struck"))
        and all(
            figures.regions[region].valid == int(line["signed"])
            for region, line in told.items()
            if region in LINES and region != NOT_TOLD
        )
        and figures.regions[NOT_TOLD].valid == sum(int(line["signed"]) for line in not_told)
        and sum(figures.reasons.values()) == ours.invalid
        and sum(line.valid for line in figures.petitions.values()) == ours.valid
    )
    if not agree:
        raise SumsDiffer("The report does not add up to tally.csv; do not use it, and please report this.")


def _plus(one: Line, other: Line) -> Line:
    return Line(
        one.valid + other.valid,
        one.late + other.late,
        one.incomplete + other.incomplete,
        one.struck + other.struck,
        one.second + other.second,
        one.open + other.open,
    )
