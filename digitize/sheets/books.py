"""Where every page of a campaign belongs; the same whatever order its pages were done in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from digitize.records import PageId, ScanFile
from digitize.sheets.briefs import Brief
from digitize.sheets.grouping import Sheet, chains, missing_spans, sheets_of
from digitize.sheets.known import Span


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one page belongs.

    `sheet` counts from 1 in the order of the inputs, None for what is no part
    of a sheet.  `missing` are the row numbers of the sheet's pages that are not
    there.  `form` is empty where the printed design is not known.
    """

    sheet: int | None = None
    missing: tuple[Span, ...] = ()
    form: str = ""


def keep_books(files: Sequence[ScanFile], briefs: Iterable[Brief]) -> Mapping[PageId, Standing]:
    """The standing of every page in `briefs`; `files` in the order of the inputs."""
    by_id = {page.id: page for page in briefs}
    standings = {page.id: Standing(form=page.form.name if page.form else "") for page in by_id.values()}
    order = {file.path: index for index, file in enumerate(files)}
    sheets: list[Sheet] = []
    fronts: dict[PageId, Brief] = {}
    for chain in chains(files, by_id):
        found, backs = sheets_of(chain)
        sheets += found
        fronts |= backs
    sheets.sort(key=lambda sheet: min((order[page.id.file], page.id.page) for page in sheet))
    for number, sheet in enumerate(sheets, start=1):
        missing = missing_spans(sheet)
        for page in sheet:
            standings[page.id] = replace(standings[page.id], sheet=number, missing=missing)
    for back, front in fronts.items():
        standings[back] = replace(standings[back], sheet=standings[front.id].sheet)
    return standings
