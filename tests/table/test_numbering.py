"""Rows carry their printed numbers; illegible ones are inferred from the others or the form."""

from dataclasses import dataclass, field, replace
from itertools import pairwise

import cv2
import numpy as np
import pytest

from digitize.form.definition import AUTO, Form, load_form
from digitize.images import Pixels
from digitize.ocr.engines import Line, Reader
from digitize.records import Note, NoteCode, PageKind, Role
from digitize.table.numbering import Numbering, number_rows
from digitize.table.numbering.running_text import is_running_text
from samples.synthetic import ACAT, DESIGNS, Design, Mode, Paper, SyntheticPage
from tests.doubles import BabblingReader, MuteReader
from tests.ink.inks import exact_table
from tests.table.tables import LOW, exact_page, print_reader, synthetic, with_boxes

LETTER, LIST = ACAT


def numbers_of(
    page: SyntheticPage,
    pixels: Pixels | None = None,
    form: Form = Form(AUTO),  # noqa: B008
    reader: Reader | None = None,
) -> Numbering:
    return number_rows(exact_page(page, pixels), exact_table(page), form, reader or print_reader())


def printed(page: SyntheticPage) -> tuple[int, ...]:
    return tuple(row.number for row in page.truth.rows)


def without_numbers(page: SyntheticPage, *rows: int) -> Pixels:
    """Return the page with the numbers of these rows painted over."""
    (left, right, *_), ys = page.layout.x_mm, page.layout.y_mm
    return with_boxes(page, *((left + 0.4, ys[i + 1] + 0.4, right - 0.4, ys[i + 2] - 0.4) for i in rows))


@dataclass
class MisreadingReader:
    """The real reader, except that some readings (counted from 0) are replaced, None by nothing."""

    wrong: dict[int, str | None]
    count: int = 0
    read: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return "misreading 1"

    def read_line(self, crop: Pixels) -> Line:
        line = print_reader().read_line(crop)
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
def test_numbering_may_start_at_any_number(first: int) -> None:
    page = synthetic(replace(LIST, first_row=first, row_count=9), LOW, 0.5)
    numbering = numbers_of(page, form=load_form("acat"))
    assert numbering.numbers == tuple(range(first, first + 9)), (
        "printed numbers take precedence over the form"
    )
    assert numbering.read


@pytest.mark.parametrize(
    "wrong", [{0: "7"}, {2: "77."}, {4: "l1"}, {1: None}, {0: "1", 3: None}, {0: "5", 1: "12"}]
)
def test_single_misreadings_are_corrected(wrong: dict[int, str | None]) -> None:
    page = synthetic(LIST, LOW, 0.4)
    numbering = numbers_of(page, reader=MisreadingReader(wrong))
    assert numbering.numbers == printed(page)
    assert numbering.read


def test_only_a_sample_of_rows_is_read_if_it_agrees() -> None:
    reader = MisreadingReader({})
    numbers_of(synthetic(LIST, LOW, 0.4), reader=reader)
    assert reader.count <= 7, "five rows, and the places above the first and below the last"


def test_hidden_numbers_follow_from_the_others() -> None:
    page = synthetic(LIST, LOW, 0.4)
    numbering = numbers_of(page, without_numbers(page, *range(0, 20)))
    assert numbering.numbers == printed(page)
    assert numbering.read


@pytest.mark.parametrize("reader", [MuteReader(), BabblingReader()])
def test_illegible_numbers_are_taken_from_the_form(reader: Reader) -> None:
    for design, first in ((LETTER, 1), (LIST, 4)):
        page = synthetic(design, LOW, 0.4)
        numbering = numbers_of(page, form=load_form("acat"), reader=reader)
        assert numbering.numbers == tuple(range(first, first + design.row_count))
        assert not numbering.read


def test_rows_are_numbered_from_one_without_a_form_or_legible_numbers() -> None:
    page = synthetic(LIST, LOW, 0.4)
    numbering = numbers_of(page, without_numbers(page, *range(27)))
    assert (numbering.numbers, numbering.read) == (tuple(range(1, 28)), False)


