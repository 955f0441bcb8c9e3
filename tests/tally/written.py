"""Helpers to write tables to a folder and read them back as a spreadsheet does."""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

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
    _, paths = tally.write(lines(files, outcomes), folder)
    return {path.name: read(path) for path in paths}


def lines(
    files: Sequence[ScanFile], outcomes: Iterable[SheetPage | Failure], *rest: Any, **more: Any
) -> tally.TableLines:
    """Return the lines of the tables of pages in any order."""
    key = tally.page_key(files)
    return tally.TableLines(files, sorted(outcomes, key=lambda outcome: key(outcome.id)), *rest, **more)


def build(
    files: Sequence[ScanFile], outcomes: Iterable[SheetPage | Failure], *rest: Any, **more: Any
) -> tally.Tables:
    """Return the tables of pages in any order."""
    return tally.tables_of(lines(files, outcomes, *rest, **more))


def changed(tables: tally.Tables, **columns: Any) -> tally.Count:
    """Return what tables add up to in which some columns of all rows have another value."""
    return recounted(tables, tables.rows.assign(**columns))


def recounted(tables: tally.Tables, rows: pd.DataFrame) -> tally.Count:
    return replace(tables.count, rows=Counter(map(tally.kind_of, rows.to_dict("records"))))
