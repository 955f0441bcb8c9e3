"""Read the numbers of reports and workbooks as a person or another program sees them."""

import io
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import openpyxl

GROUPING = re.compile(r"[’,\u202f]")


@dataclass
class Tables(HTMLParser):
    """The tables of a page as lists of lines of texts, and its large number."""

    tables: list[list[list[str]]] = field(default_factory=list)
    big: str = ""
    _cell: list[str] | None = None
    _in_big: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self._cell = []
        elif tag == "p":
            self._in_big = dict(attributes).get("class") == "big"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None:
            self.tables[-1][-1].append("".join(self._cell).strip())
            self._cell = None
        elif tag == "p":
            self._in_big = False

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)
        if self._in_big:
            self.big += data


def read_page(html: str) -> Tables:
    found = Tables()
    found.feed(html)
    return found


def number(text: str) -> int:
    return int(GROUPING.sub("", text))


def numbers_of(table: list[list[str]]) -> dict[str, list[int]]:
    """Return the lines of a table of numbers by their first cell."""
    return {
        line[0]: [number(cell) for cell in line[1:]]
        for line in table
        if len(line) > 1 and line[1][:1].isdigit()
    }


def sheets_of(book: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """Return the values of all sheets of a workbook by name, as another program reads them."""
    opened = openpyxl.load_workbook(io.BytesIO(book), data_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in opened.worksheets}
