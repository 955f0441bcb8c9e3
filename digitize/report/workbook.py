"""Write the workbook: overview, cantons, days, rows, pages and log, each as a table with filters."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import accumulate
from typing import Any

from digitize.campaign.decisions import AUDIT_COLUMNS, Decision, audit_line
from digitize.errors import MissingProgram
from digitize.messages import Translate
from digitize.report import words
from digitize.report.drawing import EXTRA_MISSING
from digitize.report.figures import FAILED, Line
from digitize.report.page import Report
from digitize.report.table_words import HEADINGS, LOG_HEADINGS, LOG_VALUES, Cell, in_words
from digitize.tally import WAITING, Tables
from digitize.tally.table_rows import PAGE_COLUMNS, ROW_COLUMNS
from digitize.translations import catalogue

MAX_ROWS = 1_000_000  # of a sheet; the format allows 1,048,576
MAX_TEXT = 32_767  # characters of a cell
DAY_COLUMNS = ("received", "deadline")
TIME_COLUMNS = ("at",)
WIDTHS = {  # in characters; the others have DEFAULT_WIDTH
    **{
        "file": 26,
        "page": 7,
        "row": 7,
        "name": 24,
        "address": 38,
        "locality": 18,
        "flags": 30,
        "remarks": 50,
    },
    **{"note": 60, "title": 40, "at": 19, "before": 26, "value": 26, "decided_by": 14, "by": 16},
    **{"duplicate_of": 24},
}
DEFAULT_WIDTH = 12
SUM_OF_SHOWN = 109  # SUBTOTAL: the sum of the rows that a filter leaves
STYLE = "Table Style Light 1"  # readable in print


def as_workbook(report: Report, tables: Tables, trail: Iterable[Decision], language: str) -> bytes:
    """Return a campaign as an XLSX file.

    Names of sheets, headings and words for codes are in the language, remarks as in `tables`.  Texts are
    never run as formulas.  Raises MissingProgram without XlsxWriter.
    """
    buffer, told = io.BytesIO(), catalogue(language).gettext
    with opened(buffer) as book:
        writer = Writer(book, language)
        writer.overview(report)
        writer.cantons(report)
        writer.days(report)
        for place, columns, lines in (
            (3, HEADINGS["rows"], lines_of(tables.rows, ROW_COLUMNS)),
            (4, HEADINGS["pages"], lines_of(tables.pages, PAGE_COLUMNS)),
            (5, LOG_HEADINGS, (_log_line(entry, told) for entry in trail)),
        ):
            headings = [told(heading) for heading in columns.values()]
            shown = list(in_words(lines, columns, told))
            writer.long_table(words.SHEET_NAMES[place], tuple(columns), shown, headings)
    return buffer.getvalue()


@contextmanager
def opened(buffer: io.BytesIO) -> Iterator[Any]:
    """Open a new workbook that is written to the buffer; raises MissingProgram without XlsxWriter."""
    try:
        import xlsxwriter  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise MissingProgram(EXTRA_MISSING) from error
    options = {
        "in_memory": True,  # no names in the temporary folder
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "dd.mm.yyyy",
    }
    book = xlsxwriter.Workbook(buffer, options)
    yield book
    book.close()


def lines_of(frame: Any, columns: Sequence[str]) -> Iterator[list[Cell]]:
    """Yield the lines of a frame, days as dates."""
    lists = [
        [_day(text) for text in frame[name].tolist()] if name in DAY_COLUMNS else frame[name].tolist()
        for name in columns
    ]
    for line in zip(*lists, strict=True):
        yield list(line)


def _log_line(entry: Decision, told: Translate) -> list[Cell]:
    values: list[Cell] = list(audit_line(entry))
    known = LOG_VALUES.get(entry.field.value, {})
    for name in ("before", "value"):
        at = AUDIT_COLUMNS.index(name)
        values[at] = told(known[code]) if (code := str(values[at])) in known else code
    values[AUDIT_COLUMNS.index("at")] = entry.at.astimezone().replace(tzinfo=None, microsecond=0)
    return values


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


class Writer:
    """Writes the sheets of one workbook."""

    def __init__(self, book: Any, language: str) -> None:
        self._book = book
        self._told = catalogue(language).gettext
        self._taken = set[str]()
        self._bold = book.add_format({"bold": True})
        self._title = book.add_format({"bold": True, "font_size": 15})
        self._day_format = book.add_format({"num_format": "dd.mm.yyyy", "align": "left"})
        self._time_format = book.add_format({"num_format": "dd.mm.yyyy hh:mm:ss", "align": "left"})
        self._number = book.add_format({"num_format": "#,##0"})
        self._rate = book.add_format({"num_format": "0.0"})

    def overview(self, report: Report) -> None:
        """Write the figures of the first page of the report, and the pictures."""
        sheet = self._sheet(words.SHEET_NAMES[0])
        told, figures = self._told, report.figures
        sheet.write_string(0, 0, _fitted(report.title or told(words.PETITIONS)), self._title)
        sheet.write_string(1, 0, _fitted(report.details.organisation))
        total = figures.total
        lines: list[list[Cell]] = [
            [told(words.VALID_SIGNATURES), total.valid],
            [told(words.LATE), total.late],
            [told(words.INVALID), total.invalid],
        ]
        lines += [[told(words.REASON_NAMES[reason]), count] for reason, count in figures.reasons.items()]
        lines += [[told(words.OPEN), total.open], [told(words.TOTAL), total.total]]
        if report.details.goal:
            lines.append([told(words.GOAL), report.details.goal])
        lines += [[told(words.PAGE_KINDS[kind]), count] for kind, count in _page_kinds(figures.pages)]
        self._table(sheet, 3, (told(words.PROPERTY), told(words.NUMBER)), lines, freeze=False)
        sheet.set_column(0, 0, 52)
        sheet.set_column(1, 1, 14)

    def cantons(self, report: Report) -> None:
        name = words.SHEET_NAMES[1]
        sheet = self._sheet(name)
        told, population = self._told, report.details.population
        headings = [words.CANTON, words.VALID, words.LATE, words.INCOMPLETE, words.STRUCK, words.SECOND]
        headings += [words.INVALID, words.OPEN, words.TOTAL]
        lines: list[list[Cell]] = [
            [told(words.REGION_NAMES[region]), *_values(line)]
            for region, line in report.figures.regions.items()
        ]
        shown = [told(heading) for heading in headings]
        if population is not None:
            shown.append(f"{told(words.PER_10000)} ({population.year})")
            for line, (region, counted) in zip(lines, report.figures.regions.items(), strict=True):
                line.append(population.per_10000(region, counted.valid))
        self._table(sheet, 0, shown, lines, sums=len(headings))
        sheet.set_column(0, 0, 22)
        chart = self._book.add_chart({"type": "bar", "subtype": "stacked"})
        for column, colour in ((1, "#0b4a86"), (6, "#9ecae1")):
            chart.add_series(
                {
                    "name": [name_of(sheet), 0, column],
                    "categories": [name_of(sheet), 1, 0, len(lines), 0],
                    "values": [name_of(sheet), 1, column, len(lines), column],
                    "fill": {"color": colour},
                    "gap": 40,
                }
            )
        chart.set_title({"name": told(words.BARS_TITLE), "name_font": {"size": 12}})
        chart.set_y_axis({"reverse": True, "interval_unit": 1})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 620, "height": 720})
        sheet.insert_chart(0, len(shown) + 1, chart, {"description": told(words.BARS_TITLE)})

    def days(self, report: Report) -> None:
        sheet = self._sheet(words.SHEET_NAMES[2])
        told = self._told
        days = report.figures.days
        sums = list(accumulate(line.valid for line in days.values()))
        headings = [told(word) for word in (words.DAY, words.VALID, words.LATE, words.INVALID, words.OPEN)]
        headings += [told(words.TOTAL), told(words.SO_FAR)]
        lines: list[list[Cell]] = [
            [day, line.valid, line.late, line.invalid, line.open, line.total, so_far]
            for (day, line), so_far in zip(days.items(), sums, strict=True)
        ]
        self._table(sheet, 0, headings, lines)
        sheet.set_column(0, 0, 14)
        if not lines:
            return
        chart = self._book.add_chart({"type": "line"})
        chart.add_series(
            {
                "name": [name_of(sheet), 0, 6],
                "categories": [name_of(sheet), 1, 0, len(lines), 0],
                "values": [name_of(sheet), 1, 6, len(lines), 6],
                "line": {"color": "#0b4a86", "width": 2},
                "marker": {"type": "circle", "size": 4, "fill": {"color": "#0b4a86"}},
            }
        )
        chart.set_title({"name": told(words.CURVE_TITLE), "name_font": {"size": 12}})
        chart.set_x_axis({"date_axis": True, "num_format": "dd.mm.yyyy"})
        chart.set_legend({"none": True})
        chart.set_size({"width": 720, "height": 360})
        sheet.insert_chart(0, len(headings) + 1, chart, {"description": told(words.CURVE_TITLE)})

    def long_table(
        self,
        name: str,
        columns: Sequence[str],
        lines: Sequence[Sequence[Cell]],
        headings: Sequence[str] = (),
    ) -> None:
        """Write a table of any length; what does not fit on one sheet follows on the next.

        `columns` are the names in the CSV file, `headings` what people call them.
        """
        for begin in range(0, max(1, len(lines)), MAX_ROWS):
            sheet = self._sheet(name, begin // MAX_ROWS + 1)
            self._table(sheet, 0, headings or columns, lines[begin : begin + MAX_ROWS])
            for at, column in enumerate(columns):
                sheet.set_column(at, at, WIDTHS.get(column, DEFAULT_WIDTH))

    def _sheet(self, name: str, part: int = 1) -> Any:
        return self._book.add_worksheet(self._told(name) + (f" {part}" if part > 1 else ""))

    def _table(
        self,
        sheet: Any,
        first: int,
        headings: Sequence[str],
        lines: Sequence[Sequence[Cell]],
        sums: int = 0,
        *,
        freeze: bool = True,
    ) -> None:
        """Write a table from row `first` on, with sums below the columns before number `sums`."""
        columns: list[dict[str, Any]] = [{"header": heading} for heading in headings]
        last = first + max(1, len(lines))
        sheet.add_table(first, 0, last, len(headings) - 1, {"columns": columns, "style": STYLE})
        if sums:
            self._sums(sheet, first + 1, last, sums, lines)
        for down, line in enumerate(lines, first + 1):
            for at, value in enumerate(line):
                self._write(sheet, down, at, value)
        if freeze:
            sheet.freeze_panes(first + 1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        if freeze:
            sheet.repeat_rows(first)

    def _sums(self, sheet: Any, first: int, last: int, sums: int, lines: Sequence[Sequence[Cell]]) -> None:
        """Write sums below a table; sums within tables name columns, which LibreOffice does not read."""
        sheet.write_string(last + 1, 0, self._told(words.TOTAL), self._bold)
        for at in range(1, sums):
            column = chr(ord("A") + at)
            formula = f"=SUBTOTAL({SUM_OF_SHOWN},{column}{first + 1}:{column}{last + 1})"
            value = sum(n for line in lines if isinstance(n := line[at], int))
            sheet.write_formula(last + 1, at, formula, self._bold, value)

    def _write(self, sheet: Any, row: int, column: int, value: Cell) -> None:
        if value is None or value == "":
            return
        if isinstance(value, str):
            sheet.write_string(row, column, _fitted(value))
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, value, self._time_format)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self._day_format)
        else:
            sheet.write_number(row, column, value)


def name_of(sheet: Any) -> str:
    return str(sheet.get_name())


def _values(line: Line) -> list[Cell]:
    return [
        *(line.valid, line.late, line.incomplete, line.struck, line.second),
        *(line.invalid, line.open, line.total),
    ]


def _page_kinds(pages: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Yield the kinds of pages; those that are missing from the count also if there are none."""
    for kind in words.PAGE_KINDS:
        if kind in pages or kind in (FAILED, WAITING):
            yield kind, pages.get(kind, 0)


def _fitted(text: str) -> str:
    """Return a text that a cell can hold: no lone surrogates (of file names), not too long."""
    return text.encode("utf-8", "replace").decode("utf-8")[:MAX_TEXT]
