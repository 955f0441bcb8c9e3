"""The functions behind `import digitize`; see there."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from os import PathLike
from pathlib import Path
from typing import Any

from digitize import batch, debug_log, load
from digitize.campaign.collate import with_cantons_of_deadline
from digitize.campaign.store import DATABASE
from digitize.campaign.store import Campaign as Store
from digitize.campaign.store import open_campaign as open_store
from digitize.evaluation import Accuracy
from digitize.evaluation import score as score_tables
from digitize.form.definition import AUTO, is_built_in, load_form, shipped_forms
from digitize.limits import USUAL, Limits
from digitize.page.pipeline import Settings, digitize_file
from digitize.records import Failure, SheetPage, Status
from digitize.tally import Count
from digitize.tally.flag_texts import FLAG_SEPARATOR
from digitize.tally.publish import build_tables, count_rows, finish, save_page_states, write_tables

StrPath = str | PathLike[str]
PageResult = SheetPage | Failure


def read_scan(
    path: StrPath,
    *,
    pages: Iterable[int] | None = None,
    form: str = AUTO,
    reader: str = "rapid",
    model: StrPath | None = None,
) -> Iterator[PageResult]:
    """Read a PDF, TIFF, PNG, JPEG, WebP, HEIC or BMP file and yield the result of each page.

    `pages` are page numbers, from 1; None reads all.  A page that cannot be processed is a `Failure` with the
    reason.  `form`, `reader` and `model` are those of `digitize run`.  Places are in the cantons of the last
    day of the petition, as form or page tell it.  Nothing is stored.  Raises DigitizeError if the file cannot
    be opened, the form cannot be used or a program is missing.
    """
    forms = [load_form(name) for name in dict.fromkeys((*shipped_forms(), form))]
    settings = Settings(form, reader, model=_absolute(model))
    numbers = range(1, load.count_pages(Path(path)) + 1) if pages is None else pages
    for number in numbers:
        outcome = digitize_file(str(path), number, settings).outcome
        yield outcome if isinstance(outcome, Failure) else with_cantons_of_deadline(outcome, forms)


def run(
    scans: StrPath | Iterable[StrPath],
    out: StrPath,
    *,
    form: str | None = None,
    reader: str = "rapid",
    model: StrPath | None = None,
    workers: int = 0,
    cluster: str = "",
    crops: bool = False,
    counts_only: bool = False,
    canton_risk: float = USUAL.canton_risk,
    text_risk: float = USUAL.text_risk,
    redo: bool = False,
    received: date | None = None,
    deadline: date | None = None,
    delimiter: str = "",
) -> batch.Report:
    """Digitize files and folders into the campaign in folder `out`, and write its tables.

    `scans` may also be addresses such as "s3://bucket/scans".  The options are those of `digitize run`
    (`delimiter` is "," or ";"), but by default all work is done in this process.  With `workers` or
    `cluster`, a script needs the usual `if __name__ == "__main__":`, as processes are spawned.  Finished
    pages are skipped.  `form` None is the one set for the campaign, at first "auto".  Ctrl-C stops the run;
    the report then says so (`interrupted`).  Raises DigitizeError.
    """
    named = [scans] if isinstance(scans, str | PathLike) else scans
    sources = [each if isinstance(each, str) and batch.is_address(each) else Path(each) for each in named]
    limits = Limits(canton_risk, text_risk)
    settings = Settings(form or form_of(Path(out)), reader, crops, _absolute(model), counts_only, limits)
    with debug_log.writing_if_requested(Path(out)):
        return run_campaign(
            sources,
            Path(out),
            settings,
            workers=workers,
            cluster=cluster,
            redo=redo,
            received=received,
            deadline=deadline,
            delimiter=delimiter,
        ).report


def form_of(folder: Path) -> str:
    """Return the form set for the scans of a campaign, "auto" if there is none yet.  Raises BadStore."""
    if not (folder / DATABASE).exists():
        return AUTO
    with open_store(folder) as store:
        return store.forms.for_new_scans()


@dataclass(frozen=True)
class FinishedRun:
    """A run, what the tables of the campaign add up to after it, and where they were written."""

    report: batch.Report
    count: Count
    written: list[Path]


def run_campaign(
    scans: list[Path | str],
    out: Path,
    settings: Settings,
    *,
    workers: int,
    cluster: str = "",
    redo: bool = False,
    received: date | None = None,
    deadline: date | None = None,
    delimiter: str = "",
    watch: batch.Watch | None = None,
) -> FinishedRun:
    """Digitize what is missing, keep form and deadline with the campaign, and write the tables.

    Raises DigitizeError.
    """
    form = load_form(settings.form)  # a wrong form is reported before the first page

    def keep(store: Store) -> None:  # what the tables depend on, whichever command writes them
        if not is_built_in(settings.form):
            store.forms.keep(form, Path(settings.form))
        if deadline is not None:
            store.settings.set_deadline(deadline)
        if delimiter:
            store.settings.set_delimiter(delimiter)

    report = batch.run(
        scans,
        out,
        settings,
        workers=workers,
        cluster=cluster,
        redo=redo,
        received=received,
        before=keep,
        watch=watch,
    )
    with open_store(out) as store:
        count, written = finish(store)
    return FinishedRun(report, count, written)


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """One row of a campaign, as decided by people: a line of rows.csv.

    `row` is the printed number, `received` the day on which the scan arrived, `canton` two letters or empty,
    `region` as in rows.csv.  `signature` is None while nobody has told whether there is one.  Confidences are
    0..1, None where nothing was read.
    """

    file: str
    page: int
    row: int
    status: Status
    signature: bool | None
    name: str
    address: str
    postcode: str
    locality: str
    canton: str
    region: str
    received: date | None
    flags: tuple[str, ...]
    remarks: str
    review: bool
    decided: tuple[str, ...]
    decided_by: tuple[str, ...]
    comment: str
    name_confidence: float | None
    address_confidence: float | None
    canton_confidence: float | None


@dataclass(frozen=True, slots=True)
class RegionTotal:
    """Rows of one region by status: a line of tally.csv.

    `late` are those of the signed rows that arrived after the deadline, `decided` those that people decided.
    """

    region: str
    signed: int
    late: int
    doubtful: int
    incomplete: int
    struck: int
    decided: int


class Campaign:
    """An open campaign; see `open_campaign`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.folder = store.folder

    def rows(self) -> Iterator[CampaignRow]:
        """Yield every row, in the order of rows.csv."""
        tables = build_tables(self._store, save_page_states(self._store))
        return map(_row, tables.rows.to_dict("records"))

    def totals(self) -> dict[str, RegionTotal]:
        """Return the count by region, in the order of tally.csv; the sum of all regions is under "total"."""
        lines = count_rows(self._store, save_page_states(self._store)).tally.to_dict("records")
        return {str(line["region"]): RegionTotal(**_named(line)) for line in lines}

    def write_tables(self) -> list[Path]:
        """Write rows.csv, tally.csv and pages.csv; return their paths."""
        return write_tables(self._store)[1]


