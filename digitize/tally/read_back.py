"""Read the tables that were written last, where nobody has changed them since."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from digitize import __version__
from digitize.tally.csv_files import NAMES
from digitize.tally.frames import CountTables

# A text before which an apostrophe was put; see `csv_files.guard`.  Whether it stood there before cannot be
# told, so that such a table is built again.
_GUARDED = re.compile(r"(?:^|[,;\t\r\n][\s\"']*)'[=+\-@\t\r]")


def digest(folder: Path, delimiter: str) -> str:
    """Return a digest of the written tables, "" if one is missing.

    It differs for another version of the program, which may write other tables.
    """
    found = hashlib.sha256(f"{__version__} {delimiter}".encode())
    try:
        for name in NAMES:
            with (folder / name).open("rb") as file:  # rows.csv may be too large for memory
                found.update(hashlib.file_digest(file, "sha256").digest())
    except OSError:
        return ""
    return found.hexdigest()


def read_back(
    folder: Path, delimiter: str, row_columns: Sequence[str], page_columns: Sequence[str]
) -> CountTables | None:
    """Return these columns of the written tables as texts, and the tally.

    Returns None if a text in them is not exactly the one that was written.
    """
    chosen = zip(NAMES, (row_columns, None, page_columns), strict=True)
    rows, tally, pages = (_read(folder / name, delimiter, columns) for name, columns in chosen)
    for frame in (rows, pages):
        for name in frame.columns:
            if any("'" in text and _GUARDED.search(text) for text in set(frame[name].tolist())):
                return None
    return CountTables(rows, tally, pages)


def _read(path: Path, delimiter: str, columns: Sequence[str] | None) -> pd.DataFrame:
    wanted = None if columns is None else list(columns)
    return pd.read_csv(
        path, sep=delimiter, usecols=wanted, dtype=str, keep_default_na=False, encoding="utf-8-sig"
    )
