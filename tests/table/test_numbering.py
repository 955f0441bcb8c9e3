"""Rows carry their printed numbers; what cannot be read is told by its neighbours or counted on."""

from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import pytest

from digitize.form.definition import AUTO, Form, load_form
from digitize.images import Pixels
from digitize.ocr.engines import Line, Reader
from digitize.records import Column, PageKind, Role, Table
from digitize.table.numbering import Numbering, number_rows
from samples.synthetic import ACAT, DESIGNS, Design, Mode, Paper, SyntheticPage
from tests.doubles import BabblingReader, MuteReader
from tests.table.tables import LOW, exact_edges_px, exact_page, painted, recogniser, synthetic

LETTER, LIST = ACAT


def exact_table(page: SyntheticPage) -> Table:
    xs, (top, *rows) = exact_edges_px(page)
    columns = (Column(role, a, b) for role, (a, b) in zip(page.truth.roles, pairwise(xs), strict=True))
    return Table(tuple(columns), tuple(rows), top)


def numbers_of(
    page: SyntheticPage,
    pixels: Pixels | None = None,
    form: Form = Form(AUTO),  # noqa: B008
    reader: Reader | None = None,
) -> Numbering:
    return number_rows(exact_page(page, pixels), exact_table(page), form, reader or recogniser())


def printed(page: SyntheticPage) -> tuple[int, ...]:
    return tuple(row.number for row in page.truth.rows)


def without_numbers(page: SyntheticPage, *rows: int) -> Pixels:
    """The numbers of these rows painted over."""
    (left, right, *_), ys = page.layout.x_mm, page.layout.y_mm
    return painted(page, *((left + 0.4, ys[i + 1] + 0.4, right - 0.4, ys[i + 2] - 0.4) for i in rows))


@dataclass
class Misreading:
    """The recogniser, but some readings (counted from 0) come out as given, None as nothing."""

    wrong: dict[int, str | None]
    count: int = 0
    read: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return "misreading 1"

    def read_line(self, crop: Pixels) -> Line:
        line = recogniser().read_line(crop)
        if self.count in self.wrong:
            line = replace(line, text=self.wrong[self.count] or "")
        self.count += 1
        return line


@pytest.mark.parametrize(
    "design",
    [LETTER, LIST, *(DESIGNS[f][0] for f in ("de-wide", "fr-plain", "it-dotted", "en-letter"))],
    ids=lambda d: d.form,
)
@pytest.mark.parametrize("paper", [LOW, Paper(mode=Mode.BITONAL, dust=40)], ids=["grey", "bitonal"])
def test_printed_numbers_are_read(design: Design, paper: Paper) -> None:
    page = synthetic(design, paper, 0.7)
    numbering = numbers_of(page)
    assert numbering.numbers == printed(page)
    assert numbering.read


@pytest.mark.parametrize("first", [1, 8, 31, 97, 250, 996])
def test_numbering_may_start_anywhere(first: int) -> None:
    page = synthetic(replace(LIST, first_row=first, row_count=9), LOW, 0.5)
    numbering = numbers_of(page, form=load_form("acat"))
    assert numbering.numbers == tuple(range(first, first + 9)), (
        "what is printed counts, not what the form says"
    )
    assert numbering.read


@pytest.mark.parametrize(
    "wrong", [{0: "7"}, {2: "77."}, {4: "l1"}, {1: None}, {0: "1", 3: None}, {0: "5", 1: "12"}]
)
def test_single_misreadings_are_mended(wrong: dict[int, str | None]) -> None:
    page = synthetic(LIST, LOW, 0.4)
    numbering = numbers_of(page, reader=Misreading(wrong))
    assert numbering.numbers == printed(page)
    assert numbering.read


def test_agreement_of_a_few_rows_is_enough() -> None:
    reader = Misreading({})
    numbers_of(synthetic(LIST, LOW, 0.4), reader=reader)
    assert reader.count <= 7, "five rows and what lies above the first and below the last"


def test_numbers_under_a_stain_follow_from_the_others() -> None:
    page = synthetic(LIST, LOW, 0.4)
    numbering = numbers_of(page, without_numbers(page, *range(0, 20)))
    assert numbering.numbers == printed(page)
    assert numbering.read


@pytest.mark.parametrize("reader", [MuteReader(), BabblingReader()])
def test_illegible_numbers_are_counted_on_from_the_form(reader: Reader) -> None:
    for design, first in ((LETTER, 1), (LIST, 4)):
        page = synthetic(design, LOW, 0.4)
        numbering = numbers_of(page, form=load_form("acat"), reader=reader)
        assert numbering.numbers == tuple(range(first, first + design.row_count))
        assert not numbering.read


def test_without_form_and_legible_numbers_rows_count_from_one() -> None:
    page = synthetic(LIST, LOW, 0.4)
    numbering = numbers_of(page, without_numbers(page, *range(27)))
    assert (numbering.numbers, numbering.read) == (tuple(range(1, 28)), False)


def test_readings_that_contradict_each_other_are_not_believed() -> None:
    dice = np.random.default_rng(2)
    wrong: dict[int, str | None] = {i: str(n) for i, n in enumerate(dice.permutation(27) * 31 + 400)}
    numbering = numbers_of(synthetic(LIST, LOW, 0.4), form=load_form("acat"), reader=Misreading(wrong))
    assert (numbering.numbers[0], numbering.read) == (4, False)


def test_a_table_without_number_column_counts_from_one_and_nothing_was_misread() -> None:
    page = synthetic(DESIGNS["de-lines"][0], LOW, 0.4)
    numbering = numbers_of(page)
    assert numbering.numbers == tuple(range(1, 16))
    assert numbering.read
    assert Role.NUMBER not in page.truth.roles


def test_whole_pages_leave_no_doubt() -> None:
    for design, form in ((LETTER, load_form("acat")), (LIST, load_form("acat")), (LIST, Form(AUTO))):
        assert not numbers_of(synthetic(design, LOW, 0.4), form=form).doubt


@pytest.mark.parametrize(("lost", "number"), [(slice(None, -2), 29), (slice(1, None), 4)])
def test_a_number_outside_the_rows_is_told(lost: slice, number: int) -> None:
    page = synthetic(LIST, LOW, 0.4)
    table = exact_table(page)
    short = replace(table, row_edges_px=table.row_edges_px[lost])
    said = number_rows(exact_page(page), short, Form(AUTO), recogniser()).doubt
    assert f"outside the rows found ({number})" in said


def test_rows_that_the_form_has_and_the_scan_has_not_are_told() -> None:
    page = synthetic(LIST, LOW, 0.4)
    table = exact_table(page)
    short = replace(table, row_edges_px=table.row_edges_px[2:])
    said = number_rows(exact_page(page), short, load_form("acat"), recogniser()).doubt
    assert "rows 4 to 30 here, found were 6 to 30" in said


def test_numbers_that_jump_are_told() -> None:
    page = synthetic(LIST, LOW, 0.4)
    table = exact_table(page)
    edges = (*table.row_edges_px[:20], *table.row_edges_px[21:])
    said = number_rows(exact_page(page), replace(table, row_edges_px=edges), Form(AUTO), recogniser()).doubt
    assert "jump" in said


def test_a_letter_is_told_from_a_list() -> None:
    assert numbers_of(synthetic(LETTER, LOW, 0.4)).kind is PageKind.LETTER
    assert numbers_of(synthetic(LIST, LOW, 0.4)).kind is PageKind.LIST
    short = replace(DESIGNS["fr-plain"][0], row_count=3)
    assert numbers_of(synthetic(short, LOW, 0.4)).kind is PageKind.LIST, "few rows high up are a list"
