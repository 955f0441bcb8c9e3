"""Number the rows from their printed numbers and correct single misreadings.

Number minus position is the same for every row of a table, so the value on
which most rows agree is right even if a stamp, a stain or a misreading
affects some of them.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from digitize.form.definition import Form
from digitize.images import INK_SHARE, Page
from digitize.ocr.engines import Reader
from digitize.ocr.split_lines import cut_to
from digitize.records import Note, NoteCode, PageKind, Role, Table


@dataclass(frozen=True, slots=True)
class NumberingSettings:
    """Limits for reading the printed row numbers."""

    rule_margin_mm: float = 0.5  # cut off around a cell, so that its rules are not read
    max_number: int = 9999
    max_letters: int = 1  # a digit may be misread as a letter; more letters are writing
    sample_rows: int = 5  # read first; if they agree, the other numbers follow from the lattice
    letter_max_rows: int = 8
    min_jumped: int = 2  # so many numbers at the end that follow each other but not the rest: no misreading
    letter_top_share: float = 0.45  # of the page height lies above the table of a letter


SETTINGS = NumberingSettings()


@dataclass(frozen=True, slots=True)
class Numbering:
    """Numbers of the rows from top to bottom; `read` is false if they were only inferred.

    `doubt` says what speaks against the rows that were found; mostly None.
    """

    numbers: tuple[int, ...]
    read: bool
    kind: PageKind
    doubt: Note | None = None


def number_rows(page: Page, table: Table, form: Form, reader: Reader) -> Numbering:
    """Return the number of every row, and whether the page is a letter or a list."""
    count = len(table.row_edges_px) - 1
    kind = _kind(page, table, count)
    column = next((c for c in table.columns if c.role is Role.NUMBER), None)
    start, read = None, dict[int, int | None]()
    if column is not None:
        sample = sorted({round(i) for i in np.linspace(0, count - 1, min(SETTINGS.sample_rows, count))})
        read = {i: _read_number(page, table, i, reader) for i in sample}
        start = _vote_first_number(read, unanimous=True)
        if start is None:
            read |= {i: _read_number(page, table, i, reader) for i in range(count) if i not in read}
            start = _vote_first_number(read, unanimous=False)
    if start is None:
        span = form.rows_of(kind)
        first = span[0] if span else 1
        return Numbering(tuple(range(first, first + count)), column is None, kind)
    numbers = tuple(range(start, start + count))
    return Numbering(numbers, True, kind, _doubt(page, table, form.rows_of(kind), numbers, read, reader))


def _doubt(
    page: Page,
    table: Table,
    span: tuple[int, int] | None,
    numbers: tuple[int, ...],
    read: dict[int, int | None],
    reader: Reader,
) -> Note | None:
    """What speaks against the rows: printed numbers that jump or go on below them, or the form."""
    starts = [number - i for i, number in sorted(read.items()) if number is not None]
    after = [start for start in starts[1:] if start != numbers[0]]
    if len(after) >= SETTINGS.min_jumped and starts[-len(after) :] == [after[0]] * len(after):
        return Note(NoteCode.NUMBERS_JUMP)
    if span is not None and (numbers[0], numbers[-1]) != span:
        return Note.of(
            NoteCode.NUMBERS_NOT_OF_FORM,
            **{"form_first": span[0], "form_last": span[1], "first": numbers[0], "last": numbers[-1]},
        )
    pitch = float(np.median(np.diff(table.row_edges_px)))
    top, low = table.row_edges_px[0], table.row_edges_px[-1]
    for edges, number in (((top - pitch, top), numbers[0] - 1), ((low, low + pitch), numbers[-1] + 1)):
        if number >= 1 and _read_number(page, replace(table, row_edges_px=edges), 0, reader) == number:
            return Note.of(NoteCode.NUMBER_OUTSIDE_ROWS, number=number)
    return None


def _kind(page: Page, table: Table, count: int) -> PageKind:
    """Return the kind of page: the table of a letter has few rows and lies low on the page."""
    low = table.header_top_px >= SETTINGS.letter_top_share * page.height_px
    return PageKind.LETTER if low and count <= SETTINGS.letter_max_rows else PageKind.LIST


def _vote_first_number(read: dict[int, int | None], unanimous: bool) -> int | None:
    """Return the number of the first row by majority vote, None if there is no majority."""
    candidates = Counter(number - i for i, number in read.items() if number is not None and number - i >= 1)
    if not candidates:
        return None
    (start, votes), *others = candidates.most_common(2)
    if unanimous:
        return start if votes == len(read) else None
    enough = votes >= 2 or len(read) == 1
    return start if enough and (not others or votes > others[0][1]) else None


def _read_number(page: Page, table: Table, index: int, reader: Reader) -> int | None:
    """Return the number printed in a row, None if none is legible."""
    column = next(c for c in table.columns if c.role is Role.NUMBER)
    box = table.cell_box(index, column)
    rows, cols = (
        box.expanded(-page.px(SETTINGS.rule_margin_mm)).clipped(page.width_px, page.height_px).slices()
    )
    cell = page.even[rows, cols]
    ink = cell < 255 * INK_SHARE
    if not ink.any():
        return None
    text = reader.read_line(cut_to(cell, ink)).text
    digits = re.search(r"\d+", text)
    if digits is None or sum(character.isalpha() for character in text) > SETTINGS.max_letters:
        return None
    return int(digits.group()) if int(digits.group()) <= SETTINGS.max_number else None
