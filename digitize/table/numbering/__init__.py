"""Number the rows from their printed numbers and correct single misreadings.

Number minus position is the same for every row of a table, so the value on
which most rows agree is right even if a stamp, a stain or a misreading
affects some of them.  Numbers that do not agree, or that cannot be read at
all, speak against the rows: several may have been taken for one.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, takewhile

import numpy as np
from numpy.typing import NDArray

from digitize.form.definition import Form
from digitize.geometry import Box
from digitize.images import INK_SHARE, Page, Pixels
from digitize.ocr.engines import Reader
from digitize.ocr.split_lines import cut_to
from digitize.records import Column, Note, NoteCode, PageKind, Role, Table
from digitize.table.numbering.running_text import is_running_text
from digitize.table.numbering.slipped import number_of_slipped_row
from digitize.table.numbering.unnumbered import is_example, is_sum


@dataclass(frozen=True, slots=True)
class NumberingSettings:
    """Limits for reading the printed row numbers."""

    rule_margin_mm: float = 0.5  # cut off around a cell, so that its rules are not read
    max_number: int = 9999
    max_letters: int = 1  # a digit may be misread as a letter; more letters are writing
    min_word_letters: int = 3  # side by side in place of a number: the first word of a paragraph
    min_numbered: int = 3  # rows with a number, so that words in place of the next one tell something
    max_lines_below: int = 3  # of a paragraph, as high as rows
    sample_rows: int = 5  # read first; if they agree, the other numbers follow from the lattice
    letter_max_rows: int = 8
    min_jumped: int = 2  # so many numbers at the end that follow each other but not the rest: no misreading
    min_agreeing_share: float = 0.6  # of the numbers read; misreadings and dust leave more
    # Numbers left of a table whose first column rule was not found
    margin_mm: float = 16.0  # searched left of the table
    number_gap_mm: float = 2.0  # between the number and whatever is printed further left
    min_beside: int = 3  # numbers that must follow each other (both in a table of two rows)
    letter_top_share: float = 0.45  # of the page height lies above the table of a letter


SETTINGS = NumberingSettings()


@dataclass(frozen=True, slots=True)
class Numbering:
    """Numbers of the rows from top to bottom; `read` is false if they were only inferred.

    There are fewer than rows where some are for no signer: `above` the first of those numbered (an example),
    the others below the last (a sum, lines of a paragraph below the table).  `printed` tells that they were
    read on the sheet.  `doubt` says what speaks against the rows that were found; mostly None.
    """

    numbers: tuple[int, ...]
    read: bool
    kind: PageKind
    doubt: Note | None = None
    printed: bool = False
    above: int = 0

    def starting_at(self, first: int) -> "Numbering":
        """Return the same with the numbers from this one on."""
        return replace(self, numbers=tuple(range(first, first + len(self.numbers))))


def number_rows(
    page: Page,
    table: Table,
    form: Form,
    reader: Reader,
    others: Sequence[Table] = (),
    printed: Sequence[int] = (),
) -> Numbering:
    """Return the number of every row, and whether the page is a letter or a list.

    `others` are the other tables of the page: a number in them is not one of a missing row.  `printed` are
    the numbers by which the rows were found, if they were; as many rows need no other.
    """
    count = len(table.row_edges_px) - 1
    kind = _kind(page, table, count)
    column = next((c for c in table.columns if c.role is Role.NUMBER), None)
    strip = column or _margin(page, table)
    read: dict[int, int | None] = {}
    start = printed[0] if len(printed) == count else None
    if start is None:
        read = {i: _read_number(page, table, strip, i, reader) for i in _sample(count)}
        if column is None:
            start = _vote_first_number(read, unanimous=False, least=min(SETTINGS.min_beside, max(2, count)))
            if start is None:
                above = int(count > 1 and is_example(_row_texts(page, table, 0, reader), least_names=2))
                rows = (
                    count
                    - above
                    - int(count > 1 + above and is_sum(_row_texts(page, table, count - 1, reader)))
                )
                return replace(_in_order(form, kind, rows, None, expected=False), above=above)
        else:
            start = _vote_first_number(read, unanimous=True)
    if start is None:
        rest = (i for i in range(count) if i not in read)
        read |= {i: _read_number(page, table, strip, i, reader) for i in rest}
        start = _vote_first_number(read, unanimous=False, least=min(2, count))
    above = int(start == 0)
    if start is None or (
        above and (read[0] is not None or not is_example(_row_texts(page, table, 0, reader)))
    ):
        return _in_order(form, kind, count, Note(NoteCode.NUMBERS_UNREAD), expected=True)
    count -= _lines_below(page, table, strip, read, above, reader)
    numbers = tuple(range(start + above, start + count))
    read = {i - above: number for i, number in read.items() if i >= above}
    doubt = _disagreement(form.rows_of(kind), numbers, read) or _number_outside(
        page, table, strip, numbers, others, reader
    )
    return Numbering(numbers, True, kind, doubt, printed=True, above=above)


def _lines_below(
    page: Page, table: Table, column: Column, read: dict[int, int | None], above: int, reader: Reader
) -> int:
    """Return how many rows at the end are for no signer.

    A line of print runs through them, it says that there is the sum, or words stand where all other rows have
    a number.  Below such a line of text, rows without anything in place of a number are none either.
    """
    count = len(table.row_edges_px) - 1
    last = range(count - 1, max(SETTINGS.min_numbered, count - SETTINGS.max_lines_below) - 1, -1)
    unnumbered = list(takewhile(lambda i: read.get(i) is None, last))
    if printed := [i for i in unnumbered if is_running_text(page, table, i)]:
        return count - printed[-1]
    numbered = [i for i, number in read.items() if number is not None]
    below = count - 1 - max(numbered, default=count)
    if below < 1 or len(read) < count or len(numbered) < max(SETTINGS.min_numbered, count - below - above):
        return 0
    if below == 1 and is_sum(_row_texts(page, table, count - 1, reader)):
        return 1
    texts = [_read_text(page, table, column, i, reader) for i in range(count - below, count)]
    others = (_has_word(text) or not any(map(str.isalnum, text)) for text in texts)
    return below if _has_word(texts[0]) and all(others) else 0


def _has_word(text: str) -> bool:
    return any(
        is_letter and len(list(letters)) >= SETTINGS.min_word_letters
        for is_letter, letters in groupby(text, str.isalpha)
    )


def _sample(count: int) -> list[int]:
    """Return the indices of the rows whose numbers are read first."""
    return sorted({round(i) for i in np.linspace(0, count - 1, min(SETTINGS.sample_rows, count))})


def _in_order(form: Form, kind: PageKind, count: int, doubt: Note | None, *, expected: bool) -> Numbering:
    """Number the rows as the form has them, or from 1 on; `expected` is true if numbers should be printed.

    As many rows as the form has leave no doubt.
    """
    first, last = form.rows_of(kind) or (1, 0)
    complete = last - first + 1 == count
    numbers = tuple(range(first, first + count))
    return Numbering(numbers, not expected, kind, None if complete else doubt)


def _margin(page: Page, table: Table) -> Column:
    """Return the strip left of the table as if it were the column of the numbers."""
    return Column(Role.NUMBER, max(0.0, table.left_px - page.px(SETTINGS.margin_mm)), table.left_px)


def _disagreement(
    span: tuple[int, int] | None, numbers: tuple[int, ...], read: dict[int, int | None]
) -> Note | None:
    """What the printed numbers or those of the form say against the rows."""
    starts = [number - i for i, number in sorted(read.items()) if number is not None]
    at_end = list(takewhile(lambda start: start == starts[-1], reversed(starts)))
    jumped = starts[-1:] != [numbers[0]] and len(at_end) >= SETTINGS.min_jumped
    if jumped or starts.count(numbers[0]) < SETTINGS.min_agreeing_share * len(starts):
        return Note(NoteCode.NUMBERS_JUMP)
    if span is not None and (numbers[0], numbers[-1]) != span:
        return Note.of(
            NoteCode.NUMBERS_NOT_OF_FORM,
            **{"form_first": span[0], "form_last": span[1], "first": numbers[0], "last": numbers[-1]},
        )
    return None


def _number_outside(
    page: Page,
    table: Table,
    column: Column,
    numbers: tuple[int, ...],
    others: Sequence[Table],
    reader: Reader,
) -> Note | None:
    """What a number says that is printed one row above the first or below the last row."""
    pitch = float(np.median(np.diff(table.row_edges_px)))
    top, low = table.row_edges_px[0], table.row_edges_px[-1]
    for edges, number in (((top - pitch, top), numbers[0] - 1), ((low, low + pitch), numbers[-1] + 1)):
        box = Box(column.left_px, edges[0], column.right_px, edges[1])
        taken = any(box.common(other.box).height > pitch / 2 for other in others if other != table)
        beyond = replace(table, row_edges_px=edges)
        if number < 1 or taken:
            continue
        found = _read_number(page, beyond, column, 0, reader)
        if found != number and edges[0] == low:
            found = number_of_slipped_row(page, box, reader)
        if found == number:
            return Note.of(NoteCode.NUMBER_OUTSIDE_ROWS, number=number)
    return None


def _kind(page: Page, table: Table, count: int) -> PageKind:
    """Return the kind of page: the table of a letter has few rows and lies low on the page."""
    low = table.header_top_px >= SETTINGS.letter_top_share * page.height_px
    return PageKind.LETTER if low and count <= SETTINGS.letter_max_rows else PageKind.LIST


def _vote_first_number(read: dict[int, int | None], unanimous: bool, least: int = 2) -> int | None:
    """Return the number of the first row by majority vote, at least so many, None if there is no majority.

    It is 0 if the row with the number 1 is the second one.
    """
    candidates = Counter(number - i for i, number in read.items() if number is not None and number >= i)
    if not candidates:
        return None
    (start, votes), *others = candidates.most_common(2)
    if unanimous:
        return start if votes == len(read) else None
    enough = votes >= least
    return start if enough and (not others or votes > others[0][1]) else None


def _read_number(page: Page, table: Table, column: Column, index: int, reader: Reader) -> int | None:
    """Return the number printed in a row, None if none is legible."""
    text = _read_text(page, table, column, index, reader)
    digits = re.search(r"\d+", text)
    if digits is None or sum(character.isalpha() for character in text) > SETTINGS.max_letters:
        return None
    return int(digits.group()) if int(digits.group()) <= SETTINGS.max_number else None


def _row_texts(page: Page, table: Table, index: int, reader: Reader) -> list[str]:
    """Return what is read as print in each cell of a row."""
    return [_read_text(page, table, column, index, reader) for column in table.columns]


def _read_text(page: Page, table: Table, column: Column, index: int, reader: Reader) -> str:
    """Return what is printed in a cell of a row, or beside the row in place of its number."""
    box = table.cell_box(index, column)
    rows, cols = (
        box.expanded(-page.px(SETTINGS.rule_margin_mm)).clipped(page.width_px, page.height_px).slices()
    )
    cell = page.even[rows, cols]
    ink = cell < 255 * INK_SHARE
    if column not in table.columns:
        cell, ink = _nearest_print(cell, ink, page.px(SETTINGS.number_gap_mm))
    return reader.read_line(cut_to(cell, ink)).text if ink.any() else ""


def _nearest_print(cell: Pixels, ink: NDArray[np.bool_], gap_px: float) -> tuple[Pixels, NDArray[np.bool_]]:
    """Return the part of a strip left of the table with the print that is nearest to the table."""
    inked = np.flatnonzero(ink.any(axis=0))
    if not len(inked):
        return cell, ink
    group = np.split(inked, np.flatnonzero(np.diff(inked) > gap_px) + 1)[-1]
    part = slice(int(group[0]), int(group[-1]) + 1)
    return cell[:, part], ink[:, part]
