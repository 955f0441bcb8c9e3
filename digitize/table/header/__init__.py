"""Read the header of a table and find out what each column is for.

Column rules give the columns where there are any; otherwise header words do.
A row may consist of several intervals of the lattice ("storeys"), and a
header word may span several columns.  A header that cannot be read is
completed from the form, or from a shipped form that agrees with what was read.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from digitize.form.definition import Form
from digitize.images import Page
from digitize.ocr.engines import Reader
from digitize.records import ADDRESS_ROLES, NAME_ROLES, Column, Role, Table
from digitize.table.header.by_position import may_lack_row, read_by_position
from digitize.table.header.cell_labels import find_labels
from digitize.table.header.cell_structure import (
    Storeys,
    add_inner_columns,
    align_rows,
    find_storeys,
    group_intervals,
)
from digitize.table.header.dark_band import with_light_header
from digitize.table.header.header_words import SETTINGS as PHRASES
from digitize.table.header.header_words import Words, vocabulary
from digitize.table.header.open_edges import move_open_edges
from digitize.table.header.roles import missing_columns, resolve_roles
from digitize.table.header.rule_contrast import SETTINGS as CONTRAST
from digitize.table.header.rule_contrast import MeasuredRules, measure_rules, rule_above
from digitize.table.header.single_line import (
    TALL_HEADER_ROWS,
    read_columns,
    read_pale_columns,
    restore_first_row,
    split_off_numbers,
    without_header_lines,
)
from digitize.table.header.stacked import read_stacked
from digitize.table.header.unread_column import divide_unread_column

__all__ = ["may_lack_row", "missing_columns", "read_header"]

HEADER_ABOVE_MM = 9.0  # a header without a rule above it lies within this distance of the first rule
MIN_MATCHES = 2  # a header has at least so many recognised words
PALE_BANDS = 2  # at the top of a table, where a header so pale is looked for
NEAR_ROWS = 3  # the real header may follow a line that reads like one but names no signer
SIGNER_ROLES = (Role.SIGNATURE, *NAME_ROLES)


def read_header(
    page: Page,
    column_edges_px: Sequence[float],
    row_edges_px: Sequence[float],
    form: Form,
    reader: Reader,
    *,
    undivided: bool = False,
) -> Table | None:
    """Return the table with the roles of its columns, None if no header is understood.

    The header is the first row interval that reads like one, or the print just
    above the first rule, or the words that are printed in every cell.  Unknown columns get the role
    OTHER.  If the rows are known to be `undivided`, no rules are looked for within them.
    """
    column_edges_px = _within(column_edges_px, page.width_px)
    row_edges_px = _within(row_edges_px, page.height_px)
    if min(len(column_edges_px), len(row_edges_px)) < 2:  # print that looks like rules, at the page's edge
        return None
    page = with_light_header(page, column_edges_px[0], column_edges_px[-1], row_edges_px)
    words = vocabulary(form)
    rules = align_rows(measure_rules(page, column_edges_px, row_edges_px))
    labels = find_labels(rules)
    storeys = None if undivided else find_storeys(rules, form.storeys)
    if labels is not None:
        return None if storeys else _read_labels(replace(rules, page=labels), form, words, reader)
    if storeys is not None:
        rules = add_inner_columns(rules, storeys)
        storeys = find_storeys(rules, form.storeys) or storeys
        return _read_in_storeys(rules, storeys, form, words, reader)
    table = _read_single_line(rules, form, words, reader) or _read_above_hidden_row(
        rules, form, words, reader
    )
    return table or read_by_position(page, column_edges_px, row_edges_px, form, reader)


def _within(edges_px: Sequence[float], size_px: int) -> tuple[float, ...]:
    """Return the edges moved to within the page; of several outside it, one."""
    return tuple(sorted({min(max(0.0, edge), float(size_px)) for edge in edges_px}))


def _count_recognised(columns: Sequence[Column]) -> int:
    """Count the columns whose header is a known word."""
    return sum(column.role is not Role.OTHER and bool(column.header) for column in columns)


def _count_words(columns: Sequence[Column]) -> int:
    """Count the known words; one over several columns is one."""
    known = (column for column in columns if column.role is not Role.OTHER and column.header)
    return len({(column.role, column.header) for column in known})


def _names_signers(columns: Sequence[Column]) -> bool:
    """Return whether a column is for a signature or a name."""
    return any(column.role in SIGNER_ROLES for column in columns)


def _is_complete(columns: Sequence[Column]) -> bool:
    """Return whether there are columns for a name and a signature; if not, the header has more lines."""
    roles = {column.role for column in columns}
    return Role.SIGNATURE in roles and not roles.isdisjoint(NAME_ROLES)


def _has_addresses(columns: Sequence[Column]) -> bool:
    return any(column.role in ADDRESS_ROLES for column in columns)


def _read_labels(rules: MeasuredRules, form: Form, words: Words, reader: Reader) -> Table | None:
    """Return the table whose first row is the first interval, from words printed in its cells."""
    edges = rules.row_edges_px
    columns = read_columns(rules.page, rules.column_edges_px, edges[0], edges[1], words, reader)
    if _count_recognised(columns) < MIN_MATCHES or not _names_signers(columns):
        return None
    return _make_table(rules, columns, edges[0], edges, form, words)


def _read_single_line(rules: MeasuredRules, form: Form, words: Words, reader: Reader) -> Table | None:
    """Return the table whose rows are one interval each."""
    page, edges = rules.page, rules.row_edges_px
    bands = [*pairwise(edges), (edges[0] - page.px(HEADER_ABOVE_MM), edges[0])]
    likely = {upper for upper, _ in (*bands[:PALE_BANDS], bands[-1])}
    fallback: tuple[list[Column], int] | None = None
    for i, (upper, lower) in enumerate(bands):
        if fallback is not None and fallback[1] + NEAR_ROWS < i < len(bands) - 1:
            continue
        columns = read_columns(page, rules.column_edges_px, upper, lower, words, reader)
        if upper in likely and not (_is_complete(columns) and _has_addresses(columns)):
            pale = read_pale_columns(page, rules.column_edges_px, upper, lower, words, reader)
            more = not _is_complete(columns) or _has_addresses(pale)
            columns = pale if _is_complete(pale) and more else columns
        if _count_recognised(columns) >= MIN_MATCHES:
            if _names_signers(columns):
                return _build_table(rules, columns, i, form, words, reader)
            fallback = fallback or (columns, i)
    stacked = read_stacked(rules, edges[0], edges[_header_end(rules, 0)], None, words, reader)
    if _count_recognised(stacked) >= MIN_MATCHES and _names_signers(stacked):
        return _build_table(rules, stacked, 0, form, words, reader)
    return _build_table(rules, *fallback, form, words, reader) if fallback else None


def _read_above_hidden_row(rules: MeasuredRules, form: Form, words: Words, reader: Reader) -> Table | None:
    """Return the table whose first row hides the header words because the rule above it is missing."""
    top, first, *others = rules.row_edges_px
    pitch = float(np.median(np.diff((first, *others)))) if others else 0.0
    if not others or first - top < TALL_HEADER_ROWS * pitch:
        return None
    return _read_single_line(
        replace(rules, row_edges_px=(top, first - pitch, first, *others)), form, words, reader
    )


def _build_table(
    rules: MeasuredRules, columns: list[Column], band: int, form: Form, words: Words, reader: Reader
) -> Table | None:
    """Return the table below a header in the interval `band`; the last band lies above the lattice."""
    page, edges = rules.page, rules.row_edges_px
    if band < len(edges) - 1:
        first, end = _header_start(rules, band), _header_end(rules, band)
        two_storeys = _storeys_of_header(rules, columns, band, words, reader)
        if two_storeys is not None:
            return _read_in_storeys(rules, two_storeys, form, words, reader)
        if first < band or end > band + 1 or any(_has_spanning_cells(rules, band)):
            # A row becomes part of the header only if it adds words.
            ends = dict.fromkeys((band + 1, end))
            read = {to: read_stacked(rules, edges[first], edges[to], None, words, reader) for to in ends}
            end = max(ends, key=lambda to: _count_recognised(read[to]))
            as_many = _count_recognised(read[end]) >= _count_recognised(columns)
            if _count_words(read[end]) > _count_words(columns) or (end > band + 1 and as_many):
                return _make_table(rules, read[end], edges[first], edges[end:], form, words)
        upper, lower = edges[band], edges[band + 1]
    else:
        upper, lower = edges[0] - page.px(HEADER_ABOVE_MM), edges[0]
    rows = tuple(edge for edge in edges if edge > lower - page.px(PHRASES.rule_margin_mm))
    if len(rows) < 2:
        return None
    columns = split_off_numbers(page, columns, upper, rows, words, reader)
    columns = divide_unread_column(page, columns, rules.column_edges_px, rows)
    columns = move_open_edges(page, columns, rules.column_edges_px, upper, rows)
    resolved = resolve_roles(columns, form, page, words)
    rows = without_header_lines(rules, resolved, rows, reader)
    return Table(resolved, restore_first_row(page, resolved, upper, rows, reader), upper)


def _make_table(
    rules: MeasuredRules,
    columns: list[Column],
    top_px: float,
    rows: Sequence[float],
    form: Form,
    words: Words,
) -> Table | None:
    """Return the table with consistent roles, None if it has no rows."""
    if len(rows) < 2:
        return None
    return Table(resolve_roles(columns, form, rules.page, words), tuple(rows), top_px)


def _has_spanning_cells(rules: MeasuredRules, band: int) -> tuple[bool, bool]:
    """Return whether a vertical rule of the rows is missing in the upper and lower half of an interval."""
    upper, lower = rules.row_edges_px[band : band + 2]
    middle = (upper + lower) / 2
    below = list(pairwise(rules.row_edges_px))[band + 1 :]
    if not below or len(rules.column_edges_px) < 3:
        return False, False
    usual = np.median(rules.vertical_contrast(below), axis=0)
    missing = (usual >= CONTRAST.min_contrast) & (
        rules.vertical_contrast([(upper, middle), (middle, lower)]) < CONTRAST.min_relative_contrast * usual
    )
    return bool(missing[0].any()), bool(missing[1].any())


def _header_start(rules: MeasuredRules, band: int) -> int:
    """Return the interval where a header starts: words over several columns may fill the one above."""
    return band - 1 if band and all(_has_spanning_cells(rules, band - 1)) else band


def _header_end(rules: MeasuredRules, band: int) -> int:
    """Return the row edge where a header ends: there may be words below those over several columns.

    Nor does it end where no rule is seen: an edge was put there because the header is as high as two rows.
    """
    if band + 3 < len(rules.row_edges_px) and _lacks_rule(rules, band + 1):
        return band + 2
    lower_half_spans = band + 3 < len(rules.row_edges_px) and _has_spanning_cells(rules, band)[1]
    return band + 2 if lower_half_spans and not any(_has_spanning_cells(rules, band + 1)) else band + 1


def _lacks_rule(rules: MeasuredRules, edge: int) -> bool:
    """Return whether no rule is seen at a row edge, but one at the next."""
    here, below = np.median(rules.horizontal_contrast(rules.row_edges_px[edge : edge + 2]), axis=1)
    seen = max(CONTRAST.min_contrast, CONTRAST.min_relative_contrast * rules.typical)
    return bool(below >= seen and here < CONTRAST.min_relative_contrast * below)


def _storeys_of_header(
    rules: MeasuredRules, columns: list[Column], band: int, words: Words, reader: Reader
) -> Storeys | None:
    """Return two-storey rows if the second line of the header names what the first line lacks."""
    roles = {column.role for column in columns}
    incomplete = Role.SIGNATURE not in roles or not roles & set(NAME_ROLES)
    edges = rules.row_edges_px
    if not incomplete or len(edges) < band + 5 or _lacks_rule(rules, band + 1):
        return None
    upper, lower = edges[band + 1 : band + 3]
    below = read_columns(rules.page, rules.column_edges_px, upper, lower, words, reader)
    more = {column.role for column in below if column.header} - {Role.OTHER}
    if _count_recognised(below) < MIN_MATCHES or not more & set(SIGNER_ROLES) - roles:
        return None
    return group_intervals(rules, 2, (band + 2) % 2)


def _read_in_storeys(
    rules: MeasuredRules, storeys: Storeys, form: Form, words: Words, reader: Reader
) -> Table | None:
    """Return the table whose rows have storeys."""
    edges, columns = rules.row_edges_px, list[Column]()
    first, step = storeys.first, storeys.step
    for start in (first, first + step):
        rows = [*edges[start::step]]
        if len(rows) < 2:
            break
        if (len(edges) - 1 - start) % step:  # the rule below the last row is missing
            rows.append(rows[-1] + float(np.median(np.diff(rows))))
        # The lattice may lack the upper line of the header.
        above = rule_above(rules) if start == first else None
        for top in (edges[0] if start == first else edges[start - step], above):
            if top is not None:
                columns = read_stacked(rules, top, edges[start], storeys, words, reader)
                if _count_recognised(columns) >= MIN_MATCHES and _is_complete(columns):
                    return _make_table(rules, columns, top, rows, form, words)
    if len(form.columns) == len(columns):
        columns = [replace(c, role=known.role) for c, known in zip(columns, form.columns, strict=True)]
        return _make_table(rules, columns, edges[0], edges[first::step], form, words)
    return None
