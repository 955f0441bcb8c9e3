"""Read the table's header and tell what each column is for.

Rules give the columns where there are any; header words give them where rules
are missing or lost.  A row may be several intervals of the lattice, one
storey each; words may stand over several columns.  A header that cannot be
read is completed from the form, or from a shipped form that agrees with what
could be read.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from digitize.form.definition import Form
from digitize.images import Page
from digitize.ocr.engines import Reader
from digitize.records import NAME_ROLES, Column, Role, Table
from digitize.table.header.cell_labels import is_labelled
from digitize.table.header.cell_structure import (
    Storeys,
    find_storeys,
    in_phase,
    together,
    with_inner_uprights,
)
from digitize.table.header.header_words import RULE_MARGIN_MM, Words, vocabulary
from digitize.table.header.roles import lacks, settled_roles
from digitize.table.header.rule_contrast import SEEN_SHARE, Rules, find_rules, rule_above
from digitize.table.header.single_line import SWALLOWED_ROWS, columns_of, numbers_apart, with_first_row
from digitize.table.header.stacked import read_stacked

__all__ = ["lacks", "read_header"]

HEADER_ABOVE_MM = 9.0  # a header without a rule above it stands within this
MIN_MATCHES = 2  # recognised header words make a header
NEAR_ROWS = 3  # below a line that reads like a header but names no signer there may be the real one
ESSENTIAL = (Role.SIGNATURE, *NAME_ROLES)


def read_header(
    page: Page,
    column_edges_px: Sequence[float],
    row_edges_px: Sequence[float],
    form: Form,
    reader: Reader,
) -> Table | None:
    """The table with the roles of its columns; None where no header is understood.

    The header is the first interval of the rows that reads like one, or the
    print just above them.  Unknown columns get the role OTHER.  A table with
    words in every cell instead of a header is not understood.
    """
    words = vocabulary(form)
    rules = in_phase(find_rules(page, column_edges_px, row_edges_px))
    if is_labelled(rules):
        return None
    storeys = find_storeys(rules, form.storeys)
    if storeys is not None:
        rules = with_inner_uprights(rules, storeys)
        storeys = find_storeys(rules, form.storeys) or storeys
        return _in_storeys(rules, storeys, form, words, reader)
    table = _in_one(rules, form, words, reader) or _below_swallowed(rules, form, words, reader)
    if table is not None:
        return table
    if form.columns and form.storeys == 1 and len(form.columns) == len(column_edges_px) - 1:
        edges = zip(form.columns, column_edges_px, column_edges_px[1:], strict=False)
        columns = tuple(Column(c.role, a, b) for c, a, b in edges)
        return Table(columns, tuple(row_edges_px[1:]), row_edges_px[0])
    return None


def _understood(columns: Sequence[Column]) -> int:
    """How many columns have a header that is a known word."""
    return sum(column.role is not Role.OTHER and bool(column.header) for column in columns)


def _names_signers(columns: Sequence[Column]) -> bool:
    return any(column.role in ESSENTIAL for column in columns)


def _names_all(columns: Sequence[Column]) -> bool:
    """Whether there is a name as well as a signature: else the header has more lines than were read."""
    roles = {column.role for column in columns}
    return Role.SIGNATURE in roles and not roles.isdisjoint(NAME_ROLES)


def _in_one(rules: Rules, form: Form, words: Words, reader: Reader) -> Table | None:
    """The table whose rows are one interval each."""
    page, edges = rules.page, rules.row_edges_px
    bands = [*pairwise(edges), (edges[0] - page.px(HEADER_ABOVE_MM), edges[0])]
    weak: tuple[list[Column], int] | None = None
    for i, (upper, lower) in enumerate(bands):
        if weak is not None and weak[1] + NEAR_ROWS < i < len(bands) - 1:
            continue
        columns = columns_of(page, rules.column_edges_px, upper, lower, words, reader)
        if _understood(columns) >= MIN_MATCHES:
            if _names_signers(columns):
                return _one_table(rules, columns, i, form, words, reader)
            weak = weak or (columns, i)
    over_columns = read_stacked(rules, edges[0], edges[_header_end(rules, 0)], None, words, reader)
    if _understood(over_columns) >= MIN_MATCHES and _names_signers(over_columns):
        return _one_table(rules, over_columns, 0, form, words, reader)
    return _one_table(rules, *weak, form, words, reader) if weak else None


def _below_swallowed(rules: Rules, form: Form, words: Words, reader: Reader) -> Table | None:
    """The table whose first row's upper rule is lost: that row's writing hides the header's words."""
    top, first, *others = rules.row_edges_px
    pitch = float(np.median(np.diff((first, *others)))) if others else 0.0
    if not others or first - top < SWALLOWED_ROWS * pitch:
        return None
    return _in_one(replace(rules, row_edges_px=(top, first - pitch, first, *others)), form, words, reader)


