"""Helpers to write tables to a folder and read them back as a spreadsheet does."""

import csv
from pathlib import Path

from digitize import tally
from digitize.records import (
    Failure,
    Place,
    Row,
    ScanFile,
    SheetPage,
    Status,
)
from tests.outcomes import row

ZURICH = Place("ZH", "8001", "Zürich", "CH", 0.97)
A = ScanFile("/scans/a.pdf", "a.pdf", 2)
NAMES = {"name": "Ada Muster", "address": "Dorfstrasse 1\n8001 Zürich"}


def signed(number: int, place: Place | None = ZURICH) -> Row:
    return row(number, Status.SIGNED, **NAMES, place=place)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def written(
    folder: Path, files: list[ScanFile], *outcomes: SheetPage | Failure
) -> dict[str, list[dict[str, str]]]:
    paths = tally.write(tally.build(files, outcomes), folder)
    return {path.name: read(path) for path in paths}
