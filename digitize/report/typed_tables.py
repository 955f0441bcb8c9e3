"""Read tables that people typed: CSV, or the first sheet of a workbook."""

import csv
from collections.abc import Iterator
from pathlib import Path

from digitize.errors import BadTable, MissingProgram
from digitize.report.drawing import EXTRA_MISSING

SEPARATORS = ",;\t"


def read_lines(path: Path) -> list[list[str]]:
    """Return all cells as texts, line by line.  Raises BadTable, MissingProgram."""
    if path.suffix.casefold() == ".xlsx":
        return list(_sheet(path))
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadTable(f"{path} cannot be read as a table in UTF-8; export it as CSV (UTF-8).") from error
    lines = text.splitlines()
    separator = max(SEPARATORS, key=lines[0].count) if lines else ","
    return list(csv.reader(lines, delimiter=separator))


def _sheet(path: Path) -> Iterator[list[str]]:
    try:
        import openpyxl  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise MissingProgram(EXTRA_MISSING) from error
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # of many kinds
        raise BadTable(f"{path} cannot be read as a workbook (XLSX).") from error
    for line in book.worksheets[0].iter_rows(values_only=True):
        yield ["" if value is None else str(value) for value in line]
