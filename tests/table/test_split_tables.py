"""Several tables on one page: each is found with its rows and columns, and other boxes are ignored."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from digitize.form.definition import AUTO, Form
from digitize.ocr.engines import open_reader
from digitize.page.detect_tables import KnownTable, find_tables
from digitize.page.pipeline import Settings, digitize_file, digitize_page
from digitize.records import Note, NoteCode, PageId, Role, SheetPage, Status, Table
from digitize.table.split_tables import split_tables
from samples.synthetic import (
    ACAT,
    DESIGNS,
    TIDY,
    Design,
    Mode,
    Paper,
    SyntheticPage,
    blank_back,
    make_page,
    make_tables,
    random_fill,
)
from samples.synthetic.layout import layout
from samples.synthetic.scan_files import save_pdf
from samples.synthetic.several_tables import address_box, below, beside, headless, info_table, pay_slip
from tests.ink.inks import STRIP, exact_table, flat_page, synthetic, tools
from tests.table.tables import LOW, print_reader, scan_of, table_edges_px

CORNER_MM = 0.6
ASKEW = Paper(dpi=150.0, mode=Mode.BITONAL, skew_deg=1.4)


def short(form: str, row_count: int = 5) -> Design:
    return replace(DESIGNS[form][-1], row_count=row_count, after=(), second_box=False)


@cache
def page_with_tables(*designs: Design, paper: Paper = LOW) -> tuple[SyntheticPage, ...]:
    """Return one page with all the designs; only signature tables are filled."""
    filled = [
        (design, random_fill(design, 40 + i, 0.7, TIDY) if design.form in DESIGNS else ())
        for i, design in enumerate(designs)
    ]
    return make_tables(filled, paper, 9)


def error_mm(page: SyntheticPage, result: SheetPage, table: Table) -> float:
    """Return the worst error, on paper, of the points where the left edge crosses the rows."""
    _, rows = table_edges_px(table)
    seen = page.mapping.to_sheet(result.to_scan.to_scan([(table.left_px, y) for y in rows[1:]]))
    true = [(page.layout.x_mm[0], y) for y in page.layout.y_mm[1:]]
    return max(abs(a - c) + abs(b - d) for (a, b), (c, d) in zip(seen, true, strict=True))


def assert_all_tables_counted(pages: Sequence[SyntheticPage], result: SheetPage) -> None:
    """Assert that all tables and rows were found in order and that their statuses are right or doubtful."""
    assert [table for table in result.tables if table] and len(result.tables) == len(pages)
    for page, table in zip(pages, result.tables, strict=True):
        assert tuple(column.role for column in table.columns) == page.truth.roles
        assert error_mm(page, result, table) < CORNER_MM
    rows = [row for page in pages for row in page.truth.rows]
    assert [row.number for row in result.rows] == [row.number for row in rows]
    assert [row.index for row in result.rows] == list(range(len(rows)))
    told = [(row.status, truth) for row, truth in zip(result.rows, rows, strict=True)]
    assert all(
        (status is Status.SIGNED) == row.counts for status, row in told if status is not Status.DOUBTFUL
    )
    assert sum(status is Status.DOUBTFUL for status, _ in told) <= 3


def digitized(page: SyntheticPage) -> SheetPage:
    return digitize_page(scan_of(page), PageId("x", 1), tools(open_reader("rapid")))[1]


LIST, PLAIN, INNER = (
    replace(ACAT[1], row_count=6, first_row=11, after=()),
    short("de-plain"),
    short("fr-inner"),
)


@pytest.mark.parametrize(
    ("first", "second", "paper"),
    [
        (LIST, below(LIST, 5, 17), ASKEW),
        (LIST, below(LIST, 9, 17, headed=False), LOW),
        (PLAIN, below(PLAIN, 4, 1), LOW),  # each numbered from 1
        (INNER, below(INNER, 6, 6), LOW),  # without printed numbers, rows are numbered consecutively
        (*beside(short("it-plain", 6), 7), LOW),
    ],
    ids=["headed", "bare", "numbered anew", "unnumbered", "beside"],
)
def test_every_table_of_a_page_is_counted(first: Design, second: Design, paper: Paper) -> None:
    pages = page_with_tables(first, second, paper=paper)
    assert_all_tables_counted(pages, digitized(pages[0]))


def test_repeated_header_starts_a_new_table() -> None:
    first = replace(LIST, row_count=4)
    again = replace(below(first, 4, 15), margin_mm=(first.margin_mm[0], layout(first).y_mm[-1]))
    pages = page_with_tables(first, again)
    assert_all_tables_counted(pages, digitized(pages[0]))


LOWER = replace(LIST, before=(), margin_mm=(22.0, 95.0))


@pytest.mark.parametrize(
    "designs",
    [
        (LIST, info_table(LIST, 130.0)),
        (LIST, pay_slip(LIST)),
        (LOWER, info_table(LOWER, 18.0, 5), address_box(LOWER, 20.0)),
        (short("fr-plain", 6), info_table(LIST, 150.0), pay_slip(LIST)),
    ],
    ids=["info below", "slip", "info and address", "info and slip"],
)
def test_other_boxes_on_the_page_are_not_tables(designs: tuple[Design, ...]) -> None:
    pages = page_with_tables(*designs)
    assert_all_tables_counted(pages[:1], digitized(pages[0]))


def list_and_continuation(paper: Paper = LOW) -> tuple[SyntheticPage, SyntheticPage]:
    """Return a list and the following page, which continues it without a header."""
    after = replace(headless(LIST), row_count=13, first_row=17, before=())
    return make_page(LIST, (), LOW, 1), make_page(after, random_fill(after, 3, 0.6, TIDY), paper, 2)


@pytest.mark.parametrize("paper", [LOW, replace(ASKEW, dpi=200.0)], ids=["alike", "another scan"])
def test_page_without_a_header_takes_its_columns_from_a_neighbouring_page(paper: Paper) -> None:
    first, second = list_and_continuation(paper)
    known = find_tables(scan_of(first), Form(AUTO), print_reader())
    neighbour = KnownTable(1, known.tables[0], known.page.px_per_mm)
    _, result = digitize_page(
        scan_of(second), PageId("x", 2), tools(open_reader("rapid")), lambda: [neighbour]
    )
    assert_all_tables_counted([second], result)
    assert result.notes == (Note.of(NoteCode.BORROWED_COLUMNS, page=1),)


def test_result_of_a_page_does_not_depend_on_the_order_of_processing(tmp_path: Path) -> None:
    """An interrupted run that is resumed must give exactly the same result."""
    first, second = list_and_continuation()
    path = tmp_path / "list.pdf"
    save_pdf(path, [second, blank_back(LOW, 3), first])
    alone = digitize_file(str(path), 1, Settings())
    again = [digitize_file(str(path), page, Settings()) for page in (3, 2, 1)][-1]
    assert isinstance(alone.outcome, SheetPage) and isinstance(again.outcome, SheetPage)
    assert alone.outcome.notes == (Note.of(NoteCode.BORROWED_COLUMNS, page=3),)
    assert len(alone.outcome.rows) == len(second.truth.rows)
    assert alone.outcome.rows == again.outcome.rows


def test_columns_are_not_taken_from_a_table_of_another_form() -> None:
    _, second = list_and_continuation()
    other = find_tables(scan_of(page_with_tables(short("fr-plain"))[0]), Form(AUTO), print_reader())
    known = KnownTable(1, other.tables[0], other.page.px_per_mm)
    found = find_tables(scan_of(second), Form(AUTO), print_reader(), lambda: [known])
    assert found.tables == () and found.notes


def test_single_table_is_not_split() -> None:
    """Writing, even if it is the same in many rows, is not a repeated header."""
    page = synthetic(random_fill(STRIP, 4, 1.0))
    table = exact_table(page)
    assert split_tables(flat_page(page), table) == (table,)
    assert [column.role for column in table.columns].count(Role.SIGNATURE) == 1