def test_contradictory_readings_are_ignored() -> None:
    dice = np.random.default_rng(2)
    wrong: dict[int, str | None] = {i: str(n) for i, n in enumerate(dice.permutation(27) * 31 + 400)}
    numbering = numbers_of(synthetic(LIST, LOW, 0.4), form=load_form("acat"), reader=MisreadingReader(wrong))
    assert (numbering.numbers[0], numbering.read) == (4, False)


def test_table_without_number_column_is_numbered_from_one() -> None:
    page = synthetic(DESIGNS["de-lines"][0], LOW, 0.4)
    numbering = numbers_of(page)
    assert numbering.numbers == tuple(range(1, 16))
    assert numbering.read
    assert Role.NUMBER not in page.truth.roles


def test_complete_pages_raise_no_doubt() -> None:
    for design, form in ((LETTER, load_form("acat")), (LIST, load_form("acat")), (LIST, Form(AUTO))):
        assert not numbers_of(synthetic(design, LOW, 0.4), form=form).doubt


@pytest.mark.parametrize(("lost", "number"), [(slice(None, -2), 29), (slice(1, None), 4)])
def test_number_printed_outside_the_rows_is_reported(lost: slice, number: int) -> None:
    page = synthetic(LIST, LOW, 0.4)
    table = exact_table(page)
    short = replace(table, row_edges_px=table.row_edges_px[lost])
    said = number_rows(exact_page(page), short, Form(AUTO), print_reader()).doubt
    assert said == Note.of(NoteCode.NUMBER_OUTSIDE_ROWS, number=number)


def test_numbers_left_of_a_table_that_lost_its_first_column_are_read() -> None:
    page = synthetic(LIST, LOW, 0.4)
    table = exact_table(page)
    narrow = replace(table, columns=table.columns[1:])
    numbering = number_rows(exact_page(page), narrow, Form(AUTO), print_reader())
    assert (numbering.numbers, numbering.read, numbering.doubt) == (printed(page), True, None)


def test_numbers_of_another_table_are_not_outside() -> None:
    page = synthetic(LIST, LOW, 0.4)
    table = exact_table(page)
    edges = table.row_edges_px
    upper = replace(table, row_edges_px=edges[:12])
    lower = replace(table, row_edges_px=edges[11:], header_top_px=edges[11])
    for part in (upper, lower):
        numbering = number_rows(exact_page(page), part, Form(AUTO), print_reader(), (upper, lower))
        assert numbering.doubt is None


def test_numbers_of_which_most_disagree_are_reported() -> None:
    page = synthetic(LIST, LOW, 0.4)
    table = exact_table(page)
    halves = [y for a, b in pairwise(table.row_edges_px) for y in (a, (a + b) / 2)]
    split = replace(table, row_edges_px=(*halves, table.row_edges_px[-1]))
    numbering = number_rows(exact_page(page), split, Form(AUTO), print_reader())
    assert numbering.doubt in (Note(NoteCode.NUMBERS_JUMP), Note(NoteCode.NUMBERS_UNREAD))


def test_rows_missing_from_the_form_are_reported() -> None:
    page = synthetic(LIST, LOW, 0.4)
    table = exact_table(page)
    short = replace(table, row_edges_px=table.row_edges_px[2:])
    said = number_rows(exact_page(page), short, load_form("acat"), print_reader()).doubt
    assert said == Note.of(NoteCode.NUMBERS_NOT_OF_FORM, form_first=4, form_last=30, first=6, last=30)


@pytest.mark.parametrize("lost", [{20}, {18, 20}, {19, 20}], ids=["once", "twice", "by two"])
def test_numbers_that_jump_are_reported(lost: set[int]) -> None:
    page = synthetic(LIST, LOW, 0.4)
    table = exact_table(page)
    edges = tuple(edge for i, edge in enumerate(table.row_edges_px) if i not in lost)
    said = number_rows(exact_page(page), replace(table, row_edges_px=edges), Form(AUTO), print_reader()).doubt
    assert said == Note(NoteCode.NUMBERS_JUMP)


