"""What looks like a table on a page of print may reach beyond the page: it has no header."""

import pytest

from digitize.form.definition import AUTO, Form
from digitize.table.header import read_header
from samples.synthetic import ACAT
from tests.table.tables import LOW, exact_edges_px, exact_page, print_reader, synthetic


@pytest.mark.parametrize(
    "columns", [(-28, 900), (-200, -20), (400, 1300, 1310), (1400, 1500), (300, 301, 1200)]
)
@pytest.mark.parametrize("rows", [(100, 240, 300, 350), (-400, -90, -40), (1700, 1790, 1830), (1900, 2000)])
def test_edges_outside_the_page_are_no_error(columns: tuple[float, ...], rows: tuple[float, ...]) -> None:
    page = exact_page(synthetic(ACAT[1], LOW, 0.5))
    assert read_header(page, columns, rows, Form(AUTO), print_reader()) is None


def test_a_table_that_reaches_a_little_beyond_the_page_is_read() -> None:
    sheet = synthetic(ACAT[1], LOW, 0.5)
    columns, rows = exact_edges_px(sheet)
    table = read_header(
        exact_page(sheet), (*columns[:-1], exact_page(sheet).width_px + 9), rows, Form(AUTO), print_reader()
    )
    assert table is not None
    assert table.columns[-1].right_px == exact_page(sheet).width_px
