"""Write tables as CSV files that Excel, LibreOffice and programs open correctly."""

import csv
import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from digitize.errors import BadStore
from digitize.problems import TABLE_UNWRITABLE, problem
from digitize.tally.count import Count
from digitize.tally.table_lines import TableLines
from digitize.tally.table_rows import ROW_COLUMNS

NAMES = ("rows.csv", "tally.csv", "pages.csv")
COMMA, SEMICOLON = ",", ";"
LINES_AT_A_TIME = 2000


def write(tables: TableLines, folder: Path, delimiter: str = COMMA) -> tuple[Count, list[Path]]:
    """Write the three tables; return what they add up to, and their paths.  Raises BadStore, SumsDiffer."""
    count, drafts = draft(tables, folder, delimiter)
    return count, replace_tables(drafts, folder)


def draft(tables: TableLines, folder: Path, delimiter: str = COMMA) -> tuple[Count, list[Path]]:
    """Write the tables to temporary files in the folder, for `replace_tables`.

    Rows are written as they come, so that they never are in memory all at once.  Raises BadStore, SumsDiffer;
    then no file is left.
    """
    rows, tally, pages = (folder / name for name in NAMES)
    drafts: list[Path] = []
    try:
        drafts.append(_draft(rows, ROW_COLUMNS, map(_in_columns, tables.rows()), delimiter))
        count = tables.count()
        for path, frame in ((tally, count.tally), (pages, count.pages)):
            lines = frame.itertuples(index=False, name=None)
            drafts.append(_draft(path, list(frame.columns), lines, delimiter))
    except BaseException:
        discard(drafts)
        raise
    return count, drafts


_in_columns = itemgetter(*ROW_COLUMNS)


def discard(drafts: Iterable[Path]) -> None:
    """Delete drafts that are not wanted."""
    for unfinished in drafts:
        with suppress(OSError):  # the next run sweeps it away
            unfinished.unlink(missing_ok=True)


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
    _replace(_draft(path, columns, lines, delimiter), path)


def _draft(path: Path, columns: Sequence[str], lines: Iterable[Sequence[Any]], delimiter: str) -> Path:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")  # another process may write as well
    try:
        with _errors_as_bad_store(path), unfinished.open("wb") as file:
            for part in _csv(columns, lines, delimiter):
                file.write(part)
    except BaseException:
        discard([unfinished])
        raise
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


def _csv(columns: Sequence[str], lines: Iterable[Sequence[Any]], delimiter: str) -> Iterator[bytes]:
    """Yield a table as CSV (RFC 4180) in UTF-8, with the byte order mark that Excel needs.

    The text of some lines is in memory at a time, not that of a million.
    """
    yield b"\xef\xbb\xbf"
    remaining = iter(lines)
    part: Iterable[Sequence[Any]] = [columns]
    while part:
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
        writer.writerows([guard(value, delimiter) for value in line] for line in part)
        yield buffer.getvalue().encode("utf-8", "replace")
        part = list(islice(remaining, LINES_AT_A_TIME))


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