@pytest.mark.parametrize("slip_mm", [-4.0, 4.0])
def test_rows_that_the_feeder_moved_aside_below_the_table_are_reported(slip_mm: float) -> None:
    page = synthetic(LIST, LOW, 0.4)
    table = exact_table(page)
    low = round(table.row_edges_px[8]) + 3
    pixels = page.pixels.copy()
    pixels[low:] = np.roll(pixels[low:], round(slip_mm * page.mapping.scale), axis=1)
    seen = replace(table, row_edges_px=table.row_edges_px[:9])
    said = number_rows(exact_page(page, pixels), seen, Form(AUTO), print_reader()).doubt
    assert said == Note.of(NoteCode.NUMBER_OUTSIDE_ROWS, number=12)


def test_letter_and_list_are_told_apart() -> None:
    assert numbers_of(synthetic(LETTER, LOW, 0.4)).kind is PageKind.LETTER
    assert numbers_of(synthetic(LIST, LOW, 0.4)).kind is PageKind.LIST
    short = replace(DESIGNS["fr-plain"][0], row_count=3)
    assert numbers_of(synthetic(short, LOW, 0.4)).kind is PageKind.LIST, "few rows at the top are a list"


@pytest.mark.parametrize("more", [0, 4], ids=["no row below", "rows below"])
@pytest.mark.parametrize(("said", "is_text"), [("Bitte", True), ("", False), ("A", False)])
def test_a_line_of_text_below_the_rows_is_no_row(said: str, is_text: bool, more: int) -> None:
    """Neither are rows below it without a number, which lines down the page may seem to enclose."""
    page, last = synthetic(LIST, LOW, 0.4), 26 - more
    pixels = without_numbers(page, *range(last, 27)).copy()
    box = exact_table(page).cell_box(last, exact_table(page).columns[0])
    at = (round(box.left) + 3, round(box.bottom) - 12)
    cv2.putText(pixels, said, at, cv2.FONT_HERSHEY_DUPLEX, 0.42, 0, 1, cv2.LINE_AA)
    numbering = numbers_of(page, pixels)
    assert numbering.numbers == tuple(range(4, 4 + (last if is_text else 27)))


FOOTER = (
    "Bitte bis 20.01.2025 senden an: ACAT, Speichergasse 29, 3001 Bern. Weitere Bogen auf Anfrage bei uns."
)


@pytest.mark.parametrize("faded", [False, True])
@pytest.mark.parametrize("known", [False, True], ids=["numbers read here", "numbers known"])
def test_a_line_of_print_across_the_columns_is_no_row(faded: bool, known: bool) -> None:
    """Even where its first words have faded, and where the rows were found by their numbers."""
    page, table = synthetic(LIST, LOW, 0.4), exact_table(synthetic(LIST, LOW, 0.4))
    pixels = with_boxes(page, (0.0, page.layout.y_mm[-2] - 1.0, 210.0, page.layout.y_mm[-1] + 1.0)).copy()
    box = table.row_box(26)
    at, grey = (round(box.left), round(box.bottom) - 12), (0,) * 3
    cv2.putText(pixels, FOOTER, at, cv2.FONT_HERSHEY_DUPLEX, 0.6, grey, 1, cv2.LINE_AA)
    if faded:
        pixels[round(box.top) : round(box.bottom), : round(box.left + 0.3 * box.width)] = 255
    every = tuple(range(4, 31)) if known else ()
    page_read = exact_page(page, pixels)
    numbering = number_rows(page_read, table, Form(AUTO), print_reader(), printed=every)
    assert numbering.numbers == tuple(range(4, 30))


@pytest.mark.parametrize("design", [LIST, DESIGNS["it-dotted"][0]], ids=lambda d: d.form)
@pytest.mark.parametrize("seed", range(6))
def test_written_and_struck_rows_are_no_print(design: Design, seed: int) -> None:
    page = synthetic(design, LOW, 1.0, seed)
    table = exact_table(page)
    struck = page.pixels.copy()
    for i in range(design.row_count):
        box = table.row_box(i)
        y = round(box.centre[1])
        cv2.line(struck, (round(box.left) + 4, y), (round(box.right) - 4, y + 3), (40,) * 3, 2, cv2.LINE_AA)
    for pixels in (page.pixels, struck):
        read = exact_page(page, pixels)
        assert not [i for i in range(design.row_count) if is_running_text(read, table, i)]