@contextmanager
def open_campaign(folder: StrPath) -> Iterator[Campaign]:
    """Open the campaign that `run` wrote to a folder, until the end of the block.

    Raises BadStore if there is none or it cannot be used.
    """
    with open_store(Path(folder)) as store:
        yield Campaign(store)


def score(results: StrPath, truth: StrPath) -> dict[str, Accuracy]:
    """Compare a rows.csv with a table of what is written on the sheets.

    `truth` has the columns of samples/truth.csv.  Returns the accuracy of all rows under "all" and, if the
    truth has a column `difficulty`, of each difficulty; `Accuracy.figures()` has the shares.  Raises
    BadTable.
    """
    return score_tables(Path(results), Path(truth))


def _absolute(model: StrPath | None) -> str:
    return "" if model is None else str(Path(model).resolve())


def _named(line: dict[Any, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in line.items()}


def _row(line: dict[Any, Any]) -> CampaignRow:
    def words(column: str) -> tuple[str, ...]:
        return tuple(line[column].split(FLAG_SEPARATOR)) if line[column] else ()

    values = _named(line) | {
        "status": Status(line["status"]),
        "signature": {"yes": True, "no": False}.get(line["signature"]),
        "review": line["review"] == "yes",
        "received": date.fromisoformat(line["received"]) if line["received"] else None,
        **{column: words(column) for column in ("flags", "decided", "decided_by")},
    }
    confidences = ("name_confidence", "address_confidence", "canton_confidence")
    return CampaignRow(**values | {name: None if line[name] == "" else line[name] for name in confidences})
