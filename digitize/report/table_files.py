"""Write rows, tally and pages as workbooks (XLSX) with headings and words of a language."""

import io
from pathlib import Path

from digitize.campaign.store import Campaign
from digitize.campaign.store.picture_files import write_whole
from digitize.errors import BadStore
from digitize.report.table_words import HEADINGS, in_words
from digitize.report.workbook import Writer, lines_of, opened
from digitize.tally import Tables
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
        lines = list(in_words(lines_of(frames[name], tuple(columns)), columns, told))
        headings = [told(heading) for heading in columns.values()]
        Writer(book, language).long_table(SHEETS[name], tuple(columns), lines, headings)
    return buffer.getvalue()