def _one_table(
    rules: Rules, columns: list[Column], band: int, form: Form, words: Words, reader: Reader
) -> Table | None:
    """The table below a header read in the interval `band` (the last one lies above the lattice)."""
    page, edges = rules.page, rules.row_edges_px
    if band < len(edges) - 1:
        first, end = _header_start(rules, band), _header_end(rules, band)
        two = _second_storey(rules, columns, band, words, reader)
        if two is not None:
            return _in_storeys(rules, two, form, words, reader)
        if first < band or end > band + 1 or any(_spans(rules, band)):
            ends = dict.fromkeys((band + 1, end))  # a row is taken into the header only for words it adds
            read = {to: read_stacked(rules, edges[first], edges[to], None, words, reader) for to in ends}
            end = max(ends, key=lambda to: _understood(read[to]))
            if _understood(read[end]) > _understood(columns) or end > band + 1:
                return _settled_table(rules, read[end], edges[first], edges[end:], form, words)
        upper, lower = edges[band], edges[band + 1]
    else:
        upper, lower = edges[0] - page.px(HEADER_ABOVE_MM), edges[0]
    rows = tuple(edge for edge in edges if edge > lower - page.px(RULE_MARGIN_MM))
    if len(rows) < 2:
        return None
    columns = numbers_apart(page, columns, upper, rows, words, reader)
    settled = settled_roles(columns, form, page, words)
    return Table(settled, with_first_row(page, settled, upper, rows, reader), upper)


def _settled_table(
    rules: Rules, columns: list[Column], top_px: float, rows: Sequence[float], form: Form, words: Words
) -> Table | None:
    if len(rows) < 2:
        return None
    return Table(settled_roles(columns, form, rules.page, words), tuple(rows), top_px)


def _spans(rules: Rules, band: int) -> tuple[bool, bool]:
    """Whether in the upper and in the lower half of an interval some upright rule of the rows is missing."""
    upper, lower = rules.row_edges_px[band : band + 2]
    middle = (upper + lower) / 2
    below = list(pairwise(rules.row_edges_px))[band + 1 :]
    if not below or len(rules.column_edges_px) < 3:
        return False, False
    usual = np.median(rules.uprights(below), axis=0)
    missing = rules.uprights([(upper, middle), (middle, lower)]) < SEEN_SHARE * usual
    return bool(missing[0].any()), bool(missing[1].any())


def _header_start(rules: Rules, band: int) -> int:
    """The interval at which a header begins: words over several columns may fill the one above."""
    return band - 1 if band and all(_spans(rules, band - 1)) else band


def _header_end(rules: Rules, band: int) -> int:
    """The row edge at which a header ends that begins in `band`: words below those over several columns."""
    lower_half_spans = band + 3 < len(rules.row_edges_px) and _spans(rules, band)[1]
    return band + 2 if lower_half_spans and not any(_spans(rules, band + 1)) else band + 1


def _second_storey(
    rules: Rules, columns: list[Column], band: int, words: Words, reader: Reader
) -> Storeys | None:
    """Rows of two storeys that only the header tells: its second line names what its first lacks."""
    roles = {column.role for column in columns}
    lacks = Role.SIGNATURE not in roles or not roles & set(NAME_ROLES)
    edges = rules.row_edges_px
    if not lacks or len(edges) < band + 5:
        return None
    upper, lower = edges[band + 1 : band + 3]
    below = columns_of(rules.page, rules.column_edges_px, upper, lower, words, reader)
    more = {column.role for column in below if column.header} - {Role.OTHER}
    if _understood(below) < MIN_MATCHES or not more & set(ESSENTIAL) - roles:
        return None
    return together(rules, 2, (band + 2) % 2)


def _in_storeys(rules: Rules, storeys: Storeys, form: Form, words: Words, reader: Reader) -> Table | None:
    """The table whose rows have storeys."""
    edges, columns = rules.row_edges_px, list[Column]()
    first, step = storeys.first, storeys.step
    for start in (first, first + step):
        rows = [*edges[start::step]]
        if len(rows) < 2:
            break
        if (len(edges) - 1 - start) % step:  # the last row's lower rule is lost
            rows.append(rows[-1] + float(np.median(np.diff(rows))))
        above = rule_above(rules) if start == first else None  # of a header whose upper line got lost
        for top in (edges[0] if start == first else edges[start - step], above):
            if top is not None:
                columns = read_stacked(rules, top, edges[start], storeys, words, reader)
                if _understood(columns) >= MIN_MATCHES and _names_all(columns):
                    return _settled_table(rules, columns, top, rows, form, words)
    if len(form.columns) == len(columns):
        columns = [replace(c, role=known.role) for c, known in zip(columns, form.columns, strict=True)]
        return _settled_table(rules, columns, edges[0], edges[first::step], form, words)
    return None
