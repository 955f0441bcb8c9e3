"""Tables as CSV files that Excel, LibreOffice and programs open properly."""

import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from digitize.errors import BadStore
from digitize.tally.frames import Tables


def write(tables: Tables, folder: Path) -> list[Path]:
    """Write the three tables as CSV that Excel opens properly; returns where they lie."""
    written = []
    for name, table in (("rows", tables.rows), ("tally", tables.tally), ("pages", tables.pages)):
        path = folder / f"{name}.csv"
        _write(path, table)
        written.append(path)
    return written


def write_lines(path: Path, columns: Sequence[str], lines: Iterable[Sequence[Any]]) -> None:
    """Write any lines as a table of the same kind.  Raises BadStore."""
    table = pd.DataFrame([list(line) for line in lines], columns=list(columns), dtype=object)
    _write(path, table)


def _write(path: Path, table: pd.DataFrame) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")  # two programs may write at once
    try:
        unfinished.write_bytes(_csv(table))
        unfinished.replace(path)
    except OSError as error:
        raise BadStore(
            f"{path} cannot be written ({error.strerror}); close it in other programs and try again."
        ) from error


def _csv(table: pd.DataFrame) -> bytes:
    """RFC 4180 in UTF-8 with the byte order mark by which Excel knows it."""
    buffer = io.StringIO()
    table.map(guard).to_csv(buffer, index=False, lineterminator="\r\n")
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8", "replace")


FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that starts so is run as a formula by Excel, LibreOffice and others (OWASP, "CSV Injection")."""


def guard(value: Any) -> Any:
    """A text that would become a formula, with an apostrophe before it; anything else as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
