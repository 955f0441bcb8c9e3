"""Write tables as CSV files that Excel, LibreOffice and programs open correctly."""

import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from digitize.errors import BadStore
from digitize.problems import TABLE_UNWRITABLE, problem
from digitize.tally.frames import Tables

NAMES = ("rows.csv", "tally.csv", "pages.csv")
COMMA, SEMICOLON = ",", ";"


def write(tables: Tables, folder: Path) -> list[Path]:
    """Write the three tables; return their paths.  Raises BadStore."""
    return replace_tables(draft(tables, folder), folder)


def draft(tables: Tables, folder: Path, delimiter: str = COMMA) -> list[Path]:
    """Write the tables to temporary files in the folder, for `replace_tables`.  Raises BadStore."""
    every = zip(NAMES, (tables.rows, tables.tally, tables.pages), strict=True)
    return [_draft(folder / name, table, delimiter) for name, table in every]


def replace_tables(drafts: Sequence[Path], folder: Path) -> list[Path]:
    """Replace the tables by their drafts; return their paths.  Raises BadStore."""
    paths = [folder / name for name in NAMES]
    for unfinished, path in zip(drafts, paths, strict=True):
        _replace(unfinished, path)
    return paths


def write_lines(
    path: Path, columns: Sequence[str], lines: Iterable[Sequence[Any]], delimiter: str = COMMA
) -> None:
    """Write any lines as a table of the same format.  Raises BadStore."""
    table = pd.DataFrame([list(line) for line in lines], columns=list(columns), dtype=object)
    _replace(_draft(path, table, delimiter), path)


def _draft(path: Path, table: pd.DataFrame, delimiter: str) -> Path:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")  # another process may write as well
    with _errors_as_bad_store(path):
        unfinished.write_bytes(_csv(table, delimiter))
    return unfinished


def _replace(unfinished: Path, path: Path) -> None:
    with _errors_as_bad_store(path):
        unfinished.replace(path)


@contextmanager
def _errors_as_bad_store(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadStore(problem(TABLE_UNWRITABLE, file=path, reason=error.strerror)) from error


def _csv(table: pd.DataFrame, delimiter: str) -> bytes:
    """Return the table as CSV (RFC 4180) in UTF-8, with the byte order mark that Excel needs."""
    buffer = io.StringIO()
    table.map(lambda value: guard(value, delimiter)).to_csv(
        buffer, index=False, lineterminator="\r\n", sep=delimiter
    )
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8", "replace")


FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""Spreadsheets run a cell that starts like this as a formula (OWASP, "CSV Injection")."""

# Where decimals have a comma, spreadsheets split CSV files at semicolons, elsewhere at commas, so that a cell
# of its own may begin after each one of them that is not the delimiter, quoted or not, and a line after each
# line break.
_LATER_CELL = {
    COMMA: re.compile(r"([;\t\r\n][\s\"']*)(?=[=+\-@])"),
    SEMICOLON: re.compile(r"([,;\t\r\n][\s\"']*)(?=[=+\-@])"),
}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # programs end a file or a cell there


def guard(value: Any, delimiter: str = COMMA) -> Any:
    """Return a value that is only text in a spreadsheet, whichever delimiter the spreadsheet expects.

    Where a cell of the text would be run as a formula, an apostrophe stands before it; control
    characters are replaced.
    """
    if not isinstance(value, str):
        return value
    text = value
    if (
        ";" in text or (delimiter == SEMICOLON and "," in text) or not text.isprintable()
    ):  # few are: a large campaign has millions of cells
        text = _LATER_CELL[delimiter].sub(r"\1'", _CONTROL.sub("\ufffd", text))
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
