"""Write rows, tally and pages as workbooks (XLSX) with headings and words of a language."""

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from digitize.campaign.store import Campaign
from digitize.campaign.store.picture_files import write_whole
from digitize.errors import BadStore
from digitize.report.table_words import HEADINGS, VALUES
from digitize.report.workbook import Cell, Writer, lines_of, opened
from digitize.tally import Tables
from digitize.tally.flag_texts import FLAG_SEPARATOR
from digitize.tally.publish import told_tables
from digitize.translations import catalogue

SHEETS = {"rows": "Rows", "tally": "Tally", "pages": "Pages"}


def write_workbooks(campaign: Campaign, language: str, folder: Path) -> list[Path]:
    """Write rows, tally and pages as one workbook each, such as rows-de.xlsx; return their paths.

    Raises BadStore, SumsDiffer, MissingProgram.
    """
    tables = told_tables(campaign, catalogue(language).gettext)
    paths = []
    for name in SHEETS:
        path = folder / f"{name}-{language}.xlsx"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(path, as_xlsx(tables, name, language))
        except OSError as error:
            raise BadStore(
                f"{path} cannot be written ({error.strerror}); close it in other programs and try again."
            ) from error
        paths.append(path)
    return paths


def as_xlsx(tables: Tables, name: str, language: str) -> bytes:
    """Return one table as an XLSX file; its remarks are those of `tables`.  Raises MissingProgram."""
    frames = {"rows": tables.rows, "tally": tables.tally, "pages": tables.pages}
    told, columns = catalogue(language).gettext, HEADINGS[name]
    buffer = io.BytesIO()
    with opened(buffer) as book:
        lines = list(_in_words(frames[name], columns, told))
        headings = [told(heading) for heading in columns.values()]
        Writer(book, language).long_table(SHEETS[name], tuple(columns), lines, headings)
    return buffer.getvalue()


def _in_words(frame: Any, columns: Mapping[str, str], told: Any) -> Iterator[list[Cell]]:
    """Yield the lines of a table with words in place of codes."""
    words = [
        {code: told(word) for code, word in VALUES[name].items()} if name in VALUES else None
        for name in columns
    ]
    for line in lines_of(frame, tuple(columns)):
        yield [
            _word(cell, known) if known and isinstance(cell, str) else cell
            for cell, known in zip(line, words, strict=True)
        ]


def _word(cell: str, words: Mapping[str, str]) -> str:
    return FLAG_SEPARATOR.join(words.get(code, code) for code in cell.split(FLAG_SEPARATOR))
